// What was published and is not yet known to be stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "sluice/sequence.hpp"

namespace shm_bridge {

/// Each message expects that the one before it is the stream's last. So the stream's sequence of
/// each is known beforehand, and a message that is stored says that all before it are.
class SendWindow {
 public:
  struct Bounds {
    std::size_t messages;
    std::size_t bytes;
  };

  explicit SendWindow(Bounds bounds) noexcept : bounds_(bounds) {}

  /// Begins anew behind the stream's last sequence.
  void begin(std::uint64_t streamLast) noexcept;

  /// The stream's last sequence once all that was published is stored: what the next message
  /// expects.
  std::uint64_t expected() const noexcept { return stored_ + messages_.size(); }

  bool isIdle() const noexcept { return messages_.empty(); }
  bool hasRoom() const noexcept {
    return isIdle() || (messages_.size() < bounds_.messages && bytes_ < bounds_.bytes);
  }

  /// A message was published whose records end before `next`.
  void add(sluice::Sequence next, std::size_t bytes);

  /// The message with that sequence of the stream is stored, and with it all before. Gives the
  /// sequence after the last record that is stored; nothing where that was known. False in `isOurs`
  /// where no message that was published can have that sequence.
  struct Stored {
    bool isOurs;
    std::optional<sluice::Sequence> next;
  };
  Stored store(std::uint64_t streamSequence) noexcept;

 private:
  struct Message {
    sluice::Sequence next;
    std::size_t bytes;
  };

  Bounds bounds_;
  std::uint64_t stored_ = 0;
  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
};

}  // namespace shm_bridge
