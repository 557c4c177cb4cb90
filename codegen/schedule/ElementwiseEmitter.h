// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise ops and views of a group as code on one tile: each value is computed at the index of the results, operands
// are read through the views between, and neighbouring dimensions that every operand walks alike are merged.
#pragma once

#include "codegen/schedule/Schedule.h"
#include <map>
#include <set>

namespace tenon::schedule {

class ElementwiseEmitter {
public:
  /// Of the values that `kernel` yields. `given` is computed otherwise, where set: its tile comes from setGiven().
  ElementwiseEmitter(KernelOp kernel, mlir::OpBuilder &builder, mlir::Value given = {});
  /// Of a value inside of `kernel`, which is not stored: its dimensions may be taken in any order.
  ElementwiseEmitter(KernelOp kernel, mlir::OpBuilder &builder, mlir::Value root, mlir::Block *program);
  virtual ~ElementwiseEmitter() = default;

  /// Fails after an error where the results have no shape in common, or an op is neither elementwise nor a view.
  mlir::LogicalResult check();
  /// Merges dimensions of the results as far as all operands allow, those of `apart` only with each other.
  void mergeDimensions(llvm::ArrayRef<int64_t> apart = {});
  /// Takes these groups of dimensions as one each; false where an operand does not walk them alike.
  bool setDimensions(llvm::ArrayRef<llvm::SmallVector<unsigned, 4>> groups);
  /// A dimension but the last along which some operand is contiguous.
  std::optional<size_t> findTransposed() const;
  llvm::ArrayRef<DimExpr> getSizes() const { return sizes; }

  /// The program of `block`s over `grid` blocks, with the kernel's arguments and results as buffers; code goes into it.
  tile::KernelOp open(BlockShape block, const DimExpr &grid);
  mlir::Value getBuffer(unsigned index) { return program->getArgument(index); }
  void setIndices(llvm::ArrayRef<mlir::Value> first) { indices.assign(first.begin(), first.end()); }
  void setGiven(mlir::Value tile) { tiles[{given, {}}] = tile; }
  /// Computes and stores all results, and ends the program.
  void emitResults();
  /// The tile of the value inside at the indices.
  mlir::Value emitRoot(BlockShape shape);

protected:
  using Views = llvm::SmallVector<mlir::Operation *, 4>;
  /// A value of the group as it is seen from the results, through these views; the one next to the results comes first.
  using Path = std::pair<mlir::Value, Views>;
  struct PathLess {
    bool operator()(const Path &a, const Path &b) const;
  };

  /// Views that show the value alike, the same for all ways to it that do.
  virtual Views canonical(mlir::Value value, Views views) const { return views; }
  /// Whether the value is computed otherwise.
  virtual bool isGiven(const Path &path) { return path.first == given; }
  /// The tile of a value at the current indices.
  virtual mlir::Value emit(mlir::Value value, Views views);
  /// The view that an argument is read through.
  virtual mlir::Value openRead(const Path &path);

  void collect(mlir::Value value, Views views);
  /// Fails after an error where something that was collected is neither elementwise nor a view.
  mlir::LogicalResult checkCollected();
  /// How the value's elements are addressed from the results' indices.
  static StridedView viewOf(mlir::Value value, llvm::ArrayRef<mlir::Operation *> views);
  StridedView merged(const StridedView &view) const;
  mlir::Value openView(mlir::Value buffer, const StridedView &view);
  mlir::RankedTensorType tileOf(mlir::Type element) const { return mlir::RankedTensorType::get(block, element); }

  KernelOp kernel;
  mlir::Block &body;
  mlir::OpBuilder &builder;
  llvm::SmallVector<mlir::Value> roots;
  bool isStored;
  SymbolicShape shape;
  std::map<Path, mlir::Value, PathLess> tiles;
  /// Dimensions of the results that each dimension of the kernel covers, and its size.
  llvm::SmallVector<llvm::SmallVector<unsigned, 4>> dimensions;
  SymbolicShape sizes;
  BlockShape block;
  llvm::SmallVector<mlir::Value> indices;
  mlir::Block *program = nullptr;

private:
  bool joins(unsigned outer, unsigned inner) const;
  mlir::Value emitElementwise(ElementwiseOpInterface op, const Views &views);

  mlir::Value given;
  std::set<Path, PathLess> collected;
  /// All reads from arguments.
  std::map<Path, StridedView, PathLess> reads;
};

} // namespace tenon::schedule
