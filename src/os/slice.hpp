// How long a wait may be deaf.
#pragma once

#include <chrono>

namespace sluice::detail {

/// The longest sleep in one piece. After each slice everything is looked at anew: that covers what
/// no wake can, a waker that was stopped or died before it could wake. Tests put their own in the
/// place of slice.cpp, so long that it covers nothing.
extern const std::chrono::milliseconds slice;

/// The same where the system cannot wake: it marks no death, or lets a thread sleep on one word
/// only.
inline constexpr std::chrono::milliseconds fallbackSlice{250};

/// The same for a thread that waits for several things where it can sleep on one word only, and for
/// an observer, which cannot ask for a wake. Long enough to cost next to nothing while the stream
/// is idle, short enough for a person.
inline constexpr std::chrono::milliseconds lookingSlice{2};

/// The same where a fence is refused, so that any wake may be lost, or where nobody is asked for
/// one.
inline constexpr std::chrono::milliseconds unfencedSlice{1};

}  // namespace sluice::detail
