#include "csv.hpp"

#include <stdexcept>

namespace segment_tools {

std::string csvRow(const std::vector<std::string>& cells) {
  std::string row;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) row += ',';
    // A row of one empty cell would be an empty line.
    const bool isNothing = cell.empty() && cells.size() == 1;
    if (!isNothing && cell.find_first_of(",\"\r\n") == std::string::npos) {
      row += cell;
      continue;
    }
    row += '"';
    for (const char c : cell) {
      if (c == '"') row += '"';
      row += c;
    }
    row += '"';
  }
  return row;
}

bool CsvReader::take(std::string_view line) {
  if (isWithinRow()) {
    cells_.back() += '\n';
  } else {
    cells_.assign(1, {});
    place_ = Place::start;
  }
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool endsTheLine = line[i] == '\r' && i + 1 == line.size() && !isWithinRow();
    if (!endsTheLine) take(line[i]);
  }
  return !isWithinRow();
}

void CsvReader::take(char c) {
  if (place_ == Place::quoted) {
    if (c == '"')
      place_ = Place::behindQuotes;
    else
      cells_.back() += c;
  } else if (c == ',') {
    cells_.emplace_back();
    place_ = Place::start;
  } else if (c != '"' && place_ != Place::behindQuotes) {
    cells_.back() += c;
    place_ = Place::plain;
  } else if (place_ == Place::start) {
    place_ = Place::quoted;
  } else if (place_ == Place::behindQuotes && c == '"') {
    cells_.back() += c;
    place_ = Place::quoted;
  } else {
    throw std::invalid_argument(place_ == Place::plain
                                    ? "found a quote within it, expected quotes around it"
                                    : "found more behind its closing quote, expected a comma");
  }
}

}  // namespace segment_tools
