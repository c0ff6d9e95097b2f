// How far a bridge is, for people and for programs that collect numbers.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

namespace shm_bridge {

/// Written by the bridge's thread, read by any.
struct Progress {
  std::atomic<std::uint64_t> records = 0;      ///< stored in the stream, or in the mirror ring
  std::atomic<std::uint64_t> messages = 0;     ///< of the stream
  std::atomic<std::uint64_t> bytes = 0;        ///< of their payload
  std::atomic<std::uint64_t> lost = 0;         ///< records in gaps
  std::atomic<std::uint64_t> connections = 0;  ///< made
  std::atomic<std::uint64_t> behind = 0;       ///< records of the ring, or messages of the
                                               ///< stream, that are not carried yet
  std::atomic<bool> isConnected = false;
};

inline void add(std::atomic<std::uint64_t>& number, std::uint64_t more) noexcept {
  number.fetch_add(more, std::memory_order_relaxed);
}
template <class T>
void set(std::atomic<T>& number, T value) noexcept {
  number.store(value, std::memory_order_relaxed);
}

/// Says it on standard error, after the program's name.
void say(std::string_view text);

/// All of it as OpenMetrics has it.
std::string openMetrics(const Progress& progress, std::string_view direction,
                        std::string_view stream);

/// A thread that tells the progress once a second.
class Reporter {
 public:
  struct Options {
    bool onTerminal = false;
    std::string metricsFile;  ///< empty: none
  };

  Reporter(const Progress& progress, std::string direction, std::string stream, Options options);
  /// Tells it once more.
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

 private:
  void run(const std::stop_token& stop);
  void tell();

  const Progress& progress_;
  std::string direction_;
  std::string stream_;
  Options options_;
  std::uint64_t toldRecords_ = 0;
  std::uint64_t toldBytes_ = 0;
  std::chrono::steady_clock::time_point toldAt_;
  bool isFileTold_ = false;  // that it cannot be written
  std::jthread thread_;
};

}  // namespace shm_bridge
