// What shm-pub is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "message_framing.hpp"
#include "name_argument.hpp"
#include "record_format.hpp"

namespace shm_pub {

enum Exit { published = 0, refused = 1, failed = 2 };

struct Options {
  segment_tools::NameArgument segment;
  segment_tools::Framing framing = segment_tools::Framing::lines;
  std::vector<std::string> waitFor;
  std::uint64_t payload = std::uint64_t{16} << 20;
  std::uint64_t capacity = 0;  ///< 0: as many as `like` has, or as suit the payload
  std::uint32_t slotSize = 64;
  std::uint32_t kind = 0;
  bool leaveOpen = false;
  std::optional<segment_tools::NameArgument> like;  ///< whose type of record is published
  segment_tools::RecordFormat format = segment_tools::RecordFormat::json;
};

/// The options, or the exit status of a program that has said all: help, its version, or what is
/// wrong with the arguments.
struct Parsed {
  std::optional<Options> options;
  int status = 0;
};

Parsed parse(int argc, char** argv);

}  // namespace shm_pub
