#include "sluice/c/segment.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "c/last_error.hpp"
#include "c/options.hpp"
#include "document/snapshot_json.hpp"
#include "inspect/look.hpp"
#include "os/segment_path.hpp"
#include "sluice/segment.hpp"

namespace c = sluice::c;

namespace {

int numberOf(const sluice::Result<void>& result) {
  return result ? static_cast<int>(SLUICE_OK) : c::keepError(result.error());
}

char* allocate(std::size_t size) {
  auto* const memory = static_cast<char*>(std::malloc(size));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

/// The pointers, and behind them the texts: one piece of memory.
char** inOnePiece(const std::vector<std::string>& names) {
  std::size_t size = (names.size() + 1) * sizeof(char*);
  for (const std::string& name : names)
    size += name.size() + 1;
  auto** const pointers = reinterpret_cast<char**>(allocate(size));
  char* text = reinterpret_cast<char*>(pointers + names.size() + 1);
  for (std::size_t i = 0; i < names.size(); ++i) {
    pointers[i] = text;
    std::memcpy(text, names[i].c_str(), names[i].size() + 1);
    text += names[i].size() + 1;
  }
  pointers[names.size()] = nullptr;
  return pointers;
}

}  // namespace

int sluice_remove_segment(const char* name, const sluice_remove_options* options) {
  if (name == nullptr) return c::refuseNull("name");
  return c::guarded(
      [&] { return numberOf(sluice::removeSegment(name, c::removeOptionsOf(c::known(options)))); });
}

int sluice_remove_consumer(const char* segment, const char* consumer, const char* directory) {
  if (segment == nullptr) return c::refuseNull("segment");
  if (consumer == nullptr) return c::refuseNull("consumer");
  return c::guarded([&] {
    return numberOf(sluice::removeConsumer(segment, consumer, c::directoryOf(directory)));
  });
}

int sluice_list_segments(const char* directory, char*** names, size_t* count) {
  if (count != nullptr) *count = 0;
  if (names == nullptr) return c::refuseNull("names");
  *names = nullptr;
  return c::guarded([&]() -> int {
    const auto found = sluice::listSegments(c::directoryOf(directory));
    if (!found) return c::keepError(found.error());
    *names = inOnePiece(*found);
    if (count != nullptr) *count = found->size();
    return SLUICE_OK;
  });
}

int sluice_dump_segment(const char* name, const char* directory, char** json) {
  if (json == nullptr) return c::refuseNull("json");
  *json = nullptr;
  if (name == nullptr) return c::refuseNull("name");
  return c::guarded([&]() -> int {
    const auto snapshot = sluice::inspect::look({c::directoryOf(directory), name});
    if (!snapshot) return c::keepError(snapshot.error());
    const std::string text = sluice::document::written(sluice::document::inJson(*snapshot));
    *json = allocate(text.size() + 1);
    std::memcpy(*json, text.c_str(), text.size() + 1);
    return SLUICE_OK;
  });
}
