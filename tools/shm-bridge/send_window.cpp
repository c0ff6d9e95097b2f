#include "send_window.hpp"

namespace shm_bridge {

void SendWindow::begin(std::uint64_t streamLast) noexcept {
  stored_ = streamLast;
  messages_.clear();
  bytes_ = 0;
}

void SendWindow::add(sluice::Sequence next, std::size_t bytes) {
  messages_.push_back({next, bytes});
  bytes_ += bytes;
}

SendWindow::Stored SendWindow::store(std::uint64_t streamSequence) noexcept {
  if (streamSequence > expected()) return {false, std::nullopt};
  Stored result{true, std::nullopt};
  while (stored_ < streamSequence) {
    result.next = messages_.front().next;
    bytes_ -= messages_.front().bytes;
    messages_.pop_front();
    ++stored_;
  }
  return result;
}

}  // namespace shm_bridge
