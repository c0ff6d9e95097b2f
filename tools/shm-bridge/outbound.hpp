// A ring into a stream: `shm-bridge out`.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "acknowledgements.hpp"
#include "continuation.hpp"
#include "patience.hpp"
#include "payload.hpp"
#include "progress.hpp"
#include "send_window.hpp"
#include "server_options.hpp"
#include "sluice/options.hpp"
#include "source_ring.hpp"
#include "stream.hpp"
#include "wakeup.hpp"

namespace shm_bridge {

struct OutOptions {
  std::string ring;
  sluice::ConsumerOptions consumer;        ///< its name is the bridge's
  std::chrono::duration<double> within{};  ///< to wait for the ring
  std::string stream;
  StreamSettings settings;
  std::size_t batchBytes = 128U << 10;
  std::size_t inFlightBytes = 8U << 20;
  std::chrono::milliseconds delay{};  ///< how long a record may wait for its batch to fill
  bool followNewRing = false;
  bool skipForeign = false;
  bool resume = false;
  std::optional<sluice::Sequence> resumeAt{};
};

/// Sends records, and commits what is acknowledged. One thread.
class Outbound {
 public:
  Outbound(const OutOptions& options, const ServerOptions& servers, Wakeup& wakeup,
           Progress& progress);

  /// Until the ring's end is stored, or the bridge is asked to end: nothing. Throws Refusal, and
  /// sluice::Exception where the ring cannot be had.
  std::optional<RingEnd> run();

 private:
  using Clock = std::chrono::steady_clock;

  enum class Outcome { ringEnded, evicted, endRequested };

  /// What lives as long as a connection.
  struct Session {
    Session(const ServerOptions& servers, const OutOptions& options, Wakeup& wakeup)
        : connection(servers, wakeup),
          stream(connection, options.stream),
          acknowledgements(connection, wakeup) {}

    Connection connection;
    Stream stream;
    Acknowledgements acknowledgements;
    std::string subject;
    PayloadWriter batch{0, 0};
    sluice::Sequence batchFirst = 0;
    Clock::time_point batchBegunAt{};
    bool isEndSent = false;
  };

  std::optional<RingEnd> carryRings();
  void resignUnused();
  bool attach(const sluice::WaitLimit& limit, sluice::AttachTo to);
  Outcome carryOnce();
  Outcome carry(Session& session);
  bool continueStream(Session& session);
  Outcome finish(Session& session);
  std::optional<Outcome> step(Session& session);

  sluice::Status collect(Session& session);
  bool isDue(const Session& session, sluice::Status status) const;
  bool mayBeSent();
  void beginBatch(Session& session);
  void send(Session& session, std::optional<RingEnd> end);
  bool takeAcknowledgements(Session& session);
  void wait(Session& session, const std::stop_token& token);
  Clock::time_point waitUntil(const Session& session) const;

  const OutOptions& options_;
  const ServerOptions& servers_;
  Wakeup& wakeup_;
  Progress& progress_;
  Patience patience_;
  Permissions permissions_;
  std::unique_ptr<SourceRing> ring_;
  HeadEncoder encoder_;
  SendWindow window_;
  sluice::Sequence expected_ = 0;  // the record that follows the last one sent
  std::uint64_t part_ = 0;
  std::optional<RingEnd> end_;
  bool mayCreate_ = true;
  bool hasStored_ = false;  // the stream has records of this ring from a bridge of this name
  Clock::time_point acknowledgedAt_;
};

}  // namespace shm_bridge
