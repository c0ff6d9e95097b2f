// One producer, one consumer, both asleep whenever there is nothing to do: on two processors and on
// one.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "support/comparison.hpp"
#include "support/contend.hpp"
#include "systems/message_ports.hpp"
#include "systems/messages.hpp"
#include "systems/sluice_ring.hpp"

namespace {

using namespace sluice::bench;

constexpr std::size_t size = 64;

Comparison compare(const std::string& where, const Processors& processors, bool quick) {
  Comparison comparison{"unicast", fmt::format("64 B, blocking, {}", where), "M/s", true, 1.0};
  const auto add = [&]<class System>(const std::string& name, Standing standing,
                                     std::uint64_t records, std::uint64_t batch) {
    const Load load{quick ? records / 10 : records, batch, 65536, 1, Idling::block};
    const std::string how = batch == 1 ? "one at a time" : fmt::format("batches of {}", batch);
    comparison.contenders.push_back(
        contend<size, System>(fmt::format("{}, {}", name, how), standing, load, processors));
  };
  using Pipe = Messages<size, PipePort>;
  using Socket = Messages<size, UnixSocketPort>;
  add.operator()<Pipe>("pipe", Standing::peer, 10'000'000, 256);
  add.operator()<Pipe>("pipe", Standing::peer, 500'000, 1);
  add.operator()<Socket>("Unix socket", Standing::peer, 10'000'000, 256);
  add.operator()<Socket>("Unix socket", Standing::peer, 500'000, 1);
  add.operator()<Messages<size, PosixQueuePort>>("POSIX message queue", Standing::peer, 300'000, 1);
  add.operator()<Messages<size, BoostQueuePort>>("boost message_queue", Standing::peer, 500'000, 1);
  using Stamped = SluiceRing<size, sluice::stamped>;
  using Packed = SluiceRing<size, sluice::packed>;
  add.operator()<Stamped>("stamped", Standing::ours, 10'000'000, 1);
  add.operator()<Packed>("packed", Standing::ours, 10'000'000, 1);
  return comparison;
}

}  // namespace

int main(int argc, char** argv) try {
  const RunOptions options = parseOptions(
      argc, argv, "Records a second from one producer to one consumer, both blocking.");
  const int first = options.processors.front();
  std::vector<Comparison> comparisons{
      compare("two processors", {options.processors}, options.quick),
      compare("one processor", {{first}}, options.quick)};
  runInterleaved(comparisons, options);
  report(comparisons, options);
  return 0;
} catch (const std::exception& exception) {
  fmt::print(stderr, "blocking: {}\n", exception.what());
  return 1;
}
