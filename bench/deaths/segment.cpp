#include "deaths/segment.hpp"

#include <unistd.h>

#include "deaths/kibibyte_record.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/unique_name.hpp"

namespace sluice::bench {

Segment::Segment(std::uint64_t ringBytes) : name_(uniqueName("sluice-bench-")) {
  // In a child, so that this process has no keeper.
  ChildProcess([&] {
    const auto ring = Producer<KibibyteRecord>::create(
                          name_, {.capacity = ringBytes >> 10, .memory = {.prefault = true}})
                          .value();
  }).mustSucceed();
}

Segment::~Segment() {
  ::unlink(path().c_str());
}

std::string Segment::path() const {
  return std::string(defaultDirectory) + "/" + name_;
}

}  // namespace sluice::bench
