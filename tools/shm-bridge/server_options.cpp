#include "server_options.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "refusal.hpp"

namespace shm_bridge {

namespace {

std::vector<std::string> splitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

std::string contentsOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

void addContext(ServerOptions& options, const std::string& path) try {
  std::ifstream file(path);
  if (!file) throw Refusal(fmt::format("--context {}: the file cannot be read", path));
  const auto json = nlohmann::json::parse(file);
  if (!json.value("nkey", "").empty())
    throw Refusal(fmt::format("--context {}: nkey is not known here; use creds", path));
  const auto take = [&json](std::string& option, const char* name) {
    if (option.empty()) option = json.value(name, "");
  };
  if (options.urls.empty()) options.urls = splitAtCommas(json.value("url", ""));
  take(options.credentials, "creds");
  take(options.user, "user");
  take(options.password, "password");
  take(options.token, "token");
  take(options.tlsCa, "ca");
  take(options.tlsCert, "cert");
  take(options.tlsKey, "key");
} catch (const nlohmann::json::exception& error) {
  throw Refusal(
      fmt::format("--context {}: is no context of the nats tools: {}", path, error.what()));
}

void checkServerOptions(const ServerOptions& options) {
  for (const std::string* path :
       {&options.credentials, &options.tlsCa, &options.tlsCert, &options.tlsKey})
    if (!path->empty() && !std::ifstream(*path))
      throw Refusal(fmt::format("{}: the file cannot be read", *path));
  if (!options.credentials.empty() &&
      contentsOf(options.credentials).find("BEGIN USER NKEY SEED") == std::string::npos)
    throw Refusal(
        fmt::format("--creds {}: the file has no credentials in it", options.credentials));
  for (const std::string& url : options.urls)
    if (url.find('@') != std::string::npos)
      throw Refusal(
          "--nats: the address has a user or a password in it, which every list of processes would "
          "show; use --creds, or --context with a file");
  if (options.tlsCert.empty() != options.tlsKey.empty())
    throw Refusal("--tls-cert and --tls-key go together");
}

}  // namespace shm_bridge
