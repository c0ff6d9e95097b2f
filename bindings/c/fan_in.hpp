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
template <class Event, class Found>
int tell(Event& event, const Found& found, std::string& text) {
  event.ring = event.error = "";
  const FanInNews news = found.news();
  if (news == FanInNews::none) return numberOf(found.status());
  event.news = news == FanInNews::records ? SLUICE_RECORDS
               : news == FanInNews::ended ? SLUICE_ENDED
                                          : SLUICE_REFUSED;
  event.status = numberOf(found.status());
  event.ring = found.ring().name.c_str();
  event.ring_number = found.ring().number;
  event.lost = {found.ring().lost.first, found.ring().lost.count};
  if (news != FanInNews::refused) return SLUICE_OK;
  text = found.error().message();
  event.status = numberOf(found.error().code);
  event.error = text.c_str();
  return SLUICE_OK;
}

}  // namespace sluice::c
