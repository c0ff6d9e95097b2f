// Consumers that run after others, as the tests of their order begin with.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "format/segment_view.hpp"
#include "segment/checked_file.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"
#include "tick_stream.hpp"

namespace sluice {

using Names = std::vector<std::string>;

class ConsumersInOrder : public ::testing::Test {
 protected:
  static constexpr auto hold = OnDeath::hold;
  static constexpr std::chrono::seconds patience{60};

  /// The segment is there from then on; again: another one in its place.
  Producer<Tick>& begin(std::uint64_t capacity = 8, std::uint32_t maxConsumers = 8) {
    if (ring_.has_value()) {
      ring_.reset();
      EXPECT_TRUE(removeSegment(name_.str(), {.evenIfHeld = true}));
    }
    return ring_.emplace(create(name_, capacity, maxConsumers));
  }

  Result<Consumer<Tick>> tryToAttach(const ConsumerOptions& options) const {
    return Consumer<Tick>::attach(name_.str(), options);
  }
  Consumer<Tick> attach(const ConsumerOptions& options) const {
    return tryToAttach(options).value();
  }
  /// What refuses such a consumer at the moment; an empty error when nothing does.
  Error refusalOf(const ConsumerOptions& options) const {
    const auto in = tryToAttach(options);
    return in ? Error{} : in.error();
  }

  /// How often the rows have changed, as their consumers have said.
  std::uint32_t membership() const {
    const auto segment = detail::openChecked(name_.path()).value();
    const auto at = segment.geometry.section(detail::SectionId::doorbells).offset +
                    offsetof(detail::Membership, count);
    std::uint32_t count = 0;
    EXPECT_TRUE(segment.file.read(at, std::as_writable_bytes(std::span(&count, 1))));
    return count;
  }

  /// Leaves held rows of these names, each to run after those beside it.
  struct Held {
    std::string name;
    Names after;
  };
  void leaveHeld(const std::vector<Held>& consumers) const {
    std::vector<Consumer<Tick>> all;
    for (const Held& held : consumers)
      all.push_back(attach({.name = held.name, .onDeath = hold, .after = held.after}));
  }

  /// A process that has such a consumer, with a name, until it is killed.
  testing::ChildProcess attachElsewhere(const ConsumerOptions& options) {
    testing::ChildProcess process([this, &options] {
      const auto in = attach(options);
      for (;;)
        ::pause();
      return 0;
    });
    EXPECT_EQ(ring_->waitForConsumers({options.name}, patience), Status::ok);
    return process;
  }
  /// Returns once nothing is left of it.
  static void kill(testing::ChildProcess& process) {
    process.signal(SIGKILL);
    ASSERT_EQ(process.wait(), -1000 - SIGKILL);
  }

  /// The consumer is given that many records in one batch, and is done with them.
  static void expectToRead(Consumer<Tick>& in, std::size_t count) {
    EXPECT_EQ(in.wait().size(), count);
    EXPECT_EQ(in.commit(), Status::ok);
  }
  static void expectNothingFor(Consumer<Tick>& in) {
    EXPECT_EQ(in.tryWait().status(), Status::timedOut);
  }

  testing::SegmentName name_;
  std::optional<Producer<Tick>> ring_;
};

/// Tests of the consumer that runs after another one.
using RunsAfter = ConsumersInOrder;

}  // namespace sluice
