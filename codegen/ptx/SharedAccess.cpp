// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rings in shared memory: asynchronous copies into them, and reads by ldmatrix or vectors.
#include "codegen/ptx/KernelLowering.h"
#include "codegen/ptx/Memory.h"
#include "codegen/ptx/SharedTile.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tenon::ptx {

/// The address of byte `offset` of the block's dynamic shared memory; its size is known when all of it was asked for.
Value KernelLowering::sharedAddress(Value offset) {
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext(), sharedSpace);
  constexpr StringLiteral name = "tenon_shared";
  auto module = function->getParentOfType<ModuleOp>();
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(function);
    LLVM::GlobalOp::create(builder, loc, LLVM::LLVMArrayType::get(builder.getI8Type(), 0), /*isConstant=*/false,
                           LLVM::Linkage::External, name, Attribute(), /*alignment=*/128, sharedSpace);
  }
  Value base = LLVM::AddressOfOp::create(builder, loc, pointer, name);
  return LLVM::GEPOp::create(builder, loc, pointer, builder.getI8Type(), base, ArrayRef<LLVM::GEPArg>{offset});
}

/// The offset of a slot's first byte, an i32.
Value KernelLowering::slotOffset(tgpu::RingOp ring, Value slot) {
  int64_t first = ring.getOffset().value_or(0), bytes = getSlotBytes(ring);
  sharedBytes = std::max(sharedBytes, first + bytes * ring.getRing().getType().getStages());
  Value number = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), indices.lookup(slot));
  Value offset = builder.createOrFold<arith::MulIOp>(loc, number, constant32(bytes));
  return builder.createOrFold<arith::AddIOp>(loc, offset, constant32(first));
}

/// `base` plus the bytes of element `threads(thread) ^ number`: of the number, bits that the thread may set stay in the
/// exclusive or, the others are an immediate.
Value KernelLowering::elementOffset(Value base, const LinearMap &threads, uint32_t number, unsigned bytes) {
  Value element = thread->apply(threads);
  if (uint32_t mixed = number & threads.reach())
    element = arith::XOrIOp::create(builder, loc, element, constant32(mixed));
  Value offset = builder.createOrFold<arith::MulIOp>(loc, element, constant32(bytes));
  offset = arith::AddIOp::create(builder, loc, base, offset);
  uint32_t rest = number & ~threads.reach();
  return rest ? arith::AddIOp::create(builder, loc, offset, constant32(int64_t(rest) * bytes)).getResult() : offset;
}

LogicalResult KernelLowering::lowerFill(tgpu::FillOp op) {
  auto ring = op.getRing().getDefiningOp<tgpu::RingOp>();
  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  if (!ring || !view)
    return op.emitError("needs a ring and a view that are seen");
  RankedTensorType tile = op.getRing().getType().getTile();
  Type element = tile.getElementType();
  unsigned bytes = getElementBytes(element);
  int64_t contiguous = tile.getShape().end()[ring.getTransposed() ? -2 : -1];
  // As wide as the view allows.
  unsigned width = std::min<int64_t>(16 / bytes, contiguous);
  Result<LinearLayout> layout = getCopyLayout(ring, width, threads / 32);
  if (!layout.ok())
    return op.emitError("cannot be copied: ") << layout.error().message;
  width = std::min(width, accessWidth(view, op.getIndices(), *layout));
  layout = getCopyLayout(ring, width, threads / 32);
  auto access = openAccess(op, view, op.getIndices(), *layout);
  if (failed(access))
    return failure();
  Value guard = indices.lookup(op.getGuard()), slot = slotOffset(ring, op.getSlot());
  LinearMap map = getOffsetMap(ring);
  LinearLayout offsets = layout->mapped({tile.getNumElements()}, map);
  OpBuilder::InsertionGuard restore(builder);
  if (Value isFirst = isFirstCopy(*layout))
    builder.setInsertionPointToStart(scf::IfOp::create(builder, loc, isFirst).thenBlock());
  for (unsigned i = 0; i < layout->numRegisters(); i += width) {
    SmallVector<int64_t> at = coordinatesOf(*layout, i);
    Value source = addressOf(*access, at, element);
    Value inside = andOf(predicateOf(*access, at), guard);
    Value target = sharedAddress(elementOffset(slot, offsets.threadMap(), offsets.index(i, 0, 0), bytes));
    if (width * bytes < 4) {
      // Too narrow to be copied asynchronously.
      emitStore(builder, loc, emitLoad(builder, loc, source, element, width, inside), target, {});
      continue;
    }
    auto mode = width * bytes == 16 ? NVVM::LoadCacheModifierKind::CG : NVVM::LoadCacheModifierKind::CA;
    Value size = arith::SelectOp::create(builder, loc, inside, constant32(width * bytes), constant32(0));
    NVVM::CpAsyncOp::create(builder, loc, target, source, width * bytes, mode, size);
  }
  return success();
}

