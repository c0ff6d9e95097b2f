// Two directories stand for two machines, with a server between them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inspect/look.hpp"
#include "server/nats_server.hpp"
#include "server/parcel.hpp"
#include "sluice/message.hpp"
#include "sluice/sluice.hpp"
#include "support/scratch_directory.hpp"

namespace shm_bridge {

using namespace std::chrono_literals;
using sluice::Sequence;
using sluice::Status;

/// A bridge that runs.
class Bridge {
 public:
  Bridge(std::vector<std::string> arguments, std::string outputPath)
      : outputPath_(std::move(outputPath)),
        process_(execute(command(std::move(arguments)), outputPath_)) {}

  int wait() { return process_.wait(60s); }
  void signal(int number) const { process_.signal(number); }
  std::string output() const { return contentsOf(outputPath_); }
  bool says(const std::string& text) const {
    return sluice::testing::eventually([&] { return output().find(text) != std::string::npos; });
  }

 private:
  static std::vector<std::string> command(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::string(SLUICE_TOOLS_DIR) + "/shm-bridge");
    return arguments;
  }

  std::string outputPath_;
  sluice::testing::ChildProcess process_;
};

class Bridged : public ::testing::Test {
 protected:
  using Ring = sluice::Producer<Parcel>;
  using Reader = sluice::Consumer<Parcel>;

  Bridged() {
    for (const std::string& directory : {here_, there_, files_})
      std::filesystem::create_directory(directory);
  }
  void SetUp() override { ASSERT_TRUE(server_.isThere()) << server_.log(); }

  Ring createRing(std::uint64_t capacity = 1024, Sequence first = 0) const {
    return Ring::create("ring", {.capacity = capacity, .firstSequence = first, .directory = here_})
        .value();
  }
  static void send(Ring& ring, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i)
      ring.send(Parcel::of(ring.lastPublished() + 1));
  }

  Bridge out(const std::vector<std::string>& more = {}) {
    return start({"out", here_ + "/ring", "--stream", "S", "--nats", url_}, more);
  }
  Bridge in(const std::vector<std::string>& more = {}) {
    return start({"in", "S", "--ring", there_ + "/mirror", "--nats", url_, "--within", "60"}, more);
  }
  Bridge start(std::vector<std::string> arguments, const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return {std::move(arguments), files_ + "/bridge" + std::to_string(started_++)};
  }

  /// A bridge has joined the ring, and everything is committed.
  bool isAllSent() const {
    return sluice::testing::eventually([this] {
      const auto ring = sluice::inspect::look({here_, "ring"});
      return ring && !ring->consumers.empty() && ring->consumers[0].lag == 0;
    });
  }

  /// A held consumer of the mirror ring, once that is there.
  Reader attachThere(const std::string& name = "reader") const {
    return Reader::attach("mirror", {.name = name,
                                     .startAt = sluice::StartAt::oldest,
                                     .withoutProducer = sluice::WithoutProducer::stay,
                                     .onDeath = sluice::OnDeath::hold,
                                     .appearWithin = 60s,
                                     .directory = there_})
        .value();
  }

  /// Reads records up to that one, each of which has to be the next and itself.
  static void expectUpTo(Reader& in, Sequence last) {
    Sequence expected = in.next();
    while (expected <= last) {
      const auto batch = in.wait(60s);
      ASSERT_TRUE(batch) << "record " << expected << ": " << nameOf(batch.status());
      ASSERT_EQ(batch.first(), expected);
      for (const Parcel& parcel : batch)
        ASSERT_EQ(parcel, Parcel::of(expected++));
      in.commit();
    }
  }
  /// Sends records 0 to 9, and has read them at the far end.
  Reader carryTen(Ring& ring) const {
    send(ring, 10);
    Reader reader = attachThere();
    expectUpTo(reader, 9);
    return reader;
  }
  static void expectEnd(Reader& in, Status status) { EXPECT_EQ(in.wait(60s).status(), status); }
  static void expectRefused(Bridge bridge, const std::string& reason) {
    EXPECT_EQ(bridge.wait(), 1) << bridge.output();
    EXPECT_THAT(bridge.output(), ::testing::HasSubstr(reason));
  }

  sluice::testing::ScratchDirectory scratch_;
  std::string here_ = scratch_.path() + "/here";
  std::string there_ = scratch_.path() + "/there";
  std::string files_ = scratch_.path() + "/files";
  NatsServer server_{
      (std::filesystem::create_directory(scratch_.path() + "/nats"), scratch_.path() + "/nats")};
  std::string url_ = server_.url();
  int started_ = 0;
};

}  // namespace shm_bridge
