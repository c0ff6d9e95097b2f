// Rings under the name of a mirror ring that is gone.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "server/bridged.hpp"

namespace shm_bridge {
namespace {

/// Another record than a Parcel, and a longer one.
struct Pallet {
  std::array<std::uint64_t, 512> words;
};

class MirrorName : public Bridged {
 protected:
  /// Leaves a stream of ten records, and the note of a mirror ring that is gone.
  void carryAndRemoveMirror() {
    auto ring = createRing();
    Bridge sender = out();
    Bridge receiver = in();
    static_cast<void>(carryTen(ring));
    receiver.signal(SIGTERM);
    EXPECT_EQ(receiver.wait(), 0);
    EXPECT_TRUE(sluice::removeSegment("mirror", {.directory = there_, .evenIfHeld = true}));
  }
};

TEST_F(MirrorName, OfAnotherRingIsRefused) {
  carryAndRemoveMirror();
  { auto other = Ring::create("mirror", {.capacity = 64, .directory = there_}); }
  expectRefused(in(), "is none that shm-bridge made");
}

TEST_F(MirrorName, OfARingWithOtherRecordsThatNothingElseTellsApartIsRefused) {
  carryAndRemoveMirror();
  {
    auto other = sluice::Producer<Pallet>::create("mirror", {.capacity = 64, .directory = there_});
  }
  // As a bridge leaves it that dies before it knows the ring's id.
  const std::string path = there_ + "/.mirror.bridge";
  auto note = nlohmann::json::parse(contentsOf(path));
  ASSERT_EQ(note.erase("mirror"), 1U);
  std::ofstream(path) << note;
  expectRefused(in(), "expected records Parcel of 16 bytes");
}

}  // namespace
}  // namespace shm_bridge
