// What is drawn, as gnuplot reads it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "comparison/comparison.hpp"
#include "comparison/outcome.hpp"

namespace sluice::bench {

/// Medians by panel, place on the horizontal axis and system. All are kept in the order in which
/// they were first added.
class PlotData {
 public:
  /// `label` is what stands at the place in this panel.
  void add(const std::string& panel, const std::string& x, const std::string& label,
           const Outcome& outcome);

  /// True with two places on the horizontal axis at least: otherwise there is nothing to see.
  bool isWorthDrawing() const noexcept { return xs_.size() > 1; }

  /// A block for each panel, two empty lines between them; in each a line of headers, and one for
  /// each place. The first column is its label; "-" where nothing was measured.
  std::string text() const;
  // In quotes, with blanks between them: what gnuplot takes for words.
  std::string panelTitles() const;
  std::string systems() const;
  // Of all medians; there must be one.
  double lowest() const;
  double highest() const;

  /// A letter for the kind of each system and a number: "f1 f2 p7 s1". Peers have that of their
  /// place in `peers`.
  std::string styles(const std::vector<std::string>& peers) const;

 private:
  struct System {
    std::string name;
    Kind kind;
  };

  std::vector<std::string> panels_;
  std::vector<std::string> xs_;
  std::vector<System> systems_;
  std::map<std::string, std::string> labels_;  // by panel and x
  std::map<std::string, double> medians_;      // by panel, x and system
};

struct Plot {
  std::string name;  ///< of its files, without an ending
  std::string title;
  std::string script;  ///< in bench/plots/
  PlotData data;
  std::string styles{};  ///< one system's is the same in all plots
};

/// Latencies by percentile, unicast by record size and batch, multicast by number of consumers;
/// each with the raw ping-pong it was measured at, as comparisons may differ in that.
std::vector<Plot> plotsOf(const std::vector<Comparison>& comparisons);

}  // namespace sluice::bench
