// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads and stores of tiles in global memory: what does not depend on the thread's register is computed once, the rest is
// an immediate wherever a stride is a number.
#include "codegen/ptx/KernelLowering.h"
#include "codegen/SlowPath.h"
#include "codegen/ptx/Memory.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tenon::ptx {

static Type memoryType(Type element) {
  return element.isInteger(1) ? IntegerType::get(element.getContext(), 8) : element;
}

/// Consecutive registers that are neighbours along dimension `d`, in order and aligned, while nothing else moves by less.
static unsigned registerRun(const LinearLayout &layout, unsigned d) {
  ArrayRef<int64_t> shape(layout.shape().data(), layout.shape().size());
  unsigned shift = getShift(shape, d), bits = llvm::Log2_64(shape[d]), run = 0;
  while (run < bits && run < layout.registers().size() && layout.registers()[run] == 1u << (shift + run))
    ++run;
  auto movesLess = [&](uint32_t image) { return ((image >> shift) & ((1u << run) - 1)) != 0; };
  auto rest = layout.registers().subspan(run);
  while (run > 0 && (std::any_of(rest.begin(), rest.end(), movesLess) ||
                     std::any_of(layout.lanes().begin(), layout.lanes().end(), movesLess) ||
                     std::any_of(layout.warps().begin(), layout.warps().end(), movesLess)))
    --run;
  return 1u << run;
}

/// Registers that one access may take: neighbours whose address is a multiple of their size and that lie in the view together.
unsigned KernelLowering::accessWidth(tile::ViewOp view, ValueRange starts, const LinearLayout &layout) {
  ArrayRef<int64_t> shape(layout.shape().data(), layout.shape().size());
  std::optional<unsigned> contiguous = getContiguousDimension(view, shape);
  if (!contiguous) {
    bool isRepeated = llvm::all_of(llvm::zip(shape, view.getStrides().getShape()), [](auto pair) {
      return std::get<0>(pair) == 1 || std::get<1>(pair) == DimExpr(0);
    });
    if (!isRepeated)
      reportSlowPath(view, SlowPathKind::NotVectorized, 0.75,
                     "elements are accessed one by one: none of the tile's dimensions has stride 1");
    return 1;
  }
  constexpr unsigned accessBytes = 16;
  unsigned elementBytes = getElementBytes(view.getView().getType().getElement());
  unsigned width = std::min(registerRun(layout, *contiguous), accessBytes / elementBytes);
  SymbolicShape strides = view.getStrides().getShape();
  auto isAligned = [&](unsigned candidate) {
    if (!facts.isMultipleOf(view.getOffset().getExpr(), candidate) ||
        !facts.isMultipleOf(view.getSizes().getShape()[*contiguous], candidate) ||
        !isMultipleOf(starts[*contiguous], candidate))
      return false;
    for (unsigned d = 0; d < strides.size(); ++d)
      if (d != *contiguous && !facts.isMultipleOf(strides[d], candidate))
        return false;
    return true;
  };
  unsigned best = width;
  while (width > 1 && !isAligned(width))
    width /= 2;
  if (width != best)
    reportSlowPath(view, SlowPathKind::NotVectorized, 1 - double(width) / best,
                   "accesses of " + Twine(width * elementBytes) + " bytes instead of " + Twine(best * elementBytes) +
                       ": sizes and strides are not known to be multiples of " + Twine(best) + " elements");
  return width;
}

void KernelLowering::openBounds(Access &access, ArrayRef<DimExpr> viewSizes, ValueRange starts,
                                const LinearLayout &layout) {
  ArrayRef<int64_t> shape(layout.shape().data(), layout.shape().size());
  LinearMap threadMap = layout.threadMap();
  for (unsigned d = 0; d < shape.size(); ++d) {
    std::vector<uint32_t> images;
    for (uint32_t image : threadMap.images())
      images.push_back((image >> getShift(shape, d)) & uint32_t(shape[d] - 1));
    bool isUniform = llvm::all_of(images, [](uint32_t image) { return image == 0; });
    access.coordinates.push_back(isUniform ? Value() : thread->apply(LinearMap(std::move(images))));
    // A tile that begins inside ends inside where the size is a multiple of its extent and it begins at one.
    Value left = arith::SubIOp::create(builder, loc, sizes->emit(viewSizes[d]), toI64(starts[d]));
    access.inside = andOf(access.inside, arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, left, constant64(0)));
    access.limits.emplace_back();
    if (facts.isMultipleOf(viewSizes[d], shape[d]) && isMultipleOf(starts[d], shape[d]))
      continue;
    if (shape[d] > 1)
      reportSlowPath(kernel, SlowPathKind::Masked, 0.02,
                     "each access is checked along a dimension that is not known to be a multiple of " + Twine(shape[d]));
    Value limit = arith::MinSIOp::create(builder, loc, left, constant64(shape[d]));
    limit = arith::MaxSIOp::create(builder, loc, limit, constant64(0));
    access.limits.back() = arith::TruncIOp::create(builder, loc, builder.getI32Type(), limit);
  }
}

