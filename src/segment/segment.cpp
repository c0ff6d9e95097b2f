#include <atomic>
#include <string>

#include "format/segment_list.hpp"
#include "format/segment_view.hpp"
#include "os/cancellation.hpp"
#include "segment/participant.hpp"
#include "segment/rows.hpp"
#include "segment/segment_name.hpp"
#include "sluice/segment.hpp"

namespace sluice {
namespace {

using detail::RowState;
using detail::RowWord;

Error noSuchConsumer(const detail::SegmentPath& path, std::string_view consumer) {
  return {ErrorCode::notFound,
          path.string(),
          "consumer",
          "none named '" + std::string(consumer) + "'",
          "one that is dead and held",
          "look which there are with shm-dump"};
}

}  // namespace

Result<void> removeSegment(std::string_view name, const RemoveOptions& options) {
  const detail::CancellationDisabled whole;
  return detail::removeName({options.directory, std::string(name)}, options);
}

/// Goes the way of a successor, which gets the dead one's row, and leaves in its name.
Result<void> removeConsumer(std::string_view segment, std::string_view consumer,
                            std::string_view directory) {
  const detail::CancellationDisabled whole;
  const detail::SegmentPath path{std::string(directory), std::string(segment)};
  const auto participant = detail::Participant::openAsConsumer(path, consumer, {}, {});
  if (!participant) {
    const bool hasItsRow = participant.error().code != ErrorCode::full;
    return hasItsRow ? participant.error() : noSuchConsumer(path, consumer);
  }
  detail::ConsumerPage& page = participant->view().consumer(participant->row());
  std::uint64_t word = page.row.load(std::memory_order_acquire);
  if (RowWord{word}.state() == RowState::free || detail::nameIn(page) != consumer)
    return noSuchConsumer(path, consumer);
  page.owedFrom.store(0, std::memory_order_release);
  do {
    if (RowWord{word}.state() == RowState::free) return noSuchConsumer(path, consumer);
  } while (!page.row.compare_exchange_weak(word, RowWord{word}.as(RowState::free).word,
                                           std::memory_order_acq_rel,
                                           std::memory_order_acquire));  // [L1] pairs with [C1]
  detail::announceRowChange(participant->view(), participant->row());
  return {};
}

Result<std::vector<std::string>> listSegments(std::string_view directory) {
  const detail::CancellationDisabled whole;
  return detail::segmentsIn(std::string(directory));
}

}  // namespace sluice
