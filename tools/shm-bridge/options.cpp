#include "options.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <map>
#include <string>

#include "name_argument.hpp"

namespace shm_bridge {

namespace {

constexpr auto defaultServer = "nats://127.0.0.1:4222";

/// As it was given, where more than one option makes what is meant.
struct Given {
  std::string context;
  std::string ring;
  std::string directory{sluice::defaultDirectory};
  std::string from;
  std::string resumeAt;
  double within = 0;
  double delay = 0;
  double evictAfter = 0;
};

sluice::Sequence sequenceOf(const std::string& option, const std::string& text,
                            const std::string& words) {
  sluice::Sequence value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw CLI::ValidationError(option + ": found " + text + ", expected " + words +
                               " or a sequence");
  return value;
}

void setRing(const Given& given, const CLI::App& command, std::string& name,
             std::string& directory) {
  const auto argument = segment_tools::nameArgument(
      given.ring, given.directory, command.get_option("--directory")->count() != 0);
  if (!argument) throw CLI::ValidationError("RING is a path, and so excludes --directory");
  name = argument->name;
  directory = argument->directory;
}

template <class Duration>
Duration seconds(double count) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(count));
}

void addServerOptions(CLI::App& command, Options& options, Given& given) {
  command.add_option("--nats", options.servers.urls, "the servers' addresses")
      ->type_name("URL,...")
      ->delimiter(',')
      ->default_str(defaultServer);
  command.add_option("--creds", options.servers.credentials, "a file with credentials")
      ->type_name("FILE");
  command.add_option("--tls-ca", options.servers.tlsCa, "the authorities that sign servers")
      ->type_name("FILE");
  command.add_option("--tls-cert", options.servers.tlsCert, "this client's certificate")
      ->type_name("FILE");
  command.add_option("--tls-key", options.servers.tlsKey, "its key")->type_name("FILE");
  command
      .add_option("--context", given.context,
                  "a context file of the nats tools: what it says and no option does")
      ->type_name("FILE");
  command.add_flag("--status", options.report.onTerminal, "show the progress once a second");
  command
      .add_option("--metrics", options.report.metricsFile,
                  "write the progress to a file once a second, as OpenMetrics text")
      ->type_name("FILE");
}

void addNewRing(CLI::App& command, bool& follow) {
  const std::map<std::string, bool> words{{"stop", false}, {"follow", true}};
  command
      .add_option("--new-ring", follow, "when the ring begins anew: stop, unless given, or follow")
      ->transform(CLI::CheckedTransformer(words))
      ->type_name("HOW");
}

void addOut(CLI::App& command, OutOptions& out, Given& given) {
  command.add_option("RING", given.ring, "the ring's name, or a path to it")->required();
  command.add_option("--stream", out.stream, "the stream that carries it")
      ->required()
      ->type_name("S");
  command
      .add_option("--subject", out.settings.subject, "the stream's subject; sluice.S unless given")
      ->type_name("SUBJECT");
  command.add_option("--name", out.consumer.name, "the name of the consumer that this bridge is")
      ->capture_default_str()
      ->type_name("N");
  const std::map<std::string, sluice::StartAt> starts{{"latest", sluice::StartAt::latest},
                                                      {"oldest", sluice::StartAt::oldest}};
  command
      .add_option("--from", out.consumer.startAt,
                  "where a new consumer begins: oldest, unless given, or latest")
      ->transform(CLI::CheckedTransformer(starts))
      ->type_name("WHERE");
  command.add_option("--batch", out.batchBytes, "bytes of a message of the stream, at most")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("BYTES");
  command
      .add_option("--delay", given.delay,
                  "how long a record may wait for its batch to fill; without it a batch goes at "
                  "once while none is under way, else when it is full or that one is stored")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  command
      .add_option("--in-flight", out.inFlightBytes,
                  "bytes that are sent and not yet acknowledged, at most")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("BYTES");
  command
      .add_option("--evict-after", given.evictAfter,
                  "the ring's producer goes on without this bridge when a full ring has waited "
                  "so long for it; without it, it waits for ever")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber);
  command.add_option("--replicas", out.settings.replicas, "of a new stream")
      ->check(CLI::Range(1, 5))
      ->type_name("N");
  const std::map<std::string, bool> storages{{"file", false}, {"memory", true}};
  command
      .add_option("--storage", out.settings.inMemory,
                  "of a new stream: file, unless given, or memory")
      ->transform(CLI::CheckedTransformer(storages))
      ->type_name("WHERE");
  command
      .add_option("--max-bytes", out.settings.maxBytes,
                  "of a new stream: the oldest messages are removed beyond that")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("BYTES");
  command.add_option("--max-messages", out.settings.maxMessages, "the same with messages")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command
      .add_option("--resume-at", given.resumeAt,
                  "where to go on when the stream's last message is gone: commit, which is "
                  "behind the last record that was acknowledged, or a sequence")
      ->type_name("WHERE");
}

