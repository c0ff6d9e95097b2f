// What shm-merge does: the records of two rings into one.
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "merge_batch.hpp"
#include "merged_record.hpp"
#include "os/segment_path.hpp"
#include "scenario.hpp"
#include "settle.hpp"
#include "sluice/merged.hpp"
#include "sluice/untyped_fan_in.hpp"
#include "sluice/untyped_producer.hpp"

namespace sluice::kill {
namespace {

constexpr std::uint64_t ofEachBefore = 6;
constexpr std::uint64_t ofEach = 5;
constexpr std::array<std::string_view, 2> inputs{"in-a", "in-b"};

/// A merge as a process begins it, after the death of another one too.
class Merging {
 public:
  explicit Merging(const Place& place) : record_(describeRecord<Parcel>()), out_(open(place)) {
    const FanInOptions options{
        .name = "merge", .onDeath = OnDeath::hold, .directory = place.directory};
    const auto last =
        shm_merge::lastMerged({place.directory, place.segment}, out_.lastPublished()).value();
    if (last) shm_merge::settle(*last, options).value();
    in_.emplace(UntypedFanIn::open(inputs, options, record_.input()).value());
  }

  /// Merges so many records; false when they do not come.
  bool run(std::uint64_t count, const WaitLimit& limit) {
    const WaitLimit started = limit.started();
    while (count != 0) {
      const auto event = in_->wait(started);
      if (event.news() == FanInNews::none) return false;
      // The rows of the dead are free a moment later.
      if (event.news() != FanInNews::records) continue;
      if (mergeBatch(*in_, event, out_, record_, started) != Status::ok) return false;
      count -= event.batch().size();
    }
    return true;
  }
  std::uint64_t published() const { return out_.lastPublished() + 1; }

 private:
  UntypedProducer open(const Place& place) const {
    auto out = UntypedProducer::open(place.segment,
                                     {.directory = place.directory, .takeOverWithin = patience},
                                     record_.output());
    if (out || out.error().code != ErrorCode::notFound) return std::move(out).value();
    ProducerOptions options = producerOptions(place);
    options.withoutConsumers = WithoutConsumers::wait;
    return UntypedProducer::create(place.segment, options, record_.output()).value();
  }

  shm_merge::MergedRecord record_;
  UntypedProducer out_;
  std::optional<UntypedFanIn> in_;
};

/// A claim ends with the ring, and the victim's records lie on both sides of that.
class MergeScenario : public Scenario {
 public:
  using Scenario::Scenario;

  void prepare() override {
    for (const std::string_view name : inputs) {
      ProducerOptions options = producerOptions(place());
      options.withoutConsumers = WithoutConsumers::wait;
      producers_.push_back(Producer<Parcel>::create(name, options).value());
    }
    publishToEach(ofEachBefore);
    Merging before(place());
    if (!before.run(inputs.size() * ofEachBefore, patience)) note("the first merge got too little");
    reader_.emplace(
        Consumer<Merged<Parcel>>::attach(place().segment, {.name = "reader",
                                                           .startAt = StartAt::oldest,
                                                           .withoutProducer = WithoutProducer::stay,
                                                           .directory = place().directory})
            .value());
    read();
    publishToEach(ofEach);
  }
  void prepareVictim() override { victim_.emplace(place()); }
  void operation() override { victim_->run(inputs.size() * ofEach, WaitLimit::now()); }

  void check(bool) override {
    Merging after(place());
    publishToEach(1);
    const std::uint64_t all = inputs.size() * (ofEachBefore + ofEach + 1);
    // What is too much comes at the end, and what is missing is waited for in vain.
    if (after.published() > all || !after.run(all - after.published(), patience))
      note("the successor went on after " + std::to_string(after.published()) + " of " +
           std::to_string(all) + " records");
    if (after.run(1, WaitLimit::now())) note("the successor has published more than there was");
    read();
    for (const auto& [origin, next] : next_)
      if (next != ofEachBefore + ofEach + 1)
        note("the reader has " + std::to_string(next) + " records of an input");
    if (next_.size() != inputs.size()) note("the reader has seen another number of inputs");
  }

 private:
  void publishToEach(std::uint64_t count) {
    for (Producer<Parcel>& producer : producers_)
      for (std::uint64_t i = 0; i < count; ++i)
        producer.send(Parcel::of(producer.lastPublished() + 1));
  }

  /// All that is there: of each origin every record once and in its order.
  void read() {
    while (const auto batch = reader_->tryWait()) {
      for (const Merged<Parcel>& merged : batch) {
        const Sequence expected = next_[merged.origin]++;
        if (merged.sequence != expected || merged.record.number != expected ||
            !merged.record.isWhole())
          note("record " + std::to_string(merged.record.number) + " with sequence " +
               std::to_string(merged.sequence) + " came in place of " + std::to_string(expected));
      }
      reader_->commit();
    }
  }
  void note(const std::string& finding) { survivors().findings().push_back(finding); }

  std::vector<Producer<Parcel>> producers_;
  std::optional<Consumer<Merged<Parcel>>> reader_;
  std::map<SegmentId, Sequence> next_;
  std::optional<Merging> victim_;
};

}  // namespace

std::vector<Operation> mergeOperations() {
  return {{"merge", [](Place place) { return std::make_unique<MergeScenario>(std::move(place)); }}};
}

}  // namespace sluice::kill
