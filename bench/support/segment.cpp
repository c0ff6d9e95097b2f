#include "support/segment.hpp"

#include <unistd.h>

#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/kibibyte_record.hpp"

namespace sluice::bench {

Segment::Segment(std::uint64_t ringBytes)
    : name_("sluice-bench-" + std::to_string(::getpid()) + "-" + std::to_string(ringBytes)),
      ringBytes_(ringBytes) {
  // In a child, so that this process has no keeper.
  ChildProcess([this] {
    const auto ring = Producer<KibibyteRecord>::create(
                          name_, {.capacity = ringBytes_ >> 10, .memory = {.prefault = true}})
                          .value();
  }).mustSucceed();
}

Segment::~Segment() {
  ::unlink(path().c_str());
}

std::string Segment::path() const {
  return std::string(platform::defaultDirectory) + "/" + name_;
}

}  // namespace sluice::bench
