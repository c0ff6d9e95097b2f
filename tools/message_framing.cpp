#include "message_framing.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>

namespace segment_tools {
namespace {

using LengthBytes = std::array<unsigned char, 4>;

bool write(std::FILE* file, const void* bytes, std::size_t size) {
  return std::fwrite(bytes, 1, size, file) == size;
}

}  // namespace

FramedReader::~FramedReader() {
  std::free(line_);
}

std::optional<std::string_view> FramedReader::next() {
  if (framing_ == Framing::length) return nextOfLength();
  return nextUntil(framing_ == Framing::lines ? '\n' : '\0');
}

/// The last one need not end.
std::optional<std::string_view> FramedReader::nextUntil(char end) {
  const auto got = ::getdelim(&line_, &room_, end, file_);
  if (got < 0) {
    if (std::ferror(file_) != 0) error_ = "the input cannot be read";
    return std::nullopt;
  }
  std::string_view message(line_, static_cast<std::size_t>(got));
  isWhole_ = message.ends_with(end);
  if (isWhole_) message.remove_suffix(1);
  return message;
}

std::optional<std::string_view> FramedReader::nextOfLength() {
  LengthBytes bytes{};
  const std::size_t got = std::fread(bytes.data(), 1, bytes.size(), file_);
  if (got == 0 && std::ferror(file_) == 0) return std::nullopt;
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    length |= std::uint32_t{bytes[i]} << 8 * i;
  // In pieces, so that a length that is none of any message takes no more memory than there are
  // bytes.
  constexpr std::size_t piece = std::size_t{1} << 20;
  message_.clear();
  while (got == bytes.size() && message_.size() < length) {
    const std::size_t begin = message_.size();
    const std::size_t left = length - begin;
    message_.resize(begin + (left < piece ? left : piece));
    const std::size_t read = std::fread(message_.data() + begin, 1, message_.size() - begin, file_);
    if (read == message_.size() - begin) continue;
    message_.resize(begin + read);
    break;
  }
  if (got == bytes.size() && message_.size() == length) return message_;
  error_ = std::ferror(file_) != 0 ? "the input cannot be read" : "the input ends within a message";
  return std::nullopt;
}

bool writeFramed(std::FILE* file, Framing framing, std::string_view message) {
  if (framing == Framing::length) {
    LengthBytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<unsigned char>(message.size() >> 8 * i);
    if (!write(file, bytes.data(), bytes.size())) return false;
  }
  if (!write(file, message.data(), message.size())) return false;
  const char end = framing == Framing::lines ? '\n' : '\0';
  return framing == Framing::length || write(file, &end, 1);
}

}  // namespace segment_tools
