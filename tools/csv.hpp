// Rows of comma-separated values, with the quotes of RFC 4180.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace segment_tools {

/// The cells as one row, without what ends it. A cell that could be read as something else is in
/// quotes.
std::string csvRow(const std::vector<std::string>& cells);

/// Reads rows line by line: a cell in quotes may go on in the next line.
class CsvReader {
 public:
  /// Takes a line without its newline; a carriage return before that is part of it. True when the
  /// row is complete. Throws std::invalid_argument when it is none, and says why the cell that has
  /// been begun last is none.
  bool take(std::string_view line);

  /// The cells of the last row; there is at least one.
  const std::vector<std::string>& cells() const noexcept { return cells_; }

  /// A cell in quotes goes on in the next line.
  bool isWithinRow() const noexcept { return place_ == Place::quoted; }

 private:
  enum class Place { start, plain, quoted, behindQuotes };

  void take(char c);

  std::vector<std::string> cells_;
  Place place_ = Place::start;
};

}  // namespace segment_tools
