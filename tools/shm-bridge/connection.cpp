#include "connection.hpp"

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <vector>

#include "refusal.hpp"

namespace shm_bridge {

namespace {

constexpr std::int64_t connectTimeout = 2000;  // milliseconds
constexpr std::int64_t writeDeadline = 5000;
constexpr std::int64_t pingInterval = 5000;

void mustBeSet(natsStatus status, const char* what) {
  if (status != NATS_OK) throw Refusal(fmt::format("{}: {}", what, natsErrorText(status)));
}

void setServers(natsOptions* to, const ServerOptions& options) {
  std::vector<const char*> urls;
  for (const std::string& url : options.urls)
    urls.push_back(url.c_str());
  mustBeSet(natsOptions_SetServers(to, urls.data(), static_cast<int>(urls.size())), "--nats");
}

void setIdentity(natsOptions* to, const ServerOptions& options) {
  if (!options.credentials.empty())
    mustBeSet(natsOptions_SetUserCredentialsFromFiles(to, options.credentials.c_str(), nullptr),
              "--creds");
  if (!options.user.empty())
    mustBeSet(natsOptions_SetUserInfo(to, options.user.c_str(), options.password.c_str()), "user");
  if (!options.token.empty()) mustBeSet(natsOptions_SetToken(to, options.token.c_str()), "token");
}

void setEncryption(natsOptions* to, const ServerOptions& options) {
  if (!options.tlsCa.empty()) {
    mustBeSet(natsOptions_SetSecure(to, true), "TLS");
    mustBeSet(natsOptions_LoadCATrustedCertificates(to, options.tlsCa.c_str()), "--tls-ca");
  }
  if (!options.tlsCert.empty())
    mustBeSet(
        natsOptions_LoadCertificatesChain(to, options.tlsCert.c_str(), options.tlsKey.c_str()),
        "--tls-cert");
}

/// Records go out at once, and a connection that is lost stays so.
void setManners(natsOptions* to) {
  natsOptions_SetName(to, "shm-bridge");
  natsOptions_SetAllowReconnect(to, false);
  natsOptions_SetSendAsap(to, true);
  natsOptions_SetTimeout(to, connectTimeout);
  natsOptions_SetWriteDeadline(to, writeDeadline);
  natsOptions_SetPingInterval(to, pingInterval);
  natsOptions_SetMaxPingsOut(to, 2);
  natsOptions_SetFailRequestsOnDisconnect(to, true);
}

bool isRefusal(natsStatus status) {
  switch (status) {
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
    case NATS_SECURE_CONNECTION_WANTED:
    case NATS_SECURE_CONNECTION_REQUIRED:
    case NATS_SSL_ERROR:
    case NATS_INVALID_ARG:
    case NATS_ADDRESS_MISSING:
    case NATS_NOT_FOUND:
      return true;
    default:
      return false;
  }
}

}  // namespace

/// What other threads tell. It lives until libnats has told all.
struct Connection::News {
  explicit News(Wakeup& toRing) : wakeup(toRing) {}

  static std::shared_ptr<News>& of(void* closure) {
    return *static_cast<std::shared_ptr<News>*>(closure);
  }
  static void onError(natsConnection* connection, natsSubscription* /*of*/, natsStatus status,
                      void* closure) {
    if (status != NATS_NOT_PERMITTED) return;
    News& news = *of(closure);
    {
      const std::scoped_lock lock(news.mutex);
      const char* text = nullptr;
      natsConnection_GetLastError(connection, &text);
      news.refusal = text != nullptr && *text != '\0' ? text : "a permission is missing";
    }
    news.wakeup.ring();
  }
  static void onClosed(natsConnection* /*of*/, void* closure) {
    of(closure)->wakeup.ring();
    delete &of(closure);
  }

  Wakeup& wakeup;
  std::mutex mutex;
  std::string refusal;
};

Connection::Connection(const ServerOptions& options, Wakeup& wakeup)
    : news_(std::make_shared<News>(wakeup)) {
  NatsHandle<natsOptions> to;
  mustBeSet(make(to, natsOptions_Create), "libnats");
  setServers(to.get(), options);
  setIdentity(to.get(), options);
  setEncryption(to.get(), options);
  setManners(to.get());
  auto closure = std::make_unique<std::shared_ptr<News>>(news_);
  natsOptions_SetErrorHandler(to.get(), News::onError, closure.get());
  natsOptions_SetClosedCB(to.get(), News::onClosed, closure.get());
  const natsStatus status = make(
      connection_, [&to](natsConnection** made) { return natsConnection_Connect(made, to.get()); });
  if (status != NATS_OK) {
    const std::string text =
        fmt::format("{}: {}", fmt::join(options.urls, ","), natsErrorText(status));
    if (isRefusal(status)) throw Refusal(text);
    throw Unavailable(text);
  }
  static_cast<void>(closure.release());  // onClosed has it
  if (natsConnection_HasHeaderSupport(get()) != NATS_OK)
    throw Refusal(url() + ": the server is older than 2.2 and knows no headers");
  mustBeSet(make(jetStream_,
                 [this](jsCtx** made) { return natsConnection_JetStream(made, get(), nullptr); }),
            "JetStream");
}

Connection::~Connection() = default;

std::string Connection::url() const {
  std::array<char, 256> buffer{};
  natsConnection_GetConnectedUrl(get(), buffer.data(), buffer.size());
  return buffer.data();
}

std::size_t Connection::longestMessage() const {
  return static_cast<std::size_t>(natsConnection_GetMaxPayload(get()));
}

void Connection::check() const {
  {
    const std::scoped_lock lock(news_->mutex);
    if (!news_->refusal.empty()) throw Refusal("the server refuses: " + news_->refusal);
  }
  if (!natsConnection_IsClosed(get())) return;
  const char* text = nullptr;
  natsConnection_GetLastError(get(), &text);
  throw Unavailable(fmt::format("the connection is lost{}{}", text != nullptr ? ": " : "",
                                text != nullptr ? text : ""));
}

std::string natsErrorText(natsStatus status) {
  const char* text = nats_GetLastError(nullptr);
  const std::string name = natsStatus_GetText(status);
  return text == nullptr || *text == '\0' ? name : fmt::format("{} ({})", name, text);
}

}  // namespace shm_bridge
