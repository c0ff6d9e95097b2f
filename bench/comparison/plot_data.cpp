#include "comparison/plot_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace sluice::bench {
namespace {

using Median = std::pair<const std::string, double>;

std::string keyOf(const std::string& panel, const std::string& x, const std::string& system = {}) {
  return panel + '\n' + x + '\n' + system;
}

/// Text of the raw ping-pong, or nothing where there was none.
std::string rawOf(const Outcome& outcome) {
  std::vector<double> raws;
  for (const Standing& standing : outcome.standings)
    if (standing.raw != 0) raws.push_back(standing.raw);
  return raws.empty() ? "" : fmt::format("{:.0f} ns", medianOf(raws));
}

/// "64 (65 ns)".
std::string withRaw(const std::string& text, const Outcome& outcome) {
  const std::string raw = rawOf(outcome);
  return raw.empty() ? text : fmt::format("{} ({})", text, raw);
}

void addOnce(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

std::string wordsOf(const std::vector<std::string>& texts) {
  std::string words;
  for (const std::string& text : texts)
    words += (words.empty() ? "" : " ") + quoted(text);
  return words;
}

/// "wakeup: 56 B, blocked consumer" is "wakeup-56-b-blocked-consumer".
std::string fileNameOf(const std::string& heading) {
  std::string name;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '_')
      name += static_cast<char>(std::tolower(byte));
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  return name;
}

std::string batchOf(const Parameters& parameters) {
  return parameters.batch == 1 ? "one at a time" : fmt::format("batches of {}", parameters.batch);
}

/// The plot of that name, made when there is none yet.
Plot& plotNamed(std::vector<Plot>& plots, const Plot& plot) {
  const auto found = std::ranges::find(plots, plot.name, &Plot::name);
  return found != plots.end() ? *found : plots.emplace_back(plot);
}

void addLatencies(std::vector<Plot>& plots, const Comparison& comparison) {
  const std::string heading = headingOf(comparison);
  const std::vector<Outcome> outcomes = outcomesOf(comparison);
  const std::string raw = rawOf(outcomes.front());
  const std::string title = raw.empty() ? heading : heading + ", raw ping-pong " + raw;
  Plot& plot = plotNamed(plots, {fileNameOf(heading), title, "latency.gp", {}});
  for (const Outcome& outcome : outcomes)
    plot.data.add(heading, outcome.figure.name, outcome.figure.name, outcome);
}

void addUnicast(std::vector<Plot>& plots, const Comparison& comparison) {
  const Parameters& parameters = comparison.parameters;
  if (parameters.processors == 1) return;
  const std::string title = "unicast, " + parameters.waiting;
  Plot& plot = plotNamed(plots, {fileNameOf(title), title, "unicast.gp", {}});
  const std::string bytes = std::to_string(parameters.recordBytes);
  const Outcome outcome = outcomesOf(comparison).front();
  plot.data.add(batchOf(parameters), bytes, withRaw(bytes, outcome), outcome);
}

void addMulticast(std::vector<Plot>& plots, const Comparison& comparison) {
  const Parameters& parameters = comparison.parameters;
  const std::string title = fmt::format("multicast, {} B", parameters.recordBytes);
  Plot& plot = plotNamed(plots, {fileNameOf(title), title, "multicast.gp", {}});
  const std::string consumers = std::to_string(parameters.consumers);
  const Outcome outcome = outcomesOf(comparison).front();
  plot.data.add(parameters.waiting + ", " + batchOf(parameters), consumers,
                withRaw(consumers, outcome), outcome);
}

}  // namespace

void PlotData::add(const std::string& panel, const std::string& x, const std::string& label,
                   const Outcome& outcome) {
  addOnce(panels_, panel);
  addOnce(xs_, x);
  labels_[keyOf(panel, x)] = label;
  for (const Standing& standing : outcome.standings) {
    if (standing.counted == 0) continue;
    if (std::ranges::find(systems_, standing.system, &System::name) == systems_.end())
      systems_.push_back({standing.system, standing.kind});
    medians_[keyOf(panel, x, standing.system)] = standing.median;
  }
}

std::string PlotData::text() const {
  std::string text;
  for (const std::string& panel : panels_) {
    if (!text.empty()) text += "\n\n";
    text += "x";
    for (const System& system : systems_)
      text += ' ' + quoted(system.name);
    text += '\n';
    for (const std::string& x : xs_) {
      const auto label = labels_.find(keyOf(panel, x));
      text += quoted(label == labels_.end() ? x : label->second);
      for (const System& system : systems_) {
        const auto median = medians_.find(keyOf(panel, x, system.name));
        text += median == medians_.end() ? " -" : fmt::format(" {}", median->second);
      }
      text += '\n';
    }
  }
  return text;
}

std::string PlotData::panelTitles() const {
  return wordsOf(panels_);
}

std::string PlotData::systems() const {
  std::vector<std::string> names;
  for (const System& system : systems_)
    names.push_back(system.name);
  return wordsOf(names);
}

double PlotData::lowest() const {
  return std::ranges::min_element(medians_, {}, &Median::second)->second;
}

double PlotData::highest() const {
  return std::ranges::max_element(medians_, {}, &Median::second)->second;
}

std::string PlotData::styles(const std::vector<std::string>& peers) const {
  std::string styles;
  int floors = 0;
  int ours = 0;
  for (const System& system : systems_) {
    if (!styles.empty()) styles += ' ';
    if (system.kind == Kind::floor || system.kind == Kind::bound)
      styles += fmt::format("f{}", ++floors);
    if (system.kind == Kind::sluice) styles += fmt::format("s{}", ++ours);
    if (system.kind == Kind::peer)
      styles += fmt::format("p{}", 1 + (std::ranges::find(peers, system.name) - peers.begin()));
  }
  return styles;
}

std::vector<Plot> plotsOf(const std::vector<Comparison>& comparisons) {
  std::vector<Plot> plots;
  for (const Comparison& comparison : comparisons) {
    if (comparison.figures.size() > 1) addLatencies(plots, comparison);
    if (comparison.workload == "unicast") addUnicast(plots, comparison);
    if (comparison.workload == "multicast") addMulticast(plots, comparison);
  }
  std::erase_if(plots, [](const Plot& plot) { return !plot.data.isWorthDrawing(); });
  std::vector<std::string> peers;
  for (const Comparison& comparison : comparisons)
    for (const Contender& contender : comparison.contenders)
      if (contender.kind == Kind::peer) addOnce(peers, contender.system);
  for (Plot& plot : plots)
    plot.styles = plot.data.styles(peers);
  return plots;
}

}  // namespace sluice::bench
