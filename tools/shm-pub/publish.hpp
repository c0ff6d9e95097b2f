// Publishing the standard input.
#pragma once

#include <string_view>

#include "options.hpp"

namespace shm_pub {

/// Says it on standard error; the exit status that was given.
int complain(std::string_view text, Exit status);

/// Each piece of the input is a message. The exit status.
int publishMessages(const Options& options);

/// Each line of the input is a record of the type of options.like. The exit status.
int publishRecords(const Options& options);

}  // namespace shm_pub
