#include "sluice/roles/remove.hpp"

#include <atomic>
#include <cstring>

#include "sluice/layout/consumer_page.hpp"
#include "sluice/liveness/participant.hpp"
#include "sluice/roles/rows_gate.hpp"

namespace sluice {

using layout::RowState;
using layout::RowWord;

namespace {

Error noSuchConsumer(const platform::SegmentPath& path, std::string_view consumer) {
  return {ErrorCode::notFound,
          path.string(),
          "consumer",
          "none named '" + std::string(consumer) + "'",
          "one that is dead and held",
          "look which there are with shm-dump"};
}

}  // namespace

/// Goes the way of a successor, which gets the dead one's row, and leaves in its name.
Result<void> removeConsumer(std::string_view segment, std::string_view consumer,
                            std::string_view directory) {
  const platform::SegmentPath path{std::string(directory), std::string(segment)};
  Expectation anything;
  anything.anyRecord = true;
  const auto participant = Participant::openAsConsumer(path, consumer, anything);
  if (!participant) {
    const bool hasItsRow = participant.error().code != ErrorCode::full;
    return hasItsRow ? participant.error() : noSuchConsumer(path, consumer);
  }
  layout::ConsumerPage& page = participant->view().consumer(participant->row());
  const std::string_view found(page.name.data(), strnlen(page.name.data(), page.name.size()));
  std::uint64_t word = page.row.load(std::memory_order_acquire);
  do {
    if (RowWord{word}.state() == RowState::free || found != consumer)
      return noSuchConsumer(path, consumer);
  } while (!page.row.compare_exchange_weak(word, RowWord{word}.as(RowState::free).word,
                                           std::memory_order_acq_rel,
                                           std::memory_order_acquire));  // [L1] pairs with [C1]
  announceRowChange(participant->view(), participant->row());
  return {};
}

}  // namespace sluice
