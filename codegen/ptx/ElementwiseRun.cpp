// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads, elementwise ops and stores that follow each other on tiles of one layout, a few registers at a time: all ops on the
// first registers, then all on the next. Op by op each intermediate tile would be held whole.
#include "codegen/ptx/KernelLowering.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace tenon::ptx {

/// Layouts of up to so many registers are loaded as a whole before anything is computed: more loads are then under way.
static constexpr unsigned eagerRegisters = 32;

Value KernelLowering::getRunTile(Operation &op) {
  if (auto store = dyn_cast<tile::StoreOp>(op))
    return store.getTile();
  bool isRun = isa<tile::LoadOp>(op) || isa_and_present<arith::ArithDialect, math::MathDialect>(op.getDialect());
  if (!isRun || op.getNumResults() != 1 || !isa<RankedTensorType>(op.getResult(0).getType()))
    return {};
  return op.getResult(0);
}

LogicalResult KernelLowering::checkRun(ArrayRef<Operation *> run) {
  for (Operation *op : run)
    if (auto constant = dyn_cast<arith::ConstantOp>(op); constant && !isa<SplatElementsAttr>(constant.getValue()))
      return op->emitError("is a tile of different numbers, which has no GPU lowering");
  return success();
}

Value KernelLowering::lowerPiece(Operation *op, const LinearLayout &layout, unsigned piece) {
  Type type = pieceType(getElementTypeOrSelf(op->getResult(0)), layout);
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto number = cast<SplatElementsAttr>(constant.getValue()).getSplatValue<TypedAttr>();
    TypedAttr value = number;
    if (auto vector = dyn_cast<VectorType>(type))
      value = DenseElementsAttr::get(vector, Attribute(number));
    return arith::ConstantOp::create(builder, loc, value);
  }
  IRMapping values;
  for (Value operand : op->getOperands())
    values.map(operand, tiles.at(operand)[piece]);
  Operation *clone = builder.clone(*op, values);
  clone->getResult(0).setType(type);
  return clone->getResult(0);
}

LogicalResult KernelLowering::lowerRun(ArrayRef<Operation *> run) {
  FailureOr<LinearLayout> layout = layoutOf(run.front(), getRunTile(*run.front()));
  if (failed(layout) || failed(checkRun(run)))
    return failure();
  unsigned registers = layout->numRegisters(), step = std::min(registers, 2u), perPiece = step;
  DenseMap<Operation *, Access> accesses;
  for (Operation *op : run) {
    auto load = dyn_cast<tile::LoadOp>(op);
    auto store = dyn_cast<tile::StoreOp>(op);
    if (!load && !store)
      continue;
    Value view = load ? load.getView() : store.getView();
    auto access = openAccess(op, view.getDefiningOp<tile::ViewOp>(), load ? load.getIndices() : store.getIndices(), *layout);
    if (failed(access))
      return failure();
    // Of threads that hold the same elements one writes.
    if (store)
      access->inside = andOf(access->inside, isFirstCopy(*layout));
    step = std::max(step, access->width);
    accesses[op] = *access;
  }
  auto elementOf = [](tile::LoadOp load) { return load.getTile().getType().getElementType(); };
  bool isEager = registers <= eagerRegisters;
  for (Operation *op : run) {
    auto load = dyn_cast<tile::LoadOp>(op);
    if (load && isEager)
      tiles[load.getTile()] = loadRegisters(accesses.at(op), *layout, elementOf(load), 0, registers);
    else if (!isa<tile::StoreOp>(op))
      tiles[op->getResult(0)] = Pieces(registers / perPiece);
  }
  for (unsigned first = 0; first < registers; first += step)
    for (Operation *op : run) {
      unsigned begin = first / perPiece, count = step / perPiece;
      if (auto store = dyn_cast<tile::StoreOp>(op)) {
        storeRegisters(accesses.at(op), *layout, ArrayRef(tiles.at(store.getTile())).slice(begin, count), first);
      } else if (auto load = dyn_cast<tile::LoadOp>(op)) {
        if (!isEager)
          llvm::copy(loadRegisters(accesses.at(op), *layout, elementOf(load), first, step),
                     tiles.at(load.getTile()).begin() + begin);
      } else {
        for (unsigned piece = begin; piece < begin + count; ++piece) {
          Value value = lowerPiece(op, *layout, piece);
          tiles.at(op->getResult(0))[piece] = value;
        }
      }
    }
  return success();
}

} // namespace tenon::ptx
