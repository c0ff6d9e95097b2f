// A thread that looks for the rings of a FanIn.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "roles/ring_search.hpp"
#include "sluice/detail/expectation.hpp"
#include "sluice/detail/wait_member.hpp"
#include "sluice/fan_in_options.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// Whether a FanIn may have these. Errors: invalidArgument.
Result<void> checkFanInOptions(std::string_view pattern, const FanInOptions& options);

/// Watches a directory and hands over the rings that it has joined. Used by one thread.
class Discovery {
 public:
  /// What is there is found when it returns.
  static Result<std::unique_ptr<Discovery>> start(std::span<const std::string_view> patterns,
                                                  const FanInOptions& options,
                                                  const Expectation& expectation);
  /// The thread ends, and this waits for that.
  ~Discovery();
  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;

  /// The rings that were joined since the last question, in their order.
  std::vector<FoundRing> takeRings();
  /// The next of the names that were refused before that question.
  std::optional<RefusedName> takeRefused();
  void letGo(RingLetGo ring);

  /// Ready when one of the two has something. The discovery must outlive it.
  std::unique_ptr<WaitMember> waitMember();

 private:
  struct State;
  class News;

  explicit Discovery(std::unique_ptr<State> state) noexcept;

  std::unique_ptr<State> state_;
  std::uint32_t seen_ = 0;  // of the news
  std::deque<RefusedName> refused_;
};

}  // namespace sluice::detail
