#include "named_inputs.hpp"

#include <algorithm>

namespace shm_merge {

NamedInputs::NamedInputs(const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    if (input.find_first_of("*?") != std::string::npos) mayBeMore_ = true;
    states_.emplace(input, State::open);
  }
}

void NamedInputs::set(const std::string& name, State state) {
  const auto found = states_.find(name);
  if (found != states_.end()) found->second = state;
}

void NamedInputs::refused(const std::string& name) {
  const auto found = states_.find(name);
  if (found != states_.end() && found->second == State::open) found->second = State::endedOtherwise;
}

bool NamedInputs::areOver() const {
  const auto isOpen = [](const auto& input) { return input.second == State::open; };
  return !mayBeMore_ && std::none_of(states_.begin(), states_.end(), isOpen);
}

bool NamedInputs::areClosed() const {
  const auto isClosed = [](const auto& input) { return input.second == State::closed; };
  return std::all_of(states_.begin(), states_.end(), isClosed);
}

}  // namespace shm_merge
