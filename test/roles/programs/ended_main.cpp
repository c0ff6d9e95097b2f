// A process whose main thread ends while it has a ring.
#include <pthread.h>

#include <optional>

#include "sluice/sluice.hpp"

int main(int, char** arguments) {
  static std::optional<sluice::Producer<std::uint64_t>> ring;
  ring.emplace(sluice::Producer<std::uint64_t>::create(arguments[1], {.capacity = 8}).value());
  ::pthread_exit(nullptr);
}
