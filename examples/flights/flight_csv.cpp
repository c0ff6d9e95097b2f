#include "flight_csv.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>

namespace {

/// Returns the text up to the next comma, and leaves what follows the comma in `line`.
std::string_view cutField(std::string_view& line) {
  const std::string_view field = line.substr(0, line.find(','));
  line.remove_prefix(std::min(field.size() + 1, line.size()));
  return field;
}

template <class Number>
Number parseNumber(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

template <std::size_t N>
void copyText(std::string_view text, std::array<char, N>& to, std::size_t longest) {
  to.fill('\0');
  std::copy_n(text.begin(), std::min(text.size(), longest), to.begin());
}

/// Any line gives a flight. A field that is no number, or too long, shows when the flight is
/// written as a line again.
Flight parseFlight(std::string_view line) {
  Flight flight;
  copyText(cutField(line), flight.departure, flight.departure.size());
  flight.delay = parseNumber<std::int32_t>(cutField(line));
  flight.distance = parseNumber<std::uint32_t>(cutField(line));
  copyText(cutField(line), flight.origin, flight.origin.size() - 1);
  copyText(cutField(line), flight.destination, flight.destination.size() - 1);
  return flight;
}

template <std::size_t N>
std::string_view textOf(const std::array<char, N>& field) {
  const auto end = std::find(field.begin(), field.end(), '\0');
  return {field.data(), static_cast<std::size_t>(end - field.begin())};
}

}  // namespace

std::vector<Flight> readCsv(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  if (!std::getline(file, line) || line != csvHeader)
    throw std::runtime_error(fmt::format("{} does not begin with {}", path, csvHeader));
  std::vector<Flight> flights;
  fmt::memory_buffer again;
  while (std::getline(file, line)) {
    if (!file.eof()) line += '\n';
    flights.push_back(parseFlight(line.substr(0, line.find('\n'))));
    again.clear();
    appendCsv(again, flights.back());
    if (std::string_view(again.data(), again.size()) != line)
      throw std::runtime_error(fmt::format("{}:{}: not a flight", path, flights.size() + 1));
  }
  return flights;
}

void appendCsv(fmt::memory_buffer& text, const Flight& flight) {
  fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n", textOf(flight.departure),
                 flight.delay, flight.distance, textOf(flight.origin), textOf(flight.destination));
}
