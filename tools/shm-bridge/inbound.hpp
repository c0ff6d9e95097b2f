// A stream into a mirror ring: `shm-bridge in`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "delivery.hpp"
#include "mirror_note.hpp"
#include "mirror_ring.hpp"
#include "mirror_step.hpp"
#include "patience.hpp"
#include "progress.hpp"
#include "server_options.hpp"
#include "sluice/options.hpp"
#include "stream.hpp"
#include "wakeup.hpp"

namespace shm_bridge {

/// Where a mirror ring begins that is not there yet.
struct MirrorStart {
  enum class At { newest, oldest, sequence };
  At at = At::oldest;
  sluice::Sequence sequence = 0;
};

struct InOptions {
  std::string stream;
  std::string ring;
  sluice::ProducerOptions producer;  ///< capacity 0: as the source has
  MirrorStart from;
  std::vector<std::string> waitFor;        ///< consumers of the mirror ring
  std::chrono::duration<double> within{};  ///< to wait for the stream
  bool followNewRing = false;
  bool skipForeign = false;
};

/// Publishes what a stream has into a mirror ring. One thread.
class Inbound {
 public:
  Inbound(const InOptions& options, const ServerOptions& servers, Wakeup& wakeup,
          Progress& progress);

  /// Until the source has ended, or the bridge is asked to end: nothing. Throws Refusal.
  std::optional<RingEnd> run();

 private:
  void findMirror();
  void openRing(bool hasMessages);
  bool carry(const Connection& connection);
  std::uint64_t startOf(const Stream& stream);
  std::uint64_t startOfFresh(const Stream& stream, const StreamFacts& facts);

  bool handle(const Delivery::Message& message);
  bool take(const BatchHead& head, std::span<const std::byte> payload);
  bool beginFresh(const BatchHead& head);
  bool beginRing(const BatchHead& head, sluice::Sequence first);
  bool createRing(const BatchHead& head, sluice::Sequence first);
  void checkRecords(const Schema& expected);
  void closeRing();
  bool append(const BatchHead& head, std::span<const std::byte> payload, std::uint64_t known);
  bool endRing(RingEnd end);
  bool waitForReaders();
  bool waitForConsumers();
  void pause();

  const InOptions& options_;
  const ServerOptions& servers_;
  Wakeup& wakeup_;
  Progress& progress_;
  Patience patience_;
  std::string notePath_;
  std::chrono::steady_clock::time_point begunAt_;
  std::unique_ptr<MirrorRing> ring_;
  bool isOpened_ = false;                   // the mirror ring is an earlier life's, and not checked
  std::optional<MirrorPosition> position_;  // none before the first mirror ring
  std::optional<SegmentId> closedRing_;     // a mirror ring that was closed and has the name
  std::optional<MirrorPosition> wanted_;    // where the first mirror ring is to begin
  std::optional<std::uint64_t> newest_;     // the stream's last sequence at the start
  HeadDecoder decoder_;
  std::optional<RingEnd> end_;
};

}  // namespace shm_bridge