FailureOr<KernelLowering::Access> KernelLowering::openAccess(Operation *op, tile::ViewOp view, ValueRange starts,
                                                             const LinearLayout &layout) {
  if (!view)
    return op->emitError("accesses no view of a buffer");
  auto argument = dyn_cast<BlockArgument>(view.getBuffer());
  if (!argument || argument.getOwner() != &kernel.getBody().front())
    return op->emitError("accesses a buffer that is no argument of its kernel");
  Access access;
  access.width = accessWidth(view, starts, layout);
  access.strides = view.getStrides().getShape();
  openBounds(access, view.getSizes().getShape(), starts, layout);
  // What varies in loops comes last, so that all else moves out of them.
  Value offset = sizes->emit(view.getOffset().getExpr()), start;
  for (unsigned d = 0; d < access.strides.size(); ++d) {
    Value stride = sizes->emit(access.strides[d]);
    if (Value coordinate = access.coordinates[d]) {
      Value wide = arith::ExtUIOp::create(builder, loc, builder.getI64Type(), coordinate);
      offset = builder.createOrFold<arith::AddIOp>(loc, offset, builder.createOrFold<arith::MulIOp>(loc, wide, stride));
    }
    Value part = builder.createOrFold<arith::MulIOp>(loc, toI64(starts[d]), stride);
    start = start ? builder.createOrFold<arith::AddIOp>(loc, start, part) : part;
  }
  Type element = memoryType(view.getView().getType().getElement());
  Type pointer = buffers[argument.getArgNumber()].getType();
  access.base = LLVM::GEPOp::create(builder, loc, pointer, element, buffers[argument.getArgNumber()],
                                    ArrayRef<LLVM::GEPArg>{offset});
  if (start)
    access.base = LLVM::GEPOp::create(builder, loc, pointer, element, access.base, ArrayRef<LLVM::GEPArg>{start});
  return access;
}

Value KernelLowering::addressOf(const Access &access, ArrayRef<int64_t> offset, Type element) {
  int64_t number = 0;
  Value rest;
  for (auto [d, steps] : llvm::enumerate(offset)) {
    if (steps == 0)
      continue;
    if (std::optional<int64_t> stride = access.strides[d].constant()) {
      number += steps * *stride;
      continue;
    }
    Value part = sizes->emit(access.strides[d] * DimExpr(steps));
    rest = rest ? arith::AddIOp::create(builder, loc, rest, part).getResult() : part;
  }
  Value address = access.base;
  Type pointer = address.getType();
  if (rest)
    address = LLVM::GEPOp::create(builder, loc, pointer, element, address, ArrayRef<LLVM::GEPArg>{rest});
  if (number != 0) {
    Value steps = constant64(number);
    address = LLVM::GEPOp::create(builder, loc, pointer, element, address, ArrayRef<LLVM::GEPArg>{steps});
  }
  return address;
}

Value KernelLowering::predicateOf(const Access &access, ArrayRef<int64_t> offset) {
  Value predicate = access.inside;
  for (auto [d, steps] : llvm::enumerate(offset)) {
    if (!access.limits[d])
      continue;
    Value coordinate = access.coordinates[d] ? access.coordinates[d] : constant32(0);
    Value left = steps == 0 ? access.limits[d]
                            : arith::SubIOp::create(builder, loc, access.limits[d], constant32(steps)).getResult();
    predicate = andOf(predicate, arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, coordinate, left));
  }
  return predicate;
}

Value KernelLowering::isFirstCopy(const LinearLayout &layout) {
  uint32_t copies = 0;
  LinearMap threadMap = layout.threadMap();
  for (auto [bit, image] : llvm::enumerate(threadMap.images()))
    if (image == 0)
      copies |= 1u << bit;
  return copies ? thread->isZero(copies) : Value();
}

Pieces KernelLowering::loadRegisters(const Access &access, const LinearLayout &layout, Type element, unsigned first,
                                     unsigned count) {
  Type memory = memoryType(element);
  SmallVector<Value> elements;
  for (unsigned i = first; i < first + count; i += access.width) {
    SmallVector<int64_t> at = coordinatesOf(layout, i);
    Value loaded = emitLoad(builder, loc, addressOf(access, at, memory), memory, access.width, predicateOf(access, at));
    for (unsigned j = 0; j < access.width; ++j) {
      Value value = access.width == 1 ? loaded : vector::ExtractOp::create(builder, loc, loaded, int64_t(j)).getResult();
      if (element.isInteger(1)) {
        Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(memory));
        value = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, value, zero);
      }
      elements.push_back(value);
    }
  }
  return toPieces(elements);
}

void KernelLowering::storeRegisters(const Access &access, const LinearLayout &layout, ArrayRef<Value> pieces,
                                    unsigned first) {
  SmallVector<Value> elements = toElements(pieces);
  for (Value &value : elements)
    if (value.getType().isInteger(1))
      value = arith::ExtUIOp::create(builder, loc, builder.getI8Type(), value);
  Type memory = elements[0].getType();
  for (unsigned i = 0; i < elements.size(); i += access.width) {
    SmallVector<int64_t> at = coordinatesOf(layout, first + i);
    Value stored = elements[i];
    if (access.width > 1)
      stored = vector::FromElementsOp::create(builder, loc, VectorType::get(access.width, memory),
                                              ArrayRef(elements).slice(i, access.width));
    emitStore(builder, loc, stored, addressOf(access, at, memory), predicateOf(access, at));
  }
}

} // namespace tenon::ptx
