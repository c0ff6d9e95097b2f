// Which names a pattern means.
#pragma once

#include <string>
#include <string_view>

#include "sluice/result.hpp"

namespace sluice::detail {

/// A name in which `*` stands for any bytes, also none, and `?` for one byte.
class NamePattern {
 public:
  /// invalidArgument unless it is 1 to 200 bytes, has no '/' and no control character, and does not
  /// begin with '.'.
  static Result<NamePattern> parse(std::string_view pattern);

  bool matches(std::string_view name) const noexcept;

 private:
  explicit NamePattern(std::string_view text) : text_(text) {}

  std::string text_;
};

}  // namespace sluice::detail