LogicalResult KernelLowering::lowerRead(tgpu::ReadOp op) {
  auto ring = op.getRing().getDefiningOp<tgpu::RingOp>();
  FailureOr<LinearLayout> layout = layoutOf(op, op.getTile());
  if (!ring || failed(layout))
    return failure();
  RankedTensorType whole = op.getRing().getType().getTile(), part = op.getTile().getType();
  LinearMap map = getOffsetMap(ring);
  LinearLayout offsets = layout->mapped({whole.getNumElements()}, map.after(embed(part.getShape(), whole.getShape())));
  uint32_t start = 0;
  for (auto [d, offset] : llvm::enumerate(op.getOffsets()))
    start |= uint32_t(offset) << getShift(whole.getShape(), d);
  start = map.apply(start);
  Value slot = slotOffset(ring, op.getSlot());
  std::optional<MatrixAccess> matrices =
      part.getElementTypeBitWidth() == 16 ? matchMatrixAccess(offsets) : std::nullopt;
  tiles[op.getTile()] = matrices ? readMatrices(*matrices, slot, start, part.getElementType(), layout->numRegisters())
                                 : readVectors(offsets, slot, start, part.getElementType());
  return success();
}

Pieces KernelLowering::readMatrices(const MatrixAccess &access, Value slot, uint32_t start, Type element,
                                    unsigned registers) {
  constexpr unsigned elementBytes = 2;
  Type i32 = builder.getI32Type(), piece = VectorType::get(2, element);
  Type result = access.matrices == 1 ? i32
                                     : Type(LLVM::LLVMStructType::getLiteral(builder.getContext(),
                                                                             SmallVector<Type>(access.matrices, i32)));
  auto shape = NVVM::LdStMatrixShapeAttr::get(builder.getContext(), 8, 8);
  auto mode = access.transposed ? NVVM::MMALayout::col : NVVM::MMALayout::row;
  Pieces pieces;
  for (unsigned i = 0; i < registers / 2 / access.matrices; ++i) {
    Value address = sharedAddress(elementOffset(slot, access.rows, access.steps.apply(i) ^ start, elementBytes));
    Value loaded = NVVM::LdMatrixOp::create(builder, loc, result, address, access.matrices, mode, shape,
                                            NVVM::LdStMatrixEltType::B16);
    for (unsigned j = 0; j < access.matrices; ++j) {
      Value word = access.matrices == 1 ? loaded : LLVM::ExtractValueOp::create(builder, loc, loaded, j).getResult();
      pieces.push_back(LLVM::BitcastOp::create(builder, loc, piece, word));
    }
  }
  return pieces;
}

Pieces KernelLowering::readVectors(const LinearLayout &offsets, Value slot, uint32_t start, Type element) {
  unsigned bytes = getElementBytes(element), width = std::min(offsets.vectorWidth(), 16 / bytes);
  SmallVector<Value> elements;
  for (unsigned i = 0; i < offsets.numRegisters(); i += width) {
    Value address = sharedAddress(elementOffset(slot, offsets.threadMap(), offsets.index(i, 0, 0) ^ start, bytes));
    Value loaded = emitLoad(builder, loc, address, element, width, {});
    for (unsigned j = 0; j < width; ++j)
      elements.push_back(width == 1 ? loaded : vector::ExtractOp::create(builder, loc, loaded, int64_t(j)).getResult());
  }
  return toPieces(elements);
}

/// Through shared memory, row-major: each thread writes what it holds and reads what it shall hold.
LogicalResult KernelLowering::lowerConvert(tgpu::ConvertOp op) {
  FailureOr<LinearLayout> from = layoutOf(op, op.getTile()), to = layoutOf(op, op.getResult());
  if (failed(from) || failed(to))
    return failure();
  Type element = op.getTile().getType().getElementType();
  Type memory = element.isInteger(1) ? builder.getI8Type() : element;
  int64_t count = op.getTile().getType().getNumElements(), bytes = getElementBytes(element);
  FailureOr<int64_t> scratch = scratchOf(op);
  if (failed(scratch))
    return failure();
  sharedBytes = std::max(sharedBytes, *scratch + count * bytes);
  LinearMap identity = LinearMap::identity(llvm::Log2_64(count));
  LinearLayout written = from->mapped({count}, identity), read = to->mapped({count}, identity);
  Value base = constant32(*scratch);
  // What was read here before, in the last step of a loop, is read by all.
  if (op->getParentOfType<scf::ForOp>())
    NVVM::Barrier0Op::create(builder, loc);
  for (auto [i, value] : llvm::enumerate(toElements(tiles.at(op.getTile())))) {
    Value stored = element == memory ? value : arith::ExtUIOp::create(builder, loc, memory, value).getResult();
    Value offset = elementOffset(base, written.threadMap(), written.index(i, 0, 0), bytes);
    emitStore(builder, loc, stored, sharedAddress(offset), {});
  }
  NVVM::Barrier0Op::create(builder, loc);
  Pieces pieces = readVectors(read, base, 0, memory);
  if (element != memory)
    for (Value &piece : pieces) {
      Type type = isa<VectorType>(piece.getType()) ? Type(VectorType::get(2, element)) : element;
      piece = arith::TruncIOp::create(builder, loc, type, piece);
    }
  tiles[op.getResult()] = std::move(pieces);
  return success();
}

} // namespace tenon::ptx
