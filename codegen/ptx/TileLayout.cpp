// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/ptx/TileLayout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tenon::ptx {

FailureOr<LinearLayout> getLayout(Operation *op, Type tile) {
  auto type = cast<RankedTensorType>(tile);
  auto attribute = dyn_cast_or_null<tgpu::LayoutAttr>(type.getEncoding());
  if (!attribute)
    return op->emitError("has a tile without a layout; run assign-registers before");
  Result<LinearLayout> layout = LinearLayout::create(type.getShape().vec(), attribute.getRegisters().vec(),
                                                     attribute.getLanes().vec(), attribute.getWarps().vec());
  if (!layout.ok())
    return op->emitError("has a layout that cannot be: ") << layout.error().message;
  return *std::move(layout);
}

RankedTensorType withLayout(RankedTensorType tile, const LinearLayout &layout) {
  auto list = [](std::span<const uint32_t> images) { return ArrayRef(images.data(), images.size()); };
  auto attribute = tgpu::LayoutAttr::get(tile.getContext(), list(layout.registers()), list(layout.lanes()),
                                         list(layout.warps()));
  return RankedTensorType::get(tile.getShape(), tile.getElementType(), attribute);
}

LinearLayout narrow(const LinearLayout &layout, RankedTensorType tile) {
  std::vector<int64_t> wide(layout.shape().begin(), layout.shape().end()), shape = tile.getShape().vec();
  LinearLayout result = layout;
  for (unsigned d = wide.size(); d-- > 0;)
    if (shape[d] == 1 && wide[d] != 1)
      result = result.slice(d);
  return result.withoutRegisterCopies().reshape(std::move(shape));
}

std::optional<unsigned> getContiguousDimension(tile::ViewOp view, ArrayRef<int64_t> shape) {
  SymbolicShape strides = view.getStrides().getShape();
  for (unsigned d = shape.size(); d-- > 0;)
    if (shape[d] > 1 && strides[d] == DimExpr(1))
      return d;
  return std::nullopt;
}

bool isMultipleOf(Value index, int64_t number) {
  if (number == 1)
    return true;
  if (std::optional<int64_t> constant = getConstantIntValue(index))
    return *constant % number == 0;
  if (auto product = index.getDefiningOp<arith::MulIOp>())
    return isMultipleOf(product.getLhs(), number) || isMultipleOf(product.getRhs(), number);
  if (auto sum = index.getDefiningOp<arith::AddIOp>())
    return isMultipleOf(sum.getLhs(), number) && isMultipleOf(sum.getRhs(), number);
  if (auto argument = dyn_cast<BlockArgument>(index))
    if (auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()))
      return index == loop.getInductionVar() && isMultipleOf(loop.getLowerBound(), number) &&
             isMultipleOf(loop.getStep(), number);
  return false;
}

unsigned getShift(ArrayRef<int64_t> shape, unsigned d) {
  unsigned shift = 0;
  for (int64_t size : shape.drop_front(d + 1))
    shift += llvm::Log2_64(size);
  return shift;
}

} // namespace tenon::ptx
