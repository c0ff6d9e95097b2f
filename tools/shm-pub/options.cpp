#include "options.hpp"

#include <CLI/CLI.hpp>

#include "sluice/policy.hpp"

namespace shm_pub {

using namespace segment_tools;

namespace {

/// The names as they were given.
struct Given {
  std::string name;
  std::string like;
  std::string directory{sluice::defaultDirectory};
};

void addMessageOptions(CLI::App& app, Options& options, CLI::Option* like) {
  app.add_option("--kind", options.kind, "the kind of each message")
      ->type_name("N")
      ->excludes(like);
  app.add_option("--payload", options.payload,
                 "of a new segment: bytes for messages that do not lie in their slots")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("BYTES")
      ->excludes(like);
  app.add_option("--slot-size", options.slotSize, "of a new segment: bytes of a slot")
      ->capture_default_str()
      ->type_name("BYTES")
      ->excludes(like);
}

void addOptions(CLI::App& app, Options& options, Given& given) {
  app.add_option("--framing", options.framing,
                 "what is a message, or a record: lines, length or nul")
      ->transform(CLI::CheckedTransformer(framings()))
      ->type_name("HOW");
  app.add_option("--wait-for", options.waitFor, "begin once a consumer of this name has joined")
      ->type_name("NAME")
      ->allow_extra_args(false);
  auto* like = app.add_option("--like", given.like,
                              "publish records as those of this segment, of a line each; without "
                              "NAME into that segment itself")
                   ->type_name("SEGMENT");
  app.add_option("--format", options.format, "what a line is: json, unless given, or csv")
      ->transform(CLI::CheckedTransformer(recordFormats()))
      ->type_name("HOW")
      ->needs(like);
  addMessageOptions(app, options, like);
  app.add_option("--capacity", options.capacity, "of a new segment: messages or records in flight")
      ->type_name("N");
  app.add_flag("--leave-open", options.leaveOpen,
               "do not close the stream in the end: another producer may continue it");
}

NameArgument checked(const std::string& what, const std::string& name, const Given& given,
                     bool isDirectoryGiven) {
  const auto argument = nameArgument(name, given.directory, isDirectoryGiven);
  if (!argument) throw CLI::ValidationError(what + " is a path, and so excludes --directory");
  return *argument;
}

}  // namespace

Parsed parse(int argc, char** argv) {
  Options options;
  Given given;
  CLI::App app(
      "Publishes what it reads as messages, or as records, into a segment that it creates or "
      "continues.",
      "shm-pub");
  app.footer(
      "Exit status: 0 all was published, 1 the segment has a producer, or a consumer has some of "
      "it to read, 2 anything else.");
  app.set_version_flag("--version", "shm-pub " SLUICE_VERSION);
  app.add_option("NAME", given.name, "the segment's name, or a path to it");
  const auto* directory =
      app.add_option("--directory", given.directory, "where segments are")->capture_default_str();
  addOptions(app, options, given);
  try {
    app.parse(argc, argv);
    const bool isDirectoryGiven = directory->count() != 0;
    if (!given.like.empty()) options.like = checked("SEGMENT", given.like, given, isDirectoryGiven);
    if (given.name.empty() && !options.like) throw CLI::RequiredError("NAME");
    options.segment =
        given.name.empty() ? *options.like : checked("NAME", given.name, given, isDirectoryGiven);
    return {options, published};
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, app.exit(error) == 0 ? published : failed};
  }
}

}  // namespace shm_pub
