// The ring at the far end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "wire.hpp"

namespace shm_bridge {

/// A producer of records or of messages with the sequences of the source.
class MirrorRing {
 public:
  static sluice::Result<std::unique_ptr<MirrorRing>> create(const std::string& name,
                                                            const sluice::ProducerOptions& options,
                                                            const Schema& schema);
  /// Goes on with a ring that is there.
  static sluice::Result<std::unique_ptr<MirrorRing>> open(const std::string& name,
                                                          const sluice::OpenOptions& options,
                                                          bool hasMessages);

  MirrorRing() = default;
  MirrorRing(const MirrorRing&) = delete;
  MirrorRing& operator=(const MirrorRing&) = delete;
  virtual ~MirrorRing() = default;

  /// The sequence of the record that comes next.
  virtual sluice::Sequence next() const = 0;

  /// What is in it; of messages only that they are.
  virtual Schema records() const = 0;

  /// Publishes those records of a payload without fault, less the first `known`. ok, or why not all
  /// were published: next() tells how far it came.
  virtual sluice::Status append(std::span<const std::byte> payload, std::uint64_t known,
                                std::uint64_t count, const sluice::WaitLimit& limit) = 0;

  virtual sluice::Status waitForConsumers(const std::vector<std::string_view>& names,
                                          const sluice::WaitLimit& limit) = 0;
  virtual void close() = 0;
  /// Its name still means this ring.
  virtual bool isNamed() const = 0;
};

/// What is under the name of a mirror ring.
struct FoundRing {
  SegmentId id{};
  bool isClosed = false;
  bool hasMessages = false;
  sluice::Sequence next = 0;  ///< the sequence after the last one published
};

/// Nothing where nothing has the name. Throws Refusal for what is no ring.
std::optional<FoundRing> findRing(const std::string& name, const std::string& directory);

/// The consumers that have records of that ring to read, in words; empty when all have read it.
std::string consumersBehind(const std::string& name, const std::string& directory);

}  // namespace shm_bridge
