// A segment as one participant has it: mapped, and its place in it held by a lease.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sluice/layout/geometry.hpp"
#include "sluice/layout/segment_view.hpp"
#include "sluice/platform/lease.hpp"
#include "sluice/platform/lifeline.hpp"
#include "sluice/platform/mapping.hpp"
#include "sluice/platform/process_stamp.hpp"
#include "sluice/platform/result.hpp"
#include "sluice/platform/segment_file.hpp"

namespace sluice {

/// How to make a segment.
struct Creation {
  layout::Choices choices;
  unsigned mode = 0600;
  bool replace = false;
  platform::MappingOptions mapping;
};

/// What an opener must find.
struct Expectation {
  RecordDescription record;
  layout::SlotLayout slotLayout{};
  platform::MappingOptions mapping;
  bool anyRecord = false;  ///< for who reads none
};

/// What came of a successor's attempt.
enum class Turn {
  taken,
  notYet,    ///< somebody holds the producer's place
  nameGone,  ///< the segment was removed or replaced
};

/// Holds the mapping, the lease and the lifeline of one place in a segment: the producer's, a
/// consumer row, or none (an observer). Taken in the order lease, mapping, lifeline; destroying it
/// gives them up in reverse, nothing more: leaving in order is the roles' business. Move-only; one
/// thread at a time.
class Participant {
 public:
  /// Makes a segment and takes its producer's place. The segment gets its name when it is complete
  /// and held. alreadyExists when the name is taken (with `replace`: inUse when the producer of the
  /// old one lives; the old one's stream is closed otherwise).
  static Result<Participant> createAsProducer(const platform::SegmentPath& path,
                                              const Creation& creation);

  /// Takes the producer's place of an existing segment; inUse, and by whom, when it is taken.
  static Result<Participant> openAsProducer(const platform::SegmentPath& path,
                                            const Expectation& expectation);

  /// Takes nothing yet, and has all that a producer needs: takeTurn() is then a matter of
  /// microseconds.
  static Result<Participant> openAsSuccessor(const platform::SegmentPath& path,
                                             const Expectation& expectation);

  /// Takes a consumer row, and the name unless it is empty: inUse when a living consumer has that
  /// name, full when every row is taken. Everything but the row's page, the doorbells and the
  /// lifelines is read-only.
  static Result<Participant> openAsConsumer(const platform::SegmentPath& path,
                                            std::string_view consumerName,
                                            const Expectation& expectation);

  /// Takes nothing and maps everything read-only.
  static Result<Participant> openAsObserver(const platform::SegmentPath& path,
                                            const Expectation& expectation);

  Participant(Participant&&) noexcept = default;
  /// Gives up what it had in the right order, and takes the other's.
  Participant& operator=(Participant&& other) noexcept;
  ~Participant() = default;

  const layout::SegmentView& view() const noexcept { return view_; }
  const platform::SegmentPath& path() const noexcept { return path_; }
  /// The row of one that was opened as a consumer.
  std::uint32_t row() const noexcept { return row_; }

  /// Takes the producer's place for one that was opened as successor, as soon as it is free within
  /// `patience`, during which the processor is shared and not given up. After `nameGone` it is of
  /// no more use.
  Result<Turn> takeTurn(std::chrono::nanoseconds patience);

  /// True while the participant of that number holds its place, by the kernel's word.
  bool isAlive(std::uint32_t participant) const;

  /// True while the name still means this segment: nobody has removed or replaced it.
  bool isNamed() const;

  /// False in a forked child, where nothing of the segment is mapped.
  bool isAttached() const;

 private:
  template <class Take, class PartsOf>
  static Result<Participant> openAs(const platform::SegmentPath& path, platform::Access access,
                                    const Expectation& expectation, Take take, PartsOf partsOf,
                                    std::optional<std::uint32_t> first);

  Participant(platform::SegmentPath path, platform::Lease lease, platform::Mapping mapping,
              const layout::Geometry& geometry, std::uint32_t row);
  void tieLifeline(std::uint32_t participant);

  platform::SegmentPath path_;
  platform::Lease lease_;
  platform::Mapping mapping_;
  layout::SegmentView view_;
  platform::Lifeline lifeline_;
  std::uint32_t row_;
  platform::ProcessStamp process_;
};

}  // namespace sluice
