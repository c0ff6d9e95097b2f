// Calls of C that may wait, with the limits of C++.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "c_options.hpp"
#include "sluice.h"
#include "sluice/result.hpp"

namespace sluice::conformance {

template <auto destroy>
struct Destroy {
  template <class H>
  void operator()(H* handle) const noexcept {
    destroy(handle);
  }
};
template <class H, auto destroy>
using Owned = std::unique_ptr<H, Destroy<destroy>>;

/// What `call` returns, which is given a deadline. A stop token is a stop word's member of a set
/// beside the role: that is how C has it.
template <class Add, class Call>
int within(const WaitLimit& limit, Add add, Call call) {
  if (!limit.stop().stop_possible()) return call(deadlineOf(limit));
  if (limit.stop().stop_requested()) return SLUICE_STOPPED;
  const int64_t deadline = deadlineOf(limit);
  sluice_stop_word* made = nullptr;
  sluice_stop_word_create(&made);
  const Owned<sluice_stop_word, sluice_stop_word_destroy> word(made);
  sluice_wait_set* set = nullptr;
  sluice_wait_set_create(nullptr, &set);
  const Owned<sluice_wait_set, sluice_wait_set_destroy> owned(set);
  sluice_wait_set_add_stop_word(set, made, nullptr);
  add(set);
  const std::stop_callback stopper(limit.stop(), [&] { sluice_stop_word_request(made); });
  for (;;) {
    sluice_ready_members ready;
    const int status = sluice_wait_set_wait(set, deadline, &ready);
    if (sluice_stop_word_is_requested(made)) return SLUICE_STOPPED;
    const int done = call(SLUICE_NOW);
    if (done != SLUICE_TIMED_OUT || status == SLUICE_TIMED_OUT) return done;
  }
}

/// A status as C++ has it; what is an exception there is a negative one here.
inline Status statusOf(int status) {
  if (status < 0) throw Exception(lastError());
  return static_cast<Status>(status);
}

/// Of a call that no wait set can stand for: tried for short times where a stop may end it.
template <class Call>
Status inSlices(const WaitLimit& limit, Call call) {
  const int64_t deadline = deadlineOf(limit);
  if (!limit.stop().stop_possible()) return statusOf(call(deadline));
  for (;;) {
    if (limit.stop().stop_requested()) return Status::stopped;
    const int64_t soon = sluice_deadline_after(1'000'000);
    const int status = call(soon < deadline ? soon : deadline);
    if (status != SLUICE_TIMED_OUT || soon >= deadline) return statusOf(status);
  }
}

/// The same with the texts as C takes them.
template <class Call>
Status waitForNames(const std::vector<std::string_view>& names, const WaitLimit& limit, Call call) {
  const std::vector<std::string> texts(names.begin(), names.end());
  std::vector<const char*> pointers;
  for (const std::string& text : texts)
    pointers.push_back(text.c_str());
  return inSlices(
      limit, [&](int64_t deadline) { return call(pointers.data(), pointers.size(), deadline); });
}

/// Makes a handle by a call that is given a deadline. A set-up that is to end with a stop is tried
/// for short times: a wait set has no member yet.
template <class Handle, class Make>
Result<Handle> makeWithin(const WaitLimit& limit, Make make) {
  using namespace std::chrono_literals;
  typename Handle::pointer made = nullptr;
  if (!limit.stop().stop_possible()) {
    if (make(deadlineOf(limit), &made) != SLUICE_OK) return lastError();
    return Handle(made);
  }
  const int64_t deadline = deadlineOf(limit);
  for (;;) {
    if (limit.stop().stop_requested()) return Error{ErrorCode::stopped};
    const int64_t soon = sluice_deadline_after(1'000'000);
    const int status = make(soon < deadline ? soon : deadline, &made);
    if (status == SLUICE_OK) return Handle(made);
    if (status != SLUICE_ERROR_TIMED_OUT || soon >= deadline) return lastError();
  }
}

}  // namespace sluice::conformance
