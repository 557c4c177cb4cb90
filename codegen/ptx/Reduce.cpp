// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions of tiles, in a fixed order: over registers, then over lanes by exchanges, then over warps through shared memory;
// and what goes with them: repeated tiles, numbers of run time, the edges of tiles.
#include "codegen/ptx/KernelLowering.h"
#include "codegen/ptx/Memory.h"
#include "ir/tile/Reduction.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tenon::ptx {

/// The bits of a tile's row-major index that count elements along a dimension.
static uint32_t bitsOf(ArrayRef<int64_t> shape, unsigned dimension) {
  return uint32_t(shape[dimension] - 1) << getShift(shape, dimension);
}

/// The value of the lane whose number differs by the bits of `distance`.
Value KernelLowering::exchange(Value value, uint32_t distance) {
  Type type = value.getType(), i32 = builder.getI32Type();
  unsigned bits = type.getIntOrFloatBitWidth();
  auto shuffle = [&](Value word) -> Value {
    return NVVM::ShflOp::create(builder, loc, i32, constant32(-1), word, constant32(distance), constant32(31),
                                NVVM::ShflKind::bfly, UnitAttr());
  };
  auto toBits = [&](Value from, Type to) -> Value {
    return from.getType() == to ? from : arith::BitcastOp::create(builder, loc, to, from).getResult();
  };
  if (bits == 32)
    return toBits(shuffle(toBits(value, i32)), type);
  Type integer = builder.getIntegerType(bits);
  Value whole = toBits(value, integer);
  if (bits < 32) {
    Value word = shuffle(arith::ExtUIOp::create(builder, loc, i32, whole));
    return toBits(arith::TruncIOp::create(builder, loc, integer, word), type);
  }
  Value low = shuffle(arith::TruncIOp::create(builder, loc, i32, whole));
  Value shifted = arith::ShRUIOp::create(builder, loc, whole, constant64(32));
  Value high = shuffle(arith::TruncIOp::create(builder, loc, i32, shifted));
  Value upper = arith::ShLIOp::create(builder, loc, arith::ExtUIOp::create(builder, loc, integer, high), constant64(32));
  return toBits(arith::OrIOp::create(builder, loc, upper, arith::ExtUIOp::create(builder, loc, integer, low)), type);
}

/// Every thread gives its elements to the others, and takes those of the warps that differ from its own by `warpBits`.
LogicalResult KernelLowering::reduceWarps(tile::ReduceOp op, uint32_t warpBits, MutableArrayRef<Value> elements) {
  Type element = elements[0].getType();
  Type memory = element.isInteger(1) ? builder.getI8Type() : element;
  int64_t bytes = getElementBytes(element);
  FailureOr<int64_t> scratch = scratchOf(op);
  if (failed(scratch))
    return failure();
  sharedBytes = std::max(sharedBytes, *scratch + bytes * threads * int64_t(elements.size()));
  auto addressOf = [&](size_t number, Value of) {
    Value offset = arith::MulIOp::create(builder, loc, of, constant32(bytes));
    return sharedAddress(arith::AddIOp::create(builder, loc, offset, constant32(*scratch + bytes * threads * number)));
  };
  // What was read here before, in the last step of a loop, is read by all.
  if (op->getParentOfType<scf::ForOp>())
    NVVM::Barrier0Op::create(builder, loc);
  for (auto [i, value] : llvm::enumerate(elements)) {
    Value stored = element == memory ? value : arith::ExtUIOp::create(builder, loc, memory, value).getResult();
    emitStore(builder, loc, stored, addressOf(i, thread->get()), {});
  }
  NVVM::Barrier0Op::create(builder, loc);
  uint32_t mask = warpBits << laneBits;
  Value first = arith::AndIOp::create(builder, loc, thread->get(), constant32(int32_t(~mask)));
  for (auto [i, value] : llvm::enumerate(elements)) {
    value = {};
    // All subsets of the bits, in order.
    for (uint32_t part = 0, isFirst = 1; isFirst || part != 0; part = (part - mask) & mask, isFirst = 0) {
      Value from = part ? arith::AddIOp::create(builder, loc, first, constant32(part)).getResult() : first;
      Value loaded = emitLoad(builder, loc, addressOf(i, from), memory, 1, {});
      if (element != memory)
        loaded = arith::TruncIOp::create(builder, loc, element, loaded);
      value = value ? tile::combine(builder, loc, op.getKind(), value, loaded) : loaded;
    }
  }
  return success();
}

