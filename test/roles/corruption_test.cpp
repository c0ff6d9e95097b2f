// Another process writes random bytes all over a segment while a stream runs through it. Nothing
// is promised of the records then; every call still comes back, and nothing is touched outside.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "format/geometry.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/shared_object.hpp"
#include "support/unique_name.hpp"
#include "tick.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using detail::SegmentFile;
using testing::ChildProcess;
using testing::SegmentName;
using testing::SharedObject;

constexpr auto patience = 2ms;
constexpr std::uint64_t capacity = 64;

/// What the processes tell each other.
struct Notes {
  std::atomic<bool> over{false};
  std::atomic<std::uint64_t> writes{0};
  std::atomic<std::uint64_t> published{0};
  std::atomic<std::uint64_t> whole{0};
  std::atomic<std::uint64_t> wrong{0};

  bool isOver() const noexcept { return over.load(std::memory_order_relaxed); }
  static void count(std::atomic<std::uint64_t>& what) noexcept {
    what.fetch_add(1, std::memory_order_relaxed);
  }
  void countRecord(const Tick& tick) noexcept { count(tick.isWhole() ? whole : wrong); }
};

/// The header and the schema, which nobody ever writes again.
std::vector<std::byte> unwritten(const SegmentName& name) {
  const auto file = SegmentFile::open(name.path()).value();
  std::vector<std::byte> bytes(2 * detail::sectionAlignment);
  EXPECT_EQ(file.read(0, bytes).value(), bytes.size());
  return bytes;
}

detail::Geometry geometryOf(const SegmentName& name) {
  const auto file = SegmentFile::open(name.path()).value();
  return detail::checkHeader(name.str(), unwritten(name), file.size()).value();
}

