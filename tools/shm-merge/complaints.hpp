// What is told on standard error.
#pragma once

#include <string_view>

namespace shm_merge {

/// Writes the text after the name of the program.
void complain(std::string_view text);

}  // namespace shm_merge
