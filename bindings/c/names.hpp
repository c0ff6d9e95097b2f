// Lists of names that C gives.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace sluice::c {

/// Views of those texts. Throws Exception for null pointers among them, and for more names than a
/// segment has rows.
std::vector<std::string_view> namesOf(const char* argument, const char* const* names,
                                      std::size_t count);

}  // namespace sluice::c
