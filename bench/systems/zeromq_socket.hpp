// Messages and sockets of ZeroMQ, where it was there to build with.
#pragma once

#include <zmq.h>

#include <cstddef>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

namespace sluice::bench {

/// A message of ZeroMQ, closed at the end.
class ZeroMqMessage {
 public:
  /// An empty one, to be received into.
  ZeroMqMessage() { ::zmq_msg_init(&message_); }
  explicit ZeroMqMessage(std::size_t size) {
    if (::zmq_msg_init_size(&message_, size) != 0) throw std::bad_alloc();
  }
  ~ZeroMqMessage() { ::zmq_msg_close(&message_); }
  ZeroMqMessage(const ZeroMqMessage&) = delete;
  ZeroMqMessage& operator=(const ZeroMqMessage&) = delete;

  zmq_msg_t* get() noexcept { return &message_; }
  std::size_t size() const noexcept { return ::zmq_msg_size(&message_); }
  /// Not aligned to anything.
  char* data() noexcept { return static_cast<char*>(::zmq_msg_data(&message_)); }

 private:
  zmq_msg_t message_;
};

/// One end of a connection, with a context of its own as it must not be older than the fork. A
/// send or a receive that waits for ten seconds throws.
class ZeroMqSocket {
 public:
  ZeroMqSocket(int type, int highWaterMark)
      : context_(::zmq_ctx_new()), socket_(::zmq_socket(context_.get(), type)) {
    if (!socket_) fail("zmq_socket");
    set(ZMQ_SNDHWM, highWaterMark);
    set(ZMQ_RCVHWM, highWaterMark);
    set(ZMQ_SNDTIMEO, 10'000);
    set(ZMQ_RCVTIMEO, 10'000);
    set(ZMQ_RECONNECT_IVL, 1);
    set(ZMQ_LINGER, 0);
  }

  void bind(const std::string& endpoint) {
    if (::zmq_bind(socket_.get(), endpoint.c_str()) != 0) fail("zmq_bind");
  }
  void connect(const std::string& endpoint) {
    if (::zmq_connect(socket_.get(), endpoint.c_str()) != 0) fail("zmq_connect");
  }
  void send(ZeroMqMessage& message) {
    if (::zmq_msg_send(message.get(), socket_.get(), 0) < 0) fail("zmq_msg_send");
  }
  void receive(ZeroMqMessage& message) {
    if (::zmq_msg_recv(message.get(), socket_.get(), 0) < 0) fail("zmq_msg_recv");
  }

 private:
  [[noreturn]] static void fail(const std::string& call) {
    throw std::runtime_error(call + ": " + ::zmq_strerror(::zmq_errno()));
  }
  void set(int option, int value) {
    if (::zmq_setsockopt(socket_.get(), option, &value, sizeof(value)) != 0) fail("zmq_setsockopt");
  }

  struct Terminate {
    void operator()(void* context) const noexcept { ::zmq_ctx_term(context); }
  };
  struct Close {
    void operator()(void* socket) const noexcept { ::zmq_close(socket); }
  };
  std::unique_ptr<void, Terminate> context_;
  std::unique_ptr<void, Close> socket_;
};

}  // namespace sluice::bench
