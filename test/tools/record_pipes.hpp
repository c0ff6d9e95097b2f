// A ring of records with every kind of field, and what becomes of them in a pipe.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "os/printable.hpp"
#include "pipes.hpp"
#include "sluice/sluice.hpp"

namespace sluice {

enum class Side : std::uint8_t { buy = 1, sell = 2 };

struct Level {
  double price;
  std::uint32_t volume;
};

struct Opaque {
  std::array<std::uint8_t, 3> bytes;
};

/// Of every kind, with padding in between and at the end.
struct Sample {
  bool isFirst;
  std::int8_t tiny;
  std::int16_t small;
  std::int32_t medium;
  std::int64_t large;
  std::uint8_t unsignedTiny;
  std::uint16_t unsignedSmall;
  std::uint32_t unsignedMedium;
  std::uint64_t unsignedLarge;
  float single;
  double wide;
  Side side;
  std::array<char, 11> text;
  char letter;
  std::array<std::int16_t, 3> numbers;
  std::array<bool, 2> flags;
  std::array<float, 2> singles;
  Level bid;
  Level levels[2];
  std::array<std::byte, 2> bytes;
  std::array<Opaque, 2> opaque;
  long double longest;
  std::array<char, 9> last;
};

template <>
inline constexpr std::string_view recordName<Sample> = "Sample";
template <>
inline constexpr auto recordFields<Sample> =
    std::array{SLUICE_FIELD(Sample, isFirst),       SLUICE_FIELD(Sample, tiny),
               SLUICE_FIELD(Sample, small),         SLUICE_FIELD(Sample, medium),
               SLUICE_FIELD(Sample, large),         SLUICE_FIELD(Sample, unsignedTiny),
               SLUICE_FIELD(Sample, unsignedSmall), SLUICE_FIELD(Sample, unsignedMedium),
               SLUICE_FIELD(Sample, unsignedLarge), SLUICE_FIELD(Sample, single),
               SLUICE_FIELD(Sample, wide),          SLUICE_FIELD(Sample, side),
               SLUICE_FIELD(Sample, text),          SLUICE_FIELD(Sample, letter),
               SLUICE_FIELD(Sample, numbers),       SLUICE_FIELD(Sample, flags),
               SLUICE_FIELD(Sample, singles),       SLUICE_FIELD(Sample, bid.price),
               SLUICE_FIELD(Sample, bid.volume),    SLUICE_FIELD(Sample, levels[1].price),
               SLUICE_FIELD(Sample, bytes),         SLUICE_FIELD(Sample, opaque),
               SLUICE_FIELD(Sample, longest),       SLUICE_FIELD(Sample, last)};

class RecordPipes : public Pipes {
 protected:
  /// Publishes them into the segment "a", and closes it.
  template <SlotLayoutTag L = stamped>
  void publish(const std::vector<Sample>& samples) const {
    auto ring =
        Producer<Sample, L>::create("a", {.capacity = 512, .directory = directory_.path()}).value();
    for (const Sample& sample : samples) {
      Sample& slot = ring.claimOne();
      // What lies in the padding is nobody's business.
      std::memset(static_cast<void*>(&slot), 0xee, sizeof slot);
      slot = sample;
      ring.publish();
    }
    ring.close();
  }

  /// The records of a closed segment there in hexadecimal, with zeros where no field is.
  std::vector<std::string> recordsOf(const std::string& name) const {
    auto in =
        UntypedConsumer::attach(name, {.startAt = StartAt::oldest, .directory = directory_.path()})
            .value();
    std::vector<std::string> records;
    while (const auto batch = in.wait()) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        std::vector<std::byte> record(in.record().size);
        for (const Field& field : in.record().fields)
          std::memcpy(record.data() + field.offset, batch[i] + field.offset,
                      field.size * field.count);
        records.push_back(detail::inHex(record));
      }
      in.commit();
    }
    EXPECT_EQ(in.status(), Status::closed);
    return records;
  }

  /// Carries the segment "a" into a new one, "b".
  Ran carry(const std::string& format) const {
    return run("$SUB ./a --from oldest --format " + format + " | $PUB --like ./a ./b --format " +
               format + "; echo status $?");
  }
};

}  // namespace sluice
