#include "mirror_ring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "inspect/look.hpp"
#include "os/segment_path.hpp"
#include "payload.hpp"
#include "refusal.hpp"
#include "sluice/message.hpp"
#include "sluice/untyped.hpp"

namespace shm_bridge {

using sluice::Sequence;
using sluice::Status;

namespace {

template <class Producer>
class MirrorRingOf : public MirrorRing {
 public:
  explicit MirrorRingOf(Producer ring) : ring_(std::move(ring)) {}

  Sequence next() const override { return ring_.lastPublished() + 1; }
  Status waitForConsumers(const std::vector<std::string_view>& names,
                          const sluice::WaitLimit& limit) override {
    return ring_.waitForConsumers(names, limit);
  }
  void close() override { ring_.close(); }
  bool isNamed() const override { return ring_.isNamed(); }

 protected:
  Producer ring_;
};

class MirrorOfRecords final : public MirrorRingOf<sluice::UntypedProducer> {
 public:
  using MirrorRingOf::MirrorRingOf;

  Schema records() const override { return schemaOf(ring_.slotLayout(), ring_.record()); }

  Status append(std::span<const std::byte> payload, std::uint64_t known, std::uint64_t count,
                const sluice::WaitLimit& limit) override {
    const std::size_t size = ring_.record().size;
    return ring_.send(payload.data() + known * size, size, count - known, limit).status;
  }
};

class MirrorOfMessages final : public MirrorRingOf<sluice::MessageProducer> {
 public:
  using MirrorRingOf::MirrorRingOf;

  Schema records() const override {
    Schema schema;
    schema.layout = sluice::SlotLayout::messages;
    return schema;
  }

  Status append(std::span<const std::byte> payload, std::uint64_t known, std::uint64_t count,
                const sluice::WaitLimit& limit) override {
    for (std::uint64_t i = 0; i < count; ++i) {
      const FramedMessage message = takeMessage(payload);
      if (i < known) continue;
      if (const Status status = appendOne(message, limit); status != Status::ok) {
        ring_.publish();
        return status;
      }
    }
    return ring_.publish();
  }

 private:
  /// What is finished and unpublished takes room, so it is published before a wait.
  Status appendOne(const FramedMessage& message, const sluice::WaitLimit& limit) {
    auto room = ring_.tryClaim(message.bytes.size());
    if (!room) {
      ring_.publish();
      room = ring_.claim(message.bytes.size(), limit);
    }
    if (!room) return room.status();
    if (!message.bytes.empty())
      std::memcpy(room.bytes().data(), message.bytes.data(), message.bytes.size());
    room.finish(message.bytes.size(), message.kind);
    return Status::ok;
  }
};

template <class Ring, class Producer>
sluice::Result<std::unique_ptr<MirrorRing>> owned(sluice::Result<Producer> producer) {
  if (!producer) return producer.error();
  return std::unique_ptr<MirrorRing>(std::make_unique<Ring>(*std::move(producer)));
}

}  // namespace

sluice::Result<std::unique_ptr<MirrorRing>> MirrorRing::create(
    const std::string& name, const sluice::ProducerOptions& options, const Schema& schema) {
  if (schema.hasMessages()) {
    const sluice::MessageOptions messages{.payloadBytes = schema.payloadBytes,
                                          .capacity = options.capacity,
                                          .slotSize = static_cast<std::uint32_t>(schema.slotSize),
                                          .producer = options};
    return owned<MirrorOfMessages>(sluice::MessageProducer::create(name, messages));
  }
  const std::vector<sluice::Field> fields = schema.fields();
  return owned<MirrorOfRecords>(sluice::UntypedProducer::create(
      name, options, {schema.recordName, schema.recordSize, schema.recordAlignment, fields},
      schema.layout));
}

sluice::Result<std::unique_ptr<MirrorRing>> MirrorRing::open(const std::string& name,
                                                             const sluice::OpenOptions& options,
                                                             bool hasMessages) {
  if (hasMessages) return owned<MirrorOfMessages>(sluice::MessageProducer::open(name, options));
  return owned<MirrorOfRecords>(sluice::UntypedProducer::open(name, options));
}

std::optional<FoundRing> findRing(const std::string& name, const std::string& directory) {
  const auto snapshot =
      sluice::inspect::look(sluice::detail::SegmentPath(directory, name), {.settle = {}});
  if (!snapshot) {
    if (snapshot.error().code == sluice::ErrorCode::notFound) return std::nullopt;
    throw Refusal(snapshot.error().message());
  }
  if (!snapshot->header || !snapshot->geometry || !snapshot->producer)
    throw Refusal(
        fmt::format("{}: is no ring of this release; remove it, or give the mirror ring "
                    "another name",
                    snapshot->path));
  return FoundRing{snapshot->header->id,
                   snapshot->producer->state == sluice::detail::ProducerState::closed,
                   snapshot->geometry->slotLayout == sluice::SlotLayout::messages,
                   snapshot->producer->stream.published + 1};
}

std::string consumersBehind(const std::string& name, const std::string& directory) {
  const auto snapshot =
      sluice::inspect::look(sluice::detail::SegmentPath(directory, name), {.settle = {}});
  std::string behind;
  if (!snapshot || !snapshot->producer) return behind;
  for (const auto& consumer : snapshot->consumers) {
    if (!consumer.counts() || consumer.lag == 0) continue;
    behind += (behind.empty() ? "" : ", ") + sluice::inspect::describe(consumer);
  }
  return behind;
}

}  // namespace shm_bridge
