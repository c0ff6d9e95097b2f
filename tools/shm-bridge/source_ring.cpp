#include "source_ring.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "inspect/look.hpp"
#include "os/segment_path.hpp"
#include "recall.hpp"
#include "sluice/message.hpp"
#include "sluice/untyped.hpp"

namespace shm_bridge {

using sluice::Sequence;
using sluice::Status;

namespace {

/// What a consumer of records is asked that one of messages is asked otherwise.
struct RecordKind {
  using Consumer = sluice::UntypedConsumer;
  using Batch = Consumer::Records;

  static std::size_t add(const Consumer& in, const Batch& batch, std::size_t from,
                         PayloadWriter& writer) {
    const std::size_t size = in.record().size;
    const std::size_t n = std::min(batch.size() - from, writer.recordsThatFit(size));
    writer.addRecords(batch[from], size, batch.stride(), n);
    return n;
  }
  static bool isFull(const Consumer& in, const PayloadWriter& writer) {
    return writer.recordsThatFit(in.record().size) == 0;
  }
  static std::size_t sizeOf(const Consumer& in, const Batch& /*batch*/, std::size_t /*index*/) {
    return in.record().size;
  }
  static Schema schemaOf(const Consumer& in, const Schema& /*shape*/) {
    return shm_bridge::schemaOf(in.slotLayout(), in.record());
  }
};

struct MessageKind {
  using Consumer = sluice::MessageConsumer;
  using Batch = Consumer::Messages;

  static std::size_t add(const Consumer& /*in*/, const Batch& batch, std::size_t from,
                         PayloadWriter& writer) {
    std::size_t n = 0;
    for (; from + n < batch.size(); ++n) {
      const sluice::Message message = batch[from + n];
      if (!writer.hasRoomFor(message.bytes.size())) break;
      writer.addMessage(message.bytes, message.kind);
    }
    return n;
  }
  static bool isFull(const Consumer& /*in*/, const PayloadWriter& writer) {
    return !writer.hasRoomFor(0);
  }
  static std::size_t sizeOf(const Consumer& /*in*/, const Batch& batch, std::size_t index) {
    return batch[index].bytes.size();
  }
  static Schema schemaOf(const Consumer& /*in*/, const Schema& shape) { return shape; }
};

template <class Kind>
class SourceRingOf final : public SourceRing {
 public:
  SourceRingOf(typename Kind::Consumer in, std::string name, std::string directory,
               const Schema& shape, bool isNew)
      : in_(std::move(in)),
        isNew_(isNew),
        batch_(in_.tryWait()),
        name_(std::move(name)),
        directory_(std::move(directory)) {
    Schema schema = Kind::schemaOf(in_, shape);
    schema.capacity = in_.capacity();
    schema_ = std::make_shared<const Schema>(std::move(schema));
  }

  const std::shared_ptr<const Schema>& schema() const override { return schema_; }
  SegmentId id() const override { return in_.segmentId(); }
  Sequence uncommitted() const override { return in_.lastCommitted() + 1; }
  Sequence unpublished() const override { return uncommitted() + in_.lag(); }
  Status commitUpTo(Sequence last) override { return in_.commitUpTo(last); }
  bool isNew() const override { return isNew_; }
  void resign() override { in_.resign(); }
  Status wait(const sluice::WaitLimit& limit) override {
    if (recall_ && !recall_->isOver()) return Status::ok;
    return used_ < batch_.size() ? Status::ok : take(in_.wait(limit));
  }
  Sequence next() const override {
    if (recall_ && !recall_->isOver()) return recall_->next();
    return used_ < batch_.size() ? batch_.first() + used_ : in_.next();
  }

  void moveTo(Sequence sequence) override {
    recall_.reset();
    in_.rewind();
    const Sequence begin = in_.next();
    take(in_.tryWait());
    if (sequence < begin) {
      recall(sequence, begin);
      return;
    }
    while (next() < sequence) {
      if (used_ == batch_.size() && take(in_.tryWait()) != Status::ok) return;
      used_ = std::min<std::size_t>(batch_.size(), sequence - batch_.first());
    }
  }

  Status add(PayloadWriter& writer) override {
    if (recall_ && !recall_->isOver()) {
      recall_->add(writer);
      return Status::ok;
    }
    for (;;) {
      if (used_ == batch_.size())
        if (const Status status = take(in_.tryWait()); status != Status::ok) return status;
      const std::size_t n = Kind::add(in_, batch_, used_, writer);
      used_ += n;
      if (used_ < batch_.size() || Kind::isFull(in_, writer)) return Status::ok;
    }
  }

  std::size_t nextSize() const override {
    return used_ < batch_.size() ? Kind::sizeOf(in_, batch_, used_) : 0;
  }

 private:
  void recall(Sequence from, Sequence end) {
    if (!in_.isNamed()) return;
    recall_.emplace(name_, directory_, schema_->hasMessages(), from, end);
    // Another ring may have been given the name meanwhile.
    if (!in_.isNamed()) recall_.reset();
  }

  Status take(typename Kind::Batch batch) {
    batch_ = batch;
    used_ = 0;
    return batch_ ? Status::ok : batch_.status();
  }

  typename Kind::Consumer in_;
  bool isNew_;
  typename Kind::Batch batch_;
  std::size_t used_ = 0;  // records of the batch
  std::optional<Recall> recall_;
  std::string name_;
  std::string directory_;
  std::shared_ptr<const Schema> schema_;
};

/// What only the segment's header tells of a ring of messages.
Schema shapeOf(const sluice::inspect::Snapshot& snapshot) {
  Schema schema;
  schema.layout = sluice::SlotLayout::messages;
  if (!snapshot.geometry) return schema;
  schema.slotSize = snapshot.geometry->stride;
  schema.payloadBytes = snapshot.geometry->payloadSize;
  return schema;
}

template <class Kind>
sluice::Result<std::unique_ptr<SourceRing>> attachAs(const std::string& name,
                                                     const sluice::ConsumerOptions& options,
                                                     const Schema& shape, bool isNew) {
  auto in = Kind::Consumer::attach(name, options);
  if (!in) return in.error();
  return std::unique_ptr<SourceRing>(
      std::make_unique<SourceRingOf<Kind>>(*std::move(in), name, options.directory, shape, isNew));
}

/// A consumer of that name lives in the ring, or is held in it.
bool isKept(const sluice::inspect::Snapshot& snapshot, const std::string& consumer) {
  return std::ranges::any_of(snapshot.consumers, [&](const auto& facts) {
    return facts.name == consumer && facts.counts();
  });
}

}  // namespace

sluice::Result<std::unique_ptr<SourceRing>> SourceRing::attach(
    const std::string& name, const sluice::ConsumerOptions& options) {
  const sluice::detail::SegmentPath path(options.directory, name);
  const auto before = sluice::inspect::look(path, {.settle = {}});
  const bool isNew = !before || !isKept(*before, options.name);
  auto records = attachAs<RecordKind>(name, options, {}, isNew);
  if (records || records.error().code != sluice::ErrorCode::recordMismatch) return records;
  for (int attempt = 0;; ++attempt) {
    const auto snapshot = sluice::inspect::look(path, {.settle = {}});
    if (!snapshot) return snapshot.error();
    auto messages = attachAs<MessageKind>(name, options, shapeOf(*snapshot), isNew);
    // Another ring may have been given the name in between.
    const bool isOther =
        messages && (!snapshot->header || (*messages)->id() != SegmentId(snapshot->header->id));
    if (!isOther || attempt == 10) return messages;
  }
}

}  // namespace shm_bridge
