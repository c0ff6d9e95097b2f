#include "c/options.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "c/handle.hpp"
#include "c/names.hpp"
#include "sluice/error.hpp"

namespace sluice::c {

namespace {

// Where a struct had padding, a member that is added there would hold an older program's garbage.
template <class... Options>
constexpr bool haveNoPadding = (std::has_unique_object_representations_v<Options> && ...);
static_assert(haveNoPadding<sluice_producer_options, sluice_open_options, sluice_consumer_options,
                            sluice_observer_options, sluice_fan_in_options, sluice_remove_options>);

[[noreturn]] void refuseOption(const char* field, const std::string& found,
                               const std::string& expected, const char* advice = "") {
  throw Exception({ErrorCode::invalidArgument, "", field, found, expected, advice});
}

/// So that a later version may give it a meaning.
void checkReserved(int reserved) {
  if (reserved != 0)
    refuseOption("reserved", std::to_string(reserved), "0", "set all of the struct to 0 first");
}

/// A number of a list that begins with the default: 0, and then 1 to `last`.
int chosen(const char* field, int number, int last) {
  if (number < 0 || number > last)
    refuseOption(field, std::to_string(number), "0 to " + std::to_string(last));
  return number;
}

/// Of those in which C's 0 is the default, and each other is one of the C++ numbers.
template <class Enum>
Enum chosen(const char* field, int number, int last, Enum ofZero) {
  return chosen(field, number, last) == 0 ? ofZero : static_cast<Enum>(number);
}

/// Of those whose C++ numbers begin with 0.
template <class Enum>
Enum chosenFromOne(const char* field, int number, int last, Enum ofZero) {
  return chosen(field, number, last) == 0 ? ofZero : static_cast<Enum>(number - 1);
}

std::string textOf(const char* text) {
  return text == nullptr ? "" : text;
}

MemoryOptions memoryOptionsOf(std::uint32_t memory) {
  constexpr std::uint32_t all = SLUICE_PREFAULT | SLUICE_HUGE_PAGES | SLUICE_LOCK_PAGES;
  if ((memory & ~all) != 0) refuseOption("memory", std::to_string(memory), "0 to 7");
  return {(memory & SLUICE_PREFAULT) != 0, (memory & SLUICE_HUGE_PAGES) != 0,
          (memory & SLUICE_LOCK_PAGES) != 0};
}

std::optional<WakeProtocol> wakeProtocolOf(int number) {
  if (chosen("wake_protocol", number, SLUICE_WAKE_NOBODY) == 0) return std::nullopt;
  return static_cast<WakeProtocol>(number);
}

StartAt startAtOf(int number, StartAt ofZero) {
  return chosenFromOne("start_at", number, SLUICE_OLDEST, ofZero);
}

WithoutProducer withoutProducerOf(int number, WithoutProducer ofZero) {
  return chosenFromOne("without_producer", number, SLUICE_STAY, ofZero);
}

AttachTo attachToOf(int number) {
  return chosenFromOne("attach_to", number, SLUICE_LIVING_PRODUCER, AttachTo::anySegment);
}

OnDeath onDeathOf(int number) {
  return chosen("on_death", number, SLUICE_HOLD, OnDeath::release);
}

}  // namespace

void readOptions(const void* from, std::size_t size, void* to, std::size_t known,
                 std::size_t least) {
  if (size < least)
    refuseOption("struct_size", std::to_string(size), "at least " + std::to_string(least),
                 "set it to the size of the struct");
  const auto* const bytes = static_cast<const std::byte*>(from);
  // A size that is none would be read as options far behind the struct.
  constexpr std::size_t largest = 4096;
  if (size > largest || std::any_of(bytes + std::min(size, known), bytes + size,
                                    [](std::byte byte) { return byte != std::byte{0}; }))
    refuseOption("struct_size", std::to_string(size), "at most " + std::to_string(known),
                 "the program needs a newer library, or leaves the size as it was");
  std::memcpy(to, from, std::min(size, known));
}

ProducerOptions producerOptionsOf(const sluice_producer_options& options) {
  ProducerOptions ours;
  ours.capacity = options.capacity;
  if (options.max_consumers != 0) ours.maxConsumers = options.max_consumers;
  ours.withoutConsumers = chosen("without_consumers", options.without_consumers,
                                 SLUICE_WAIT_FOR_CONSUMERS, WithoutConsumers::runOn);
  ours.wakeProtocol = wakeProtocolOf(options.wake_protocol);
  ours.whenTaken =
      static_cast<WhenTaken>(chosen("when_taken", options.when_taken, SLUICE_REPLACE_CLOSED));
  ours.firstSequence = options.first_sequence;
  if (options.mode != 0) ours.mode = options.mode;
  ours.directory = directoryOf(options.directory);
  ours.waitStrategy = waitStrategyOf(options.wait_strategy);
  ours.memory = memoryOptionsOf(options.memory);
  ours.takeOverWithin = limitOf(options.take_over_deadline_ns);
  return ours;
}

MessageOptions messageOptionsOf(const sluice_producer_options& options) {
  checkNoRecord(options.record);
  if (options.slot_layout != 0 && options.slot_layout != SLUICE_MESSAGES)
    refuseOption("slot_layout", std::to_string(options.slot_layout), "0 for messages");
  MessageOptions ours;
  ours.payloadBytes = options.payload_bytes;
  ours.capacity = options.capacity;
  if (options.slot_size > std::numeric_limits<std::uint32_t>::max())
    refuseOption("slot_size", std::to_string(options.slot_size), "at most 4096");
  if (options.slot_size != 0) ours.slotSize = static_cast<std::uint32_t>(options.slot_size);
  ours.producer = producerOptionsOf(options);
  return ours;
}

RecordDescription checkedRecordOf(const sluice_producer_options& options,
                                  std::unique_ptr<GivenRecord>& record) {
  if (options.record == nullptr)
    refuseOption("record", "a null pointer", "a description of the record");
  if (options.payload_bytes != 0 || options.slot_size != 0)
    refuseOption(options.payload_bytes != 0 ? "payload_bytes" : "slot_size", "a choice",
                 "0 for records", "create the segment with sluice_message_producer_create");
  record = recordOf(options.record);
  return record->description();
}

OpenOptions openOptionsOf(const sluice_open_options& options) {
  OpenOptions ours;
  ours.directory = directoryOf(options.directory);
  ours.waitStrategy = waitStrategyOf(options.wait_strategy);
  ours.memory = memoryOptionsOf(options.memory);
  ours.takeOverWithin = limitOf(options.take_over_deadline_ns);
  return ours;
}

ConsumerOptions consumerOptionsOf(const sluice_consumer_options& options) {
  ConsumerOptions ours;
  ours.name = textOf(options.name);
  ours.startAt = startAtOf(options.start_at, StartAt::latest);
  ours.withoutProducer = withoutProducerOf(options.without_producer, WithoutProducer::end);
  ours.onDeath = onDeathOf(options.on_death);
  ours.evictAfter = std::chrono::nanoseconds(options.evict_after_ns);
  for (const std::string_view after : namesOf("after", options.after, options.after_count))
    ours.after.emplace_back(after);
  ours.attachTo = attachToOf(options.attach_to);
  ours.appearWithin = limitOf(options.appear_deadline_ns);
  if (options.max_batch != 0) ours.maxBatch = options.max_batch;
  ours.directory = directoryOf(options.directory);
  ours.waitStrategy = waitStrategyOf(options.wait_strategy);
  ours.memory = memoryOptionsOf(options.memory);
  return ours;
}

ObserverOptions observerOptionsOf(const sluice_observer_options& options) {
  checkReserved(options.reserved);
  ObserverOptions ours;
  ours.startAt = startAtOf(options.start_at, StartAt::latest);
  ours.withoutProducer = withoutProducerOf(options.without_producer, WithoutProducer::end);
  ours.attachTo = attachToOf(options.attach_to);
  ours.appearWithin = limitOf(options.appear_deadline_ns);
  ours.directory = directoryOf(options.directory);
  ours.waitStrategy = waitStrategyOf(options.wait_strategy);
  ours.memory = memoryOptionsOf(options.memory);
  return ours;
}

FanInOptions fanInOptionsOf(const sluice_fan_in_options& options) {
  FanInOptions ours;
  ours.name = textOf(options.name);
  ours.startAt = startAtOf(options.start_at, StartAt::oldest);
  ours.withoutProducer = withoutProducerOf(options.without_producer, WithoutProducer::stay);
  ours.onDeath = onDeathOf(options.on_death);
  ours.evictAfter = std::chrono::nanoseconds(options.evict_after_ns);
  ours.removeClosed = options.remove_closed != 0;
  if (options.max_batch != 0) ours.maxBatch = options.max_batch;
  ours.directory = directoryOf(options.directory);
  ours.waitStrategy = waitStrategyOf(options.wait_strategy);
  ours.memory = memoryOptionsOf(options.memory);
  if (options.quiet_limit_ns < 0)
    refuseOption("quiet_limit_ns", std::to_string(options.quiet_limit_ns), "0 or more");
  return ours;
}

RemoveOptions removeOptionsOf(const sluice_remove_options& options) {
  checkReserved(options.reserved);
  return {directoryOf(options.directory), options.even_if_in_use != 0, options.even_if_held != 0,
          options.even_if_foreign != 0};
}

WaitStrategy waitStrategyOf(const sluice_wait_strategy& strategy) {
  switch (chosen("wait_strategy", strategy.kind, SLUICE_COUNTED)) {
    case SLUICE_BUSY_SPIN:
      return WaitStrategy::busySpin();
    case SLUICE_SPIN_THEN_YIELD:
      return WaitStrategy::spinThenYield();
    case SLUICE_SLEEP_AT_ONCE:
      return WaitStrategy::sleepAtOnce();
    case SLUICE_COUNTED:
      return {strategy.spins, strategy.yields};
    default:
      return {};
  }
}

std::string directoryOf(const char* directory) {
  return directory == nullptr ? std::string(defaultDirectory) : directory;
}

std::unique_ptr<GivenRecord> recordOf(const sluice_record* record) {
  return record == nullptr ? nullptr : std::make_unique<GivenRecord>(*record);
}

void checkNoRecord(const sluice_record* record) {
  if (record != nullptr) refuseOption("record", "a description", "none for messages");
}

}  // namespace sluice::c
