// Which names a pattern means.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/result.hpp"

namespace sluice::detail {

/// A name in which `*` stands for any bytes, also none, and `?` for one byte.
class NamePattern {
 public:
  /// invalidArgument unless it is 1 to 200 bytes, has no '/' and no control character, and does not
  /// begin with '.'.
  static Result<NamePattern> parse(std::string_view pattern);

  /// The same of each; and invalidArgument where there is none.
  static Result<std::vector<NamePattern>> parseAll(std::span<const std::string_view> patterns);

  bool matches(std::string_view name) const noexcept;

 private:
  explicit NamePattern(std::string_view text) : text_(text) {}

  std::string text_;
};

}  // namespace sluice::detail
