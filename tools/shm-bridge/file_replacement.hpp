// A file that is always whole.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace shm_bridge {

/// Gives the file that content, whole or not at all, whatever happens meanwhile: it is written
/// beside it and then takes its name. The error, where that is refused.
std::error_code replaceFile(const std::string& path, std::string_view content);

}  // namespace shm_bridge
