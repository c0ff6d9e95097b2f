// Runs one operation many times in a function of its own, for callgrind to count.
// usage: counted_calls publish|relay COUNT SEGMENT
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sluice/sluice.hpp"

namespace {

using Producer = sluice::Producer<std::uint64_t>;
using Consumer = sluice::Consumer<std::uint64_t>;

// A turn of the loop is one claim, one write of 8 bytes and one publish.
[[gnu::noinline]] void countedPublish(Producer& ring, std::uint64_t count) {
  for (std::uint64_t n = 0; n < count; ++n) {
    ring.claimOne() = n;
    ring.publish();
  }
}

// The same, and then one wait that returns that one record, one read and one commit.
[[gnu::noinline]] std::uint64_t countedRelay(Producer& ring, Consumer& in, std::uint64_t count) {
  std::uint64_t sum = 0;
  for (std::uint64_t n = 0; n < count; ++n) {
    ring.claimOne() = n;
    ring.publish();
    sum += in.wait().front();
    in.commit();
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string operation = argv[1];
  const std::uint64_t count = std::strtoull(argv[2], nullptr, 10);
  auto ring = Producer::create(argv[3], {.capacity = 65536}).value();
  if (operation == "publish") {
    countedPublish(ring, count);
  } else {
    auto in = Consumer::attach(argv[3]).value();
    if (countedRelay(ring, in, count) != count * (count - 1) / 2) return 1;
  }
  return sluice::remove(argv[3]) ? 0 : 1;
}
