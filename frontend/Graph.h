// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Building a model graph in C++, compiling it and running it:
//
//   auto g = tenon::Graph();
//   auto x = g.input("x", tenon::f32, {"batch", 784});
//   auto f = tenon::compile(g, {tenon::relu(x * 2.0)}).value();
//   auto y = f(tensor).value();
//
// The elementwise ops are in frontend/Ops.h. Includes no LLVM. A mistake while building (shapes that do not fit, say) is remembered with the place in the source that
// made it, values made from it are empty, and compile() gives it back.
#pragma once

#include "runtime/Program.h"
#include "runtime/Result.h"
#include "runtime/Session.h"
#include "runtime/Tensor.h"

#include <memory>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

namespace tenon {

inline constexpr ElementType f64 = ElementType::F64, f32 = ElementType::F32, f16 = ElementType::F16,
                             bf16 = ElementType::BF16, i64 = ElementType::I64, i32 = ElementType::I32,
                             i16 = ElementType::I16, i8 = ElementType::I8, i1 = ElementType::I1;

using Place = std::source_location;

/// A size: a number, or an expression over named sizes such as "batch" or "2*T+1", whose value is known when the graph
/// runs.
class Dim {
public:
  Dim(int64_t number) : text(std::to_string(number)) {}
  Dim(int number) : text(std::to_string(number)) {}
  Dim(const char *expression) : text(expression) {}
  Dim(std::string expression) : text(std::move(expression)) {}

  std::string text;
};
using Dims = std::vector<Dim>;

class Graph;
namespace detail {
class GraphBuilder;
}

/// A tensor in a graph. A cheap handle that keeps its graph alive; empty after a mistake.
class Value {
public:
  Value() = default;

  bool isEmpty() const { return !handle; }
  /// f32 for an empty value.
  ElementType type() const;
  /// As text, `[batch, 784]`.
  std::string shape() const;
  int64_t rank() const;

private:
  friend class detail::GraphBuilder;
  Value(std::shared_ptr<detail::GraphBuilder> graph, void *handle) : graph(std::move(graph)), handle(handle) {}

  std::shared_ptr<detail::GraphBuilder> graph;
  void *handle = nullptr;
};

/// A result of a compiled graph, with the name that callers and files know it by.
struct Output {
  Output(Value value) : value(std::move(value)) {}
  Output(std::string name, Value value) : name(std::move(name)), value(std::move(value)) {}

  std::string name; ///< empty: "out0", "out1", ... by position
  Value value;
};

/// A graph under construction. Copies are handles to the same graph. Belongs to one thread at a time.
class Graph {
public:
  Graph();

  /// An argument of the compiled function, in the order of these calls. Names in `shape` that were not declared get any
  /// size from 0.
  Value input(const std::string &name, ElementType type, const Dims &shape, Place place = Place::current());
  /// A tensor that is stored in the artifact.
  Value constant(const Tensor &tensor, Place place = Place::current());
  /// Storage that outlives a call, starting as zeros: its value before the call. Dims must be numbers.
  Value state(const std::string &name, ElementType type, const Dims &shape, Place place = Place::current());
  /// What a state holds after the call.
  void update(const Value &state, const Value &newValue, Place place = Place::current());

  /// Bounds of a named size, before its first use; it is also a multiple of `divisor`.
  void declareSize(const std::string &name, int64_t minimum, int64_t maximum, int64_t divisor = 1,
                   Place place = Place::current());
  /// Two sizes that are equal whenever the graph runs; checked then.
  void assumeEqual(const Dim &left, const Dim &right, Place place = Place::current());

