// shm-rm: removes a segment, or gives up a dead consumer's row in one. See docs/shm-rm.md.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "name_argument.hpp"
#include "os/printable.hpp"
#include "sluice/segment.hpp"

namespace {

enum Status { removed = 0, refused = 1, failed = 2 };

int complain(std::string_view text, Status status) {
  std::fprintf(stderr, "shm-rm: %s\n", sluice::detail::printable(text).c_str());
  return status;
}

Status statusOf(const sluice::Error& error) {
  const bool isRefusal = error.code == sluice::ErrorCode::inUse;
  return isRefusal ? refused : failed;
}

}  // namespace

int main(int argc, char** argv) try {
  std::string name;
  std::string directory(sluice::defaultDirectory);
  std::string consumer;
  bool force = false;
  CLI::App app("Removes a Sluice segment that nobody lives in, or a dead consumer from one.",
               "shm-rm");
  app.footer(
      "Exit status: 0 removed, 1 refused because somebody lives in it or is held, 2 anything "
      "else.");
  app.set_version_flag("--version", "shm-rm " SLUICE_VERSION);
  app.add_option("NAME", name, "the segment's name, or a path to it")->required();
  const auto* directoryOption =
      app.add_option("--directory", directory, "where segments are")->capture_default_str();
  auto* consumerOption =
      app.add_option("--consumer", consumer,
                     "remove only this dead consumer, so that the producer goes on without it")
          ->type_name("X");
  app.add_flag("--force", force,
               "remove the name though somebody lives in the segment, a held consumer has not read "
               "all, or the file is no segment")
      ->excludes(consumerOption);
  try {
    app.parse(argc, argv);
    if (consumerOption->count() != 0 && consumer.empty())
      throw CLI::ValidationError("--consumer needs a name");
    auto argument = segment_tools::nameArgument(name, directory, directoryOption->count() != 0);
    if (!argument) throw CLI::ValidationError("NAME is a path, and so excludes --directory");
    name = argument->name;
    directory = argument->directory;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? removed : failed;
  }
  const sluice::RemoveOptions options{
      .directory = directory, .evenIfInUse = force, .evenIfHeld = force, .evenIfForeign = force};
  const auto result = consumer.empty() ? sluice::removeSegment(name, options)
                                       : sluice::removeConsumer(name, consumer, directory);
  return result ? removed : complain(result.error().message(), statusOf(result.error()));
} catch (const std::exception& error) {
  return complain(error.what(), failed);
}
