// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/cpu/TransposedTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace tenon::cpu {

int64_t getTransposeLanes(unsigned registerBits, Type element) {
  // More than 16 vectors at a time would not stay in registers.
  return std::min<int64_t>(16, registerBits / element.getIntOrFloatBitWidth());
}

/// Exchanges blocks of 1, 2, 4, ... lanes between vectors that lie as far apart. Eklundh, "A fast computer method for
/// matrix transposing", 1972.
static void transposeInRegisters(OpBuilder &builder, Location loc, SmallVector<Value> &vectors) {
  int64_t lanes = vectors.size();
  for (int64_t distance = 1; distance < lanes; distance *= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < lanes; ++lane) {
      bool isUpper = lane & distance;
      low.push_back(isUpper ? lanes + lane - distance : lane);
      high.push_back(isUpper ? lanes + lane : lane + distance);
    }
    for (int64_t i = 0; i < lanes; ++i) {
      if (i & distance)
        continue;
      Value a = vectors[i], b = vectors[i + distance];
      vectors[i] = vector::ShuffleOp::create(builder, loc, a, b, low);
      vectors[i + distance] = vector::ShuffleOp::create(builder, loc, a, b, high);
    }
  }
}

void emitTranspose(OpBuilder &builder, Location loc, const TransposedTile &tile, int64_t lanes, Value scratch,
                   int64_t scratchStride) {
  // As many streams as lanes are more than machines follow by themselves.
  constexpr int64_t bytesAhead = 512;
  Type i64 = builder.getI64Type(), i32 = builder.getI32Type();
  auto type = VectorType::get(lanes, tile.element);
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  unsigned alignment = tile.element.getIntOrFloatBitWidth() / 8;
  auto constant = [&](int64_t value) -> Value { return arith::ConstantIntOp::create(builder, loc, i64, value); };
  auto advance = [&](Value address, Value offset) -> Value {
    return LLVM::GEPOp::create(builder, loc, pointer, tile.element, address, ArrayRef<LLVM::GEPArg>{offset});
  };
  OpBuilder::InsertionGuard guard(builder);
  auto columns = scf::ForOp::create(builder, loc, constant(0), tile.columns, constant(lanes));
  builder.setInsertionPointToStart(columns.getBody());
  auto rows = scf::ForOp::create(builder, loc, constant(0), tile.rows, constant(lanes));
  builder.setInsertionPointToStart(rows.getBody());
  Value i = rows.getInductionVar(), j = columns.getInductionVar();

  auto lane = llvm::to_vector(llvm::seq<int32_t>(0, lanes));
  auto laneType = VectorType::get(lanes, i32);
  Value left = arith::TruncIOp::create(builder, loc, i32, arith::SubIOp::create(builder, loc, tile.rows, i));
  Value mask = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                     arith::ConstantOp::create(builder, loc, DenseIntElementsAttr::get(laneType, lane)),
                                     vector::BroadcastOp::create(builder, loc, laneType, left));
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  Value last = arith::SubIOp::create(builder, loc, tile.columns, constant(1));
  SmallVector<Value> vectors;
  for (int64_t k = 0; k < lanes; ++k) {
    // Beyond the last column it is read again: what is written there is never used.
    Value column = arith::MinSIOp::create(builder, loc, arith::AddIOp::create(builder, loc, j, constant(k)), last);
    Value address = advance(advance(tile.address, arith::MulIOp::create(builder, loc, column, tile.stride)), i);
    LLVM::Prefetch::create(builder, loc, advance(address, constant(bytesAhead / alignment)), /*rw=*/0, /*hint=*/3,
                           /*cache=*/1);
    vectors.push_back(LLVM::MaskedLoadOp::create(builder, loc, type, address, mask, zero, alignment));
  }
  transposeInRegisters(builder, loc, vectors);
  for (int64_t k = 0; k < lanes; ++k) {
    Value row = arith::AddIOp::create(builder, loc, i, constant(k));
    Value offset =
        arith::AddIOp::create(builder, loc, arith::MulIOp::create(builder, loc, row, constant(scratchStride)), j);
    LLVM::StoreOp::create(builder, loc, vectors[k], advance(scratch, offset), alignment);
  }
}

} // namespace tenon::cpu