  /// The graph in the text form of the dialect, with these results.
  Result<std::string> text(const std::vector<Output> &outputs) const;

private:
  friend class detail::GraphBuilder;
  std::shared_ptr<detail::GraphBuilder> builder;
};

//===- Ops that are not elementwise ------------------------------------------------------------------------------------===//

/// The number `value` in each element, of type and shape of `like`.
Value splat(double value, const Value &like, Place place = Place::current());
/// `x` repeated to `shape`, its dimensions aligned with the last ones of `shape`; those of size 1 are repeated.
Value broadcast(const Value &x, const Dims &shape, Place place = Place::current());
/// Dimension i of the result is dimension permutation[i] of `x`.
Value transpose(const Value &x, const std::vector<int64_t> &permutation, Place place = Place::current());
/// `sizes[i]` elements of dimension i, from `starts[i]` on, `strides[i]` apart (empty: 1 apart).
Value slice(const Value &x, const Dims &starts, const Dims &sizes, const std::vector<int64_t> &strides = {},
            Place place = Place::current());

/// Pairs of dimensions of two operands.
struct DotDimensions {
  std::vector<int64_t> xBatch, yBatch;       ///< run along together
  std::vector<int64_t> xContract, yContract; ///< products are summed over them
};
/// Sums of products: the result has the batch dimensions, then the others of `x`, then those of `y`. Both operands have one
/// element type, which is also the result's; sums are accumulated in f32 or wider.
Value dotGeneral(const Value &x, const Value &y, const DotDimensions &dimensions, Place place = Place::current());
/// The matrix product over the last dimension of `x` and the first of the matrix `y`: [.., K] times [K, N] is [.., N].
Value matmul(const Value &x, const Value &y, Place place = Place::current());

/// Sum, product, largest and smallest element along `dims`; negative ones count from the end, none at all means all
/// dimensions. With `keepDims` the result has them with size 1, else it lacks them. NaN is larger and smaller than any
/// number.
Value reduceSum(const Value &x, const std::vector<int64_t> &dims = {}, bool keepDims = false,
                Place place = Place::current());
Value reduceProd(const Value &x, const std::vector<int64_t> &dims = {}, bool keepDims = false,
                 Place place = Place::current());
Value reduceMax(const Value &x, const std::vector<int64_t> &dims = {}, bool keepDims = false,
                Place place = Place::current());
Value reduceMin(const Value &x, const std::vector<int64_t> &dims = {}, bool keepDims = false,
                Place place = Place::current());
/// As reduceSum(), divided by the number of elements; of floats.
Value mean(const Value &x, const std::vector<int64_t> &dims = {}, bool keepDims = false,
           Place place = Place::current());
/// x / sqrt(mean(x^2) + eps) * weight, the mean taken over the last dimensions of `x`, as many as `weight` has.
Value rmsNorm(const Value &x, const Value &weight, double eps, Place place = Place::current());

//===- Compiled graphs -------------------------------------------------------------------------------------------------===//

/// A compiled graph with its state. One thread at a time.
class Function {
public:
  /// Runs the graph. One tensor for each input, in their order.
  Result<std::vector<Tensor>> run(const std::vector<Tensor> &inputs);
  /// As run(), for graphs with one result.
  template <class... Tensors> Result<Tensor> operator()(const Tensors &...inputs) { return call({inputs...}); }

  /// The artifact, which runs where no compiler is installed.
  Status save(const std::string &path) const;
  static Result<Function> load(const std::string &path, const SessionOptions &options = {});

  const Program &program() const { return code; }
  Session &session() { return runner; }

private:
  friend class detail::GraphBuilder;
  Function(Program program, Session session) : code(std::move(program)), runner(std::move(session)) {}
  static Result<Function> create(Program program, const SessionOptions &options);
  Result<Tensor> call(const std::vector<Tensor> &inputs);

  Program code;
  Session runner;
};

struct CompileSettings {
  /// Whether a slower way than there is, such as a copy, is an error where it costs more than 2% of a kernel's time.
  bool strict = false;
  /// "native", "x86-64-v3", "x86-64-v4", "x86-64-v4-bf16", "sm_80": one artifact may hold code for several.
  std::vector<std::string> targets = {"native"};
  SessionOptions session;
};

/// Compiles the graph with these results. The graph can be built on and compiled again.
Result<Function> compile(const Graph &graph, const std::vector<Output> &outputs, const CompileSettings &settings = {});

/// How many graphs this process has compiled. Running a function at new sizes compiles nothing.
uint64_t compileCount();

} // namespace tenon
