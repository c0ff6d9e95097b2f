#include "os/identity.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include "support/child_process.hpp"

namespace sluice::detail {
namespace {

using testing::ChildProcess;

TEST(ProcessIdentity, IsTheCallersOwn) {
  const ProcessIdentity self = currentProcess();
  EXPECT_EQ(self.pid, static_cast<std::uint64_t>(::getpid()));
  EXPECT_NE(self.startTime, 0u);
  EXPECT_NE(self.pidNamespace, 0u);
  EXPECT_EQ(currentProcess(), self);
}

TEST(ProcessIdentity, IsLookedUpAnewInAForkedChild) {
  const ProcessIdentity parent = currentProcess();
  ChildProcess child([&] {
    const ProcessIdentity self = currentProcess();
    const bool anew = self.pid == static_cast<std::uint64_t>(::getpid()) &&
                      self.pid != parent.pid && self.startTime >= parent.startTime &&
                      self.pidNamespace == parent.pidNamespace;
    return anew ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(ProcessIdentity, IsNotMisledByTheProgramsName) {
  ChildProcess child([] {
    const ProcessIdentity before = currentProcess();
    ::prctl(PR_SET_NAME, "a) 1 2 (b c");
    return currentProcess() == before ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(BootId, IsTheKernels) {
  std::string text;
  for (const unsigned byte : currentBoot()) {
    std::array<char, 3> digits;
    std::snprintf(digits.data(), digits.size(), "%02x", byte);
    text += digits.data();
  }
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string expected;
  std::getline(file, expected);
  for (const std::size_t dash : {8u, 13u, 18u, 23u})
    text.insert(dash, "-");
  EXPECT_EQ(text, expected);
}

TEST(Describe, NamesTheProcessAndWhetherItsNumberIsOfAnotherNamespace) {
  ProcessIdentity process = currentProcess();
  process.pid = 4711;
  EXPECT_EQ(describe(process), "pid 4711");
  process.pidNamespace += 1;
  EXPECT_EQ(describe(process), "pid 4711 of another pid namespace");
  process.pidNamespace = 0;
  EXPECT_EQ(describe(process), "pid 4711");
}

}  // namespace
}  // namespace sluice::detail
