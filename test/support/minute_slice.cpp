// What the tests are linked with in the place of the library's slice.cpp: a wake-up that is lost is
// not covered by the next slice.
#include "os/slice.hpp"

namespace sluice::detail {

constinit const std::chrono::milliseconds slice{std::chrono::minutes{1}};

}  // namespace sluice::detail
