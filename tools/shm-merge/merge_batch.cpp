#include "merge_batch.hpp"

#include <cstddef>
#include <cstring>

#include "sluice/merged.hpp"

namespace shm_merge {

using sluice::Status;

namespace {

void write(std::byte* to, const sluice::SegmentId& origin, sluice::Sequence sequence,
           const std::byte* from, const MergedRecord& record) {
  std::memcpy(to, origin.data(), origin.size());
  std::memcpy(to + origin.size(), &sequence, sizeof sequence);
  std::memcpy(to + record.offset(), from, record.input().size);
}

}  // namespace

Status mergeBatch(sluice::UntypedFanIn& in, const sluice::UntypedFanIn::Event& event,
                  sluice::UntypedProducer& out, const MergedRecord& record,
                  const sluice::WaitLimit& limit) {
  const auto& batch = event.batch();
  for (std::size_t done = 0; done != batch.size();) {
    const auto slots = out.claimUpTo(batch.size() - done, limit);
    if (!slots) return slots.status();
    for (std::size_t i = 0; i < slots.size(); ++i)
      write(slots[i], event.ring().id, batch.first() + done + i, batch[done + i], record);
    if (const Status status = out.publish(); status != Status::ok) return status;
    done += slots.size();
    if (const Status status = in.commit(done); status != Status::ok) return status;
  }
  return Status::ok;
}

}  // namespace shm_merge
