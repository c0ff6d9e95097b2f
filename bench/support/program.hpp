// Another program that answers questions.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "support/child_process.hpp"
#include "support/ends.hpp"

namespace sluice::bench {

/// Runs until it is destroyed; does not outlive the benchmark. What it writes to standard error is
/// seen.
class Program {
 public:
  /// On these processors. The first word is the program's path.
  Program(const std::vector<std::string>& commandLine, const Processors& processors);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Writes a line to its standard input, and gives the next line of its standard output. Throws
  /// when it has ended, or has said nothing for a minute.
  std::string ask(const std::string& line);

 private:
  std::string name_;
  std::array<int, 2> questions_{-1, -1};
  std::array<int, 2> answers_{-1, -1};
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace sluice::bench
