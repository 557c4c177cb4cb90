// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/ptx/DotLayout.h"

#include "codegen/ptx/MmaLayouts.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tenon::ptx {

namespace {

constexpr int64_t fragmentRows = 16, fragmentColumns = 8, fragmentSteps = 16;

struct Extents {
  int64_t m, n, k;
};
Extents extentsOf(tile::DotOp dot) {
  ArrayRef<int64_t> lhs = dot.getLhs().getType().getShape(), rhs = dot.getRhs().getType().getShape();
  return {lhs.end()[-2], rhs.end()[-2], lhs.back()};
}

std::vector<int64_t> shapeOf(TypedValue<RankedTensorType> tile) { return tile.getType().getShape().vec(); }

/// Warps so that each has about as many rows as columns.
MmaWarps divideWarps(const Extents &extents, unsigned warps) {
  MmaWarps result{1, 1};
  while (result.alongM * result.alongN < warps) {
    int64_t rows = extents.m / result.alongM, columns = extents.n / result.alongN;
    bool rowsDivide = rows >= 2 * fragmentRows, columnsDivide = columns >= 2 * fragmentColumns;
    if (rowsDivide && (rows >= columns || !columnsDivide))
      result.alongM *= 2;
    else if (columnsDivide)
      result.alongN *= 2;
    else
      break;
  }
  return result;
}

/// With copies in further warps, where a tile is too small for all.
Result<LinearLayout> withWarps(const LinearLayout &layout, std::vector<int64_t> shape, unsigned warps) {
  std::vector<uint32_t> images(layout.warps().begin(), layout.warps().end());
  images.resize(llvm::Log2_32(warps), 0);
  return LinearLayout::create(std::move(shape), {layout.registers().begin(), layout.registers().end()},
                              {layout.lanes().begin(), layout.lanes().end()}, std::move(images));
}

Result<DotLayouts> chooseFragments(tile::DotOp dot, unsigned warps) {
  Extents extents = extentsOf(dot);
  MmaWarps divided = divideWarps(extents, warps);
  LinearLayout result = TENON_TRY(mmaAccumulator(extents.m, extents.n, divided));
  LinearLayout lhs = TENON_TRY(mmaOperandA(extents.m, extents.k, divided));
  LinearLayout rhs = TENON_TRY(mmaOperandB(extents.k, extents.n, divided));
  const unsigned exchanged[] = {1, 0};
  return DotLayouts{TENON_TRY(withWarps(result, shapeOf(dot.getResult()), warps)),
                    TENON_TRY(withWarps(lhs, shapeOf(dot.getLhs()), warps)),
                    TENON_TRY(withWarps(rhs.transpose(exchanged), shapeOf(dot.getRhs()), warps))};
}

/// The layout of [rows, k] in which a thread holds all k of each row whose images `rows` lists.
Result<LinearLayout> wholeRows(const LinearLayout &result, unsigned shift, int64_t rows, int64_t k,
                               std::vector<int64_t> shape) {
  auto take = [&](std::span<const uint32_t> images) {
    std::vector<uint32_t> taken;
    for (uint32_t image : images)
      taken.push_back(((image >> shift) & uint32_t(rows - 1)) * uint32_t(k));
    return taken;
  };
  std::vector<uint32_t> registers;
  for (int64_t step = 1; step < k; step *= 2)
    registers.push_back(uint32_t(step));
  // Registers that hold another column of the result need no other row of the left operand.
  for (uint32_t image : take(result.registers()))
    if (image)
      registers.push_back(image);
  return LinearLayout::create(std::move(shape), std::move(registers), take(result.lanes()), take(result.warps()));
}

Result<DotLayouts> chooseRows(tile::DotOp dot, unsigned warps) {
  Extents extents = extentsOf(dot);
  const unsigned order[] = {1, 0}, along[] = {warps, 1};
  // A square of elements for each thread: each operand is then used as often.
  int64_t perThread = std::max<int64_t>(1, extents.m * extents.n / (32 * warps));
  unsigned width = 1u << (llvm::Log2_64(perThread) / 2);
  LinearLayout result = TENON_TRY(LinearLayout::blocked({extents.m, extents.n}, order, width, along));
  unsigned columnBits = llvm::Log2_64(extents.n);
  return DotLayouts{result.reshape(shapeOf(dot.getResult())),
                    TENON_TRY(wholeRows(result, columnBits, extents.m, extents.k, shapeOf(dot.getLhs()))),
                    TENON_TRY(wholeRows(result, 0, extents.n, extents.k, shapeOf(dot.getRhs())))};
}

} // namespace

bool usesMatrixUnit(tile::DotOp dot) {
  Type element = dot.getLhs().getType().getElementType();
  Extents extents = extentsOf(dot);
  return (element.isBF16() || element.isF16()) && dot.getRhs().getType().getElementType() == element &&
         dot.getResult().getType().getElementType().isF32() && extents.m >= fragmentRows &&
         extents.n >= fragmentColumns && extents.k >= fragmentSteps;
}

Result<DotLayouts> chooseDotLayouts(tile::DotOp dot, unsigned warps) {
  return usesMatrixUnit(dot) ? chooseFragments(dot, warps) : chooseRows(dot, warps);
}

} // namespace tenon::ptx
