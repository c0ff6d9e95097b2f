// What roles answer that are attached to nothing, for the tests of that.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <functional>

#include "sluice/error.hpp"
#include "sluice/sequence.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_limit.hpp"
#include "support/child_process.hpp"

namespace sluice {

/// What of a role's calls answered otherwise than one that is attached to nothing.
class Answers {
 public:
  void expect(bool isAsItShouldBe, const char* call) {
    if (isAsItShouldBe) return;
    std::fprintf(stderr, "%s answers otherwise\n", call);
    ++wrong_;
  }
  void expectDetached(Status status, const char* call) { expect(status == Status::detached, call); }
  void expectThrow(const std::function<void()>& run, const char* call) {
    bool thrown = false;
    try {
      run();
    } catch (const Exception& exception) {
      thrown = exception.error().found == "detached";
    }
    expect(thrown, call);
  }
  int wrong() const noexcept { return wrong_; }

 private:
  int wrong_ = 0;
};

/// How many answers to a forked child were wrong.
template <class Ask>
int inChild(const Ask& ask) {
  testing::ChildProcess child([&] {
    Answers answers;
    ask(answers);
    return answers.wrong();
  });
  return child.wait();
}

/// What a typed and an untyped producer have in common; nothing is claimed.
template <class Ring>
void askProducer(Ring& ring, Answers& answers) {
  using std::chrono::milliseconds;
  answers.expectDetached(ring.publish(), "publish");
  answers.expectDetached(ring.publishFirst(1), "publishFirst");
  answers.expectDetached(ring.waitForConsumers({"reader"}, milliseconds(1)), "waitForConsumers");
  answers.expectDetached(ring.waitForConsumers({}), "waitForConsumers of none");
  answers.expect(!ring.isNamed(), "isNamed");
  ring.abandon();
  answers.expect(ring.tryClaim() == nullptr, "tryClaim");
  answers.expectDetached(ring.claimOne(WaitLimit::now()).status(), "claimOne now");
  answers.expectDetached(ring.claimOne(milliseconds(1)).status(), "claimOne within");
  answers.expectDetached(ring.claimUpTo(3, milliseconds(1)).status(), "claimUpTo within");
  answers.expect(ring.claimUpTo(0).empty(), "claimUpTo of none");
  answers.expectThrow([&] { static_cast<void>(ring.claimOne()); }, "claimOne");
  answers.expectThrow([&] { static_cast<void>(ring.claimUpTo(2)); }, "claimUpTo");
  ring.close();
  answers.expectDetached(ring.publish(), "publish after close");
  static_cast<void>(ring.lastPublished());
  static_cast<void>(ring.lastClaimed());
  static_cast<void>(ring.capacity());
}

/// What consumers of records and of messages have in common.
template <class In>
void askConsumer(In& in, Answers& answers) {
  using std::chrono::milliseconds;
  answers.expectDetached(in.wait().status(), "wait");
  answers.expectDetached(in.wait(milliseconds(1)).status(), "wait within");
  answers.expectDetached(in.tryWait().status(), "tryWait");
  answers.expectDetached(in.commit(), "commit");
  answers.expectDetached(in.commit(1), "commit of one");
  in.rewind();
  answers.expectDetached(in.wait().status(), "wait after rewind");
  answers.expectDetached(in.status(), "status");
  answers.expect(in.lag() == 0, "lag");
  answers.expect(in.lastCommitted() == noSequence, "lastCommitted");
  answers.expect(!in.isNamed(), "isNamed");
  in.resign();
  answers.expectDetached(in.commit(), "commit after resign");
  answers.expectDetached(in.wait().status(), "wait after resign");
  static_cast<void>(in.name());
  static_cast<void>(in.lost());
  static_cast<void>(in.next());
  static_cast<void>(in.capacity());
}

/// In forked children of the process that has it; here it goes on.
template <class In>
void expectDetachedInChildren(In& in) {
  const Sequence committed = in.lastCommitted();
  for (const bool commitsFirst : {true, false}) {
    EXPECT_EQ(inChild([&](Answers& answers) {
                if (commitsFirst) answers.expectDetached(in.commit(), "commit first");
                askConsumer(in, answers);
              }),
              0)
        << in.name();
  }
  EXPECT_EQ(in.lastCommitted(), committed) << in.name();
  EXPECT_EQ(in.commit(), Status::ok) << in.name();
}

}  // namespace sluice
