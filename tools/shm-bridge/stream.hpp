// The stream that carries a ring.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connection.hpp"
#include "continuation.hpp"
#include "wire.hpp"

namespace shm_bridge {

/// How a stream is made that is not there yet.
struct StreamSettings {
  std::string subject;  ///< empty: "sluice." and the stream's name
  std::int64_t replicas = 1;
  bool inMemory = false;
  std::int64_t maxBytes = -1;     ///< -1: no limit
  std::int64_t maxMessages = -1;  ///< -1: no limit
};

struct StreamFacts {
  std::uint64_t firstSequence = 0;
  std::uint64_t lastSequence = 0;
  std::string subject;  ///< the only one, or none
};

/// A message of the stream, as far as it is a bridge's.
struct FoundBatch {
  enum class Kind {
    batch,
    foreign,     ///< another program's
    unreadable,  ///< a bridge's, with headers that make no sense or are of another version
    removed,
  };
  Kind kind = Kind::removed;
  BatchHead head;     ///< of a batch
  std::string fault;  ///< of a foreign or unreadable message: what is wrong with it
};

/// Asks the server. Every call throws Unavailable where that does not answer, Refusal where it
/// answers with what lasts.
class Stream {
 public:
  Stream(const Connection& connection, std::string name)
      : connection_(connection), name_(std::move(name)) {}

  /// Nothing where there is no such stream.
  std::optional<StreamFacts> look() const;

  /// Makes the stream where there is none and that is allowed. Throws Refusal where the stream does
  /// not suit.
  StreamFacts lookOrCreate(const StreamSettings& settings, bool mayCreate) const;

  FoundBatch batchAt(std::uint64_t streamSequence) const;

  /// What is at the stream's end; behind foreign messages where those are skipped.
  StreamEnd end(bool skipForeign) const;

 private:
  void create(const StreamSettings& settings) const;
  void checkFits(const jsStreamConfig& config, const StreamSettings& settings) const;

  const Connection& connection_;
  std::string name_;
};

/// Throws Unavailable or Refusal for what a call to JetStream gave.
[[noreturn]] void failJetStream(const Connection& connection, const std::string& what,
                                natsStatus status, int error);

/// What is in the headers of a message.
FoundBatch foundIn(natsMsg* message, HeadDecoder& decoder);

}  // namespace shm_bridge
