// What an operator asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "os/segment_path.hpp"
#include "sluice/sequence.hpp"

namespace shm_dump {

/// Sequences first to first + count - 1; at least one.
struct SequenceRange {
  sluice::Sequence first = 0;
  std::uint64_t count = 0;
};

struct Options {
  sluice::detail::SegmentPath path;
  bool list = false;
  bool json = false;
  std::optional<SequenceRange> slots;
  std::uint64_t last = 0;           ///< 0 for none
  std::vector<std::string> fields;  ///< empty for all
  bool bytes = true;
  std::uint64_t cut = 0;

  bool asksForRecords() const noexcept { return slots.has_value() || last != 0; }
};

/// The options, or the exit status of a program that has said all: help, its version, or what is
/// wrong with the arguments.
struct Parsed {
  std::optional<Options> options;
  int status = 0;
};

Parsed parse(int argc, char** argv);

}  // namespace shm_dump
