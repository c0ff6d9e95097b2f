// Runs one operation many times in a function of its own, for callgrind to count.
// usage: counted_calls OPERATION TURNS SEGMENT
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/message.hpp"
#include "sluice/sluice.hpp"

namespace {

struct CacheLine {
  std::array<std::uint64_t, 8> word;
};

// As long as the longest message that lies in a slot of one line.
struct Forty {
  std::array<std::uint64_t, 5> word;
};

// Longer than a slot's message, and as long as whole lines.
struct FourLines {
  std::array<std::uint64_t, 32> word;
};

}  // namespace

template <>
inline constexpr std::string_view sluice::recordName<CacheLine> = "CacheLine";

namespace {

using Producer = sluice::Producer<std::uint64_t>;
using Consumer = sluice::Consumer<std::uint64_t>;

constexpr std::uint64_t batchSize = 32;

// A turn of the loop is one claim, one write of 8 bytes and one publish.
[[gnu::noinline]] void countedPublish(Producer& ring, std::uint64_t turns) {
  for (std::uint64_t n = 0; n < turns; ++n) {
    ring.claimOne() = n;
    ring.publish();
  }
}

// The same with 64 bytes, which are copied.
[[gnu::noinline]] void countedCopy(sluice::Producer<CacheLine>& ring, const CacheLine& record,
                                   std::uint64_t turns) {
  for (std::uint64_t n = 0; n < turns; ++n) {
    ring.claimOne() = record;
    ring.publish();
  }
}

// One claim of a batch, one write of 8 bytes for each record, one publish of all.
[[gnu::noinline]] void countedBatches(Producer& ring, std::uint64_t turns) {
  for (std::uint64_t n = 0; n < turns; ++n) {
    for (std::uint64_t& record : ring.claimUpTo(batchSize))
      record = n;
    ring.publish();
  }
}

// One publish as above, and then one wait that returns that one record, one read and one commit.
[[gnu::noinline]] std::uint64_t countedRelay(Producer& ring, Consumer& in, std::uint64_t turns) {
  std::uint64_t sum = 0;
  for (std::uint64_t n = 0; n < turns; ++n) {
    ring.claimOne() = n;
    ring.publish();
    sum += in.wait().front();
    in.commit();
  }
  return sum;
}

// One batch as above, and then one wait that returns it, a read of each record and one commit.
[[gnu::noinline]] std::uint64_t countedRelayOfBatches(Producer& ring, Consumer& in,
                                                      std::uint64_t turns) {
  std::uint64_t sum = 0;
  for (std::uint64_t n = 0; n < turns; ++n) {
    for (std::uint64_t& record : ring.claimUpTo(batchSize))
      record = n;
    ring.publish();
    for (const std::uint64_t record : in.wait())
      sum += record;
    in.commit();
  }
  return sum;
}

// The same two for records whose type the program does not know.
[[gnu::noinline]] void countedUntypedPublish(sluice::UntypedProducer& ring, std::uint64_t turns) {
  for (std::uint64_t n = 0; n < turns; ++n) {
    std::memcpy(ring.claimOne(), &n, sizeof n);
    ring.publish();
  }
}

[[gnu::noinline]] std::uint64_t countedUntypedRelay(sluice::UntypedProducer& ring,
                                                    sluice::UntypedConsumer& in,
                                                    std::uint64_t turns) {
  std::uint64_t sum = 0;
  for (std::uint64_t n = 0; n < turns; ++n) {
    std::memcpy(ring.claimOne(), &n, sizeof n);
    ring.publish();
    std::uint64_t record = 0;
    std::memcpy(&record, in.wait().base(), sizeof record);
    sum += record;
    in.commit();
  }
  return sum;
}

// The same bytes copied, as a record and as a message.
template <class Record>
[[gnu::always_inline]] inline void publishRecords(sluice::Producer<Record>& ring,
                                                  const Record& record, std::uint64_t turns) {
  for (std::uint64_t n = 0; n < turns; ++n) {
    ring.claimOne() = record;
    ring.publish();
  }
}
template <class Record>
[[gnu::always_inline]] inline void publishMessages(sluice::MessageProducer& ring,
                                                   const Record& message, std::uint64_t turns) {
  for (std::uint64_t n = 0; n < turns; ++n) {
    const auto room = ring.claim(sizeof message);
    std::memcpy(room.bytes().data(), &message, sizeof message);
    room.finish(sizeof message, sluice::Kind{7});
    ring.publish();
  }
}

[[gnu::noinline]] void countedForty(sluice::Producer<Forty>& ring, const Forty& record,
                                    std::uint64_t turns) {
  publishRecords(ring, record, turns);
}
[[gnu::noinline]] void countedMessages(sluice::MessageProducer& ring, const Forty& message,
                                       std::uint64_t turns) {
  publishMessages(ring, message, turns);
}
[[gnu::noinline]] void countedFourLines(sluice::Producer<FourLines>& ring, const FourLines& record,
                                        std::uint64_t turns) {
  publishRecords(ring, record, turns);
}
[[gnu::noinline]] void countedLongMessages(sluice::MessageProducer& ring, const FourLines& message,
                                           std::uint64_t turns) {
  publishMessages(ring, message, turns);
}

[[gnu::noinline]] std::uint64_t countedRelayOfMessages(sluice::MessageProducer& ring,
                                                       sluice::MessageConsumer& in,
                                                       const Forty& message, std::uint64_t turns) {
  std::uint64_t sum = 0;
  for (std::uint64_t n = 0; n < turns; ++n) {
    const auto room = ring.claim(sizeof message);
    std::memcpy(room.bytes().data(), &message, sizeof message);
    room.finish(sizeof message, sluice::Kind{7});
    ring.publish();
    sum += in.wait().front().bytes.size();
    in.commit();
  }
  return sum;
}

bool publishForty(const std::string& segment, std::uint64_t turns) {
  auto ring = sluice::Producer<Forty>::create(segment, {.capacity = 65536}).value();
  countedForty(ring, {}, turns);
  return true;
}

bool publishShortMessages(const std::string& segment, std::uint64_t turns) {
  auto ring = sluice::MessageProducer::create(segment, {.capacity = 65536}).value();
  countedMessages(ring, {}, turns);
  return true;
}

bool publishFourLines(const std::string& segment, std::uint64_t turns) {
  auto ring = sluice::Producer<FourLines>::create(segment, {.capacity = 65536}).value();
  countedFourLines(ring, {}, turns);
  return true;
}

bool publishLongMessages(const std::string& segment, std::uint64_t turns) {
  auto ring = sluice::MessageProducer::create(segment, {.capacity = 65536}).value();
  countedLongMessages(ring, {}, turns);
  return true;
}

bool relayMessages(const std::string& segment, std::uint64_t turns) {
  auto ring = sluice::MessageProducer::create(segment, {.capacity = 65536}).value();
  auto in = sluice::MessageConsumer::attach(segment).value();
  return countedRelayOfMessages(ring, in, {}, turns) == sizeof(Forty) * turns;
}

sluice::UntypedProducer createUntyped(const std::string& segment) {
  return sluice::UntypedProducer::create(segment, {.capacity = 65536},
                                         sluice::describeRecord<std::uint64_t>())
      .value();
}

bool publishUntyped(const std::string& segment, std::uint64_t turns) {
  auto ring = createUntyped(segment);
  countedUntypedPublish(ring, turns);
  return true;
}

bool relayUntyped(const std::string& segment, std::uint64_t turns) {
  auto ring = createUntyped(segment);
  auto in = sluice::UntypedConsumer::attach(segment).value();
  return countedUntypedRelay(ring, in, turns) == turns * (turns - 1) / 2;
}

Producer create(const std::string& segment, std::uint64_t capacity = 65536) {
  return Producer::create(segment, {.capacity = capacity}).value();
}

bool publish(const std::string& segment, std::uint64_t turns) {
  auto ring = create(segment);
  countedPublish(ring, turns);
  return true;
}

bool copy(const std::string& segment, std::uint64_t turns) {
  auto ring = sluice::Producer<CacheLine>::create(segment, {.capacity = 65536}).value();
  countedCopy(ring, {}, turns);
  return true;
}

bool publishBatches(const std::string& segment, std::uint64_t turns) {
  auto ring = create(segment);
  countedBatches(ring, turns);
  return true;
}

bool relay(const std::string& segment, std::uint64_t turns) {
  auto ring = create(segment);
  auto in = Consumer::attach(segment).value();
  return countedRelay(ring, in, turns) == turns * (turns - 1) / 2;
}

bool relayBatches(const std::string& segment, std::uint64_t turns) {
  auto ring = create(segment);
  auto in = Consumer::attach(segment).value();
  return countedRelayOfBatches(ring, in, turns) == batchSize * (turns * (turns - 1) / 2);
}

// The first of the consumers keeps the ring as full as it can be: it commits a few records when
// there is room for none. The others read whatever is there.
bool crowd(const std::string& segment, std::uint64_t turns, std::size_t consumers) {
  constexpr std::uint64_t step = 8;
  auto ring = create(segment, 1024);
  std::vector<Consumer> crowd;
  for (std::size_t i = 0; i < consumers; ++i)
    crowd.push_back(Consumer::attach(segment, {.maxBatch = i == 0 ? step : 256}).value());
  for (std::uint64_t n = 0; n < turns; n += step) {
    if (n >= ring.capacity()) {
      static_cast<void>(crowd.front().wait());
      crowd.front().commit();
    }
    countedPublish(ring, step);
    for (std::size_t i = 1; i < crowd.size(); ++i) {
      static_cast<void>(crowd[i].wait());
      crowd[i].commit();
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  using Operation = bool (*)(const std::string&, std::uint64_t);
  const std::map<std::string, Operation> operations{
      {"publish", publish},
      {"copy", copy},
      {"publishBatches", publishBatches},
      {"relay", relay},
      {"relayBatches", relayBatches},
      {"publishForty", publishForty},
      {"publishMessages", publishShortMessages},
      {"relayMessages", relayMessages},
      {"publishFourLines", publishFourLines},
      {"publishLongMessages", publishLongMessages},
      {"publishUntyped", publishUntyped},
      {"relayUntyped", relayUntyped},
      {"crowdOf1", [](const auto& segment, auto turns) { return crowd(segment, turns, 1); }},
      {"crowdOf64", [](const auto& segment, auto turns) { return crowd(segment, turns, 64); }},
  };
  const auto operation = operations.find(argv[1]);
  if (operation == operations.end()) return 2;
  const bool isRight = operation->second(argv[3], std::strtoull(argv[2], nullptr, 10));
  return sluice::removeSegment(argv[3], {.evenIfInUse = true}) && isRight ? 0 : 1;
}
