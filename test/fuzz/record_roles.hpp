// What participants do with records.
#pragma once

#include <string_view>

#include "see.hpp"
#include "sluice/sluice.hpp"
#include "support/segment_image.hpp"

template <>
inline constexpr std::string_view sluice::recordName<sluice::testing::Quote> = "Quote";
template <>
inline constexpr auto sluice::recordFields<sluice::testing::Quote> = sluice::testing::quoteFields;

namespace sluice::fuzz {

template <SlotLayoutTag L>
struct RecordRoles {
  using Quote = testing::Quote;
  using Producer = sluice::Producer<Quote, L>;
  using Consumer = sluice::Consumer<Quote, L>;
  using Observer = sluice::Observer<Quote, L>;

  static void read(const Quote& quote, Sequence) { see(quote.time); }
  static void read(const Observed<Quote>& observed) { see(observed.record.time); }

  static void write(Producer& producer) {
    for (auto& quote : producer.claimOne(WaitLimit::now()))
      quote = {};
    producer.publish();
    for (auto& quote : producer.claimUpTo(5, WaitLimit::now()))
      quote = {};
    producer.publishFirst(2);
  }
  static Sequence lastClaimed(const Producer& producer) { return producer.lastClaimed(); }
};

}  // namespace sluice::fuzz