std::byte* mapAll(const SegmentName& name, const detail::Geometry& geometry) {
  const int file = ::open(name.path().string().c_str(), O_RDWR | O_CLOEXEC);
  void* const base =
      ::mmap(nullptr, geometry.segmentSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  return static_cast<std::byte*>(base);
}

/// Random bytes, and numbers that look like good ones.
class Vandal {
 public:
  Vandal(const SegmentName& name, std::uint64_t seed)
      : geometry_(geometryOf(name)), base_(mapAll(name, geometry_)), random_(seed) {}
  ~Vandal() { ::munmap(base_, geometry_.segmentSize); }
  Vandal(const Vandal&) = delete;
  Vandal& operator=(const Vandal&) = delete;

  void write() {
    const std::size_t firstDamaged = static_cast<std::size_t>(detail::SectionId::producer);
    const std::size_t section = firstDamaged + random_() % (detail::sectionCount - firstDamaged);
    const detail::Section& place = geometry_.sections[section];
    // The words that mean something lie at the start of a page.
    const std::uint64_t page = random_() % (place.size / detail::sectionAlignment);
    const std::uint64_t within = random_() % (random_() % 4 == 0 ? detail::sectionAlignment : 768);
    std::byte* const at = base_ + place.offset + page * detail::sectionAlignment + within / 8 * 8;
    auto& word = *reinterpret_cast<std::atomic<std::uint64_t>*>(at);
    word.store(number(word.load(std::memory_order_relaxed)), std::memory_order_relaxed);
  }

 private:
  std::uint64_t number(std::uint64_t before) {
    switch (random_() % 6) {
      case 0:
        return random_() % 4;
      case 1:
        return before + random_() % 200 - 100;
      case 2:
        return before ^ std::uint64_t{1} << random_() % 64;
      case 3:
        return (random_() % 2 == 0 ? ~std::uint64_t{0} : std::uint64_t{1} << 63) - random_() % 3;
      case 4: {
        const std::uint64_t shift = random_() % 8 * 8;
        return (before & ~(std::uint64_t{0xff} << shift)) | (random_() & 0xffU) << shift;
      }
      default:
        return random_();
    }
  }

  detail::Geometry geometry_;
  std::byte* base_;
  std::mt19937_64 random_;
};

int damage(const SegmentName& name, Notes& notes, std::uint64_t seed) {
  Vandal vandal(name, seed);
  const auto end = std::chrono::steady_clock::now() + 2s;
  while (std::chrono::steady_clock::now() < end) {
    for (int i = 0; i < 16; ++i)
      vandal.write();
    notes.writes.fetch_add(16, std::memory_order_relaxed);
    // A stream that is damaged all the time shows nothing of what follows.
    ::poll(nullptr, 0, 1);
  }
  notes.over.store(true, std::memory_order_relaxed);
  return 0;
}

template <SlotLayoutTag L>
void publishSome(Producer<Tick, L>& ring, Notes& notes) {
  for (std::size_t i = 0; i < 200 && !notes.isOver(); ++i) {
    try {
      for (Tick& tick : ring.claimUpTo(1 + i % 7, patience))
        tick = Tick::of(ring.lastClaimed());
      ring.publishFirst(2);
      static_cast<void>(ring.waitForConsumers({"risk"}, WaitLimit::now()));
    } catch (const Exception&) {
      // The whole ring seems to be claimed.
    }
    if (ring.publish() == Status::ok) Notes::count(notes.published);
  }
}

/// Publishes, leaves, and takes over from itself.
template <SlotLayoutTag L>
int produce(Producer<Tick, L> first, const SegmentName& name, Notes& notes) {
  std::optional<Producer<Tick, L>> ring(std::move(first));
  while (!notes.isOver()) {
    if (ring) publishSome(*ring, notes);
    ring.reset();
    auto opened = Producer<Tick, L>::open(name.str());
    if (opened) ring.emplace(*std::move(opened));
  }
  return 0;
}

/// Reads, and joins again whenever it has ended.
template <SlotLayoutTag L>
int consume(const SegmentName& name, const ConsumerOptions& options, Notes& notes) {
  while (!notes.isOver()) {
    auto in = Consumer<Tick, L>::attach(name.str(), options);
    for (int i = 0; in && i < 500 && !notes.isOver(); ++i) {
      const auto batch = in->wait(patience);
      for (const Tick& tick : batch)
        notes.countRecord(tick);
      in->commit(batch.size() / 2);
      in->commit();
      if (in->status() != Status::ok && in->status() != Status::timedOut) break;
    }
  }
  return 0;
}

template <SlotLayoutTag L>
int observe(const SegmentName& name, Notes& notes) {
  while (!notes.isOver()) {
    auto seen = Observer<Tick, L>::attach(name.str(), {.startAt = StartAt::oldest});
    for (int i = 0; seen && i < 500 && !notes.isOver(); ++i) {
      const auto observed = seen->wait(patience);
      if (observed) notes.countRecord(observed.record);
    }
  }
  return 0;
}

template <SlotLayoutTag L>
void surviveDamage(std::uint64_t seed) {
  const SegmentName name;
  const SharedObject<Notes> notes;
  std::vector<std::byte> before;
  {
    const testing::SharedNumber isMade;
    std::vector<ChildProcess> cast;
    cast.emplace_back([&] {
      auto ring =
          Producer<Tick, L>::create(name.str(), {.capacity = capacity, .maxConsumers = 5}).value();
      isMade.set(1);
      return produce<L>(std::move(ring), name, *notes);
    });
    ASSERT_TRUE(isMade.reaches(1));
    before = unwritten(name);
    const std::array<ConsumerOptions, 4> consumers{{
        {.name = "risk"},
        {.name = "journal", .onDeath = OnDeath::hold},
        {.name = "screen", .startAt = StartAt::oldest, .evictAfter = 100us},
        {.after = {"risk"}},
    }};
    for (const ConsumerOptions& options : consumers)
      cast.emplace_back([&] { return consume<L>(name, options, *notes); });
    cast.emplace_back([&] { return observe<L>(name, *notes); });
    cast.emplace_back([&] { return damage(name, *notes, seed); });
    for (ChildProcess& child : cast)
      EXPECT_EQ(child.wait(60s), 0) << "process " << &child - cast.data();
  }
  EXPECT_EQ(unwritten(name), before);
  EXPECT_GT(notes->published.load(std::memory_order_relaxed), 100U);
  EXPECT_GT(notes->writes.load(std::memory_order_relaxed), 100U);
  EXPECT_GT(notes->whole.load(std::memory_order_relaxed), 0U);
  EXPECT_GT(notes->wrong.load(std::memory_order_relaxed), 0U);
  EXPECT_TRUE(removeSegment(name.str(), {.evenIfInUse = true, .evenIfHeld = true}));
  EXPECT_EQ(SegmentFile::open(name.path()).error().code, ErrorCode::notFound);
}

TEST(Corruption, EveryoneComesBackWhenRandomBytesAreWrittenIntoAStampedStream) {
  surviveDamage<stamped>(11);
}

TEST(Corruption, EveryoneComesBackWhenRandomBytesAreWrittenIntoAPackedStream) {
  surviveDamage<packed>(2);
}

}  // namespace
}  // namespace sluice
