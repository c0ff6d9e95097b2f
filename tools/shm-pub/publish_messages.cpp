#include <fmt/format.h>

#include <cstdint>
#include <cstdio>

#include "begin.hpp"
#include "message_framing.hpp"
#include "publish.hpp"
#include "sluice/message.hpp"

namespace shm_pub {

int publishMessages(const Options& options) {
  auto ring = sluice::MessageProducer::createOrOpen(
      options.segment.name, {.payloadBytes = options.payload,
                             .capacity = options.capacity,
                             .slotSize = options.slotSize,
                             .producer = {.directory = options.segment.directory}});
  if (!ring) return complainOf(ring.error());
  if (const auto status = waitForConsumers(*ring, options)) return *status;
  segment_tools::FramedReader input(stdin, options.framing);
  std::uint64_t count = 0;
  for (auto message = input.next(); message; message = input.next(), ++count) {
    const auto status = ring->send(*message, sluice::Kind{options.kind}, {});
    if (status == sluice::Status::tooLarge)
      return complain(fmt::format("message {} of the input has {} bytes; this ring takes at most "
                                  "{}: create it with a larger --payload",
                                  count, message->size(), ring->longest()),
                      failed);
    if (status != sluice::Status::ok) return complain(nameOf(status), refused);
  }
  if (!input.error().empty()) return complain(input.error(), failed);
  if (!options.leaveOpen) ring->close();
  return published;
}

}  // namespace shm_pub
