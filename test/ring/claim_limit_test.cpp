// What the producer does between its looks at the consumers, one step at a time.
#include "sluice/detail/claim_limit.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>

#include "sluice/sequence.hpp"

namespace sluice::detail {
namespace {

struct Words {
  std::atomic<std::uint64_t> claimedWord{noSequence};
  std::atomic<std::uint64_t> limitWord{noSequence};
};

struct WordsOf {
  Words* words;
  auto& claimed() const noexcept { return words->claimedWord; }
  auto& limit() const noexcept { return words->limitWord; }
};

/// One consumer's cursor, and what happens while it is looked at.
struct Script {
  std::uint32_t members = 0;
  Sequence cursor = noSequence;
  bool isJoined = false;
  int looks = 0;
  std::function<void()> duringLook = [] {};
  std::function<void()> inMembership = [] {};
};

struct ScriptedGate {
  Script* script;

  std::uint32_t membership() {
    script->inMembership();
    return script->members;
  }
  Sequence lowest(Sequence published) {
    ++script->looks;
    const Sequence low = script->isJoined ? script->cursor : published;
    script->duringLook();
    return low;
  }
  struct Waited {
    Status status;
  };
  Waited wait(Sequence, const WaitLimit&, const WaitStrategy&) { return {Status::timedOut}; }
};

constexpr std::uint64_t capacity = 8;

class ClaimLimitSteps : public ::testing::Test {
 protected:
  using Claims = ClaimLimit<Sequence, ScriptedGate, WordsOf>;
  Claims claims(Sequence published) {
    return Claims(WordsOf{&words}, capacity, ScriptedGate{&script}, WakeProtocol::fence, {},
                  published);
  }

  Words words;
  Script script;
};

TEST_F(ClaimLimitSteps, AConsumerThatJoinsBetweenTheTwoLooksAtTheMembershipIsSeen) {
  constexpr Sequence published = 15;
  words.claimedWord = words.limitWord = published;
  Claims limit = claims(published);
  script.duringLook = [this] {
    if (script.isJoined) return;
    script.isJoined = true;  // a whole ring behind: there is no room beside it
    script.cursor = published - capacity;
    ++script.members;
  };
  EXPECT_EQ(limit.raise(1, published, published, WaitLimit::now()), Status::timedOut);
  EXPECT_EQ(limit.room(published), 0u);
  EXPECT_GE(script.looks, 2);
}

TEST_F(ClaimLimitSteps, TheHigherLimitIsThereBeforeTheSecondLookAtTheMembership) {
  Claims limit = claims(noSequence);
  Sequence limitAtLook = noSequence;
  script.inMembership = [&] { limitAtLook = words.limitWord; };
  ASSERT_EQ(limit.raise(4, noSequence, noSequence, WaitLimit::now()), Status::ok);
  EXPECT_EQ(limitAtLook, words.limitWord);
  EXPECT_EQ(limitAtLook, 3u);
}

TEST_F(ClaimLimitSteps, TheConsumersAreLookedAtAfterTheMembership) {
  Claims limit = claims(noSequence);
  int looksAtMembership = 0;
  script.inMembership = [&] { ++looksAtMembership; };
  script.duringLook = [&] { EXPECT_EQ(looksAtMembership, 1); };
  EXPECT_EQ(limit.raise(1, noSequence, noSequence, WaitLimit::now()), Status::ok);
  EXPECT_EQ(looksAtMembership, 2);
}

TEST_F(ClaimLimitSteps, WhatIsTakenIsShownAndNeverGoesBack) {
  Claims limit = claims(noSequence);
  ASSERT_EQ(limit.raise(4, noSequence, noSequence, WaitLimit::now()), Status::ok);
  limit.take(3);
  EXPECT_EQ(words.claimedWord, 3u);
  limit.take(1);
  EXPECT_EQ(words.claimedWord, 3u);
}

TEST_F(ClaimLimitSteps, TheLimitIsOneRingAheadOfTheSlowestAndNotOneMore) {
  constexpr Sequence published = 9;
  words.claimedWord = words.limitWord = published;
  script.isJoined = true;
  script.cursor = 2;  // 3 is still to be read, and 11 would lie in its slot
  Claims limit = claims(published);
  EXPECT_EQ(limit.raise(8, published, published, WaitLimit::now()), Status::ok);
  EXPECT_EQ(limit.room(published), 1u);
  EXPECT_EQ(words.limitWord, 10u);
}

}  // namespace
}  // namespace sluice::detail
