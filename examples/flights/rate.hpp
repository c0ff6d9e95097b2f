// How fast flights went by.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

/// "20000000 flights in 4.000 s, 5.00 million a second".
std::string rateOf(std::uint64_t flights, std::chrono::duration<double> time);
