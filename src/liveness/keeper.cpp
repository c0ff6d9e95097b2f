#include "liveness/keeper.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace sluice::detail {
namespace {

/// True when the main thread has ended, and of the others only the calling thread is left. A
/// process that stayed for its keeper alone would never end.
bool isAlone() noexcept {
  struct stat threads {};
  if (::stat("/proc/self/task", &threads) != 0) return false;
  // The directory's own two links, and one for each thread. A main thread that has ended counts,
  // and has no program any more.
  constexpr nlink_t mainAndThis = 2 + 2;
  std::array<char, 1> program{};
  return threads.st_nlink == mainAndThis &&
         ::readlink("/proc/self/exe", program.data(), program.size()) < 0 && errno == ENOENT;
}

}  // namespace

Keeper::Keeper()
    : thread_("sluice-keeper", Scheduling::ordinary,
              {.begin = [this] { deaths_.install(); },
               .mayEnd = [this] { return deaths_.isEmpty() || isAlone(); }}) {}

Keeper& Keeper::ofThisProcess() {
  return PerProcess<Keeper>::get();
}

}  // namespace sluice::detail
