// Messages of any length, in one program: the second example of README.md. usage: messages
#include <cstdio>

#include "sluice/message.hpp"
#include "sluice/segment.hpp"

int main() {
  auto ring = sluice::MessageProducer::create("log", {.payloadBytes = 64 << 20}).value();
  auto in = sluice::MessageConsumer::attach("log", {.name = "disk"}).value();

  ring.send("any bytes, copied in\n");
  const auto m = ring.claim(1000);  // or written in place: at most so many
  m.finish(static_cast<std::size_t>(
               std::snprintf(reinterpret_cast<char*>(m.bytes().data()), 1000, "%d and %d\n", 1, 2)),
           sluice::Kind{7});
  ring.publish();

  for (const sluice::Message& message : in.wait())  // where they lie, each side by side
    std::fwrite(message.bytes.data(), 1, message.bytes.size(), stdout);
  in.commit();
  return sluice::removeSegment("log", {.evenIfInUse = true}) ? 0 : 1;
}
