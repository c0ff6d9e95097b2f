// Writes every flight back into a CSV file. A journal may be killed at any instruction: the
// producer waits for a successor, which goes on with the same file, and no line is lost or
// doubled.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>

#include "flight_csv.hpp"
#include "reader.hpp"

namespace {

/// Keeps the header and the lines of the flights that were committed. What follows them was written
/// by a journal that died before its commit, so these flights are given again.
void cutUncommitted(const std::string& path, std::uint64_t flights) {
  std::ifstream file(path, std::ios::binary);
  for (std::uint64_t line = 0; line < flights + 1; ++line)
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  const bool isComplete = file.good();
  if (!isComplete)
    throw std::runtime_error(
        fmt::format("{} does not hold the {} flights before this one", path, flights));
  std::filesystem::resize_file(path, static_cast<std::uintmax_t>(file.tellg()));
}

/// The file, open for the line of the flight after the first `flights`.
std::ofstream openJournal(const std::string& path, std::uint64_t flights) {
  if (flights != 0) {
    cutUncommitted(path, flights);
    return std::ofstream(path, std::ios::binary | std::ios::app);
  }
  std::ofstream file(path, std::ios::binary);
  file << csvHeader << '\n';
  return file;
}

void journal(const std::string& segment, const std::string& path, const std::string& directory) {
  auto in = attachReader(segment, "journal", sluice::OnDeath::hold, directory);
  std::ofstream file = openJournal(path, in.next());
  fmt::memory_buffer lines;
  readToEnd(in, [&](const Flights& batch) {
    lines.clear();
    for (const Flight& flight : batch)
      appendCsv(lines, flight);
    // The commit follows, and a successor takes it for a promise that the lines are in the file.
    file.write(lines.data(), static_cast<std::streamsize>(lines.size())).flush();
    if (!file) throw std::runtime_error(fmt::format("cannot write {}", path));
  });
}

}  // namespace

int main(int argc, char** argv) try {
  std::string segment;
  std::string path;
  std::string directory(sluice::defaultDirectory);
  CLI::App app("Writes every flight back into a CSV file.");
  app.add_option("SEGMENT", segment, "the segment's name")->required();
  app.add_option("FILE", path, "where to write")->required();
  app.add_option("--directory", directory, "where segments are")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  journal(segment, path, directory);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
