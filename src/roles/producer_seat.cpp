#include "sluice/roles/producer_seat.hpp"

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

#include "end_of_stream.hpp"
#include "sluice/platform/identity.hpp"
#include "sluice/roles/opening.hpp"
#include "sluice/roles/rows_gate.hpp"
#include "succession.hpp"

namespace sluice {

using layout::ProducerState;

Result<std::unique_ptr<ProducerSeat>> ProducerSeat::create(std::string_view segment,
                                                           const ProducerOptions& options,
                                                           const RecordDescription& record,
                                                           layout::SlotLayout slotLayout) {
  const platform::SegmentPath path{options.directory, std::string(segment)};
  Creation creation;
  creation.choices.capacity = options.capacity;
  creation.choices.consumerRows = options.maxConsumers;
  creation.choices.slotLayout = slotLayout;
  creation.choices.withoutConsumers = options.withoutConsumers;
  creation.choices.record = record;
  creation.mode = options.mode;
  creation.replace = options.whenTaken == WhenTaken::replace;
  creation.mapping = mappingOptions(options.memory);
  auto participant = Participant::createAsProducer(path, creation);
  if (!participant) return participant.error();
  std::unique_ptr<ProducerSeat> seat(
      new ProducerSeat(std::move(*participant), initialSequence<Sequence>));
  return seat;
}

Result<std::unique_ptr<ProducerSeat>> ProducerSeat::open(std::string_view segment,
                                                         const OpenOptions& options,
                                                         const RecordDescription& record,
                                                         layout::SlotLayout slotLayout) {
  const platform::SegmentPath path{options.directory, std::string(segment)};
  const Expectation expectation{record, slotLayout, mappingOptions(options.memory)};
  // Read from files, and so before there is anything to be late for.
  const auto self = platform::currentProcess();
  auto participant = Participant::openAsProducer(path, expectation);
  while (!participant && participant.error().code == ErrorCode::inUse &&
         !options.takeOverWithin.isNow()) {
    auto successor = Participant::openAsSuccessor(path, expectation);
    if (!successor) return successor.error();
    const auto turn = waitForTurn(*successor, options.takeOverWithin);
    if (!turn) return turn.error();
    participant = *turn ? std::move(successor) : Participant::openAsProducer(path, expectation);
  }
  if (!participant) return participant.error();
  const layout::ProducerPage& page = participant->view().producer();
  if (page.state.load(std::memory_order_acquire) == ProducerState::closed)
    return streamClosed(path);
  const Sequence published = endOfStream(participant->view());
  if (distance(initialSequence<Sequence>, published) < 0) {
    return Error{ErrorCode::notASegment,
                 path.string(),
                 "cursor",
                 std::to_string(published),
                 "a sequence below half of all sequences",
                 "the producer's page is damaged: remove the segment and create it again"};
  }
  std::unique_ptr<ProducerSeat> seat(new ProducerSeat(std::move(*participant), published));
  seat->begin(self, page.term.load(std::memory_order_relaxed) + 1);
  return seat;
}

ProducerSeat::ProducerSeat(Participant participant, Sequence published) noexcept
    : participant_(std::move(participant)), published_(published) {}

ProducerSeat::~ProducerSeat() {
  if (!participant_.isAttached()) return;
  const auto state = view().producer().state.load(std::memory_order_relaxed);
  if (state != ProducerState::closed) end(ProducerState::left);
}

void ProducerSeat::begin(const platform::ProcessIdentity& process, std::uint64_t term) noexcept {
  const auto order = std::memory_order_relaxed;
  layout::ProducerPage& page = view().producer();
  page.identity.pid.store(process.pid, order);
  page.identity.startTime.store(process.startTime, order);
  page.identity.pidNamespace.store(process.pidNamespace, order);
  page.term.store(term, order);
  page.cursor.sequence.store(published_, std::memory_order_release);  // [T2]
  page.state.store(ProducerState::live, std::memory_order_release);   // [E0] pairs with [E1]
  producerBarrier(view()).ring();
}

void ProducerSeat::end(ProducerState state) noexcept {
  view().producer().state.store(state, std::memory_order_release);  // [E0] pairs with [E1]
  producerBarrier(view()).ring();
  // Consumers that run after others sleep on those.
  for (std::uint32_t row = 0; row < view().geometry().consumerRows; ++row) {
    const layout::RowWord word{view().consumer(row).row.load(std::memory_order_acquire)};
    if (word.gates()) barrierOf(view(), row).ring();
  }
}

}  // namespace sluice
