// What a user chooses: the same stream through rings of several capacities, and with huge pages.
#include <fmt/format.h>

#include "systems/streams.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

Comparison compare(const char* subject, const Load& load, const RunOptions& options) {
  Comparison comparison{"choices", parametersOf(load, options.processors), {throughput({})}};
  comparison.parameters.subject = subject;
  return comparison;
}

Comparison capacities(std::uint64_t batch, const RunOptions& options) {
  const Load load{.batch = batch};
  Comparison comparison = compare("capacity", load, options);
  for (const std::uint64_t capacity : {8192U, 64U, 256U, 1024U, 65536U, 1048576U})
    comparison.contenders.push_back(
        contend(sluiceChosen(fmt::format("{} slots", capacity), {.capacity = capacity}), load,
                options.processors, options.runTime()));
  return comparison;
}

Comparison pages(const RunOptions& options) {
  const Load load{.batch = 256};
  constexpr std::uint64_t capacity = 1048576;
  Comparison comparison = compare("pages of 1048576 slots", load, options);
  for (const bool hugePages : {false, true})
    comparison.contenders.push_back(
        contend(sluiceChosen(hugePages ? "2 MiB, where the system gives them" : "4 KiB",
                             {.capacity = capacity, .hugePages = hugePages}),
                load, options.processors, options.runTime()));
  return comparison;
}

}  // namespace

std::vector<Comparison> choices(const RunOptions& options) {
  if (options.quick) return {};
  return {capacities(1, options), capacities(256, options), pages(options)};
}

}  // namespace sluice::bench
