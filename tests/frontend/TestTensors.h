// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Short ways to make and to read tensors, to compile, and to have a file, for the tests of the graph API.
#pragma once

#include "frontend/Ops.h"

#include <cstdio>
#include <gtest/gtest.h>
#include <unistd.h>

namespace tenon::test {

template <class T> Tensor tensor(const std::vector<T> &values, Shape shape) {
  return Tensor::copyOf<T>(std::span<const T>(values), std::move(shape)).value();
}
inline Tensor floats(const std::vector<float> &values, Shape shape) { return tensor<float>(values, std::move(shape)); }
inline Tensor floats(const std::vector<float> &values) { return floats(values, {int64_t(values.size())}); }

template <class T> std::vector<T> valuesOf(const Tensor &tensor) {
  EXPECT_EQ(tensor.type(), elementTypeOf<T>);
  auto data = tensor.data<T>();
  return {data.begin(), data.end()};
}
inline std::vector<float> floatsOf(const Tensor &tensor) { return valuesOf<float>(tensor); }

inline std::vector<std::byte> bytesOf(const Tensor &tensor) {
  return {tensor.bytes(), tensor.bytes() + tensor.byteCount()};
}

/// `count` numbers between -4 and 4 without a pattern, none of them 0.
inline std::vector<float> scattered(int64_t count) {
  std::vector<float> values(count);
  uint32_t random = 1;
  for (float &value : values) {
    random = random * 1664525u + 1013904223u;
    value = (float(random >> 9) + 0.5f) * 0x1p-20f - 4.0f;
  }
  return values;
}

/// Compiles, or ends the program with the message.
inline Function compiled(const Graph &graph, const std::vector<Output> &outputs, unsigned threads = 0) {
  CompileSettings settings;
  settings.session.threads = threads;
  return compile(graph, outputs, settings).value();
}

/// The message of a graph that must not compile.
inline std::string compileError(const Graph &graph, const std::vector<Output> &outputs) {
  Result<Function> function = compile(graph, outputs);
  EXPECT_FALSE(function.ok());
  return function.ok() ? "" : function.error().message;
}

/// A path of this process alone; the file is removed at the end.
struct ScratchFile {
  explicit ScratchFile(const std::string &name) : path(testing::TempDir() + std::to_string(::getpid()) + name) {}
  ScratchFile(const ScratchFile &) = delete;
  ~ScratchFile() { std::remove(path.c_str()); }

  std::string path;
};

inline bool contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

} // namespace tenon::test
