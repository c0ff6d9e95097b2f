// How messages follow each other in a stream of bytes.
#pragma once

#include <cstdio>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace segment_tools {

enum class Framing {
  lines,   ///< each ends with a newline
  length,  ///< each begins with its length: 4 bytes, the lowest first
  nul,     ///< each ends with a byte 0
};

inline const std::map<std::string, Framing>& framings() {
  static const std::map<std::string, Framing> names{
      {"lines", Framing::lines}, {"length", Framing::length}, {"nul", Framing::nul}};
  return names;
}

/// Takes messages from a file, one after the other. Not thread-safe.
class FramedReader {
 public:
  FramedReader(std::FILE* file, Framing framing) noexcept : file_(file), framing_(framing) {}
  ~FramedReader();
  FramedReader(const FramedReader&) = delete;
  FramedReader& operator=(const FramedReader&) = delete;

  /// The next message, without what frames it, as soon as all of it is there; valid until the next
  /// call. Nothing at the end of the file, and then error() may say more.
  std::optional<std::string_view> next();

  /// False when the file ended where the end of the last message should have been.
  bool isWhole() const noexcept { return isWhole_; }

  /// What was wrong with the file; empty if nothing was.
  const std::string& error() const noexcept { return error_; }

 private:
  std::optional<std::string_view> nextUntil(char end);
  std::optional<std::string_view> nextOfLength();

  std::FILE* file_;
  Framing framing_;
  char* line_ = nullptr;
  std::size_t room_ = 0;
  bool isWhole_ = true;
  std::string message_;
  std::string error_;
};

/// Writes a message with what frames it; false when the file takes no more. A message that holds
/// the byte that ends it is written as it is, and so reads as two.
bool writeFramed(std::FILE* file, Framing framing, std::string_view message);

}  // namespace segment_tools
