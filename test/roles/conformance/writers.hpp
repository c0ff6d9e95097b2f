// What the suite asks of a port's producer, beyond the calls that all producers have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "sluice/sluice.hpp"
#include "tick.hpp"

namespace sluice::conformance {

/// Producer<Tick, L>.
template <class L>
struct TypedWriter {
  using Producer = sluice::Producer<Tick, L>;

  static Result<Producer> create(const std::string& segment, const ProducerOptions& options) {
    return Producer::create(segment, options);
  }
  static Result<Producer> open(const std::string& segment, const OpenOptions& options) {
    return Producer::open(segment, options);
  }
  static Result<Producer> createOrOpen(const std::string& segment, const ProducerOptions& options) {
    return Producer::createOrOpen(segment, options);
  }

  /// Claims the next record, waiting for it, and writes that number.
  static void claim(Producer& ring, std::uint64_t number) { ring.claimOne() = Tick::of(number); }
  /// The same without waiting; false when there is none.
  static bool tryClaim(Producer& ring, std::uint64_t number) {
    Tick* const record = ring.tryClaim();
    if (record != nullptr) *record = Tick::of(number);
    return record != nullptr;
  }
  /// Writes a number into the record of that index of a claim.
  template <class Claim>
  static void write(const Claim& claimed, std::size_t index, std::uint64_t number) {
    claimed[index] = Tick::of(number);
  }

  static void send(Producer& ring, const Tick& record) { ring.send(record); }
  static Status send(Producer& ring, const Tick& record, const WaitLimit& limit) {
    return ring.send(record, limit);
  }
  static void send(Producer& ring, std::span<const Tick> records) { ring.send(records); }
  static Sent send(Producer& ring, std::span<const Tick> records, const WaitLimit& limit) {
    return ring.send(records, limit);
  }
};

/// UntypedProducer.
template <SlotLayout layout>
struct UntypedWriter {
  using Producer = UntypedProducer;

  static Result<Producer> create(const std::string& segment, const ProducerOptions& options) {
    return Producer::create(segment, options, describeRecord<Tick>(), layout);
  }
  static Result<Producer> open(const std::string& segment, const OpenOptions& options) {
    return Producer::open(segment, options, describeRecord<Tick>());
  }
  static Result<Producer> createOrOpen(const std::string& segment, const ProducerOptions& options) {
    return Producer::createOrOpen(segment, options, describeRecord<Tick>(), layout);
  }

  static void claim(Producer& ring, std::uint64_t number) { writeAt(ring.claimOne(), number); }
  static bool tryClaim(Producer& ring, std::uint64_t number) {
    std::byte* const record = ring.tryClaim();
    if (record != nullptr) writeAt(record, number);
    return record != nullptr;
  }
  template <class Claim>
  static void write(const Claim& claimed, std::size_t index, std::uint64_t number) {
    writeAt(claimed[index], number);
  }

  static void send(Producer& ring, const Tick& record) {
    ring.send(bytesOf(&record), sizeof(Tick), 1);
  }
  static Status send(Producer& ring, const Tick& record, const WaitLimit& limit) {
    return ring.send(bytesOf(&record), sizeof(Tick), 1, limit).status;
  }
  static void send(Producer& ring, std::span<const Tick> records) {
    ring.send(bytesOf(records.data()), sizeof(Tick), records.size());
  }
  static Sent send(Producer& ring, std::span<const Tick> records, const WaitLimit& limit) {
    return ring.send(bytesOf(records.data()), sizeof(Tick), records.size(), limit);
  }

 private:
  static void writeAt(std::byte* record, std::uint64_t number) {
    const Tick tick = Tick::of(number);
    std::memcpy(record, &tick, sizeof tick);
  }
  static const std::byte* bytesOf(const Tick* records) {
    return reinterpret_cast<const std::byte*>(records);
  }
};

/// That writer on segments of that wake protocol.
template <class Writer, WakeProtocol protocol>
struct Choosing : Writer {
  using Producer = typename Writer::Producer;

  static Result<Producer> create(const std::string& segment, ProducerOptions options) {
    options.wakeProtocol = protocol;
    return Writer::create(segment, options);
  }
  static Result<Producer> createOrOpen(const std::string& segment, ProducerOptions options) {
    options.wakeProtocol = protocol;
    return Writer::createOrOpen(segment, options);
  }
};

}  // namespace sluice::conformance
