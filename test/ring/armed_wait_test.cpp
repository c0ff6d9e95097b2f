// What a thread that waits for several things arms, and what it leaves as it is.
#include "waiting/armed_wait.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "os/futex.hpp"
#include "sluice/sequence_barrier.hpp"

namespace sluice::detail {
namespace {

/// Sequence 1 of a stream; it counts what is asked of it.
class Counted final : public Awaited {
 public:
  explicit Counted(BarrierWords<std::uint64_t>& words) : barrier_(words) {}

  bool isReady() noexcept override { return false; }
  Status checkPeer() override { return Status::ok; }
  FutexExpectation arm() noexcept override {
    ++arms;
    return barrier_.eventcount().arm(std::uint64_t{1});
  }
  std::optional<Eventcount> eventcount() const noexcept override { return barrier_.eventcount(); }
  Lifelines lifelines() const noexcept override { return {lifeline}; }
  void interrupt() noexcept override {}

  int arms = 0;
  const std::atomic<std::uint32_t>* lifeline = nullptr;

 private:
  SequenceBarrier<std::uint64_t> barrier_;
};

class ArmedWaits : public ::testing::Test {
 protected:
  ArmedWaits() { wait_.begin(awaited_); }

  void arm(bool isFenceGood = true) {
    wait_.arm();
    if (wait_.needsFence()) wait_.passedFence(isFenceGood);
  }

  BarrierWords<std::uint64_t> words_;
  SequenceBarrier<std::uint64_t> barrier_{words_};
  Counted awaited_{words_};
  ArmedWait wait_;
};

TEST_F(ArmedWaits, ArmOnceUntilTheyAreAnswered) {
  arm();
  EXPECT_TRUE(wait_.isArmedStill());
  arm();
  wait_.begin(awaited_);
  arm();
  EXPECT_EQ(awaited_.arms, 1);
  barrier_.publish(1);
  EXPECT_FALSE(wait_.isArmedStill());
  arm();
  EXPECT_EQ(awaited_.arms, 2);
  barrier_.ring();
  EXPECT_FALSE(wait_.isArmedStill());
}

TEST_F(ArmedWaits, ArmAgainAfterAFenceThatWasRefused) {
  arm(false);
  EXPECT_FALSE(wait_.isFenced());
  arm();
  EXPECT_EQ(awaited_.arms, 2);
  EXPECT_TRUE(wait_.isFenced());
}

TEST_F(ArmedWaits, ArmAgainForAnotherAwaitedThing) {
  arm();
  BarrierWords<std::uint64_t> words;
  Counted other(words);
  wait_.begin(other);
  arm();
  EXPECT_EQ(other.arms, 1);
}

TEST_F(ArmedWaits, SleepOnTheDoorbellAndTheLifeline) {
  const std::atomic<std::uint32_t> lifeline{7};
  awaited_.lifeline = &lifeline;
  arm();
  std::array<FutexExpectation, ArmedWait::maxWords> words;
  ASSERT_EQ(wait_.look(words.data()), 2u);
  EXPECT_EQ(words[0].word, epochWord(words_.doorbell));
  EXPECT_EQ(words[1].word, &lifeline);
  EXPECT_EQ(words[1].value, 7u);
}

}  // namespace
}  // namespace sluice::detail
