// shm-sub: writes out the messages or records of a segment. See docs/shm-sub.md.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "message_framing.hpp"
#include "name_argument.hpp"
#include "os/printable.hpp"
#include "output_failure.hpp"
#include "record_format.hpp"
#include "record_lines.hpp"
#include "sluice/message.hpp"
#include "sluice/untyped.hpp"

namespace {

using namespace segment_tools;

enum Exit { complete = 0, endedOtherwise = 1, failed = 2 };

struct Options {
  std::string name;
  sluice::ConsumerOptions consumer;
  Framing framing = Framing::lines;
  std::optional<RecordFormat> format;  // given, so the segment is one of records
  bool hold = false;
  bool stay = false;
  std::uint64_t count = 0;                 // 0 for all
  std::chrono::duration<double> within{};  // to wait for the segment
};

volatile std::sig_atomic_t isAskedToEnd = 0;

int complain(std::string_view text, Exit status) {
  std::fprintf(stderr, "shm-sub: %s\n", sluice::detail::printable(text).c_str());
  return status;
}

/// Until then a signal ends the process as it always does, also while that waits for the segment.
/// The second signal does so again, should the first wait behind a write.
void endInOrderOnSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { isAskedToEnd = 1; };
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  for (const int number : {SIGINT, SIGTERM})
    ::sigaction(number, &action, nullptr);
}

/// False with errno when not all could be written.
template <class Text>
bool writeFirst(std::size_t n, const Options& options, Text text) {
  for (std::size_t i = 0; i < n; ++i)
    if (!writeFramed(stdout, options.framing, text(i))) return false;
  return std::fflush(stdout) == 0;
}

/// The exit status after a write that has failed.
int endOfOutput(int error) {
  const auto failure = outputFailure(error);
  return failure ? complain(*failure, failed) : complete;
}

/// Writes batches out and commits them, until there is a reason to end. `text(batch, i)` is what is
/// written of element i.
template <class Consumer, class Text>
int writeOut(Consumer& in, const Options& options, Text text) {
  // Short, as a signal is noticed in between.
  constexpr std::chrono::milliseconds slice{100};
  endInOrderOnSignals();
  std::uint64_t left = options.count;
  while (isAskedToEnd == 0) {
    const auto batch = in.wait(slice);
    if (!batch && batch.status() == sluice::Status::timedOut) continue;
    if (!batch) {
      const bool isInOrder =
          batch.status() == sluice::Status::closed || batch.status() == sluice::Status::peerLeft;
      return isInOrder ? complete : complain(nameOf(batch.status()), endedOtherwise);
    }
    const std::size_t wanted =
        options.count == 0 ? batch.size()
                           : static_cast<std::size_t>(std::min<std::uint64_t>(left, batch.size()));
    if (!writeFirst(wanted, options, [&](std::size_t i) { return text(batch, i); }))
      return endOfOutput(errno);
    if (const auto status = in.commit(wanted); status != sluice::Status::ok)
      return complain(nameOf(status), endedOtherwise);
    left -= options.count == 0 ? 0 : wanted;
    if (options.count != 0 && left == 0) return complete;
  }
  return complete;
}

int subscribeToRecords(const Options& options) {
  auto in = sluice::UntypedConsumer::attach(options.name, options.consumer);
  if (!in) return complain(in.error().message(), failed);
  const shm_sub::RecordLines lines(in->record(), options.format.value_or(RecordFormat::json));
  const std::string header = lines.header();
  if (!header.empty() &&
      !(writeFramed(stdout, options.framing, header) && std::fflush(stdout) == 0))
    return endOfOutput(errno);
  const std::size_t size = in->record().size;
  return writeOut(*in, options, [&](const auto& batch, std::size_t i) {
    return lines.line({batch[i], size});
  });
}

int subscribe(const Options& options) {
  if (options.format) return subscribeToRecords(options);
  auto in = sluice::MessageConsumer::attach(options.name, options.consumer);
  if (!in && in.error().code == sluice::ErrorCode::recordMismatch)
    return subscribeToRecords(options);
  if (!in) return complain(in.error().message(), failed);
  return writeOut(*in, options, [](const sluice::MessageBatch& batch, std::size_t i) {
    const auto bytes = batch[i].bytes;
    return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  });
}

const std::map<std::string, sluice::StartAt> starts{{"latest", sluice::StartAt::latest},
                                                    {"oldest", sluice::StartAt::oldest}};

void addOptions(CLI::App& app, Options& options) {
  app.add_option("--framing", options.framing, "how messages are told apart: lines, length or nul")
      ->transform(CLI::CheckedTransformer(framings()))
      ->type_name("HOW");
  app.add_option("--format", options.format,
                 "how records are written: json, unless given, or csv, with a header")
      ->transform(CLI::CheckedTransformer(recordFormats()))
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
  app.add_option_function<double>(
         "--within",
         [&options](double seconds) { options.within = std::chrono::duration<double>(seconds); },
         "how long to wait for the segment to appear")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--stay", options.stay,
               "wait for another producer where one has died or left the stream open");
}

}  // namespace

int main(int argc, char** argv) try {
  std::signal(SIGPIPE, SIG_IGN);
  Options options;
  CLI::App app("Writes out the messages of a segment as they come, or its records in JSON or CSV.",
               "shm-sub");
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
  options.consumer.appearWithin = options.within;
  return subscribe(options);
} catch (const std::exception& error) {
  return complain(error.what(), failed);
}
