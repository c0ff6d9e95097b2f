// What happens to the names of a directory.
#include "os/directory_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "os/directory.hpp"
#include "support/child_process.hpp"
#include "support/process_facts.hpp"
#include "support/scratch_directory.hpp"
#include "support/system_call_filter.hpp"

namespace sluice::detail {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Clock = std::chrono::steady_clock;

class WatchedDirectory : public ::testing::Test {
 protected:
  std::string pathOf(const std::string& name) const { return directory_.path() + "/" + name; }
  void make(const std::string& name) const { std::ofstream(pathOf(name)).put('x'); }

  testing::ScratchDirectory directory_;
};

TEST_F(WatchedDirectory, TellsOfEachNameThatComesGoesOrIsRenamed) {
  DirectoryWatch watch(directory_.path());
  const auto told = [&watch] { return watch.wait(Clock::now() + 60s).names; };
  make("a");
  EXPECT_THAT(told(), ElementsAre("a"));
  std::filesystem::rename(pathOf("a"), pathOf("b"));
  EXPECT_THAT(told(), ElementsAre("a", "b"));
  std::filesystem::permissions(pathOf("b"), std::filesystem::perms::owner_read);
  EXPECT_THAT(told(), ElementsAre("b"));
  std::filesystem::remove(pathOf("b"));
  const auto gone = told();
  EXPECT_EQ(gone.back(), "b");
}

TEST_F(WatchedDirectory, WithoutNewsIsWaitedForUntilTheTimeAndIsWhole) {
  DirectoryWatch watch(directory_.path());
  const auto deadline = Clock::now() + 20ms;
  const DirectoryNews news = watch.wait(deadline);
  EXPECT_GE(Clock::now(), deadline);
  EXPECT_TRUE(news.isWhole);
  EXPECT_THAT(news.names, IsEmpty());
}

TEST_F(WatchedDirectory, IsWaitedForUntilAnInterrupt) {
  DirectoryWatch watch(directory_.path());
  watch.interrupt();
  EXPECT_TRUE(watch.wait(forever).isWhole);
  std::jthread interrupter([&watch] { watch.interrupt(); });
  EXPECT_THAT(watch.wait(forever).names, IsEmpty());
}

TEST_F(WatchedDirectory, WithMoreNewsThanTheKernelKeepsIsToBeListed) {
  std::size_t kept = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> kept;
  if (kept == 0 || kept > 100'000) GTEST_SKIP() << "the kernel keeps " << kept << " events";
  DirectoryWatch watch(directory_.path());
  make("a");
  // An event for each of the two names; equal ones in a row are told once.
  for (std::size_t i = 0; i <= kept / 2; ++i) {
    std::filesystem::rename(pathOf("a"), pathOf("b"));
    std::filesystem::rename(pathOf("b"), pathOf("a"));
  }
  EXPECT_FALSE(watch.wait(Clock::now() + 60s).isWhole);
  make("later");
  const DirectoryNews news = watch.wait(Clock::now() + 60s);
  EXPECT_TRUE(news.isWhole);
  EXPECT_THAT(news.names, ::testing::Contains("later"));
}

TEST_F(WatchedDirectory, WithoutInotifyIsToBeListedEachTime) {
  if (!testing::canFilterSystemCalls()) GTEST_SKIP() << "there are no seccomp filters here";
  testing::ChildProcess child([this] {
    testing::forbidSystemCall(SYS_inotify_init1, testing::Refusal::withError(EMFILE));
    DirectoryWatch watch(directory_.path());
    return watch.wait(forever).isWhole ? 1 : 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(WatchedDirectory, ThatIsRemovedIsToBeListedEachTime) {
  const std::string path = pathOf("inner");
  std::filesystem::create_directory(path);
  DirectoryWatch watch(path);
  std::filesystem::remove(path);
  EXPECT_FALSE(watch.wait(Clock::now() + 60s).isWhole);
  EXPECT_FALSE(watch.wait(forever).isWhole);
}

TEST_F(WatchedDirectory, HasItsNamesListedWhateverTheyAre) {
  make("b");
  make(".hidden");
  std::filesystem::create_directory(pathOf("a"));
  EXPECT_THAT(listNames(directory_.path()).value(), ElementsAre(".hidden", "a", "b"));
  EXPECT_EQ(listNames(pathOf("none")).error().code, ErrorCode::notFound);
}

}  // namespace
}  // namespace sluice::detail
