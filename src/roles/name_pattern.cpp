#include "roles/name_pattern.hpp"

#include <cstddef>
#include <utility>

#include "os/printable.hpp"
#include "os/segment_path.hpp"

namespace sluice::detail {

Result<NamePattern> NamePattern::parse(std::string_view pattern) {
  constexpr std::size_t longest = 200;
  const bool isGood = !pattern.empty() && pattern.size() <= longest && pattern.front() != '.' &&
                      pattern.find('/') == std::string_view::npos && !hasControlCharacter(pattern);
  if (isGood) return NamePattern(pattern);
  return Error{ErrorCode::invalidArgument,
               printable(pattern),
               "pattern",
               "'" + printable(pattern) + "'",
               "1 to 200 bytes that do not begin with '.' and hold no '/' and no control character",
               "give a name with * and ? in it; the directory is an option of its own"};
}

Result<std::vector<NamePattern>> NamePattern::parseAll(std::span<const std::string_view> patterns) {
  if (patterns.empty()) return parse("").error();
  std::vector<NamePattern> all;
  for (const std::string_view pattern : patterns) {
    auto parsed = parse(pattern);
    if (!parsed) return parsed.error();
    all.push_back(*std::move(parsed));
  }
  return all;
}

/// What the last `*` stands for grows until the rest matches. An earlier one need not be looked at
/// again, as the later one can take whatever it would have taken.
bool NamePattern::matches(std::string_view name) const noexcept {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string::npos;
  std::size_t starEnd = 0;
  while (at < name.size()) {
    if (in < text_.size() && text_[in] == '*') {
      star = in++;
      starEnd = at;
    } else if (in < text_.size() && (text_[in] == '?' || text_[in] == name[at])) {
      ++in;
      ++at;
    } else if (star != std::string::npos) {
      in = star + 1;
      at = ++starEnd;
    } else {
      return false;
    }
  }
  return text_.find_first_not_of('*', in) == std::string::npos;
}

}  // namespace sluice::detail