LogicalResult KernelLowering::lowerReduce(tile::ReduceOp op) {
  FailureOr<LinearLayout> layout = layoutOf(op, op.getTile());
  if (failed(layout))
    return failure();
  uint32_t along = bitsOf(op.getTile().getType().getShape(), op.getDim());
  auto isMixed = [&](uint32_t image) { return (image & along) && (image & ~along); };
  for (std::span<const uint32_t> images : {layout->registers(), layout->lanes(), layout->warps()})
    if (std::any_of(images.begin(), images.end(), isMixed))
      return op.emitError("has a layout that mixes the reduced dimension with others, which has no GPU lowering");
  SmallVector<Value> elements = toElements(tiles.at(op.getTile()));
  // From the highest register bit down: lower ones keep their places.
  for (unsigned bit = layout->registers().size(); bit-- > 0;) {
    if (!(layout->registers()[bit] & along) && layout->registers()[bit] != 0)
      continue;
    SmallVector<Value> rest;
    for (unsigned i = 0; i < elements.size(); ++i) {
      if (i >> bit & 1)
        continue;
      // Copies are dropped.
      rest.push_back(layout->registers()[bit] == 0
                         ? elements[i]
                         : tile::combine(builder, loc, op.getKind(), elements[i], elements[i | 1u << bit]));
    }
    elements = std::move(rest);
  }
  for (unsigned bit = laneBits; bit-- > 0;)
    if (layout->lanes()[bit] & along)
      for (Value &value : elements)
        value = tile::combine(builder, loc, op.getKind(), value, exchange(value, 1u << bit));
  uint32_t warpBits = 0;
  for (auto [bit, image] : llvm::enumerate(layout->warps()))
    warpBits |= image & along ? 1u << bit : 0;
  if (warpBits && failed(reduceWarps(op, warpBits, elements)))
    return failure();
  tiles[op.getResult()] = toPieces(elements);
  return success();
}

LogicalResult KernelLowering::lowerBroadcast(tile::BroadcastOp op) {
  FailureOr<LinearLayout> from = layoutOf(op, op.getTile()), to = layoutOf(op, op.getResult());
  if (failed(from) || failed(to))
    return failure();
  // Where the tile has several elements, the result's index without the bits of those dimensions is the tile's.
  ArrayRef<int64_t> narrow = op.getTile().getType().getShape(), wide = op.getResult().getType().getShape();
  auto project = [&](uint32_t index) {
    uint32_t result = 0;
    for (unsigned d = 0; d < wide.size(); ++d)
      if (narrow[d] == wide[d])
        result |= ((index & bitsOf(wide, d)) >> getShift(wide, d)) << getShift(narrow, d);
    return result;
  };
  DenseMap<uint32_t, unsigned> registers;
  for (unsigned i = 0; i < from->numRegisters(); ++i)
    registers.try_emplace(from->index(i, 0, 0), i);
  SmallVector<Value> elements = toElements(tiles.at(op.getTile())), results;
  for (unsigned i = 0; i < to->numRegisters(); ++i) {
    auto found = registers.find(project(to->index(i, 0, 0)));
    if (found == registers.end())
      return op.emitError("has a layout that its operand's does not serve");
    results.push_back(elements[found->second]);
  }
  tiles[op.getResult()] = toPieces(results);
  return success();
}

LogicalResult KernelLowering::lowerSplat(tile::SplatOp op) {
  FailureOr<LinearLayout> layout = layoutOf(op, op.getTile());
  if (failed(layout))
    return failure();
  Type element = op.getTile().getType().getElementType();
  Value number = toI64(op.getNumber());
  if (isa<FloatType>(element))
    number = arith::SIToFPOp::create(builder, loc, element, number);
  else if (element.getIntOrFloatBitWidth() < 64)
    number = arith::TruncIOp::create(builder, loc, element, number);
  tiles[op.getTile()] = toPieces(SmallVector<Value>(layout->numRegisters(), number));
  return success();
}

LogicalResult KernelLowering::lowerInside(tile::InsideOp op) {
  FailureOr<LinearLayout> layout = layoutOf(op, op.getTile());
  if (failed(layout))
    return failure();
  Access access;
  openBounds(access, op.getSizes().getShape(), op.getIndices(), *layout);
  SmallVector<Value> elements;
  for (unsigned i = 0; i < layout->numRegisters(); ++i) {
    Value inside = predicateOf(access, coordinatesOf(*layout, i));
    elements.push_back(inside ? inside : arith::ConstantIntOp::create(builder, loc, 1, 1).getResult());
  }
  tiles[op.getTile()] = toPieces(elements);
  return success();
}

} // namespace tenon::ptx
