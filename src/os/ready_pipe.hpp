// The descriptor that an event loop waits for.
#pragma once

#include "os/system_error.hpp"

namespace sluice::detail {

/// A pipe: something in it is the news. Both of its ends belong to the thread that made it.
struct ReadyPipe {
  int readEnd = -1;
  int writeEnd = -1;
};

/// Makes one in the calling thread's descriptor table. Neither end blocks, or is inherited by a
/// program that is executed.
CallFailure makeReadyPipe(ReadyPipe& pipe) noexcept;
void closeReadyPipe(ReadyPipe& pipe) noexcept;

/// Opens the pipe whose read end is that number in the table of another thread of this process, in
/// the calling thread's table: a number to read and to write. Needs /proc.
CallFailure openReadyPipe(int thread, int readEnd, int& descriptor) noexcept;

/// Makes it readable, if it is not.
void ringReadyPipe(int descriptor) noexcept;
/// Makes it unreadable.
void clearReadyPipe(int descriptor) noexcept;

void closeReadyDescriptor(int descriptor) noexcept;

/// The calling thread's number, as /proc has it.
int numberOfThisThread() noexcept;

}  // namespace sluice::detail
