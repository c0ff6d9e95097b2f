// The rings of a directory that a pattern means, each joined once.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "os/file_id.hpp"
#include "os/identity.hpp"
#include "roles/name_pattern.hpp"
#include "sluice/detail/consumer_attachment.hpp"
#include "sluice/detail/expectation.hpp"
#include "sluice/error.hpp"
#include "sluice/fan_in_options.hpp"
#include "sluice/lost_records.hpp"
#include "sluice/options.hpp"
#include "sluice/result.hpp"

namespace sluice::detail {

/// A ring that was joined.
struct FoundRing {
  std::string name;
  ConsumerAttachment attachment;
  LostRecords lost;
};

/// A name that cannot be joined, or not be removed.
struct RefusedName {
  std::string name;
  Error error;
};

/// A ring whose consumer is gone again.
struct RingLetGo {
  enum class Then {
    keep,       ///< it is not joined again
    remove,     ///< nor does it keep its name, once nobody else is attached to it
    joinAgain,  ///< what is lost is told then
  };
  std::string name;
  SegmentId id;
  Then then;
};

/// What came of a search. Called by the thread that searches.
class RingFinder {
 public:
  virtual void found(FoundRing ring) = 0;
  virtual void refused(RefusedName name) = 0;

 protected:
  ~RingFinder() = default;
};

/// Joins what has a matching name and is not joined yet, and remembers what cannot be joined. Used
/// by one thread at a time.
class RingSearch {
 public:
  RingSearch(std::vector<NamePattern> patterns, const FanInOptions& options,
             const Expectation& expectation, RingFinder& finder);

  /// Looks at every name of the directory.
  Result<void> lookAtAll();
  /// Looks at one, of which the directory has told something.
  void lookAtChanged(const std::string& name) { look(name, true); }

  void letGo(const RingLetGo& ring);
  /// Tries once more to join where a row or the consumer's name was taken.
  void joinFreed();
  /// Removes what is to be removed and is not in use any more.
  void removeUnused();
  /// One of the two may have something to do later: nothing tells when.
  bool awaitsOthers() const noexcept;

 private:
  /// What is known of the file that a name means.
  struct Known {
    FileId file{};
    std::optional<SegmentId> id{};       // of a segment that is or was joined
    std::optional<ErrorCode> refusal{};  // as it was told
    std::string refusedField{};

    bool awaitsOthers() const noexcept {
      return refusal == ErrorCode::inUse || refusal == ErrorCode::full;
    }
  };

  void look(const std::string& name, bool hasChanged);
  void join(const std::string& name, Known& known);
  void refuse(const std::string& name, Known& known, const Error& error);
  bool matches(const std::string& name) const;
  bool isKnown(const SegmentId& id) const;

  std::vector<NamePattern> patterns_;
  ConsumerOptions options_;
  Expectation expectation_;
  RingFinder& finder_;
  std::map<std::string, Known> names_;
  std::set<SegmentId> joined_;
  std::vector<RingLetGo> toRemove_;
};

/// The options of the consumer in each ring.
ConsumerOptions consumerOptions(const FanInOptions& options);

}  // namespace sluice::detail
