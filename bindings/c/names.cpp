#include "c/names.hpp"

#include <string>

#include "sluice/error.hpp"
#include "sluice/policy.hpp"

namespace sluice::c {

namespace {

[[noreturn]] void refuseNames(const char* argument, const std::string& found,
                              const std::string& expected) {
  throw Exception({ErrorCode::invalidArgument, "", argument, found, expected, ""});
}

}  // namespace

std::vector<std::string_view> namesOf(const char* argument, const char* const* names,
                                      std::size_t count) {
  if (count != 0 && names == nullptr)
    refuseNames(argument, "a null pointer", std::to_string(count) + " names");
  if (count > maxConsumerRows)
    refuseNames(argument, std::to_string(count) + " names",
                "at most " + std::to_string(maxConsumerRows));
  std::vector<std::string_view> all;
  for (std::size_t i = 0; i < count; ++i) {
    if (names[i] == nullptr) refuseNames(argument, "a null pointer", "a name");
    all.emplace_back(names[i]);
  }
  return all;
}

}  // namespace sluice::c
