// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A value or a typed error: how everything in the runtime reports failure. No exceptions cross an API.
#pragma once

#include <cassert>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon {

/// Who can do something about an error.
enum class ErrorKind : uint8_t {
  InvalidArgument, ///< The caller: a wrong shape, name or option.
  Data,            ///< A file: corrupt, of another version, or not what it claims to be.
  Environment,     ///< The machine: no memory, no such file, a missing CPU feature.
  Internal,        ///< Tenon itself.
  Cancelled,       ///< The caller asked to stop.
};

/// One sentence: what was expected, what was found and what to do about it; without a newline or a final stop.
struct Error {
  ErrorKind kind = ErrorKind::Internal;
  std::string message;
};

inline Error invalidArgument(std::string message) { return {ErrorKind::InvalidArgument, std::move(message)}; }
inline Error dataError(std::string message) { return {ErrorKind::Data, std::move(message)}; }
inline Error environmentError(std::string message) { return {ErrorKind::Environment, std::move(message)}; }
inline Error internalError(std::string message) { return {ErrorKind::Internal, std::move(message)}; }

namespace detail {
[[noreturn]] inline void exitWith(const Error &error) {
  std::fprintf(stderr, "error: %s\n", error.message.c_str());
  std::exit(1);
}
} // namespace detail

/// Either a T or an Error. Dereferencing needs ok(); value() is for programs and examples, and exits on an error.
template <class T> class [[nodiscard]] Result {
public:
  using ValueType = T;

  Result(T value) : content(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return content.index() == 0; }
  explicit operator bool() const { return ok(); }

  T &operator*() & {
    assert(ok());
    return *std::get_if<0>(&content);
  }
  const T &operator*() const & {
    assert(ok());
    return *std::get_if<0>(&content);
  }
  T &&operator*() && {
    assert(ok());
    return std::move(*std::get_if<0>(&content));
  }
  T *operator->() { return &**this; }
  const T *operator->() const { return &**this; }

  const Error &error() const & {
    assert(!ok());
    return *std::get_if<1>(&content);
  }
  Error &&error() && {
    assert(!ok());
    return std::move(*std::get_if<1>(&content));
  }

  T &value() & {
    exitOnError();
    return **this;
  }
  const T &value() const & {
    exitOnError();
    return **this;
  }
  T value() && {
    exitOnError();
    return std::move(**this);
  }

private:
  void exitOnError() const {
    if (!ok())
      detail::exitWith(error());
  }

  std::variant<T, Error> content;
};

/// Success without a value, or an Error.
template <> class [[nodiscard]] Result<void> {
public:
  using ValueType = void;

  Result() = default;
  Result(Error error) : failed(true), failure(std::move(error)) {}

  bool ok() const { return !failed; }
  explicit operator bool() const { return ok(); }
  void operator*() const { assert(ok()); }

  const Error &error() const & {
    assert(failed);
    return failure;
  }
  Error &&error() && {
    assert(failed);
    return std::move(failure);
  }

  void value() const {
    if (failed)
      detail::exitWith(failure);
  }

private:
  bool failed = false;
  Error failure;
};

using Status = Result<void>;

} // namespace tenon

/// The value of a Result, or a return of its error from the enclosing function.
#define TENON_TRY(...)                                                                                                 \
  ({                                                                                                                   \
    auto tenonResult = (__VA_ARGS__);                                                                                  \
    if (!tenonResult.ok())                                                                                             \
      return std::move(tenonResult).error();                                                                           \
    *std::move(tenonResult);                                                                                           \
  })
