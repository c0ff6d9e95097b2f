// A tool in the process that logs every allocation to a descriptor number, whatever that is by now.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <string>

#include "sluice/sluice.hpp"

extern "C" void* __libc_malloc(std::size_t size);

namespace {

std::atomic<bool> traces{false};

void trace() noexcept {
  thread_local bool isInside = false;
  if (isInside || !traces.load(std::memory_order_relaxed)) return;
  isInside = true;
  constexpr int firstNumber = 3;
  constexpr int lastNumber = 40;
  for (int number = firstNumber; number <= lastNumber; ++number)
    if (::write(number, "malloc\n", 7) > 0) std::_Exit(10);
  isInside = false;
}

}  // namespace

extern "C" void* malloc(std::size_t size) {
  trace();
  return __libc_malloc(size);
}

namespace {

using namespace sluice;
using Ring = Producer<long>;
using Reader = Consumer<long>;

/// Everything that opens a file of a segment.
int takePart(const std::string& name, const std::string& directory) {
  ProducerOptions options{.capacity = 1024, .directory = directory};
  { auto first = Ring::create(name, options).value(); }
  options.whenTaken = WhenTaken::replace;
  { auto ring = Ring::create(name, options).value(); }
  auto ring = Ring::open(name, {.directory = directory}).value();
  auto in = Reader::attach(name, {.name = "risk", .directory = directory}).value();
  auto out = Observer<long>::attach(name, {.directory = directory}).value();
  ring.send(7);
  if (in.wait().front() != 7 || out.wait().record != 7) return 1;
  in.commit();
  if (removeSegment(name, {.directory = directory})) return 2;
  if (Reader::attach(name, {.name = "risk", .directory = directory})) return 3;
  in.resign();
  if (!Reader::attach(name, {.name = "risk", .directory = directory})) return 4;
  return 0;
}

}  // namespace

int main(int, char** arguments) {
  const std::string directory = arguments[1];
  // What the shell left open is not ours.
  ::close_range(3, ~0U, 0);
  traces.store(true, std::memory_order_relaxed);
  const int failed = takePart("ticks", directory);
  traces.store(false, std::memory_order_relaxed);
  if (failed != 0) return failed;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    if (entry.path().filename().string().starts_with(".") && entry.file_size() != 0) return 6;
  return 0;
}