void addIn(CLI::App& command, InOptions& in, Given& given) {
  command.add_option("STREAM", in.stream, "the stream")->required();
  command.add_option("--ring", given.ring, "the mirror ring's name, or a path to it")
      ->required()
      ->type_name("RING");
  command
      .add_option("--from", given.from,
                  "where a new mirror ring begins: oldest, unless given, newest or a sequence")
      ->type_name("WHERE");
  command
      .add_option("--capacity", in.producer.capacity,
                  "of a new mirror ring: records in flight; as the source has, unless given")
      ->type_name("N");
  command
      .add_option("--wait-for", in.waitFor,
                  "a new mirror ring begins once a consumer of this name has joined")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void addShared(CLI::App& command, Options& options, Given& given, bool& skipForeign,
               bool& followNewRing) {
  command.add_option("--directory", given.directory, "where segments are")->capture_default_str();
  command.add_option("--within", given.within, "how long to wait for the ring, or the stream")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  command.add_flag("--skip-foreign", skipForeign,
                   "go on where another program wrote to the stream");
  addNewRing(command, followNewRing);
  addServerOptions(command, options, given);
}

OutOptions finishedOut(OutOptions out, const Given& given, const CLI::App& command) {
  setRing(given, command, out.ring, out.consumer.directory);
  out.delay = seconds<std::chrono::milliseconds>(given.delay);
  out.consumer.onDeath = sluice::OnDeath::hold;
  out.consumer.withoutProducer = sluice::WithoutProducer::stay;
  out.consumer.evictAfter = seconds<std::chrono::nanoseconds>(given.evictAfter);
  out.consumer.maxBatch = 4096;
  out.within = std::chrono::duration<double>(given.within);
  out.resume = !given.resumeAt.empty();
  if (out.resume && given.resumeAt != "commit")
    out.resumeAt = sequenceOf("--resume-at", given.resumeAt, "commit");
  return out;
}

InOptions finishedIn(InOptions in, const Given& given, const CLI::App& command) {
  setRing(given, command, in.ring, in.producer.directory);
  in.within = std::chrono::duration<double>(given.within);
  if (given.from == "newest")
    in.from.at = MirrorStart::At::newest;
  else if (!given.from.empty() && given.from != "oldest")
    in.from = {MirrorStart::At::sequence, sequenceOf("--from", given.from, "oldest, newest")};
  return in;
}

}  // namespace

Parsed parse(int argc, char** argv) {
  Options options;
  OutOptions out;
  InOptions in;
  Given given;
  out.consumer.name = "bridge";
  out.consumer.startAt = sluice::StartAt::oldest;
  CLI::App app("Carries a ring to other machines over NATS JetStream, every record once.",
               "shm-bridge");
  app.footer(
      "Exit status: 0 the ring was closed, or a signal asked for the end; 1 the bridge must not go "
      "on, and says why; 2 anything else.");
  app.set_version_flag("--version", "shm-bridge " SLUICE_VERSION);
  app.require_subcommand(1);
  CLI::App& outCommand = *app.add_subcommand("out", "A ring into a stream.");
  CLI::App& inCommand = *app.add_subcommand("in", "A stream into a mirror ring.");
  addOut(outCommand, out, given);
  addShared(outCommand, options, given, out.skipForeign, out.followNewRing);
  addIn(inCommand, in, given);
  addShared(inCommand, options, given, in.skipForeign, in.followNewRing);
  try {
    app.parse(argc, argv);
    if (outCommand.parsed()) options.out = finishedOut(out, given, outCommand);
    if (inCommand.parsed()) options.in = finishedIn(in, given, inCommand);
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, app.exit(error) == 0 ? ended : failed};
  }
  if (!given.context.empty()) addContext(options.servers, given.context);
  if (options.servers.urls.empty()) options.servers.urls = {defaultServer};
  checkServerOptions(options.servers);
  return {std::move(options), ended};
}

}  // namespace shm_bridge
