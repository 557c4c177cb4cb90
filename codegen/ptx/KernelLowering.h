// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tile program as the function of one thread. Tiles are pieces: pairs of elements in the order of the layout's registers
// (single elements where a thread holds one), so that a pair of 16-bit elements is a register.
#pragma once

#include "codegen/SizeArithmetic.h"
#include "codegen/ptx/SharedLayout.h"
#include "codegen/ptx/ThreadIndex.h"
#include "codegen/ptx/TileLayout.h"
#include "ir/tenon/TenonOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace tenon::ptx {

using Pieces = mlir::SmallVector<mlir::Value>;

/// Attribute of ops that use shared memory for themselves: its first byte.
inline constexpr llvm::StringLiteral scratchAttr = "tgpu.scratch";

class KernelLowering {
public:
  KernelLowering(tile::KernelOp kernel, mlir::OpBuilder &builder, unsigned threads);

  mlir::LogicalResult run();

private:
  /// A view accessed with a layout: addresses of one thread and what lies inside.
  struct Access {
    mlir::Value base; ///< Address of the thread's element of register 0.
    mlir::SmallVector<DimExpr> strides;
    mlir::SmallVector<mlir::Value> coordinates; ///< The thread's part, i32.
    mlir::SmallVector<mlir::Value> limits;      ///< Elements from the tile's first on that exist, i32; null where all.
    mlir::Value inside;                         ///< Of the whole tile; null where it always is.
    unsigned width = 1;                         ///< Registers of one access.
  };

  // KernelLowering.cpp
  /// The layout of a tile, for this block; fails after an error.
  mlir::FailureOr<LinearLayout> layoutOf(mlir::Operation *op, mlir::Value tile);
  void openFunction();
  mlir::LogicalResult lowerBlock(mlir::Block &block);
  mlir::LogicalResult lower(mlir::Operation &op);
  mlir::LogicalResult lowerLoop(mlir::scf::ForOp loop);

  // ElementwiseRun.cpp
  /// The tile of an op that runs are made of; null for others.
  static mlir::Value getRunTile(mlir::Operation &op);
  mlir::LogicalResult checkRun(mlir::ArrayRef<mlir::Operation *> run);
  mlir::LogicalResult lowerRun(mlir::ArrayRef<mlir::Operation *> run);
  mlir::Value lowerPiece(mlir::Operation *op, const LinearLayout &layout, unsigned piece);

  // GlobalAccess.cpp
  mlir::FailureOr<Access> openAccess(mlir::Operation *op, tile::ViewOp view, mlir::ValueRange indices,
                                     const LinearLayout &layout);
  /// Coordinates and limits of a tile that begins at `starts` in an array of `sizes`.
  void openBounds(Access &access, mlir::ArrayRef<DimExpr> viewSizes, mlir::ValueRange starts,
                  const LinearLayout &layout);
  unsigned accessWidth(tile::ViewOp view, mlir::ValueRange indices, const LinearLayout &layout);
  mlir::Value addressOf(const Access &access, mlir::ArrayRef<int64_t> offset, mlir::Type element);
  mlir::Value predicateOf(const Access &access, mlir::ArrayRef<int64_t> offset);
  /// Whether this thread is the first of those that hold the same elements; null where no others do.
  mlir::Value isFirstCopy(const LinearLayout &layout);
  Pieces loadRegisters(const Access &access, const LinearLayout &layout, mlir::Type element, unsigned first,
                       unsigned count);
  void storeRegisters(const Access &access, const LinearLayout &layout, mlir::ArrayRef<mlir::Value> pieces,
                      unsigned first);

  /// The first byte of shared memory that is an op's own; fails after an error where it has none.
  static mlir::FailureOr<int64_t> scratchOf(mlir::Operation *op);

  // Reduce.cpp
  mlir::Value exchange(mlir::Value value, uint32_t distance);
  mlir::LogicalResult reduceWarps(tile::ReduceOp op, uint32_t warpBits, mlir::MutableArrayRef<mlir::Value> elements);
  mlir::LogicalResult lowerReduce(tile::ReduceOp op);
  mlir::LogicalResult lowerBroadcast(tile::BroadcastOp op);
  mlir::LogicalResult lowerSplat(tile::SplatOp op);
  mlir::LogicalResult lowerInside(tile::InsideOp op);

  // SharedAccess.cpp
  mlir::Value sharedAddress(mlir::Value offset);
  mlir::Value slotOffset(tgpu::RingOp ring, mlir::Value slot);
  mlir::Value elementOffset(mlir::Value base, const LinearMap &threads, uint32_t number, unsigned bytes);
  mlir::LogicalResult lowerFill(tgpu::FillOp op);
  mlir::LogicalResult lowerRead(tgpu::ReadOp op);
  mlir::LogicalResult lowerConvert(tgpu::ConvertOp op);
  Pieces readMatrices(const MatrixAccess &access, mlir::Value slot, uint32_t start, mlir::Type element,
                      unsigned registers);
  Pieces readVectors(const LinearLayout &offsets, mlir::Value slot, uint32_t start, mlir::Type element);

  // Dot.cpp
  mlir::LogicalResult lowerDot(tile::DotOp op);
  Pieces multiplyFragments(tile::DotOp op, mlir::ArrayRef<mlir::Value> accumulator);
  Pieces multiplyElements(tile::DotOp op, const LinearLayout &layout, mlir::ArrayRef<mlir::Value> accumulator);

  mlir::Value constant32(int64_t value) { return mlir::arith::ConstantIntOp::create(builder, loc, value, 32); }
  mlir::Value constant64(int64_t value) { return mlir::arith::ConstantIntOp::create(builder, loc, value, 64); }
  mlir::Value toI64(mlir::Value index);
  mlir::Value andOf(mlir::Value left, mlir::Value right);
  /// The type of a piece of a tile.
  static mlir::Type pieceType(mlir::Type element, const LinearLayout &layout);
  /// Single elements of pieces, and back.
  mlir::SmallVector<mlir::Value> toElements(mlir::ArrayRef<mlir::Value> pieces);
  Pieces toPieces(mlir::ArrayRef<mlir::Value> elements);
  /// Coordinates in a tile of the element that register `number` of thread 0 holds.
  static mlir::SmallVector<int64_t> coordinatesOf(const LinearLayout &layout, uint32_t number);

  tile::KernelOp kernel;
  mlir::OpBuilder &builder;
  mlir::Location loc;
  unsigned threads;
  DimFacts facts;
  mlir::LLVM::LLVMFuncOp function;
  mlir::SmallVector<mlir::Value> buffers;
  std::unique_ptr<SizeArithmetic> sizes;
  std::unique_ptr<ThreadIndex> thread;
  mlir::IRMapping indices;
  mlir::DenseMap<mlir::Value, Pieces> tiles;
  /// Of shared memory in use so far.
  int64_t sharedBytes = 0;
};

} // namespace tenon::ptx
