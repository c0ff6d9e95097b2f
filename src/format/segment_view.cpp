#include "format/segment_view.hpp"

#include "format/fnv.hpp"

namespace sluice::detail {

std::uint64_t consumerNameByte(std::string_view name) noexcept {
  Fnv1a hash;
  hash.add(name);
  return (std::uint64_t{1} << 62) + (hash.value() >> 3);
}

}  // namespace sluice::detail
