#include "os/slice.hpp"

namespace sluice::detail {

constinit const std::chrono::milliseconds slice{1000};

}  // namespace sluice::detail
