// What shm-merge is asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "name_argument.hpp"
#include "sluice/fan_in_options.hpp"

namespace shm_merge {

enum Exit { complete = 0, endedOtherwise = 1, failed = 2 };

struct Options {
  std::vector<std::string> inputs{};  ///< names and patterns
  sluice::FanInOptions in{};          ///< of the consumer in each of them
  segment_tools::NameArgument output{};
  std::uint64_t capacity = 0;              ///< of a new output; 0: as an input has
  std::chrono::duration<double> within{};  ///< to wait for another producer of the output to go
  std::string by{};                        ///< the field to merge by; empty: in turn
  std::chrono::nanoseconds quietLimit{};
};

/// The options, or the exit status of a program that has said all: help, its version, or what is
/// wrong with the arguments.
struct Parsed {
  std::optional<Options> options;
  int status = 0;
};

Parsed parse(int argc, char** argv);

}  // namespace shm_merge
