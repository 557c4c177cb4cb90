// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ways to lower a tile program share: the function of the CPU kernel ABI, sizes and indices, and tile ops on
// vectors.
#pragma once

#include "codegen/SizeArithmetic.h"
#include "ir/tenon/TenonOps.h"
#include "ir/tile/TileDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/IRMapping.h"

namespace tenon::cpu {

/// What a value of `element` is in registers: bf16 is its bits.
mlir::Type valueType(mlir::Type element);
/// i1 takes a byte in memory.
mlir::Type memoryType(mlir::Type element);

inline constexpr int64_t cacheLine = 64;

class KernelCode {
protected:
  /// Elements in memory, `stride` of them apart.
  struct Run {
    mlir::Value address;
    mlir::Type element;
    DimExpr stride{1};
    /// The element itself, as in memory, where it is the same everywhere.
    mlir::Value repeated;
  };

  KernelCode(tile::KernelOp kernel, mlir::OpBuilder &builder, unsigned registerBits);

  mlir::Value constant(int64_t value) { return mlir::arith::ConstantIntOp::create(builder, loc, i64, value); }
  mlir::Value add(mlir::Value x, mlir::Value y) { return builder.createOrFold<mlir::arith::AddIOp>(loc, x, y); }
  mlir::Value subtract(mlir::Value x, mlir::Value y) { return mlir::arith::SubIOp::create(builder, loc, x, y); }
  mlir::Value multiply(mlir::Value x, mlir::Value y) { return builder.createOrFold<mlir::arith::MulIOp>(loc, x, y); }
  mlir::Value isLess(mlir::Value x, mlir::Value y) {
    return mlir::arith::CmpIOp::create(builder, loc, mlir::arith::CmpIPredicate::slt, x, y);
  }
  mlir::Value toI64(mlir::Value index) { return mlir::arith::IndexCastOp::create(builder, loc, i64, index); }
  mlir::Value toIndex(mlir::Value number) {
    return mlir::arith::IndexCastOp::create(builder, loc, builder.getIndexType(), number);
  }
  /// The number that an index of the tile program became.
  mlir::Value indexOf(mlir::Value index) { return toI64(indices.lookup(index)); }
  mlir::Value advance(mlir::Value address, mlir::Type element, mlir::Value offset) {
    return mlir::LLVM::GEPOp::create(builder, loc, pointer, memoryType(element), address,
                                     llvm::ArrayRef<mlir::LLVM::GEPArg>{offset});
  }

  /// Whether an op works on tiles; fails after an error where it works neither on tiles nor on indices, or has no
  /// lowering.
  static mlir::FailureOr<bool> isOnTiles(mlir::Operation &op);
  /// Creates the function and its loop over blocks; the builder is in the loop then.
  void openFunction();
  /// An op on indices, at the builder's position; nothing where it is another.
  void lowerIndex(mlir::Operation &op);

  /// The first `count` of `lanes`; a count that matters fits 32 bits.
  mlir::Value maskOf(mlir::Value count, int64_t lanes);
  mlir::Value allLanes(int64_t lanes);
  /// Elements of a run from `first` on; those that `mask`, where set, leaves out are 0 and are not touched.
  mlir::Value load(const Run &run, mlir::Value first, int64_t lanes, mlir::Value mask);
  void store(const Run &run, mlir::Value value, mlir::Value first, int64_t lanes, mlir::Value mask);
  /// Asks for the cache lines of `bytes` from an address on, which need not be one of the buffer's.
  void prefetch(mlir::Value address, int64_t bytes);
  /// Whether so many bytes are more than the caches hold, an i1; null where they never are.
  mlir::Value exceedsCaches(const DimExpr &bytes);
  /// Whether stores to `runs` may bypass the caches, an i1: they are whole registers at aligned addresses, and the
  /// kernel writes more than the caches hold. Null where that is never so.
  mlir::Value canStream(mlir::ArrayRef<Run> runs);
  /// While set, stores of whole registers do.
  bool streams = false;
  /// Whether the vectors of these ops' tiles may, and should, hold first the elements of even places, then those of odd
  /// ones, so that a word of two bf16 becomes two f32 by one operation each. Tiles of f32 in memory are shuffled then.
  static bool canPair(mlir::ArrayRef<mlir::Operation *> ops);
  /// While set, they do.
  bool inPairs = false;
  /// The vector in that order, and back.
  mlir::Value splitPairs(mlir::Value vector);
  mlir::Value joinPairs(mlir::Value vector);
  /// An op whose operands' vectors are in `values`, where its result goes as well.
  void lowerElementwise(mlir::Operation *op, int64_t lanes, mlir::IRMapping &values);
  /// Bits of the widest element of the results of `ops`.
  static unsigned widestBits(llvm::ArrayRef<mlir::Operation *> ops);

  tile::KernelOp kernel;
  mlir::OpBuilder &builder;
  mlir::Location loc;
  unsigned registerBits;
  mlir::IntegerType i64;
  mlir::LLVM::LLVMPointerType pointer;
  llvm::SmallVector<mlir::Value> buffers;
  std::unique_ptr<SizeArithmetic> sizes;
  mlir::IRMapping indices;
  /// Number of the block, and memory of the thread's own.
  mlir::Value blockNumber, workspace;

private:
  mlir::Value gatherAddresses(const Run &run, mlir::Value first, int64_t lanes);
  mlir::Value loadPairs(mlir::Value address, int64_t lanes);
  void storePairs(mlir::Value wide, mlir::Value address);
  mlir::Value lowerConstant(mlir::arith::ConstantOp op, int64_t lanes);
  mlir::Value lowerSplat(tile::SplatOp op, int64_t lanes);
  bool hasPlainNan(mlir::Value tile);
  mlir::Value lowerBf16(mlir::Operation *op, mlir::Value operand, int64_t lanes);

  /// Where the function ends, and whether it does with a fence.
  mlir::Operation *end = nullptr;
  bool isFenced = false;
  /// The f32 that the bits of a bf16 were taken of.
  llvm::DenseMap<mlir::Value, mlir::Value> wideBf16;
  /// What hasPlainNan() found.
  llvm::DenseMap<mlir::Value, bool> plainNan;
};

} // namespace tenon::cpu
