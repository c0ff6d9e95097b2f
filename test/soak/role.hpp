// What a process of the soak does.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sluice/options.hpp"

namespace sluice::soak {

struct Role {
  enum class Kind { producer, consumer, observer };

  std::string group;  ///< a line of the table
  Kind kind;
  std::string name{};  ///< of a consumer
  OnDeath onDeath = OnDeath::release;
  std::chrono::milliseconds evictAfter{};
  std::optional<std::size_t> after{};  ///< the place in the cast of the one it runs after

  bool mayBeEvicted() const noexcept { return evictAfter.count() != 0; }
};

/// Every process that takes part.
inline std::vector<Role> fullCast() {
  using Kind = Role::Kind;
  using namespace std::chrono_literals;
  std::vector<Role> cast;
  for (int i = 0; i < 3; ++i)
    cast.push_back({"producers", Kind::producer});
  const std::size_t firstHeld = cast.size();
  for (const char* name : {"held-a", "held-b", "held-c"})
    cast.push_back({"hold", Kind::consumer, name, OnDeath::hold});
  for (const char* name : {"released-a", "released-b", "released-c"})
    cast.push_back({"release", Kind::consumer, name});
  for (const char* name : {"evicted-a", "evicted-b", "evicted-c"})
    cast.push_back({"evictAfter", Kind::consumer, name, OnDeath::release, 4ms});
  cast.push_back({"after a held", Kind::consumer, "next-held", OnDeath::hold, 0ms, firstHeld});
  cast.push_back({"after a held", Kind::consumer, "next-free", OnDeath::release, 0ms, firstHeld});
  cast.push_back({"observers", Kind::observer});
  cast.push_back({"observers", Kind::observer});
  return cast;
}

}  // namespace sluice::soak
