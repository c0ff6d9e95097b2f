// A segment as one participant has it: mapped, with the lease that makes it a participant.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "format/geometry.hpp"
#include "format/segment_view.hpp"
#include "liveness/lease.hpp"
#include "liveness/lifeline.hpp"
#include "os/file_id.hpp"
#include "os/lease_file.hpp"
#include "os/mapping.hpp"
#include "os/process_stamp.hpp"
#include "os/segment_path.hpp"
#include "os/stand_in.hpp"
#include "segment/checked_file.hpp"
#include "sluice/detail/doorbell.hpp"
#include "sluice/detail/expectation.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// Fails (incompatible) unless this process can take part in a segment of that wake protocol.
Result<void> checkWakeProtocol(const SegmentPath& path, WakeProtocol protocol);

/// What came of an attempt to take over.
enum class TakeOver {
  done,
  notYet,    ///< another process holds the producer's lease
  nameGone,  ///< the segment was removed or replaced
};

/// Holds the mapping, the lease and the lifeline of one participant of a segment: the producer's, a
/// consumer row, or none (an observer). Taken in the order lease, mapping, lifeline; destroying it
/// gives them up in reverse, nothing more: leaving in order is the roles' business. What stays open
/// is one descriptor that can only be read, to ask whether others live. Move-only; one thread at a
/// time.
class Participant {
 public:
  /// The row of a participant that has none.
  static constexpr std::uint32_t noRow = 0;

  /// Makes a segment and takes its producer's lease. The segment gets its name when it is complete
  /// and held, and everything that can fail has been done. alreadyExists when the name is taken
  /// (with `replace`: inUse when the producer of the old one lives, or a held row has records to
  /// read; the old one's stream is closed otherwise).
  static Result<Participant> createAsProducer(const SegmentPath& path,
                                              const ProducerOptions& options,
                                              const RecordDescription& record,
                                              SlotLayout slotLayout, std::uint64_t payloadSize = 0);

  /// Takes the producer's lease of an existing segment; inUse, with the producer's name, when it is
  /// taken.
  static Result<Participant> openAsProducer(const SegmentPath& path, const Expectation& expectation,
                                            const MemoryOptions& memory);

  /// Takes nothing yet, and has all that a producer needs: takeOver() is then a matter of
  /// microseconds.
  static Result<Participant> openAsSuccessor(const SegmentPath& path,
                                             const Expectation& expectation,
                                             const MemoryOptions& memory);

  /// Takes a consumer row, and the name unless it is empty: inUse when a living consumer has that
  /// name, full when every row is taken. Everything but the row's page, the doorbells and the
  /// lifelines is read-only.
  static Result<Participant> openAsConsumer(const SegmentPath& path, std::string_view consumerName,
                                            const Expectation& expectation,
                                            const MemoryOptions& memory);

  /// Takes nothing and maps everything read-only. A copy of a segment can be observed, of whose
  /// participants nobody can tell whether they live.
  static Result<Participant> openAsObserver(const SegmentPath& path, const Expectation& expectation,
                                            const MemoryOptions& memory);

  Participant(Participant&&) noexcept = default;
  /// Gives up what it had in the right order, and takes the other's.
  Participant& operator=(Participant&& other) noexcept;
  ~Participant() = default;

  const SegmentView& view() const noexcept { return view_; }
  const SegmentPath& path() const noexcept { return path_; }
  /// The row of a participant that was opened as a consumer.
  std::uint32_t row() const noexcept { return row_; }

  /// A doorbell in this process alone, which nobody rings; armed in a forked child, as all are.
  Doorbell& neverRung() noexcept { return mapping_.wordOfProcess(); }

  /// Takes the producer's lease for a participant that was opened as successor, as soon as it is
  /// free within `patience`, during which the processor is shared and not given up. After
  /// `nameGone` the participant is of no more use.
  Result<TakeOver> takeOver(std::chrono::nanoseconds patience);

  /// Gives up the row and the name of a participant that was opened as consumer; what is mapped
  /// stays mapped.
  void giveUpRow();

  /// Where the others can be asked whether they live.
  const LeaseFile& leases() const noexcept { return leases_; }

  /// True while the participant of that number holds its lease, by the kernel's word.
  bool isAlive(std::uint32_t participant) const;

  /// True while the name still means this segment: nobody has removed or replaced it.
  bool isNamed() const;

  /// False in a forked child, where nothing of the segment is mapped.
  bool isAttached() const;

  /// True in a forked child. Costs a load, so that slow paths may ask for each record; a child that
  /// was made past the C library (clone) is not seen.
  bool isInherited() const noexcept { return madeAt_ != forkDepth(); }

 private:
  /// What a participant takes of a segment before it is mapped.
  struct Taken {
    Lease consumerName{};
    Lease place{};
    std::uint32_t row = noRow;
  };
  template <class Take, class PartsOf>
  static Result<Participant> join(const CheckedFile& segment, const MemoryOptions& memory,
                                  Take take, PartsOf partsOf, std::optional<std::uint32_t> first);
  template <class Take, class PartsOf>
  static Result<Participant> openAs(const SegmentPath& path, const Expectation& expectation,
                                    const MemoryOptions& memory, Take take, PartsOf partsOf,
                                    std::optional<std::uint32_t> first);

  Participant(SegmentPath path, FileId file, LeaseFile leases, Mapping mapping,
              const Geometry& geometry, Taken taken);
  void tieLifeline(std::uint32_t participant);

  SegmentPath path_;
  FileId file_;
  LeaseFile leases_;
  Lease consumerName_;
  Lease place_;
  Mapping mapping_;
  SegmentView view_;
  Lifeline lifeline_;
  std::uint32_t row_;
  ProcessStamp process_;
  std::uint32_t madeAt_ = forkDepth();
};

}  // namespace sluice::detail
