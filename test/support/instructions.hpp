// How many instructions a turn of a loop takes, as callgrind counts them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/shell_command.hpp"
#include "support/unique_name.hpp"

namespace sluice::testing {

/// What the command prints; it has to succeed.
inline std::string outputOf(const std::string& command) {
  const Ran ran = run(command + " 2>&1");
  EXPECT_EQ(ran.status, 0) << command << '\n' << ran.output;
  return ran.output;
}

/// Instructions inside the function, while that program is called with `words`.
inline double instructions(const std::string& program, const std::string& words,
                           const std::string& function) {
  const std::string command =
      "valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='*" + function +
      "*' " SLUICE_TEST_PROGRAMS_DIR "/" + program + " " + words;
  const std::string output = outputOf(command);
  const auto at = output.find("Collected : ");
  EXPECT_NE(at, std::string::npos) << output;
  return at == std::string::npos ? 0 : std::stod(output.substr(at + 12));
}

/// Exact: everything outside the loop cancels out. The program is called with the operation, how
/// many turns, and a name for a segment.
inline double instructionsPerTurn(const std::string& program, const std::string& operation,
                                  const std::string& function) {
  constexpr int turns = 20'480;
  const auto count = [&](int n) {
    const SegmentName name;
    return instructions(program, operation + " " + std::to_string(n) + " " + name.str(), function);
  };
  const double twice = count(2 * turns);
  const double once = count(turns);
  EXPECT_GT(once, 10.0 * turns) << "nothing was counted: is the function's name still right?";
  return (twice - once) / turns;
}

}  // namespace sluice::testing
