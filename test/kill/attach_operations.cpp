// Attaching and creating.
#include <optional>

#include "scenario.hpp"

namespace sluice::kill {

std::vector<Operation> attachOperations() {
  return {};
}

}  // namespace sluice::kill
