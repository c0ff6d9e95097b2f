#include "os/printable.hpp"

#include <algorithm>

namespace sluice::detail {

std::string printable(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

}  // namespace sluice::detail
