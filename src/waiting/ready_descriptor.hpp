// A descriptor that is readable when there may be something to do.
#pragma once

#include <memory>
#include <span>

#include "os/process_stamp.hpp"
#include "sluice/detail/time_point.hpp"
#include "sluice/result.hpp"
#include "waiting/watched_word.hpp"

namespace sluice::detail {

/// One descriptor, and what makes it readable: the process's readiness thread, which sleeps on the
/// words of all of them. It is a pipe, as the thread has its end of it in a descriptor table of its
/// own: a number of the process's table may be closed by other code, and mean a file by then.
/// Used by one thread at a time.
class ReadyDescriptor {
 public:
  /// Starts the readiness thread if this is its first. Errors: system.
  static Result<ReadyDescriptor> open();

  ReadyDescriptor(ReadyDescriptor&&) noexcept;
  ReadyDescriptor& operator=(ReadyDescriptor&&) = delete;
  /// Closes it, unless this is a forked child, where the number stays open.
  ~ReadyDescriptor();

  int number() const noexcept { return number_; }
  /// In a forked child nothing else may be asked of it.
  bool isInherited() const noexcept { return !process_.isCurrent(); }

  /// Not readable, and nothing makes it so.
  void clear() noexcept;
  /// The same, and the thread no longer sleeps on the words: waits for that, where it does.
  void release() noexcept;
  /// Readable at once.
  void ring() noexcept;
  /// Readable once one of the words no longer has its value, or at that time; in place of what was
  /// asked for before. The words must stay mapped until release(), or the end of this.
  void ringWhen(std::span<const WatchedWord> words, TimePoint at);

 private:
  struct Watch;
  class Thread;

  ReadyDescriptor(Thread& thread, int number, std::shared_ptr<Watch> watch) noexcept;

  Thread* thread_;
  int number_;
  std::shared_ptr<Watch> watch_;
  ProcessStamp process_ = ProcessStamp::current();
};

}  // namespace sluice::detail
