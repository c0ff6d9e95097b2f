// A descriptor table of a thread's own.
#pragma once

namespace sluice::detail {

/// Gives the calling thread a descriptor table of its own: no forked child inherits what it opens
/// from here on, and no other code of the process can reach it or close it. Nothing is in it but
/// the numbers 0 to 2, which refuse to be written. Where the system refuses, the table stays the
/// process's.
void takeOwnDescriptors() noexcept;

}  // namespace sluice::detail
