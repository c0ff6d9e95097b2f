#include "progress.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <utility>

#include "file_replacement.hpp"
#include "os/printable.hpp"

namespace shm_bridge {

using namespace std::chrono_literals;

void say(std::string_view text) {
  std::fprintf(stderr, "shm-bridge: %s\n", sluice::detail::printable(text).c_str());
}

std::string openMetrics(const Progress& progress, std::string_view direction,
                        std::string_view stream) {
  std::string text;
  const auto add = [&](std::string_view type, std::string_view name, std::string_view help,
                       std::uint64_t value) {
    text += fmt::format(
        "# TYPE shm_bridge_{0} {1}\n# HELP shm_bridge_{0} {2}\n"
        "shm_bridge_{0}{3}{{direction=\"{4}\",stream=\"{5}\"}} {6}\n",
        name, type, help, type == "counter" ? "_total" : "", direction, stream, value);
  };
  const auto load = [](const auto& number) { return number.load(std::memory_order_relaxed); };
  add("counter", "records", "Records carried.", load(progress.records));
  add("counter", "messages", "Messages of the stream.", load(progress.messages));
  add("counter", "bytes", "Bytes of their payload.", load(progress.bytes));
  add("counter", "lost_records", "Records in gaps.", load(progress.lost));
  add("counter", "connections", "Connections made.", load(progress.connections));
  add("gauge", "behind",
      "Records of the ring (out), or messages of the stream (in), not yet carried.",
      load(progress.behind));
  add("gauge", "connected", "1 while connected.", load(progress.isConnected) ? 1 : 0);
  return text + "# EOF\n";
}

Reporter::Reporter(const Progress& progress, std::string direction, std::string stream,
                   Options options)
    : progress_(progress),
      direction_(std::move(direction)),
      stream_(std::move(stream)),
      options_(std::move(options)),
      toldAt_(std::chrono::steady_clock::now()) {
  if (options_.onTerminal || !options_.metricsFile.empty())
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Reporter::~Reporter() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  tell();
  if (options_.onTerminal) std::fputc('\n', stderr);
}

void Reporter::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    tell();
    never.wait_for(lock, stop, 1s, [] { return false; });
  }
}

void Reporter::tell() {
  const auto now = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - std::exchange(toldAt_, now)).count();
  const std::uint64_t records = progress_.records.load(std::memory_order_relaxed);
  const std::uint64_t bytes = progress_.bytes.load(std::memory_order_relaxed);
  const auto rate = [seconds](std::uint64_t count) {
    return seconds > 0 ? static_cast<double>(count) / seconds : 0.0;
  };
  if (options_.onTerminal)
    std::fputs(fmt::format(
                   "\r{} {}: {} records, {:.0f}/s, {:.1f} MB/s, {} behind, {} lost, {}\033[K",
                   direction_, stream_, records, rate(records - toldRecords_),
                   rate(bytes - toldBytes_) / 1e6, progress_.behind.load(std::memory_order_relaxed),
                   progress_.lost.load(std::memory_order_relaxed),
                   progress_.isConnected.load(std::memory_order_relaxed) ? "connected"
                                                                         : "waiting for NATS")
                   .c_str(),
               stderr);
  toldRecords_ = records;
  toldBytes_ = bytes;
  if (options_.metricsFile.empty()) return;
  const auto error = replaceFile(options_.metricsFile, openMetrics(progress_, direction_, stream_));
  if (error && !isFileTold_)
    say(fmt::format("--metrics {}: cannot be written: {}", options_.metricsFile, error.message()));
  isFileTold_ = static_cast<bool>(error);
}

}  // namespace shm_bridge
