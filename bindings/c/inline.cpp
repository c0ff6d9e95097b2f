#include "sluice/c/producer.h"

namespace {

// Exported too, for languages that do not read the header.
[[gnu::used]] constexpr auto claimOne = &sluice_producer_claim_one;
[[gnu::used]] constexpr auto publish = &sluice_producer_publish;

}  // namespace
