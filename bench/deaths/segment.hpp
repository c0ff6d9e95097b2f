// The segment in which the deaths of one ring size are measured.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::bench {

/// Made with every page of it touched, and left by its producer; each round goes on with it. The
/// name is removed at the end.
class Segment {
 public:
  /// The ring's slots have 1 KiB each.
  explicit Segment(std::uint64_t ringBytes);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  const std::string& name() const noexcept { return name_; }
  std::string path() const;

 private:
  std::string name_;
};

}  // namespace sluice::bench
