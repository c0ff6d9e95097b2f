// The ring that is sent, whatever is in it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "payload.hpp"
#include "schema.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "wire.hpp"

namespace shm_bridge {

/// A held consumer of records or of messages, which reads on while what it has read is on its way.
class SourceRing {
 public:
  /// Attaches. An error as the consumers' attach() has it.
  static sluice::Result<std::unique_ptr<SourceRing>> attach(const std::string& name,
                                                            const sluice::ConsumerOptions& options);

  SourceRing() = default;
  SourceRing(const SourceRing&) = delete;
  SourceRing& operator=(const SourceRing&) = delete;
  virtual ~SourceRing() = default;

  virtual const std::shared_ptr<const Schema>& schema() const = 0;
  virtual SegmentId id() const = 0;

  /// The next record that add() takes.
  virtual sluice::Sequence next() const = 0;
  /// The sequence after the last record committed, and after the last record published.
  virtual sluice::Sequence uncommitted() const = 0;
  virtual sluice::Sequence unpublished() const = 0;

  /// Goes on at that record: past records that need not be sent, or back to records that were
  /// committed, as far as they still lie in the ring. next() says where it is then.
  virtual void moveTo(sluice::Sequence sequence) = 0;

  /// Adds what has come, as far as the batch takes it, and not past a gap. ok, or why nothing more
  /// comes by now: timedOut, or the end.
  virtual sluice::Status add(PayloadWriter& batch) = 0;
  /// The size of the next message, when the batch had no room for it.
  virtual std::size_t nextSize() const = 0;

  /// Until there is something to add.
  virtual sluice::Status wait(const sluice::WaitLimit& limit) = 0;

  /// Status::ok, or evicted: then what was added since the last good commit is worth nothing.
  virtual sluice::Status commitUpTo(sluice::Sequence last) = 0;

  /// Nobody of its name was held in the ring when it attached.
  virtual bool isNew() const = 0;
  /// Gives its row and its name up: the ring's producer goes on without it.
  virtual void resign() = 0;
};

}  // namespace shm_bridge
