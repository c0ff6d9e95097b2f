// shm-sub: writes out the messages of a segment. See docs/shm-sub.md.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <string_view>

#include "message_framing.hpp"
#include "name_argument.hpp"
#include "os/printable.hpp"
#include "sluice/message.hpp"

namespace {

using namespace segment_tools;

enum Exit { complete = 0, endedOtherwise = 1, failed = 2 };

struct Options {
  std::string name;
  sluice::ConsumerOptions consumer;
  Framing framing = Framing::lines;
  bool hold = false;
  bool stay = false;
  std::uint64_t count = 0;  // 0 for all
  double within = 0;        // seconds to wait for the segment
};

volatile std::sig_atomic_t isAskedToEnd = 0;

int complain(std::string_view text, Exit status) {
  std::fprintf(stderr, "shm-sub: %s\n", sluice::detail::printable(text).c_str());
  return status;
}

/// The first `count` of them; false once nobody reads any more.
bool write(const sluice::MessageBatch& batch, std::size_t count, Framing framing) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto bytes = batch[i].bytes;
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!writeFramed(stdout, framing, text)) return false;
  }
  return std::fflush(stdout) == 0;
}

int subscribe(const Options& options) {
  // Short, as a signal is noticed in between.
  constexpr std::chrono::milliseconds slice{100};
  auto in = sluice::MessageConsumer::attach(options.name, options.consumer);
  if (!in) return complain(in.error().message(), failed);
  std::uint64_t left = options.count;
  while (isAskedToEnd == 0) {
    const auto batch = in->wait(slice);
    if (!batch && batch.status() == sluice::Status::timedOut) continue;
    if (!batch) {
      const bool isInOrder =
          batch.status() == sluice::Status::closed || batch.status() == sluice::Status::peerLeft;
      return isInOrder ? complete : complain(nameOf(batch.status()), endedOtherwise);
    }
    const std::uint64_t wanted =
        options.count == 0 ? batch.size() : std::min<std::uint64_t>(left, batch.size());
    if (!write(batch, static_cast<std::size_t>(wanted), options.framing)) return complete;
    if (const auto status = in->commit(static_cast<std::size_t>(wanted));
        status != sluice::Status::ok)
      return complain(nameOf(status), endedOtherwise);
    left -= options.count == 0 ? 0 : wanted;
    if (options.count != 0 && left == 0) return complete;
  }
  return complete;
}

const std::map<std::string, sluice::StartAt> starts{{"latest", sluice::StartAt::latest},
                                                    {"oldest", sluice::StartAt::oldest}};

void addOptions(CLI::App& app, Options& options) {
  app.add_option("--framing", options.framing, "how messages are told apart: lines, length or nul")
      ->transform(CLI::CheckedTransformer(framings()))
      ->type_name("HOW");
  auto* name =
      app.add_option("--name", options.consumer.name, "this consumer's name")->type_name("X");
  app.add_flag("--hold", options.hold,
               "however it ends, the next consumer of this name goes on after the last message "
               "written; the producer waits for it")
      ->needs(name);
  app.add_option("--from", options.consumer.startAt, "where to begin: latest or oldest")
      ->transform(CLI::CheckedTransformer(starts))
      ->type_name("WHERE");
  app.add_option("--count", options.count, "end after N messages")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  app.add_option("--within", options.within, "how long to wait for the segment to appear")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--stay", options.stay,
               "wait for another producer where one has died or left the stream open");
}

}  // namespace

int main(int argc, char** argv) try {
  std::signal(SIGPIPE, SIG_IGN);
  for (const int number : {SIGINT, SIGTERM})
    std::signal(number, [](int) { isAskedToEnd = 1; });
  Options options;
  CLI::App app("Writes out the messages of a segment, as they come.", "shm-sub");
  app.footer(
      "Exit status: 0 the stream was closed or left, or as much was written as was asked for; 1 "
      "the stream ended otherwise; 2 anything else.");
  app.set_version_flag("--version", "shm-sub " SLUICE_VERSION);
  app.add_option("NAME", options.name, "the segment's name, or a path to it")->required();
  const auto* directory =
      app.add_option("--directory", options.consumer.directory, "where segments are")
          ->capture_default_str();
  addOptions(app, options);
  try {
    app.parse(argc, argv);
    const auto argument =
        nameArgument(options.name, options.consumer.directory, directory->count() != 0);
    if (!argument) throw CLI::ValidationError("NAME is a path, and so excludes --directory");
    options.name = argument->name;
    options.consumer.directory = argument->directory;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? complete : failed;
  }
  if (options.hold) options.consumer.onDeath = sluice::OnDeath::hold;
  if (options.stay) options.consumer.withoutProducer = sluice::WithoutProducer::stay;
  if (options.within > 0)
    options.consumer.appearWithin =
        std::chrono::milliseconds(static_cast<std::int64_t>(1000 * options.within));
  return subscribe(options);
} catch (const std::exception& error) {
  return complain(error.what(), failed);
}
