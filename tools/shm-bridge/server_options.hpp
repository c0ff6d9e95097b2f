// Where the servers are, and what they ask of a client.
#pragma once

#include <string>
#include <vector>

namespace shm_bridge {

/// As the options of the nats tools, whose context file can have all of them.
struct ServerOptions {
  std::vector<std::string> urls;
  std::string credentials;  ///< a file
  std::string user;         ///< from a context file only, so that no list of processes shows it
  std::string password;
  std::string token;
  std::string tlsCa;    ///< a file with the certificates of authorities
  std::string tlsCert;  ///< a file with the certificate chain of this client
  std::string tlsKey;   ///< a file with its key
};

/// Takes what the file says and `options` does not. Throws Refusal for what is no context.
void addContext(ServerOptions& options, const std::string& path);

/// Throws Refusal for an address that says a password, and for a file that cannot be read.
void checkServerOptions(const ServerOptions& options);

}  // namespace shm_bridge
