#include "nats/server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "support/unique_name.hpp"

namespace sluice::bench {
namespace {

/// What the server says of itself: {"nats":["nats://127.0.0.1:40113"]}.
std::string addressIn(const std::string& directory) {
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".ports") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::size_t begin = text.find("nats://");
    const std::size_t end = text.find('"', begin);
    if (begin != std::string::npos && end != std::string::npos)
      return text.substr(begin, end - begin);
  }
  return {};
}

}  // namespace

void execute(const std::string& outputPath, std::initializer_list<std::string> command) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // however this program ends
  const int output = ::open(outputPath.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  std::vector<std::string> own(command);
  std::vector<char*> arguments;
  arguments.reserve(own.size() + 1);
  for (std::string& argument : own)
    arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  throw std::runtime_error("cannot execute " + own[0]);
}

NatsServer::NatsServer() : directory_("/tmp/" + uniqueName("sluice-bench-nats-")) {
  std::filesystem::create_directory(directory_);
  process_ = std::make_unique<ChildProcess>([this] {
    execute(directory_ + "/log",
            {"nats-server", "--addr", "127.0.0.1", "--port", "-1", "--jetstream", "--store_dir",
             directory_ + "/store", "--ports_file_dir", directory_});
  });
  for (int tries = 0; url_.empty() && tries < 1000; ++tries) {
    process_->mustRun();
    ::poll(nullptr, 0, 5);
    url_ = addressIn(directory_);
  }
  if (url_.empty()) throw std::runtime_error("nats-server does not say where it listens");
}

NatsServer::~NatsServer() {
  process_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace sluice::bench
