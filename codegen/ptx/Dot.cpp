// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of tiles: by mma.m16n8k16, or element by element.
#include "codegen/ptx/DotLayout.h"
#include "codegen/ptx/KernelLowering.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tenon::ptx {

/// Pieces of the operands in the order of MmaLayouts.h: of the left one 2 x 2 (rows, k) for each 16 x 16, then further k, then
/// further rows; of the right one 2 k for each 16 x 8, then further k, then further columns; of the result 2 rows for each
/// 16 x 8, then further columns, then further rows.
Pieces KernelLowering::multiplyFragments(tile::DotOp op, ArrayRef<Value> accumulator) {
  ArrayRef<Value> lhs = tiles.at(op.getLhs()), rhs = tiles.at(op.getRhs());
  size_t steps = op.getLhs().getType().getShape().back() / 16;
  size_t rows = lhs.size() / 4 / steps, columns = rhs.size() / 2 / steps;
  Type f32 = builder.getF32Type(), element = op.getLhs().getType().getElementType();
  auto result = LLVM::LLVMStructType::getLiteral(builder.getContext(), SmallVector<Type>(4, f32));
  auto kind = element.isBF16() ? NVVM::MMATypes::bf16 : NVVM::MMATypes::f16;
  auto operands = [&](ArrayRef<Value> pieces) {
    SmallVector<Value> values(pieces);
    for (Value &value : values)
      if (element.isBF16())
        value = LLVM::BitcastOp::create(builder, loc, builder.getI32Type(), value);
    return values;
  };
  SmallVector<Value> sums = toElements(accumulator);
  for (size_t k = 0; k < steps; ++k)
    for (size_t i = 0; i < rows; ++i)
      for (size_t j = 0; j < columns; ++j) {
        auto left = operands(lhs.slice((i * steps + k) * 4, 4)), right = operands(rhs.slice((j * steps + k) * 2, 2));
        MutableArrayRef<Value> sum = MutableArrayRef(sums).slice((i * columns + j) * 4, 4);
        Value product = NVVM::MmaOp::create(
            builder, loc, result, left, right, sum, ArrayRef<int64_t>{16, 8, 16}, std::nullopt, std::nullopt,
            std::array{kind, kind}, std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
        for (int64_t e = 0; e < 4; ++e)
          sum[e] = LLVM::ExtractValueOp::create(builder, loc, product, e);
      }
  return toPieces(sums);
}

/// The operands' layouts list all k of a row first, and their rows in the order in which the result has them.
Pieces KernelLowering::multiplyElements(tile::DotOp op, const LinearLayout &layout, ArrayRef<Value> accumulator) {
  SmallVector<Value> lhs = toElements(tiles.at(op.getLhs())), rhs = toElements(tiles.at(op.getRhs()));
  SmallVector<Value> sums = toElements(accumulator);
  size_t steps = op.getLhs().getType().getShape().back();
  unsigned columnBits = llvm::Log2_64(op.getResult().getType().getShape().back());
  Type type = op.getResult().getType().getElementType();
  auto widen = [&](Value value) {
    return value.getType() == type ? value : arith::ExtFOp::create(builder, loc, type, value).getResult();
  };
  // Position of each register's row (or column) among those that the operand's registers hold.
  auto positions = [&](unsigned shift, uint32_t mask) {
    SmallVector<unsigned> result(layout.numRegisters());
    unsigned next = 0;
    for (auto [bit, image] : llvm::enumerate(layout.registers())) {
      if (((image >> shift) & mask) == 0)
        continue;
      for (unsigned r = 0; r < result.size(); ++r)
        if (r >> bit & 1)
          result[r] |= 1u << next;
      ++next;
    }
    return result;
  };
  uint32_t rowMask = uint32_t(op.getLhs().getType().getShape().end()[-2] - 1);
  SmallVector<unsigned> row = positions(columnBits, rowMask), column = positions(0, (1u << columnBits) - 1);
  for (size_t k = 0; k < steps; ++k)
    for (unsigned r = 0; r < sums.size(); ++r)
      sums[r] = math::FmaOp::create(builder, loc, widen(lhs[row[r] * steps + k]), widen(rhs[column[r] * steps + k]), sums[r]);
  return toPieces(sums);
}

LogicalResult KernelLowering::lowerDot(tile::DotOp op) {
  FailureOr<LinearLayout> layout = layoutOf(op, op.getResult());
  if (failed(layout))
    return failure();
  if (!isa<FloatType>(op.getResult().getType().getElementType()))
    return op.emitError("multiplies integers, which has no GPU lowering");
  ArrayRef<Value> accumulator = tiles.at(op.getAccumulator());
  Pieces result = usesMatrixUnit(op) ? multiplyFragments(op, accumulator) : multiplyElements(op, *layout, accumulator);
  tiles[op.getResult()] = std::move(result);
  return success();
}

} // namespace tenon::ptx
