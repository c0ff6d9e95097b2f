// What a user chooses when creating or attaching.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sluice/policy.hpp"
#include "sluice/sequence.hpp"
#include "sluice/wait_limit.hpp"
#include "sluice/wait_strategy.hpp"

namespace sluice {

/// How a participant's memory is mapped. Each costs time when attaching and saves it later.
struct MemoryOptions {
  bool prefault = false;   ///< touch all pages now: no page fault later
  bool hugePages = false;  ///< ask for 2 MiB pages; a hint that the system may ignore
  bool lockPages = false;  ///< never swap them out; needs RLIMIT_MEMLOCK
};

/// What create() does when the name is taken.
enum class WhenTaken {
  fail,     ///< error alreadyExists
  replace,  ///< the old segment loses its name and its stream is closed; inUse while its producer
            ///< lives, or a row is held in it that has not read everything
  replaceClosed,  ///< the same with a segment whose stream was closed; error alreadyExists with any
                  ///< other
};

struct ProducerOptions {
  std::uint64_t capacity = 0;  ///< slots in the ring: a power of two; must be chosen
  std::uint32_t maxConsumers = maxConsumerRows;  ///< 1 to 64
  WithoutConsumers withoutConsumers = WithoutConsumers::runOn;
  /// Without a choice it is `membarrier` where this process may use that, else `fence`. `fence`
  /// lets processes take part that may not call membarrier; `none` is for a producer that must make
  /// no system call.
  std::optional<WakeProtocol> wakeProtocol{};
  WhenTaken whenTaken = WhenTaken::fail;
  Sequence firstSequence = 0;  ///< of the first record: a stream may go on with another one's
                               ///< numbers; at most 2^62
  unsigned mode = 0600;        ///< permission bits of the segment, exactly, whatever the umask
  std::string directory = std::string(defaultDirectory);
  WaitStrategy waitStrategy{};
  MemoryOptions memory{};
  /// createOrOpen: as OpenOptions has it, and how long to wait for a producer to be gone that has
  /// closed its stream.
  WaitLimit takeOverWithin = WaitLimit::now();
};

/// For a producer that goes on with an existing segment.
struct OpenOptions {
  std::string directory = std::string(defaultDirectory);
  WaitStrategy waitStrategy{};
  MemoryOptions memory{};
  WaitLimit takeOverWithin = WaitLimit::now();  ///< how long to wait for the one before to be gone
};

/// Where in the stream a reader begins.
enum class StartAt {
  latest,  ///< after the last record published when it joins
  oldest,  ///< at the oldest record that is surely still whole
};

/// What a consumer's wait does when the producer has left or died without closing the stream.
enum class WithoutProducer {
  end,   ///< it returns peerLeft or peerDied once everything published was returned
  stay,  ///< it waits on for a successor; once the segment has lost its name too, none can come,
         ///< and it returns peerLeft or peerDied within two seconds
};

/// Which segment of a name a reader attaches to.
enum class AttachTo {
  anySegment,      ///< what has the name, though its producer may be dead or have left
  livingProducer,  ///< a segment whose producer is dead, has left or has closed the stream counts
                   ///< as not there yet: appearWithin waits for a successor, or another segment
};

struct ConsumerOptions {
  std::string name{};  ///< at most 63 bytes; unique among the living, or empty
  StartAt startAt = StartAt::latest;
  WithoutProducer withoutProducer = WithoutProducer::end;
  /// With `hold`, which needs a name, the producer waits for a successor of that name once the ring
  /// is full, and the successor goes on at the last commit.
  OnDeath onDeath = OnDeath::release;
  /// How long the producer waits on a full ring for this consumer's next commit before it goes on
  /// without it; 0 is for ever. Time in which the producer itself was stopped does not count. A
  /// consumer that sets it takes a batch for good only when commit() says so.
  std::chrono::nanoseconds evictAfter{};
  /// Consumers of these names come first: each record is given to this one only when all of them
  /// have committed it. At most 64 names, without this one's own and without a cycle; a name given
  /// twice counts once. All have to be there, or to appear within appearWithin.
  std::vector<std::string> after{};
  AttachTo attachTo = AttachTo::anySegment;
  WaitLimit appearWithin = WaitLimit::now();  ///< how long to wait for the segment to appear, and
                                              ///< for those of `after`
  std::uint64_t maxBatch = 256;               ///< records that a wait returns at most; at least 1
  std::string directory = std::string(defaultDirectory);
  WaitStrategy waitStrategy{};
  MemoryOptions memory{};
};

struct ObserverOptions {
  StartAt startAt = StartAt::latest;
  WithoutProducer withoutProducer = WithoutProducer::end;
  AttachTo attachTo = AttachTo::anySegment;
  WaitLimit appearWithin = WaitLimit::now();
  std::string directory = std::string(defaultDirectory);
  WaitStrategy waitStrategy{};
  MemoryOptions memory{};
};

}  // namespace sluice
