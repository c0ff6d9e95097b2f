// Records that were committed, from the ring where they still lie.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "payload.hpp"
#include "sluice/message.hpp"
#include "sluice/options.hpp"
#include "sluice/sequence.hpp"
#include "sluice/untyped.hpp"

namespace shm_bridge {

/// Reads records as an observer does: from the first that still lies there, up to the end.
class Recall {
 public:
  Recall(const std::string& name, const std::string& directory, bool hasMessages,
         sluice::Sequence from, sluice::Sequence end);

  /// The record that comes next; the end, where all were given or none lies there any more.
  sluice::Sequence next() const noexcept { return next_; }
  bool isOver() const noexcept { return next_ == end_; }

  /// Adds the next ones, as far as the batch takes them, and not past a gap.
  void add(PayloadWriter& batch);

 private:
  void read();
  bool addHeld(PayloadWriter& batch);

  std::optional<sluice::UntypedObserver> records_;
  std::optional<sluice::MessageObserver> messages_;
  sluice::Sequence next_;
  sluice::Sequence end_;
  std::vector<std::byte> held_;  // the record next_
  sluice::Kind kind_{};
};

}  // namespace shm_bridge
