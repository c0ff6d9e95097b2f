// shm-pub: publishes what it reads as messages. See docs/shm-pub.md.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "message_framing.hpp"
#include "name_argument.hpp"
#include "os/printable.hpp"
#include "sluice/message.hpp"

namespace {

using namespace segment_tools;

enum Exit { published = 0, refused = 1, failed = 2 };

struct Options {
  std::string name;
  std::string directory{sluice::defaultDirectory};
  Framing framing = Framing::lines;
  std::vector<std::string> waitFor;
  std::uint64_t payload = std::uint64_t{16} << 20;
  std::uint64_t capacity = 0;
  std::uint32_t slotSize = 64;
  std::uint32_t kind = 0;
  bool leaveOpen = false;
};

int complain(std::string_view text, Exit status) {
  std::fprintf(stderr, "shm-pub: %s\n", sluice::detail::printable(text).c_str());
  return status;
}

int publish(const Options& options) {
  auto ring = sluice::MessageProducer::createOrOpen(options.name,
                                                    {.payloadBytes = options.payload,
                                                     .capacity = options.capacity,
                                                     .slotSize = options.slotSize,
                                                     .producer = {.directory = options.directory}});
  if (!ring) {
    const bool isRefusal = ring.error().code == sluice::ErrorCode::inUse ||
                           ring.error().code == sluice::ErrorCode::ended;
    return complain(ring.error().message(), isRefusal ? refused : failed);
  }
  const std::vector<std::string_view> names(options.waitFor.begin(), options.waitFor.end());
  if (const auto status = ring->waitForConsumers(names); status != sluice::Status::ok)
    return complain(nameOf(status), refused);
  FramedReader input(stdin, options.framing);
  std::uint64_t count = 0;
  for (auto message = input.next(); message; message = input.next(), ++count) {
    const auto status = ring->send(*message, sluice::Kind{options.kind}, {});
    if (status == sluice::Status::tooLarge)
      return complain(fmt::format("message {} of the input has {} bytes; this ring takes at most "
                                  "{}: create it with a larger --payload",
                                  count, message->size(), ring->longest()),
                      failed);
    if (status != sluice::Status::ok) return complain(nameOf(status), refused);
  }
  if (!input.error().empty()) return complain(input.error(), failed);
  if (!options.leaveOpen) ring->close();
  return published;
}

}  // namespace

int main(int argc, char** argv) try {
  Options options;
  CLI::App app("Publishes what it reads as messages, into a segment that it creates or continues.",
               "shm-pub");
  app.footer(
      "Exit status: 0 all was published, 1 the segment has a producer, or somebody has messages of "
      "it to read, 2 "
      "anything else.");
  app.set_version_flag("--version", "shm-pub " SLUICE_VERSION);
  app.add_option("NAME", options.name, "the segment's name, or a path to it")->required();
  const auto* directory =
      app.add_option("--directory", options.directory, "where segments are")->capture_default_str();
  app.add_option("--framing", options.framing, "what is a message: lines, length or nul")
      ->transform(CLI::CheckedTransformer(framings()))
      ->type_name("HOW");
  app.add_option("--wait-for", options.waitFor, "begin once a consumer of this name has joined")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--kind", options.kind, "the kind of each message")->type_name("N");
  app.add_option("--payload", options.payload,
                 "of a new segment: bytes for messages that do not lie in their slots")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("BYTES");
  app.add_option("--capacity", options.capacity, "of a new segment: messages in flight")
      ->type_name("N");
  app.add_option("--slot-size", options.slotSize, "of a new segment: bytes of a slot")
      ->capture_default_str()
      ->type_name("BYTES");
  app.add_flag("--leave-open", options.leaveOpen,
               "do not close the stream in the end: another producer may continue it");
  try {
    app.parse(argc, argv);
    const auto argument = nameArgument(options.name, options.directory, directory->count() != 0);
    if (!argument) throw CLI::ValidationError("NAME is a path, and so excludes --directory");
    options.name = argument->name;
    options.directory = argument->directory;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? published : failed;
  }
  return publish(options);
} catch (const std::exception& error) {
  return complain(error.what(), failed);
}
