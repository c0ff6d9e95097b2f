// What a merge that died had published and not yet committed.
#pragma once

#include <optional>

#include "os/segment_path.hpp"
#include "sluice/fan_in_options.hpp"
#include "sluice/result.hpp"
#include "sluice/segment_id.hpp"
#include "sluice/sequence.hpp"

namespace shm_merge {

/// The ring and the sequence in it of a record of the output.
struct Source {
  sluice::SegmentId origin;
  sluice::Sequence sequence;
};

/// Of the output's last record. Nothing where there is none, and where a claim has taken its slot
/// again: all that was published was committed before that claim. Called with the output's lease in
/// hand, before anything is claimed.
sluice::Result<std::optional<Source>> lastMerged(const sluice::detail::SegmentPath& output,
                                                 sluice::Sequence lastPublished);

/// Commits on that ring up to that record, if a segment with that id is still in the directory,
/// whatever its name. So nothing is published twice, and nothing is left out. A process that held
/// the consumer's name and has died frees it a moment after the output's lease; inUse where it is
/// not free within some seconds. Other errors: as those of ConsumerAttachment::attach.
sluice::Result<void> settle(const Source& last, const sluice::FanInOptions& options);

}  // namespace shm_merge
