#include "liveness/lease.hpp"

#include <optional>
#include <utility>

#include "liveness/keeper.hpp"
#include "os/process_stamp.hpp"

namespace sluice::detail {

struct Lease::Held {
  explicit Held(SegmentFile opened) : file(std::move(opened)) {}
  ~Held() {
    // In a forked child the descriptor's number may mean another file.
    if (isOwn())
      Keeper::ofThisProcess().run([this] { const SegmentFile closed(std::move(file)); });
    else
      file.forget();
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  bool isOwn() const noexcept { return process.isCurrent(); }

  SegmentFile file;
  ProcessStamp process = ProcessStamp::current();
};

Lease::Lease(std::unique_ptr<Held> held) noexcept : held_(std::move(held)) {}
Lease::Lease(Lease&&) noexcept = default;
Lease& Lease::operator=(Lease&&) noexcept = default;
Lease::~Lease() = default;

Result<Lease> Lease::take(const std::function<Result<SegmentFile>()>& open) try {
  std::optional<Result<Lease>> lease;
  Keeper::ofThisProcess().run([&] {
    auto file = open();
    if (file)
      lease.emplace(Lease(std::make_unique<Held>(std::move(*file))));
    else
      lease.emplace(file.error());
  });
  return std::move(*lease);
} catch (const Exception& exception) {
  return exception.error();
}

Result<bool> Lease::tryLock(std::uint64_t byte) {
  Result<bool> result = false;
  with([&](SegmentFile& file) { result = file.tryLock(byte); });
  return result;
}

void Lease::unlock(std::uint64_t byte) {
  with([&](SegmentFile& file) { file.unlock(byte); });
}

bool Lease::lockedByAnother(std::uint64_t byte) const {
  bool locked = false;
  with([&](const SegmentFile& file) { locked = file.lockedByAnother(byte); });
  return locked;
}

void Lease::with(const std::function<void(SegmentFile&)>& job) const {
  if (!held_->isOwn()) return;
  Keeper::ofThisProcess().run([&] { job(held_->file); });
}

}  // namespace sluice::detail
