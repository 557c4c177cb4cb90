// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What stands behind Graph: a module of the dialect `tenon` under construction.
#pragma once

#include "frontend/Graph.h"
#include "ir/tenon/TenonOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

#include <optional>

namespace tenon::detail {

class GraphBuilder : public std::enable_shared_from_this<GraphBuilder> {
public:
  GraphBuilder();

  Value input(const std::string &name, ElementType type, const Dims &shape, Place place);
  Value constant(const Tensor &tensor, Place place);
  Value state(const std::string &name, ElementType type, const Dims &shape, Place place);
  void update(const Value &state, const Value &newValue, Place place);
  void declareSize(const std::string &name, int64_t minimum, int64_t maximum, int64_t divisor, Place place);
  void assumeEqual(const Dim &left, const Dim &right, Place place);

  Value elementwise(const char *op, std::vector<Value> operands, const std::vector<std::pair<const char *, uint32_t>> &enums,
                    std::optional<ElementType> to, Place place);
  Value splat(double value, const Value &like, Place place);
  Value broadcast(const Value &x, const Dims &shape, Place place);
  Value transpose(const Value &x, const std::vector<int64_t> &permutation, Place place);
  Value slice(const Value &x, const Dims &starts, const Dims &sizes, const std::vector<int64_t> &strides,
              Place place);

  Value dotGeneral(const Value &x, const Value &y, const DotDimensions &dimensions, Place place);
  Value reduce(Reduction kind, const Value &x, const std::vector<int64_t> &dims, bool keepDims, Place place);
  Value mean(const Value &x, const std::vector<int64_t> &dims, bool keepDims, Place place);
  Value rmsNorm(const Value &x, const Value &weight, double eps, Place place);

  /// A module of its own context's making, complete and verified; owned by the caller.
  Result<mlir::OwningOpRef<mlir::ModuleOp>> finish(const std::vector<Output> &outputs);

  static std::shared_ptr<GraphBuilder> of(const Graph &graph) { return graph.builder; }
  static std::shared_ptr<GraphBuilder> of(const Value &value) { return value.graph; }
  static mlir::Value get(const Value &value) { return mlir::Value::getFromOpaquePointer(value.handle); }
  static Result<Function> load(Program program, const SessionOptions &options) {
    return Function::create(std::move(program), options);
  }

private:
  mlir::Location locationOf(const Place &place);
  Value wrap(mlir::Value value) { return Value(shared_from_this(), value.getAsOpaquePointer()); }
  /// Remembers the first mistake; gives an empty value.
  Value fail(const Place &place, const std::string &message);
  /// Whether all values are of this graph and not empty; a foreign one is a mistake.
  bool areUsable(std::initializer_list<const Value *> values, const Place &place);
  std::optional<SymbolicShape> toShape(const Dims &sizes, const Place &place);
  std::optional<mlir::RankedTensorType> toType(ElementType type, const Dims &shape, const Place &place);
  mlir::Value broadcastTo(mlir::Value value, const SymbolicShape &shape, mlir::Location loc);
  /// The dimensions of `shape` that `dims` names, increasing; all where it names none.
  std::optional<mlir::SmallVector<int64_t>> toDimensions(const std::vector<int64_t> &dims, const Value &x,
                                                         const Place &place);
  /// Whether an input or state can take that name; else a mistake.
  bool isFreeName(const std::string &name, const Place &place);
  /// What is declared and assumed of the sizes so far.
  DimFacts facts();
  std::optional<SymbolicShape> commonShape(const SymbolicShape &left, const SymbolicShape &right);
  /// The op as a value, or a mistake where it does not verify, whose message ends with `operands`.
  Value checked(mlir::Operation *op, const Place &place, const std::string &operands = "");

  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  EntryOp entry;
  mlir::OpBuilder builder;
  std::vector<std::pair<mlir::FlatSymbolRefAttr, mlir::Value>> updates;
  std::optional<Error> mistake;
};

} // namespace tenon::detail
