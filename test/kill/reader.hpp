// Consumers of a trial, which know what must come next.
#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "stream.hpp"

namespace sluice::kill {

/// What is wrong, in words; nothing when all is well.
using Findings = std::vector<std::string>;

/// A consumer that knows what must come next.
class Reader {
 public:
  Reader(std::string name, Receiver consumer);

  /// Takes and commits all that is there, and says how it ended. A poll may leave out its look for
  /// some tens of nanoseconds, so it waits a little longer.
  Status drain() { return read(std::chrono::microseconds(20)); }
  /// Takes and commits until there is nothing more within the limit.
  Status read(const WaitLimit& limit);

  const std::string& name() const noexcept { return name_; }
  /// The last record it was given.
  Sequence last() const noexcept { return expected_ - 1; }
  const Findings& findings() const noexcept { return findings_; }

 private:
  std::string name_;
  Receiver consumer_;
  Sequence expected_;
  Findings findings_;
};

/// A reader on a thread of its own, asleep whenever there is nothing to read.
class SleepingReader {
 public:
  SleepingReader(std::string name, Receiver consumer);
  ~SleepingReader() { join(); }

  void join() {
    if (thread_.joinable()) thread_.join();
  }
  const Reader& reader() const noexcept { return reader_; }
  /// How its wait ended; after join().
  Status status() const noexcept { return status_; }

 private:
  Reader reader_;
  Status status_ = Status::ok;
  std::thread thread_;
};

}  // namespace sluice::kill
