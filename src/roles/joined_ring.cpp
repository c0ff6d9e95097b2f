#include "roles/joined_ring.hpp"

#include <utility>

#include "roles/unwoken_member.hpp"

namespace sluice::detail {
namespace {

class PausableMember final : public UnwokenMember {
 public:
  PausableMember(std::unique_ptr<WaitMember> member, const JoinedRing& ring) noexcept
      : member_(std::move(member)), ring_(ring) {}

  Status begin() override { return ring_.isHeldBack() ? Status::ok : member_->begin(); }
  Awaited& awaited() noexcept override {
    return ring_.isHeldBack() ? UnwokenMember::awaited() : member_->awaited();
  }

 private:
  std::unique_ptr<WaitMember> member_;
  const JoinedRing& ring_;
};

}  // namespace

std::unique_ptr<WaitMember> JoinedRing::waitMember() {
  return std::make_unique<PausableMember>(reader->waitMember(), *this);
}

}  // namespace sluice::detail
