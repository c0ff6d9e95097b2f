// Flights as the lines of a CSV file, and back.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "flight.hpp"

inline constexpr std::string_view csvHeader = "date,delay,distance,origin,destination";

/// The flights of a file. Throws std::runtime_error, which names the line, when a record cannot
/// hold a line so that appendCsv() writes it again byte for byte.
std::vector<Flight> readCsv(const std::string& path);

/// Appends the flight's line, its end included.
void appendCsv(fmt::memory_buffer& text, const Flight& flight);
