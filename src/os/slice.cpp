#include "os/slice.hpp"

namespace sluice::detail {

constinit const std::chrono::milliseconds slice{250};

}  // namespace sluice::detail
