// What fan-ins of records and of messages have of C.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "c/handle.hpp"
#include "sluice/c/fan_in.h"
#include "sluice/fan_in_event.hpp"
#include "sluice/status.hpp"

namespace sluice::c {

/// How long a quiet ring holds the others back; nothing where the rings are read in turn.
std::optional<std::chrono::nanoseconds> quietLimitOf(const sluice_fan_in_options& options);

/// Tells what records and messages have in common; the text of an error goes to `text`. Returns
/// what the wait returns.
template <class Event>
int tell(Event& event, FanInNews news, Status status, const FanInRing& ring, const Error& error,
         std::string& text) {
  event.ring = event.error = "";
  if (news == FanInNews::none) return numberOf(status);
  event.news = news == FanInNews::records ? SLUICE_RECORDS
               : news == FanInNews::ended ? SLUICE_ENDED
                                          : SLUICE_REFUSED;
  event.status = numberOf(status);
  event.ring = ring.name.c_str();
  event.ring_number = ring.number;
  event.lost = {ring.lost.first, ring.lost.count};
  if (news != FanInNews::refused) return SLUICE_OK;
  text = error.message();
  event.status = numberOf(error.code);
  event.error = text.c_str();
  return SLUICE_OK;
}

}  // namespace sluice::c
