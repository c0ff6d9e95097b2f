// A reader that does not know the record's type when it is compiled. usage: untyped SEGMENT
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "sluice/sluice.hpp"

struct Quote {
  std::uint64_t time;
  double bid;
  double ask;
};

template <>
inline constexpr std::string_view sluice::recordName<Quote> = "Quote";
template <>
inline constexpr auto sluice::recordFields<Quote> =
    std::array{SLUICE_FIELD(Quote, time), SLUICE_FIELD(Quote, bid), SLUICE_FIELD(Quote, ask)};

int main(int, char** words) {
  const char* const name = words[1];
  auto ring = sluice::Producer<Quote>::create(name, {.capacity = 16}).value();
  auto in = sluice::UntypedConsumer::attach(name).value();

  ring.send({.time = 1, .bid = 17.5, .ask = 17.6});

  auto batch = in.wait();
  std::printf("%s, %zu bytes\n", std::string(in.record().name).c_str(), in.record().size);
  for (const sluice::Field& field : in.record().fields) {
    if (field.kind != sluice::FieldKind::real || field.size != sizeof(double)) continue;
    double value = 0;
    std::memcpy(&value, batch[0] + field.offset, sizeof value);
    std::printf("%s %g\n", std::string(field.name).c_str(), value);
  }
  in.commit();

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
