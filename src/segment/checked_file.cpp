#include "segment/checked_file.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include "format/image.hpp"
#include "format/row_image.hpp"
#include "format/segment_view.hpp"

namespace sluice::detail {

Result<CheckedHeader> readHeader(const SegmentFile& file) {
  std::array<std::byte, sizeof(Header)> bytes{};
  const auto read = file.read(0, bytes);
  if (!read) return read.error();
  const auto geometry =
      checkHeader(file.path().string(), std::span(bytes).first(*read), file.size());
  if (!geometry) return geometry.error();
  CheckedHeader checked{{}, *geometry};
  std::memcpy(&checked.header, bytes.data(), sizeof(Header));
  return checked;
}

Result<CheckedFile> openChecked(const SegmentPath& path) {
  auto file = SegmentFile::open(path);
  if (!file) return file.error();
  const auto checked = readHeader(*file);
  if (!checked) return checked.error();
  return CheckedFile{*checked, std::move(*file)};
}

Result<LeaseFile> openLeases(const SegmentFile& file, const SegmentId& id) {
  auto leases = LeaseFile::open(file.path(), id);
  if (leases || file.isNamed()) return leases;
  return goneMeanwhile(file.path());
}

SegmentId idIn(const SegmentFile& file) {
  SegmentId id{};
  const auto bytes = bytesAt(file, offsetof(Header, id), id.size());
  if (bytes) std::memcpy(id.data(), bytes->data(), id.size());
  return id;
}

bool isClosed(const CheckedFile& segment) {
  const std::uint64_t page = segment.geometry.section(SectionId::producer).offset;
  const auto bytes = bytesAt(segment.file, page, sizeof(ProducerPage));
  return bytes &&
         numberAt<ProducerState>(*bytes, offsetof(ProducerPage, state)) == ProducerState::closed;
}

bool isClosed(const SegmentPath& path) {
  const auto segment = openChecked(path);
  return segment && isClosed(*segment);
}

ProcessIdentity producerOf(const CheckedFile& segment) {
  const std::uint64_t page = segment.geometry.section(SectionId::producer).offset;
  const auto bytes = bytesAt(segment.file, page, sizeof(ProducerPage));
  return bytes ? identityAt(*bytes, offsetof(ProducerPage, identity)) : ProcessIdentity{};
}

}  // namespace sluice::detail
