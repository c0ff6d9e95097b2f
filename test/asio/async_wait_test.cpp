// Roles and sets in the event loop of Boost.Asio.
#include "sluice/asio.hpp"

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "sluice/message.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/threads_after_fork.hpp"
#include "support/unique_name.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using boost::system::error_code;
using testing::ChildProcess;
using testing::SegmentName;

struct Sample {
  std::uint64_t number;
};

class AsyncWait : public ::testing::Test {
 protected:
  void publish(std::uint64_t number) { ring_.send(Sample{number}); }

  SegmentName name_;
  Producer<Sample> ring_ = Producer<Sample>::create(name_.str(), {.capacity = 8}).value();
  Consumer<Sample> in_ = Consumer<Sample>::attach(name_.str(), {.name = "in"}).value();
  asio::io_context io_;
};

TEST_F(AsyncWait, CallsBackOnceThereIsARecord) {
  std::optional<Status> found;
  asyncWait(io_.get_executor(), in_, [&](error_code error, Status status) {
    EXPECT_FALSE(error);
    found = status;
  });
  EXPECT_EQ(io_.run_for(5ms), 0u);
  EXPECT_FALSE(found);
  publish(7);
  io_.restart();
  io_.run();
  EXPECT_EQ(found, Status::ok);
  EXPECT_EQ(in_.tryWait()[0].number, 7u);
}

TEST_F(AsyncWait, CallsBackAtOnceForWhatIsThereButNotFromWithinTheCall) {
  publish(7);
  std::optional<Status> found;
  asyncWait(in_, asio::bind_executor(io_, [&](error_code, Status status) { found = status; }));
  EXPECT_FALSE(found);
  io_.run();
  EXPECT_EQ(found, Status::ok);
}

TEST_F(AsyncWait, TellsWhyAStreamHasEnded) {
  std::optional<Status> found;
  asyncWait(io_.get_executor(), in_, [&](error_code, Status status) { found = status; });
  ring_.close();
  io_.run();
  EXPECT_EQ(found, Status::closed);
}

TEST_F(AsyncWait, GivesAFuture) {
  auto found = asyncWait(io_.get_executor(), in_, asio::use_future);
  std::jthread loop([this] { io_.run(); });
  publish(1);
  EXPECT_EQ(found.get(), Status::ok);
}

TEST_F(AsyncWait, IsCancelledAndLosesNothing) {
  asio::cancellation_signal cancellation;
  error_code found;
  asyncWait(io_.get_executor(), in_,
            asio::bind_cancellation_slot(cancellation.slot(),
                                         [&](error_code error, Status) { found = error; }));
  io_.run_for(1ms);
  cancellation.emit(asio::cancellation_type::total);
  io_.restart();
  io_.run();
  EXPECT_EQ(found, asio::error::operation_aborted);
  publish(3);
  EXPECT_EQ(in_.tryWait()[0].number, 3u);
}

TEST_F(AsyncWait, OfARoleThatWasMovedFromIsAnError) {
  auto other = std::move(in_);
  error_code found;
  asyncWait(io_.get_executor(), in_, [&](error_code error, Status) { found = error; });
  io_.run();
  EXPECT_EQ(found.value(), EINVAL);
}

TEST_F(AsyncWait, WaitsForRoomAndForSets) {
  for (std::uint64_t i = 0; i < 8; ++i)
    publish(i);
  WaitSet set;
  set.add(in_);
  int found = 0;
  asyncWait(io_.get_executor(), ring_, [&](error_code, Status status) {
    EXPECT_EQ(status, Status::ok);
    EXPECT_NE(ring_.tryClaim(), nullptr);
    ++found;
  });
  asyncWait(io_.get_executor(), set, [&](error_code, Status) {
    EXPECT_EQ(set.tryWait().size(), 1u);
    EXPECT_EQ(in_.tryWait().size(), 8u);
    EXPECT_EQ(in_.commit(), Status::ok);
    ++found;
  });
  io_.run();
  EXPECT_EQ(found, 2);
}

/// Takes all, until the stream ends; the sum of the numbers.
asio::awaitable<std::uint64_t> sumOf(Consumer<Sample>& in) {
  std::uint64_t sum = 0;
  for (;;) {
    const auto [error, status] = co_await asyncWait(in, asio::as_tuple(asio::use_awaitable));
    if (error || status != Status::ok) co_return status == Status::closed ? sum : 0;
    while (auto batch = in.tryWait()) {
      for (const Sample& sample : batch)
        sum += sample.number;
      in.commit();
    }
  }
}

TEST_F(AsyncWait, IsAwaitedByACoroutineForTheRecordsOfAnotherProcess) {
  constexpr std::uint64_t records = 2000;
  SegmentName name;
  ChildProcess producer([&] {
    auto ring = Producer<Sample>::create(name.str(), {.capacity = 4}).value();
    if (ring.waitForConsumers({"in"}, 60s) != Status::ok) return 1;
    for (std::uint64_t i = 1; i <= records; ++i)
      ring.send(Sample{i});
    ring.close();
    return 0;
  });
  auto in = Consumer<Sample>::attach(name.str(), {.name = "in", .appearWithin = 60s}).value();
  auto sum = asio::co_spawn(io_, sumOf(in), asio::use_future);
  io_.run();
  EXPECT_EQ(sum.get(), records * (records + 1) / 2);
  EXPECT_EQ(producer.wait(), 0);
}

}  // namespace
}  // namespace sluice
