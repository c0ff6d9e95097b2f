// The headers of one message of the stream: a batch of records, or the end of a ring.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "os/identity.hpp"
#include "schema.hpp"
#include "sluice/segment_id.hpp"
#include "sluice/sequence.hpp"

namespace shm_bridge {

using sluice::SegmentId;

using sluice::detail::inHex;
/// Throws std::invalid_argument for what is no id in hexadecimal.
SegmentId ringIdOf(std::string_view hex);

/// How a ring ended for good.
enum class RingEnd {
  closed,  ///< its producer closed it
  left,    ///< its producer has left or died, and nobody can follow: the segment lost its name
};

/// What is said of a batch. Sequences are those of the source.
struct BatchHead {
  SegmentId ring{};
  std::string bridge;      ///< the name of the consumer that sent it
  std::uint64_t part = 0;  ///< the records of one part follow each other without a gap; a part is
                           ///< numbered by the stream's sequence of its first message
  sluice::Sequence first = 0;
  std::uint64_t count = 0;     ///< of records; 0 only at the end of the ring
  std::optional<RingEnd> end;  ///< after these records none comes
  std::shared_ptr<const Schema> schema;

  /// The sequence after the last record.
  sluice::Sequence next() const noexcept { return first + count; }
};

/// Name and value of each header.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// Remembers the schema's texts, as the next batch mostly has the same.
class HeadEncoder {
 public:
  Headers encode(const BatchHead& head);

 private:
  std::shared_ptr<const Schema> schema_;
  Headers ofSchema_;
};

/// Gives the value of the header of that name; null where there is none.
using HeaderLookup = std::function<const char*(const char* name)>;

/// Remembers the schema of the message before, as it is mostly the same.
class HeadDecoder {
 public:
  /// What is in the headers; nothing where none says that this is a message of Sluice. Throws
  /// std::invalid_argument where one does, and they make no sense or are of another version.
  std::optional<BatchHead> decode(const HeaderLookup& header);

 private:
  std::string text_;
  std::shared_ptr<const Schema> schema_;
};

}  // namespace shm_bridge
