#include "named_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "field_store.hpp"

namespace shm_pub {

void NamedPlaces::add(const std::string& name) {
  if (!places_.emplace(name, names_.size()).second)
    throw std::invalid_argument(
        fmt::format("the record has two fields '{}', which no line tells apart", name));
  names_.push_back(name);
}

void NamedPlaces::begin() {
  seen_.assign(names_.size(), false);
}

std::size_t NamedPlaces::find(const std::string& name) {
  const auto found = places_.find(name);
  if (found == places_.end())
    throw std::invalid_argument(refusal(name, "a field that the record does not have",
                                        excerpt(fmt::format("{}", fmt::join(names_, ", ")), 500)));
  if (seen_[found->second]) throw std::invalid_argument(refusal(name, "it twice", "it once"));
  seen_[found->second] = true;
  return found->second;
}

void NamedPlaces::requireAll() const {
  const auto missing = std::find(seen_.begin(), seen_.end(), false);
  if (missing == seen_.end()) return;
  const auto place = static_cast<std::size_t>(missing - seen_.begin());
  throw std::invalid_argument(refusal(names_[place], "no such field", "a value"));
}

}  // namespace shm_pub
