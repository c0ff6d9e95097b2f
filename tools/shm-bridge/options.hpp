// What shm-bridge is asked for.
#pragma once

#include <optional>

#include "inbound.hpp"
#include "outbound.hpp"
#include "progress.hpp"
#include "server_options.hpp"

namespace shm_bridge {

enum Exit { ended = 0, refused = 1, failed = 2 };

struct Options {
  ServerOptions servers;
  Reporter::Options report;
  std::optional<OutOptions> out;  ///< one of these two
  std::optional<InOptions> in;
};

/// The options, or the exit status of a program that has said all: help, its version, or what is
/// wrong with the arguments.
struct Parsed {
  std::optional<Options> options;
  int status = 0;
};

/// Throws Refusal for files that are not as they should be.
Parsed parse(int argc, char** argv);

}  // namespace shm_bridge
