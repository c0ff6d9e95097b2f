// The C++ side of the tests: a record with everything that a field can be.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sluice/sluice.hpp"

using namespace std::chrono_literals;

namespace {

enum class Side : std::uint8_t { buy = 1, sell = 2 };

struct Level {
  double price;
  std::uint32_t size;
};

struct Quote {
  std::uint64_t time;
  std::array<char, 8> symbol;
  Side side;
  bool isFirm;
  std::int16_t venue;
  float ratio;
  Level bid;
  std::array<Level, 2> levels;
  std::array<std::int32_t, 3> codes;
  std::array<std::uint8_t, 5> raw;
};

/// The quote of that number, as quote_of() in quotes.py makes it.
Quote quoteOf(std::uint64_t i) {
  Quote quote{};
  const auto small = static_cast<std::int32_t>(i % 1000);
  quote.time = i;
  std::snprintf(quote.symbol.data(), quote.symbol.size(), "S%d", small);
  quote.side = i % 2 == 0 ? Side::buy : Side::sell;
  quote.isFirm = i % 3 == 0;
  quote.venue = static_cast<std::int16_t>(-small);
  quote.ratio = 0.5F * static_cast<float>(small);
  quote.bid = {1.25 * small, static_cast<std::uint32_t>(small)};
  quote.levels = {Level{2.0 * small, 1}, Level{3.0 * small, 2}};
  quote.codes = {small, small + 1, small + 2};
  quote.raw = {1, 2, 3, 4, static_cast<std::uint8_t>(small % 256)};
  return quote;
}

bool areEqual(const Quote& a, const Quote& b) {
  return a.time == b.time && std::string_view(a.symbol.data()) == b.symbol.data() &&
         a.side == b.side && a.isFirm == b.isFirm && a.venue == b.venue && a.ratio == b.ratio &&
         a.bid.price == b.bid.price && a.bid.size == b.bid.size &&
         a.levels[0].price == b.levels[0].price && a.levels[1].price == b.levels[1].price &&
         a.levels[1].size == b.levels[1].size && a.codes == b.codes && a.raw == b.raw;
}

}  // namespace

template <>
inline constexpr std::string_view sluice::recordName<Quote> = "Quote";

template <>
inline constexpr auto sluice::recordFields<Quote> = std::array{
    SLUICE_FIELD(Quote, time),
    SLUICE_FIELD(Quote, symbol),
    SLUICE_FIELD(Quote, side),
    SLUICE_FIELD(Quote, isFirm),
    SLUICE_FIELD(Quote, venue),
    SLUICE_FIELD(Quote, ratio),
    SLUICE_FIELD(Quote, bid.price),
    SLUICE_FIELD(Quote, bid.size),
    sluice::Field{"levels[0].price", offsetof(Quote, levels), 8, 1, sluice::FieldKind::real},
    sluice::Field{"levels[0].size", offsetof(Quote, levels) + 8, 4, 1,
                  sluice::FieldKind::unsignedInteger},
    sluice::Field{"levels[1].price", offsetof(Quote, levels) + 16, 8, 1, sluice::FieldKind::real},
    sluice::Field{"levels[1].size", offsetof(Quote, levels) + 24, 4, 1,
                  sluice::FieldKind::unsignedInteger},
    SLUICE_FIELD(Quote, codes),
    SLUICE_FIELD(Quote, raw)};

namespace {

/// Publishes that many quotes in one ring, and closes it; without an end where `count` is 0.
int publish(const char* name, std::uint64_t count, const char* consumer) {
  auto ring = sluice::Producer<Quote>::createOrOpen(name, {.capacity = 1024, .takeOverWithin = 30s})
                  .value();
  if (ring.waitForConsumers({consumer}, 30s) != sluice::Status::ok) return 1;
  const std::uint64_t from = ring.lastPublished() + 1;
  for (std::uint64_t i = from; count == 0 || i < count; ++i)
    if (ring.send(quoteOf(i), {}) != sluice::Status::ok) return 1;
  ring.close();
  return 0;
}

/// Reads quotes to the end of the stream, and prints how many, and how it ended.
int consume(const char* name, const char* consumer) {
  auto in = sluice::Consumer<Quote>::attach(name, {.name = consumer,
                                                   .startAt = sluice::StartAt::oldest,
                                                   .onDeath = sluice::OnDeath::hold,
                                                   .appearWithin = 30s})
                .value();
  std::printf("attached\n");
  std::fflush(stdout);
  std::uint64_t count = 0;
  std::uint64_t next = 0;
  while (auto batch = in.wait()) {
    if (count == 0) next = batch.first();
    for (const Quote& quote : batch) {
      if (!areEqual(quote, quoteOf(next))) {
        std::printf("quote %llu differs\n", static_cast<unsigned long long>(next));
        return 1;
      }
      ++next;
      ++count;
    }
    if (in.commit() != sluice::Status::ok) break;
  }
  std::printf("%llu %s\n", static_cast<unsigned long long>(count), nameOf(in.status()));
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view what = count > 1 ? arguments[1] : "";
  if (what == "publish" && count == 5)
    return publish(arguments[2], std::strtoull(arguments[3], nullptr, 10), arguments[4]);
  if (what == "consume" && count == 4) return consume(arguments[2], arguments[3]);
  std::fprintf(stderr, "peer publish NAME COUNT CONSUMER | peer consume NAME CONSUMER\n");
  return 2;
}
