// Two pid namespaces, for processes that share nothing but /dev/shm.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>

namespace sluice::soak {

/// Two side by side, of which neither sees the other; each fork goes into the one that was chosen
/// last. The kernel ends everybody in them when this is destroyed.
class PidNamespaces {
 public:
  /// Throws std::system_error when the system does not permit it. The calling process must have
  /// one thread.
  PidNamespaces();
  ~PidNamespaces();
  PidNamespaces(const PidNamespaces&) = delete;
  PidNamespaces& operator=(const PidNamespaces&) = delete;

  void choose(std::size_t which) const;

 private:
  struct Namespace {
    pid_t firstProcess = -1;  // without which nobody can be started in it
    int descriptor = -1;
  };

  static void begin(Namespace& each);
  void end() noexcept;

  std::array<Namespace, 2> both_;
};

}  // namespace sluice::soak
