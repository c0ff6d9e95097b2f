// Creating a segment, and attaching to it, with rings of 1 MiB and of 1 GiB.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/sequenced_record.hpp"
#include "support/shared_memory.hpp"
#include "support/unique_name.hpp"
#include "workloads.hpp"

namespace sluice::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Record = SequencedRecord<1024>;
using Ring = Producer<Record, packed>;
using Reader = Consumer<Record, packed>;

double microseconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

/// A process of its own, so that each run begins with nothing.
double inItsOwnProcess(const std::function<double()>& run) {
  const SharedMemory memory(sizeof(double));
  auto* const result = static_cast<double*>(memory.base());
  ChildProcess([&] { *result = run(); }).mustSucceed();
  return *result;
}

Ring create(const std::string& name, std::uint64_t mebibytes, bool prefault) {
  return Ring::create(name, {.capacity = mebibytes * 1024, .memory = {.prefault = prefault}})
      .value();
}

Reader attach(const std::string& name, bool prefault) {
  return Reader::attach(name, {.memory = {.prefault = prefault}}).value();
}

double createOnce(std::uint64_t mebibytes, bool prefault) {
  return inItsOwnProcess([=] {
    const std::string name = uniqueName("sluice-bench-");
    std::optional<Ring> ring;
    const double time = microseconds([&] { ring.emplace(create(name, mebibytes, prefault)); });
    static_cast<void>(sluice::removeSegment(name, {.evenIfInUse = true, .evenIfHeld = true}));
    return time;
  });
}

struct Attach {
  bool isSecond = false;  ///< of its process
  bool prefault = false;
  bool underLoad = false;  ///< records are published all the time
};

double attachOnce(std::uint64_t mebibytes, const Attach& how) {
  return inItsOwnProcess([=] {
    const std::string name = uniqueName("sluice-bench-");
    const double time = [&] {
      // Another process creates it: this one's keeper is to start with the first attach.
      const SharedMemory memory(sizeof(std::atomic<bool>));
      auto* const created = new (memory.base()) std::atomic<bool>{false};
      const ChildProcess creator([&] {
        auto ring = create(name, mebibytes, false);
        created->store(true, std::memory_order_release);
        while (!how.underLoad)
          ::pause();
        for (std::uint64_t next = 0;; ++next) {
          ring.claimOne().fill(next);
          ring.publish();
        }
      });
      while (!created->load(std::memory_order_acquire))
        ::usleep(100);
      // It leaves at once, as it would hold the producer up.
      if (how.isSecond) attach(name, how.prefault);
      std::optional<Reader> measured;
      return microseconds([&] { measured.emplace(attach(name, how.prefault)); });
    }();
    static_cast<void>(sluice::removeSegment(name, {.evenIfInUse = true, .evenIfHeld = true}));
    return time;
  });
}

/// What nobody can do without.
double mapOnce(std::uint64_t mebibytes) {
  const int file = ::memfd_create("sluice-bench", MFD_CLOEXEC);
  const auto size = static_cast<off_t>(mebibytes << 20U);
  if (file < 0 || ::ftruncate(file, size) != 0) throw std::runtime_error("no memory file");
  void* base = MAP_FAILED;
  const double time = microseconds([&] {
    base = ::mmap(nullptr, static_cast<std::size_t>(size), PROT_READ | PROT_WRITE, MAP_SHARED, file,
                  0);
  });
  if (base == MAP_FAILED) throw std::runtime_error("cannot map");
  ::munmap(base, static_cast<std::size_t>(size));
  ::close(file);
  return time;
}

Comparison compare(std::uint64_t mebibytes) {
  const auto run = [](std::function<double()> once) {
    return [once = std::move(once)] { return Run{{once()}}; };
  };
  const auto attachment = [&](const Attach& how) {
    return run([=] { return attachOnce(mebibytes, how); });
  };
  return {"attach",
          {.subject = fmt::format("{} MiB", mebibytes)},
          {{"time", "us"}},
          {{"mmap", Kind::floor, run([=] { return mapOnce(mebibytes); })},
           {"create", Kind::sluice, run([=] { return createOnce(mebibytes, false); })},
           {"create, prefault", Kind::sluice, run([=] { return createOnce(mebibytes, true); })},
           {"attach, first of a process", Kind::sluice, attachment({})},
           {"attach, second", Kind::sluice, attachment({.isSecond = true})},
           {"attach, second, under load", Kind::sluice,
            attachment({.isSecond = true, .underLoad = true})},
           {"attach, second, prefault", Kind::sluice,
            attachment({.isSecond = true, .prefault = true})}}};
}

}  // namespace

std::vector<Comparison> attach(const RunOptions& options) {
  if (options.quick) return {compare(1)};
  return {compare(1), compare(1024)};
}

}  // namespace sluice::bench
