// What set-up calls return: a value, or an error that says what to do.
#pragma once

#include <optional>
#include <utility>

#include "sluice/error.hpp"

namespace sluice {

/// A T, or the Error that says why there is none. As boost::system::result and std::expected, of
/// which a user's translation unit needs neither. Not thread-safe, as T is not.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value; only when there is one.
  T& operator*() & noexcept { return *value_; }
  const T& operator*() const& noexcept { return *value_; }
  T&& operator*() && noexcept { return *std::move(value_); }
  T* operator->() noexcept { return &*value_; }
  const T* operator->() const noexcept { return &*value_; }

  /// The value. Throws Exception when there is none.
  T& value() & {
    mustHaveValue();
    return *value_;
  }
  const T& value() const& {
    mustHaveValue();
    return *value_;
  }
  T value() && {
    mustHaveValue();
    return *std::move(value_);
  }

  /// Why there is no value; says nothing when there is one.
  const Error& error() const noexcept { return error_; }

 private:
  void mustHaveValue() const {
    if (!has_value()) detail::fail(error_);
  }

  std::optional<T> value_;
  Error error_;
};

/// Success, or the Error that says why not.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() noexcept = default;
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Throws Exception when it is an error.
  void value() const {
    if (error_) detail::fail(*error_);
  }

  /// Why it failed; only when it did.
  const Error& error() const noexcept { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace sluice
