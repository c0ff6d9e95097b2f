// Protocol buffers as messages. usage: protobuf SEGMENT
#include <cstdint>
#include <cstdio>

#include "order.pb.h"
#include "sluice/message.hpp"
#include "sluice/segment.hpp"

constexpr sluice::Kind order{1};
constexpr sluice::Kind cancel{2};

template <class Proto>
void write(sluice::MessageProducer& ring, sluice::Kind kind, const Proto& proto) {
  const std::size_t size = proto.ByteSizeLong();
  const auto room = ring.claim(size);
  proto.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(room.bytes().data()));
  room.finish(size, kind);
}

template <class Proto>
bool read(const sluice::Message& message, Proto& proto) {
  return proto.ParseFromArray(message.bytes.data(), static_cast<int>(message.bytes.size()));
}

void produce(sluice::MessageProducer& ring) {
  shop::Order wanted;
  wanted.set_number(1);
  wanted.set_symbol("ABC");
  wanted.set_price(17.5);
  for (std::uint32_t lot = 1; lot <= 1000; ++lot)
    wanted.add_lots(lot);
  write(ring, order, wanted);

  shop::Cancel regretted;
  regretted.set_number(1);
  write(ring, cancel, regretted);
  ring.publish();
  ring.send("no protocol buffer", order);
}

int main(int, char** words) {
  const char* const name = words[1];
  auto ring = sluice::MessageProducer::create(name, {.payloadBytes = 1 << 16}).value();
  auto in = sluice::MessageConsumer::attach(name).value();
  produce(ring);

  shop::Order wanted;
  shop::Cancel regretted;
  const auto batch = in.wait();
  for (const sluice::Message& message : batch) {
    if (message.kind == order && read(message, wanted))
      std::printf("order %d: %s at %g in %d lots, %zu bytes\n", static_cast<int>(wanted.number()),
                  wanted.symbol().c_str(), wanted.price(), wanted.lots_size(),
                  message.bytes.size());
    else if (message.kind == cancel && read(message, regretted))
      std::printf("cancel %d, %zu bytes\n", static_cast<int>(regretted.number()),
                  message.bytes.size());
    else
      std::printf("not understood: %zu bytes\n", message.bytes.size());
  }
  in.commit();
  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
