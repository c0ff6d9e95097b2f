// Messages of any length. usage: messages SEGMENT
#include <cstdio>
#include <cstring>
#include <string>

#include "sluice/message.hpp"
#include "sluice/segment.hpp"

constexpr sluice::Kind line{1};
constexpr sluice::Kind picture{2};

int main(int, char** words) {
  const char* const name = words[1];
  auto ring = sluice::MessageProducer::create(name, {.payloadBytes = 1 << 20}).value();
  auto in = sluice::MessageConsumer::attach(name).value();

  ring.send("a short line", line);
  ring.send(std::string(300, '='), line);

  const auto room = ring.claim(100'000);
  const std::size_t written = 1234;
  std::memset(room.bytes().data(), 0xff, written);
  room.finish(written, picture);
  ring.publish();

  const auto batch = in.wait();
  for (const sluice::Message& message : batch) {
    const std::string bytes(reinterpret_cast<const char*>(message.bytes.data()),
                            message.bytes.size());
    const std::string shown = message.kind == line ? ": " + bytes.substr(0, 20) : "";
    std::printf("%zu bytes%s\n", bytes.size(), shown.c_str());
  }
  in.commit();

  const auto tooLong = ring.tryClaim(600'000);
  std::printf("%s, the longest has %d\n", nameOf(tooLong.status()),
              static_cast<int>(ring.longest()));

  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
