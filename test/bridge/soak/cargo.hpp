// What is sent through the bridges, and how it is told to be itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/parcel.hpp"
#include "sluice/message.hpp"
#include "sluice/sluice.hpp"

namespace shm_bridge::soak {

constexpr std::uint64_t capacity = 4096;

struct RecordCargo {
  using Producer = sluice::Producer<Parcel>;
  using Consumer = sluice::Consumer<Parcel>;
  static constexpr std::uint64_t mostUnderWay = 500'000;

  static sluice::Result<Producer> create(const sluice::ProducerOptions& options) {
    return Producer::createOrOpen("ring", options);
  }
  static void send(Producer& ring, std::uint64_t sequence) { ring.send(Parcel::of(sequence)); }
  static bool isItself(const Parcel& parcel, std::uint64_t sequence) {
    return parcel == Parcel::of(sequence);
  }
};

struct MessageCargo {
  using Producer = sluice::MessageProducer;
  using Consumer = sluice::MessageConsumer;
  static constexpr std::uint64_t mostUnderWay = 100'000;

  static sluice::Result<Producer> create(const sluice::ProducerOptions& options) {
    return Producer::createOrOpen(
        "ring", {.payloadBytes = 1 << 20, .capacity = options.capacity, .producer = options});
  }
  static void send(Producer& ring, std::uint64_t sequence) {
    ring.send(bytesOf(sequence), sluice::Kind{static_cast<std::uint32_t>(sequence)});
  }
  static bool isItself(const sluice::Message& message, std::uint64_t sequence) {
    const std::string wanted = bytesOf(sequence);
    return message.kind == sluice::Kind{static_cast<std::uint32_t>(sequence)} &&
           message.bytes.size() == wanted.size() &&
           std::memcmp(message.bytes.data(), wanted.data(), wanted.size()) == 0;
  }

 private:
  /// Mostly short, some longer than a batch.
  static std::string bytesOf(std::uint64_t sequence) {
    const std::uint64_t content = Parcel::of(sequence).content;
    const std::size_t most = content % 1000 == 0 ? 200'000 : 300;
    std::string bytes(content / 1000 % most, static_cast<char>(content));
    if (bytes.size() >= sizeof content) std::memcpy(bytes.data(), &content, sizeof content);
    return bytes;
  }
};

}  // namespace shm_bridge::soak
