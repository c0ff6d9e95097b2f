// The reader of every ring whose name matches a pattern.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "sluice/batch.hpp"
#include "sluice/detail/fan_in_core.hpp"
#include "sluice/detail/fan_in_reader.hpp"
#include "sluice/detail/slot.hpp"
#include "sluice/fan_in_event.hpp"
#include "sluice/fan_in_options.hpp"
#include "sluice/merged_by.hpp"
#include "sluice/record.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/slot_layout.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"

namespace sluice {

/// Many producers into one thread: a ring for each of them, and one reader that joins every ring of
/// a directory whose name matches, as a consumer of one name, also the rings that appear later.
///
///   auto in = FanIn<Line>::open("log-*", {.name = "collector", .onDeath = OnDeath::hold}).value();
///   while (const auto event = in.wait()) {
///     switch (event.news()) {
///       case FanInNews::records:
///         for (const Line& line : event.batch()) store(event.ring().name, line);
///         in.commit();
///         break;
///       case FanInNews::ended: ...    // event.ring(), event.status()
///       case FanInNews::refused: ...  // event.error().message()
///     }
///   }
///
/// Rings are read in turn, a batch of each that has something, or merged by a time that the records
/// have (MergedBy). A ring is known by its segment, and not by its name: a segment that is created
/// anew under a name is another ring, with another number, and what was published in the one before
/// is given too. So that nothing of a ring is lost before the FanIn has joined it, its producer
/// creates it with WithoutConsumers::wait.
///
/// An end is told once, after everything published. The ring is let go when all of it is committed:
/// it is resigned, so that it holds no producer back; of a closed stream the consumer leaves, so
/// that with OnDeath::hold no later FanIn of the name is given its records again.
///
/// A name that matches and cannot be joined (no segment, another record type, no permission, no
/// free row, the consumer's name in use) is told once, and the others run on. It is tried again
/// when its file is replaced by another, when the directory tells that its rights have changed, and
/// each 250 ms while it is a row or the name that is not free; and told again when the reason is
/// then a different one or the file another.
///
/// A thread of the library looks for rings: the directory tells of new ones at once, or is listed
/// each 250 ms where inotify is refused. Each ring takes a descriptor of the process.
///
/// Used by one thread at a time; movable. Destroying it leaves every ring, as destroying a consumer
/// does. A FanIn that was moved from says `detached`, and so does the
/// parent's in a forked child.
template <class T, SlotLayoutTag L = stamped>
class FanIn {
 public:
  using Records = Batch<const T, L>;
  using Event = FanInEvent<Records>;

  /// Joins the rings that are there, and goes on looking. In the pattern `*` stands for any bytes
  /// and `?` for one; 1 to 200 bytes, no '/'. Names that begin with a dot are not looked at.
  /// Errors: invalidArgument, notFound (the directory), denied, system. What is wrong with a single
  /// name is an event.
  static Result<FanIn> open(std::string_view pattern, const FanInOptions& options = {}) {
    return openWith(pattern, options, {}, std::nullopt);
  }
  /// The same, but merges: an event has as many records of one ring as come before all others.
  /// `merged.time` is called by the thread that waits. Errors: invalidArgument too without it, or
  /// with a negative limit.
  static Result<FanIn> open(std::string_view pattern, const FanInOptions& options,
                            MergedBy<T> merged) {
    if (!merged.time) return detail::noTimeOfRecords(pattern);
    const auto quietLimit = merged.quietLimit;
    return openWith(pattern, options, std::move(merged.time), quietLimit);
  }

  /// The next event; waits for ever until there is one. A ring's batches follow each other, whether
  /// or not they were committed. None when the limit is over: a stop that was requested comes
  /// before the events, a deadline that has passed does not.
  Event wait(const WaitLimit& limit = {}) {
    const detail::FanInFinding found = core_.wait(limit);
    return {found.news, found.status, *found.ring, *found.error, batchOf(found)};
  }
  /// What there is now.
  Event tryWait() { return wait(WaitLimit::now()); }

  /// Says "I am done" with every record given so far of the ring of the last event. Status::ok,
  /// also where there is nothing to commit; evicted, as Consumer::commit() has it; or detached.
  Status commit() noexcept { return core_.commit(); }
  /// The same, but of the last event's batch only the first `n` records.
  Status commit(std::size_t n) noexcept { return core_.commit(n); }

  /// The same of all rings, for a program that makes what it was given safe now and then; ok, or
  /// what one of the commits said that was not.
  Status commitAll() noexcept { return core_.commitAll(); }

  /// How many rings it has joined and not told as ended. Rings that were found since the last wait
  /// do not count yet.
  std::size_t size() const noexcept { return core_.size(); }

  /// How many records were given after one of a later time; 0 where the rings are read in turn.
  std::uint64_t late() const noexcept { return core_.late(); }

  /// A descriptor for an event loop, and what makes it readable, as WaitSet has them: that
  /// tryWait() has an event. arm() returns Status::ok where it has already, timedOut while it has
  /// not, and detached without a descriptor. A ring that was found makes it readable too, before it
  /// has a record. The descriptor stays the same when the FanIn is moved.
  Result<int> readyDescriptor() { return core_.readyDescriptor(); }
  Status arm() { return core_.arm(); }

 private:
  using Slot = detail::FixedSlot<T, L>;
  using Reader = detail::SlotReader<Slot>;

  explicit FanIn(detail::FanInCore core) noexcept : core_(std::move(core)) {}

  static Result<FanIn> openWith(std::string_view pattern, const FanInOptions& options,
                                std::function<std::int64_t(const T&)> time,
                                std::optional<std::chrono::nanoseconds> quietLimit) {
    const auto times = [time = std::move(time)](const Reader& reader,
                                                const detail::ArrivedSlots& slots) {
      return detail::timesOf(batchOf(reader, slots), time);
    };
    const auto makeReader = [times](detail::ConsumerAttachment attachment,
                                    const FanInOptions& chosen) {
      return std::make_unique<Reader>(std::move(attachment), Slot{}, chosen, times);
    };
    auto core = detail::FanInCore::open({&pattern, 1}, options, {describeRecord<T>(), L::value},
                                        makeReader, quietLimit);
    if (!core) return core.error();
    return FanIn(*std::move(core));
  }

  static Records batchOf(const Reader& reader, const detail::ArrivedSlots& slots) noexcept {
    return {reader.engine().record(slots.slot), slots.count, slots.first};
  }
  static Records batchOf(const detail::FanInFinding& found) noexcept {
    if (found.news != FanInNews::records) return {noSequence, found.status};
    return batchOf(static_cast<const Reader&>(*found.reader), found.slots);
  }

  detail::FanInCore core_;
};

}  // namespace sluice
