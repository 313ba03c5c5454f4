#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace copydesk {

// What the daemon does about an error; chosen where the error is born.
enum class ErrorClass { kRetry, kReject, kConfig, kFatal };

struct Error {
  ErrorClass cls = ErrorClass::kFatal;
  std::string code;     // a lower-case word: metric label and dead-letter code
  std::string message;  // a sentence for a person: place, what, way out

  // The same error with the place it passed through in front: "file: verb: cause".
  [[nodiscard]] Error within(std::string_view place) && {
    message = std::string(place) + ": " + message;
    return std::move(*this);
  }
};

inline Error retry(std::string code, std::string message) {
  return {ErrorClass::kRetry, std::move(code), std::move(message)};
}
inline Error reject(std::string code, std::string message) {
  return {ErrorClass::kReject, std::move(code), std::move(message)};
}
inline Error config_error(std::string message) {
  return {ErrorClass::kConfig, "config", std::move(message)};
}
inline Error fatal(std::string code, std::string message) {
  return {ErrorClass::kFatal, std::move(code), std::move(message)};
}

// A value or the error that stands in its place. `Status` is a result without a value.
template <class T>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  T& value() & {
    CD_ASSERT(ok());
    return std::get<0>(held_);
  }
  const T& value() const& {
    CD_ASSERT(ok());
    return std::get<0>(held_);
  }
  T&& value() && {
    CD_ASSERT(ok());
    return std::get<0>(std::move(held_));
  }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  Error& error() & {
    CD_ASSERT(!ok());
    return std::get<1>(held_);
  }
  const Error& error() const& {
    CD_ASSERT(!ok());
    return std::get<1>(held_);
  }
  Error&& error() && {
    CD_ASSERT(!ok());
    return std::get<1>(std::move(held_));
  }

 private:
  std::variant<T, Error> held_;
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }
  Error& error() & {
    CD_ASSERT(error_);
    return *error_;
  }
  const Error& error() const& {
    CD_ASSERT(error_);
    return *error_;
  }
  Error&& error() && {
    CD_ASSERT(error_);
    return *std::move(error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace copydesk
