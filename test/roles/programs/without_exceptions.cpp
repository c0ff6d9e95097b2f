// A user's program that is compiled without exceptions: what would throw ends it.
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "sluice/sluice.hpp"

#if defined(__cpp_exceptions)
#error "compile this without exceptions"
#endif

namespace {

using Ring = sluice::Producer<std::uint64_t>;
using sluice::Status;

/// Everything that goes well goes as with exceptions; 0 if all was well.
int stream(const std::string& name) {
  auto ring = Ring::create(name, {.capacity = 8}).value();
  auto in = sluice::Consumer<std::uint64_t>::attach(name).value();
  auto untyped = sluice::UntypedConsumer::attach(name).value();
  auto observer = sluice::Observer<std::uint64_t>::attach(name).value();
  const std::vector<std::uint64_t> records{0, 1, 2, 3};
  ring.send(std::span(records));
  ring.claimOne() = 4;
  ring.publish();
  const auto batch = in.wait();
  if (batch.size() != 5 || batch.back() != 4 || in.commit() != Status::ok) return 1;
  if (untyped.tryWait().size() != 5) return 2;
  if (!observer.wait()) return 3;
  if (sluice::removeSegment(name).error().code != sluice::ErrorCode::inUse) return 4;
  if (Ring::open(name).error().code != sluice::ErrorCode::inUse) return 5;
  ring.close();
  return in.wait().status() == Status::closed ? 0 : 6;
}

int fillAndClaim(const std::string& name) {
  auto ring = Ring::create(name, {.capacity = 8}).value();
  for (int i = 0; i < 9; ++i)
    ring.claimOne() = 0;
  return 0;
}

int claimAfterTheClose(const std::string& name) {
  auto ring = Ring::create(name, {.capacity = 8}).value();
  ring.close();
  ring.claimOne() = 0;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  const std::string what = argv[1];
  const std::string name = argv[2];
  if (what == "stream") return stream(name);
  if (what == "value") return Ring::open(name).value().capacity() == 0 ? 0 : 1;
  if (what == "success") return sluice::removeSegment(name).value(), 0;
  if (what == "full") return fillAndClaim(name);
  if (what == "closed") return claimAfterTheClose(name);
  return 64;
}
