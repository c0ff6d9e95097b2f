// The kernel's table of file locks, which every process may read.
#pragma once

#include <cstdint>
#include <optional>

#include "os/file_id.hpp"

namespace sluice::detail {

/// True while an open file holds the write lock (F_OFD_SETLK) of that byte of the file, as
/// /proc/locks tells; nothing where it cannot be read.
std::optional<bool> isWriteLocked(const FileId& file, std::uint64_t byte);

}  // namespace sluice::detail
