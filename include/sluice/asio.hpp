// Waiting in the event loop of Boost.Asio.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>
#include <cerrno>
#include <memory>
#include <utility>

#include "sluice/detail/descriptor_copy.hpp"
#include "sluice/error.hpp"
#include "sluice/status.hpp"
#include "sluice/wait_set.hpp"

namespace sluice {

namespace detail {

/// Arms the role, waits for its descriptor, and looks again; until it is ready. Each wait has a
/// descriptor of its own that means the same pipe, as a reactor knows each number once.
template <class Role, class Descriptor>
class AsyncWait {
 public:
  AsyncWait(Role& role, std::shared_ptr<Descriptor> descriptor) noexcept
      : role_(&role), descriptor_(std::move(descriptor)) {}

  template <class Self>
  void operator()(Self& self) {
    self.reset_cancellation_state(boost::asio::enable_total_cancellation());
    if (!descriptor_->is_open()) {
      const auto failure = open();
      if (failure) return completeLater(self, failure, Status::detached);
    }
    static_cast<void>(role_->arm());
    wait(self);
  }

  template <class Self>
  void operator()(Self& self, boost::system::error_code failure) {
    if (failure) return self.complete(failure, Status::stopped);
    const Status status = statusOf(role_->arm());
    if (status == Status::timedOut) return wait(self);
    self.complete({}, status);
  }

 private:
  static Status statusOf(Status status) noexcept { return status; }
  static Status statusOf(const ReadyMembers& ready) noexcept { return ready.status(); }

  template <class Self>
  void wait(Self& self) {
    Descriptor& descriptor = *descriptor_;
    descriptor.async_wait(Descriptor::wait_read, std::move(self));
  }

  /// Not from within the call that begins the wait.
  template <class Self>
  void completeLater(Self& self, boost::system::error_code failure, Status status) {
    auto executor = descriptor_->get_executor();
    boost::asio::post(executor, [self = std::move(self), failure, status]() mutable {
      self.complete(failure, status);
    });
  }

  boost::system::error_code open() {
    const auto number = role_->readyDescriptor();
    const bool isRefused = !number && number.error().code == ErrorCode::invalidArgument;
    if (!number) return {isRefused ? EINVAL : EMFILE, boost::system::system_category()};
    int refusal = 0;
    const int own = copyDescriptor(*number, refusal);
    if (own < 0) return {refusal, boost::system::system_category()};
    boost::system::error_code failure;
    descriptor_->assign(own, failure);
    return failure;
  }

  Role* role_;
  std::shared_ptr<Descriptor> descriptor_;
};

}  // namespace detail

/// Waits for a role or a set with a readyDescriptor(): a consumer, a producer, a WaitSet. Completes
/// with (boost::system::error_code, Status): no error, and Status::ok, when its tryWait() or
/// tryClaim() has something; no error and why not, once its stream has ended or it is detached; an
/// error when it was cancelled (operation_aborted), or when there can be no descriptor. It takes
/// nothing itself. Any completion token: a callback, boost::asio::use_future, use_awaitable; its
/// cancellation slot is honoured, and nothing is lost by a cancelled wait.
///
///   auto [error, status] = co_await asyncWait(executor, in, boost::asio::as_tuple(use_awaitable));
///   while (auto batch = in.tryWait()) ...
///
/// The role must outlive the wait and stay where it is, and is used by one thread at a time: so its
/// executor is that of one thread, or a strand. One wait for a role at a time.
template <class Executor, class Role, class Token>
auto asyncWait(const Executor& executor, Role& role, Token&& token) {
  using Descriptor = boost::asio::posix::basic_stream_descriptor<Executor>;
  auto descriptor = std::make_shared<Descriptor>(executor);
  return boost::asio::async_compose<Token, void(boost::system::error_code, Status)>(
      detail::AsyncWait<Role, Descriptor>(role, std::move(descriptor)), token, executor);
}

/// The same with the executor that belongs to the token: that of the coroutine, or of
/// bind_executor().
template <class Role, class Token>
auto asyncWait(Role& role, Token&& token) {
  return boost::asio::async_initiate<Token, void(boost::system::error_code, Status)>(
      [](auto handler, Role* waited) {
        const auto executor = boost::asio::get_associated_executor(handler);
        asyncWait(executor, *waited, std::move(handler));
      },
      token, &role);
}

}  // namespace sluice
