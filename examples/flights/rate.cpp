#include "rate.hpp"

#include <fmt/format.h>

std::string rateOf(std::uint64_t flights, std::chrono::duration<double> time) {
  return fmt::format("{} flights in {:.3f} s, {:.2f} million a second", flights, time.count(),
                     static_cast<double>(flights) / time.count() / 1e6);
}
