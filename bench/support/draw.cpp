#include "support/draw.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "comparison/plot_data.hpp"
#include "support/child_process.hpp"

namespace sluice::bench {
namespace {

namespace fs = std::filesystem;

bool gnuplotIsThere() {
  try {
    ChildProcess([] {
      if (::freopen("/dev/null", "w", stdout) == nullptr) throw std::runtime_error("/dev/null");
      ::execlp("gnuplot", "gnuplot", "--version", nullptr);
      ::_exit(127);
    }).mustSucceed();
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void writeData(const fs::path& path, const PlotData& data) {
  std::ofstream file(path);
  file << data.text();
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

/// What gnuplot says is kept beside the data where it fails; it also warns of each system that is
/// missing in a panel.
void draw(const Plot& plot, const fs::path& data, const fs::path& picture) {
  const fs::path log = fs::path(data).replace_extension(".log");
  const std::string scripts = SLUICE_BENCH_PLOTS;
  const std::string script = scripts + "/" + plot.script;
  const std::string lowest = fmt::format("{}", plot.data.lowest());
  const std::string highest = fmt::format("{}", plot.data.highest());
  const std::string panels = plot.data.panelTitles();
  const std::string systems = plot.data.systems();
  try {
    ChildProcess([&] {
      if (::freopen(log.c_str(), "w", stderr) == nullptr) throw std::runtime_error("no log");
      ::execlp("gnuplot", "gnuplot", "-c", script.c_str(), data.c_str(), picture.c_str(),
               plot.title.c_str(), panels.c_str(), systems.c_str(), plot.styles.c_str(),
               scripts.c_str(), lowest.c_str(), highest.c_str(), nullptr);
      throw std::runtime_error("cannot run gnuplot");
    }).mustSucceed();
  } catch (const std::exception&) {
    fmt::print("not drawn: {}; {} says why\n", picture.string(), log.string());
    return;
  }
  fs::remove(log);
  fmt::print("drawn: {}\n", picture.string());
}

}  // namespace

void drawInto(const std::string& directory, const std::vector<Comparison>& comparisons) {
  fs::create_directories(directory);
  const bool isThere = gnuplotIsThere();
  for (const Plot& plot : plotsOf(comparisons)) {
    const fs::path data = fs::path(directory) / (plot.name + ".dat");
    const fs::path picture = fs::path(directory) / (plot.name + ".svg");
    writeData(data, plot.data);
    if (isThere) draw(plot, data, picture);
  }
  if (!isThere)
    fmt::print("gnuplot is not installed, so nothing is drawn; the data are in {}\n", directory);
}

}  // namespace sluice::bench
