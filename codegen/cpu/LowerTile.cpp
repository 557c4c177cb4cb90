// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tile program as a function of the CPU kernel ABI. The tile ops of a block become one loop nest: over the rows of the
// tile, then along the row in steps of a few vector registers, the last one masked.
#include "codegen/Passes.h"
#include "codegen/cpu/Bf16.h"
#include "codegen/cpu/CpuLevel.h"
#include "codegen/cpu/DotLoop.h"
#include "codegen/SizeArithmetic.h"
#include "codegen/cpu/TransposedTile.h"
#include "ir/tenon/TenonOps.h"
#include "ir/tile/TileDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_LOWERTILETOCPUPASS
#include "codegen/Passes.h.inc"

namespace {

/// What a value of `element` is in registers: bf16 is its bits.
Type valueType(Type element) { return element.isBF16() ? IntegerType::get(element.getContext(), 16) : element; }
/// i1 takes a byte in memory.
Type memoryType(Type element) {
  return element.isInteger(1) ? IntegerType::get(element.getContext(), 8) : valueType(element);
}

class KernelLowering {
public:
  KernelLowering(tile::KernelOp kernel, OpBuilder &builder, unsigned registerBits)
      : kernel(kernel), builder(builder), loc(kernel.getLoc()), registerBits(registerBits), i64(builder.getI64Type()),
        pointer(LLVM::LLVMPointerType::get(builder.getContext())) {}

  LogicalResult run();

private:
  /// An access with what does not change along a row: its address, the element itself where it repeats, and the number of
  /// elements that exist where that is not the loop's own.
  struct Row {
    Value address;
    Value repeated;
    Value limit;
  };

  Value constant(int64_t value) { return arith::ConstantIntOp::create(builder, loc, i64, value); }
  Value add(Value x, Value y) { return builder.createOrFold<arith::AddIOp>(loc, x, y); }
  Value multiply(Value x, Value y) { return builder.createOrFold<arith::MulIOp>(loc, x, y); }
  Value toI64(Value index) { return arith::IndexCastOp::create(builder, loc, i64, index); }
  Value advance(Value address, Type element, Value offset) {
    return LLVM::GEPOp::create(builder, loc, pointer, memoryType(element), address, ArrayRef<LLVM::GEPArg>{offset});
  }

  LogicalResult check();
  void openFunction();
  void lowerIndices();
  void lowerRows(size_t dimension);
  void lowerDotLoops();
  LLVM::LLVMFuncOp openProducts(const cpu::DotLoop &dot);
  void lowerTransposedTiles();
  int64_t scratchStride(tile::LoadOp load) const;
  Value panelAddress(tile::LoadOp load);
  Value loadScratch(scf::ForOp loop, Value column, int64_t lanes);
  void openRow(Operation *access, tile::ViewOp view, ValueRange indices);
  Value limitOf(tile::ViewOp view, ArrayRef<Value> indices);
  void lowerRow();
  void lowerStep(Value column, int64_t lanes, Value mask);
  Value load(tile::LoadOp op, Value column, int64_t lanes, Value mask);
  void store(tile::StoreOp op, Value value, Value column, int64_t lanes, Value mask);
  Value maskOf(Value count, int64_t lanes);
  Value gatherAddresses(Operation *access, tile::ViewOp view, Value column, int64_t lanes);
  Value allLanes(int64_t lanes);
  /// `mask` with the access's own limit.
  Value maskOf(const Row &row, Value column, int64_t lanes, Value mask);
  Value lowerConstant(arith::ConstantOp op, int64_t lanes);
  Value lowerBf16(Operation *op, Value operand, int64_t lanes);
  void lowerElementwise(Operation *op, int64_t lanes, IRMapping &values);
  int64_t laneCount() const;
  int64_t stepRegisters() const;

  tile::KernelOp kernel;
  OpBuilder &builder;
  Location loc;
  unsigned registerBits;
  IntegerType i64;
  LLVM::LLVMPointerType pointer;
  SmallVector<Value> buffers;
  std::unique_ptr<SizeArithmetic> sizes;
  SmallVector<Operation *> tileOps;
  tile::StoreOp firstStore;
  IRMapping indices;
  /// First element of the tile and number of valid elements, along each dimension, and the loop's position.
  SmallVector<Value> counts, positions;
  DenseMap<Operation *, Row> rows;
  SmallVector<cpu::DotLoop> dotLoops;
  Value workspace;
  /// Accumulators of each dot loop and copies of transposed tiles in the workspace, row-major; bytes of it in use.
  DenseMap<Operation *, Value> scratch;
  int64_t workspaceUsed = 0;
};

/// What the loop nest relies on: straight-line code whose tiles all have one shape.
LogicalResult KernelLowering::check() {
  RankedTensorType shape;
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      std::string reason;
      std::optional<cpu::DotLoop> dot = cpu::DotLoop::match(loop, reason);
      if (!dot)
        return op.emitError("has no CPU lowering: it ") << reason;
      int64_t columns = dot->getAccumulator().getShape().back();
      int64_t lanes = registerBits / dot->getAccumulator().getElementTypeBitWidth();
      if (columns > lanes && columns % lanes != 0)
        return op.emitError("has ") << columns << " columns, which are no whole registers of " << lanes;
      dotLoops.push_back(*dot);
    } else if (op.getNumRegions() != 0) {
      return op.emitError("has no CPU lowering: tile programs are straight lines and loops of tile.dot");
    }
    bool isTile = isa<tile::LoadOp, tile::StoreOp>(op) ||
                  llvm::any_of(op.getResultTypes(), [](Type type) { return isa<RankedTensorType>(type); });
    if (!isTile) {
      auto isIndex = [](Type type) { return type.isIndex(); };
      if (!isa<tile::BlockOp, tile::SizeOp, tile::ViewOp>(op) &&
          !(llvm::all_of(op.getOperandTypes(), isIndex) && llvm::all_of(op.getResultTypes(), isIndex)))
        return op.emitError("is neither on tiles nor on indices");
      continue;
    }
    if (auto constant = dyn_cast<arith::ConstantOp>(op); constant && !isa<SplatElementsAttr>(constant.getValue()))
      return op.emitError("is a tile of different numbers, which has no CPU lowering");
    tileOps.push_back(&op);
    Type type = isa<tile::StoreOp>(op) ? cast<tile::StoreOp>(op).getTile().getType() : op.getResult(0).getType();
    auto tile = cast<RankedTensorType>(type);
    if (shape && shape.getShape() != tile.getShape())
      return op.emitError("has a tile of another shape than the ops before it");
    shape = tile;
    if (auto store = dyn_cast<tile::StoreOp>(op); store && !firstStore)
      firstStore = store;
  }
  if (!firstStore)
    return kernel.emitError("stores nothing");
  return success();
}

/// void name(const tenon_argument *arguments, const int64_t grid[3], int64_t first, int64_t last, void *workspace)
void KernelLowering::openFunction() {
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(builder.getContext()),
                                          {pointer, pointer, i64, i64, pointer});
  auto function = LLVM::LLVMFuncOp::create(builder, loc, kernel.getSymName(), type);
  Block *block = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  Value arguments = block->getArgument(0);
  auto argument = [&](unsigned index, Type type) -> Value {
    Value address = LLVM::GEPOp::create(builder, loc, pointer, i64, arguments, ArrayRef<LLVM::GEPArg>{int32_t(index)});
    return LLVM::LoadOp::create(builder, loc, type, address);
  };
  unsigned count = kernel.getArgumentTypes().size();
  for (unsigned i = 0; i < count; ++i)
    buffers.push_back(argument(i, pointer));
  std::map<std::string, Value, std::less<>> symbols;
  for (auto symbol : kernel.getSymbols().getAsRange<SymbolAttr>())
    symbols[symbol.getName().str()] = argument(count++, i64);
  sizes = std::make_unique<SizeArithmetic>(builder, loc, std::move(symbols));
  auto loop = scf::ForOp::create(builder, loc, block->getArgument(2), block->getArgument(3), constant(1));
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  builder.setInsertionPointToStart(loop.getBody());
  positions.push_back(loop.getInductionVar());
  workspace = block->getArgument(4);
}

void KernelLowering::lowerIndices() {
  Value block = positions.pop_back_val();
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    if (isa<tile::BlockOp>(op))
      indices.map(op.getResult(0),
                  arith::IndexCastOp::create(builder, loc, builder.getIndexType(), block).getResult());
    else if (auto size = dyn_cast<tile::SizeOp>(op))
      indices.map(op.getResult(0), arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                                              sizes->emit(size.getExpr().getExpr()))
                                       .getResult());
    else if (llvm::all_of(op.getResultTypes(), [](Type type) { return type.isIndex(); }) && op.getNumResults() > 0)
      builder.clone(op, indices);
  }
  auto view = firstStore.getView().getDefiningOp<tile::ViewOp>();
  ArrayRef<int64_t> shape = firstStore.getTile().getType().getShape();
  for (auto [size, index, extent] : llvm::zip(view.getSizes().getShape(), firstStore.getIndices(), shape)) {
    Value rest = arith::SubIOp::create(builder, loc, sizes->emit(size), toI64(indices.lookup(index)));
    counts.push_back(arith::MinSIOp::create(builder, loc, rest, constant(extent)));
  }
}

Value KernelLowering::panelAddress(tile::LoadOp load) {
  auto view = load.getView().getDefiningOp<tile::ViewOp>();
  Value panel = toI64(indices.lookup(load.getIndices()[0]));
  Value offset = add(sizes->emit(view.getOffset().getExpr()),
                     multiply(panel, sizes->emit(view.getStrides().getShape()[0])));
  auto argument = cast<BlockArgument>(view.getBuffer());
  return advance(buffers[argument.getArgNumber()], cast<tile::BufferType>(argument.getType()).getElement(), offset);
}

/// The loop of products as a function of its own: in one with the epilogue, the constants of functions there would take
/// the accumulators' registers (measured: a GELU behind 12x32 products cost four times its own time).
LLVM::LLVMFuncOp KernelLowering::openProducts(const cpu::DotLoop &dot) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(kernel);
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(builder.getContext()), {pointer, pointer, i64, pointer});
  std::string name = (kernel.getSymName() + "_products" + Twine(scratch.size())).str();
  auto function = LLVM::LLVMFuncOp::create(builder, loc, name, type, LLVM::Linkage::Internal);
  Block *block = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  cpu::emitDotLoop(dot, builder, registerBits, block->getArgument(0), block->getArgument(1), block->getArgument(2),
                   block->getArgument(3));
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  return function;
}

void KernelLowering::lowerDotLoops() {
  for (const cpu::DotLoop &dot : dotLoops) {
    RankedTensorType tile = dot.getAccumulator();
    Value place = advance(workspace, builder.getI8Type(), constant(workspaceUsed));
    workspaceUsed += tile.getNumElements() * tile.getElementTypeBitWidth() / 8;
    scratch[dot.loop] = place;
    Value steps = toI64(indices.lookup(scf::ForOp(dot.loop).getUpperBound()));
    LLVM::LLVMFuncOp products = openProducts(dot);
    LLVM::CallOp::create(builder, loc, products, ValueRange{panelAddress(dot.lhs), panelAddress(dot.rhs), steps, place});
  }
}

int64_t KernelLowering::scratchStride(tile::LoadOp load) const {
  return llvm::alignTo(load.getTile().getType().getShape().back(), tile::transposeGranule);
}

/// Tiles that are read down their columns are turned round once, in square blocks; the loops then read rows.
void KernelLowering::lowerTransposedTiles() {
  for (Operation *op : tileOps) {
    auto load = dyn_cast<tile::LoadOp>(op);
    std::optional<unsigned> contiguous = load ? tile::getTransposedDimension(load) : std::nullopt;
    if (!contiguous)
      continue;
    auto view = load.getView().getDefiningOp<tile::ViewOp>();
    SymbolicShape viewSizes = view.getSizes().getShape(), strides = view.getStrides().getShape();
    ArrayRef<int64_t> shape = load.getTile().getType().getShape();
    Type element = load.getTile().getType().getElementType();
    Value offset = sizes->emit(view.getOffset().getExpr());
    auto rest = [&](unsigned d) -> Value {
      Value left = arith::SubIOp::create(builder, loc, sizes->emit(viewSizes[d]), toI64(indices.lookup(load.getIndices()[d])));
      return arith::MinSIOp::create(builder, loc, left, constant(shape[d]));
    };
    unsigned last = shape.size() - 1;
    Value columns = rest(last);
    for (auto [d, stride] : llvm::enumerate(strides)) {
      Value index = toI64(indices.lookup(load.getIndices()[d]));
      offset = add(offset, multiply(index, sizes->emit(stride)));
      if (d == *contiguous || d == last)
        continue;
      // Outside of the view there is nothing to read.
      Value inside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, index, sizes->emit(viewSizes[d]));
      columns = arith::SelectOp::create(builder, loc, inside, columns, constant(0));
    }
    auto argument = cast<BlockArgument>(view.getBuffer());
    Value place = advance(workspace, builder.getI8Type(), constant(workspaceUsed));
    workspaceUsed += llvm::alignTo(shape[*contiguous], tile::transposeGranule) * scratchStride(load) * getElementBytes(element);
    scratch[load] = place;
    cpu::TransposedTile tile{advance(buffers[argument.getArgNumber()], element, offset), sizes->emit(strides[last]),
                             rest(*contiguous), columns, memoryType(element)};
    emitTranspose(builder, loc, tile, cpu::getTransposeLanes(registerBits, tile.element), place, scratchStride(load));
  }
}

/// The workspace has room behind the last row: whole registers are read.
Value KernelLowering::loadScratch(scf::ForOp loop, Value column, int64_t lanes) {
  auto tile = cast<RankedTensorType>(loop.getResult(0).getType());
  ArrayRef<int64_t> shape = tile.getShape();
  Value row = constant(0);
  for (auto [d, position] : llvm::enumerate(positions))
    row = add(multiply(row, constant(shape[d])), position);
  Value index = add(multiply(row, constant(shape.back())), column);
  Value address = advance(scratch.at(loop), tile.getElementType(), index);
  return LLVM::LoadOp::create(builder, loc, VectorType::get(lanes, tile.getElementType()), address,
                              tile.getElementTypeBitWidth() / 8);
}

/// Elements of the row, from the tile's first on, that lie in the view: none where the row itself does not.
Value KernelLowering::limitOf(tile::ViewOp view, ArrayRef<Value> at) {
  SymbolicShape viewSizes = view.getSizes().getShape();
  Value limit = arith::SubIOp::create(builder, loc, sizes->emit(viewSizes.back()), at.back());
  limit = arith::MinSIOp::create(builder, loc, limit, constant(firstStore.getTile().getType().getShape().back()));
  for (auto [index, size] : llvm::zip(at.drop_back(), ArrayRef(viewSizes).drop_back())) {
    Value inside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, index, sizes->emit(size));
    limit = arith::SelectOp::create(builder, loc, inside, limit, constant(0));
  }
  return limit;
}

void KernelLowering::openRow(Operation *access, tile::ViewOp view, ValueRange starts) {
  Value offset = sizes->emit(view.getOffset().getExpr());
  SymbolicShape strides = view.getStrides().getShape();
  SmallVector<Value> at;
  for (auto [d, stride] : llvm::enumerate(strides)) {
    Value index = toI64(indices.lookup(starts[d]));
    if (d < positions.size())
      index = add(index, positions[d]);
    at.push_back(index);
    offset = add(offset, multiply(index, sizes->emit(stride)));
  }
  auto argument = cast<BlockArgument>(view.getBuffer());
  Type element = cast<tile::BufferType>(argument.getType()).getElement();
  Row row{advance(buffers[argument.getArgNumber()], element, offset), {}, {}};
  if (Value copy = scratch.lookup(access)) {
    auto load = cast<tile::LoadOp>(access);
    unsigned dimension = *tile::getTransposedDimension(load);
    row.address = advance(copy, element, multiply(positions[dimension], constant(scratchStride(load))));
  }
  // The loops run over what the first store writes: accesses to the same elements need no bounds of their own.
  auto stored = firstStore.getView().getDefiningOp<tile::ViewOp>();
  if (view.getSizes() != stored.getSizes() || !llvm::equal(starts, firstStore.getIndices()))
    row.limit = limitOf(view, at);
  if (strides.back() == DimExpr(0) && !row.limit)
    row.repeated = LLVM::LoadOp::create(builder, loc, memoryType(element), row.address);
  rows[access] = row;
}

void KernelLowering::lowerRows(size_t dimension) {
  if (dimension + 1 == counts.size())
    return lowerRow();
  OpBuilder::InsertionGuard guard(builder);
  auto loop = scf::ForOp::create(builder, loc, constant(0), counts[dimension], constant(1));
  builder.setInsertionPointToStart(loop.getBody());
  positions.push_back(loop.getInductionVar());
  lowerRows(dimension + 1);
  positions.pop_back();
}

/// As many lanes as fit a register for the widest type of the body, so that every value has whole registers.
int64_t KernelLowering::laneCount() const {
  unsigned widest = 8;
  for (Operation *op : tileOps)
    for (Type type : op->getResultTypes())
      if (auto tile = dyn_cast<RankedTensorType>(type))
        widest = std::max(widest, tile.getElementTypeBitWidth());
  return registerBits / widest;
}

/// Small bodies take several registers at a time, to overlap their latencies; large ones would spill.
int64_t KernelLowering::stepRegisters() const {
  int64_t cost = 0;
  for (Operation *op : tileOps)
    cost += isa_and_present<math::MathDialect>(op->getDialect()) ? 12 : 1;
  int64_t registers = cost <= 16 ? 4 : 2;
  // Of a short row a larger step would only be the masked rest.
  int64_t extent = tile::StoreOp(firstStore).getTile().getType().getShape().back();
  return std::clamp<int64_t>(extent / laneCount(), 1, registers);
}

/// The first `count` of `lanes`; the count of a row's rest fits 32 bits.
Value KernelLowering::maskOf(Value count, int64_t lanes) {
  auto type = VectorType::get(lanes, builder.getI32Type());
  auto steps = llvm::to_vector(llvm::seq<int32_t>(0, lanes));
  Value lane = arith::ConstantOp::create(builder, loc, DenseIntElementsAttr::get(type, steps));
  Value narrow = arith::TruncIOp::create(builder, loc, builder.getI32Type(), count);
  Value bound = vector::BroadcastOp::create(builder, loc, type, narrow);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, lane, bound);
}

void KernelLowering::lowerRow() {
  rows.clear();
  for (Operation *op : tileOps) {
    if (auto load = dyn_cast<tile::LoadOp>(op))
      openRow(op, load.getView().getDefiningOp<tile::ViewOp>(), load.getIndices());
    if (auto store = dyn_cast<tile::StoreOp>(op))
      openRow(op, store.getView().getDefiningOp<tile::ViewOp>(), store.getIndices());
  }
  int64_t lanes = laneCount(), step = lanes * stepRegisters();
  Value count = counts.back();
  Value rest = arith::RemSIOp::create(builder, loc, count, constant(step));
  Value whole = arith::SubIOp::create(builder, loc, count, rest);
  auto loop = [&](Value first, Value last, int64_t width, bool masked) {
    OpBuilder::InsertionGuard guard(builder);
    auto columns = scf::ForOp::create(builder, loc, first, last, constant(width));
    builder.setInsertionPointToStart(columns.getBody());
    Value column = columns.getInductionVar(), mask;
    if (masked) {
      mask = maskOf(arith::SubIOp::create(builder, loc, last, column), width);
    }
    lowerStep(column, width, mask);
  };
  loop(constant(0), whole, step, false);
  loop(whole, count, lanes, true);
}

Value KernelLowering::allLanes(int64_t lanes) {
  auto type = VectorType::get(lanes, builder.getI1Type());
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, true));
}

Value KernelLowering::maskOf(const Row &row, Value column, int64_t lanes, Value mask) {
  if (!row.limit)
    return mask;
  Value own = maskOf(arith::SubIOp::create(builder, loc, row.limit, column), lanes);
  return mask ? arith::AndIOp::create(builder, loc, own, mask).getResult() : own;
}

Value KernelLowering::gatherAddresses(Operation *access, tile::ViewOp view, Value column, int64_t lanes) {
  auto steps = llvm::to_vector(llvm::seq<int64_t>(0, lanes));
  auto type = VectorType::get(lanes, i64);
  Value lane = arith::ConstantOp::create(builder, loc, DenseIntElementsAttr::get(type, steps));
  Value positions = add(lane, vector::BroadcastOp::create(builder, loc, type, column));
  Value stride = sizes->emit(view.getStrides().getShape().back());
  Value offsets = multiply(positions, vector::BroadcastOp::create(builder, loc, type, stride));
  Type element = memoryType(view.getView().getType().getElement());
  return LLVM::GEPOp::create(builder, loc, VectorType::get(lanes, pointer), element, rows.at(access).address,
                             ArrayRef<LLVM::GEPArg>{offsets});
}

Value KernelLowering::load(tile::LoadOp op, Value column, int64_t lanes, Value mask) {
  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  Type element = op.getTile().getType().getElementType(), memory = memoryType(element);
  auto type = VectorType::get(lanes, memory);
  bool isTruth = element.isInteger(1);
  unsigned alignment = getElementBytes(element);
  const Row &row = rows.at(op);
  mask = maskOf(row, column, lanes, mask);
  Value value;
  if (row.repeated) {
    value = vector::BroadcastOp::create(builder, loc, type, row.repeated);
  } else if (view.getStrides().getShape().back() == DimExpr(1) || scratch.contains(op)) {
    Value address = advance(row.address, element, column);
    if (mask) {
      Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
      value = LLVM::MaskedLoadOp::create(builder, loc, type, address, mask, zero, alignment);
    } else {
      value = LLVM::LoadOp::create(builder, loc, type, address, alignment);
    }
  } else {
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    value = LLVM::masked_gather::create(builder, loc, type, gatherAddresses(op, view, column, lanes),
                                        mask ? mask : allLanes(lanes), zero, alignment);
  }
  if (!isTruth)
    return value;
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, value, zero);
}

void KernelLowering::store(tile::StoreOp op, Value value, Value column, int64_t lanes, Value mask) {
  auto view = op.getView().getDefiningOp<tile::ViewOp>();
  Type element = op.getTile().getType().getElementType(), memory = memoryType(element);
  if (element.isInteger(1))
    value = arith::ExtUIOp::create(builder, loc, VectorType::get(lanes, memory), value);
  const Row &row = rows.at(op);
  mask = maskOf(row, column, lanes, mask);
  Value address = advance(row.address, element, column);
  unsigned alignment = getElementBytes(element);
  if (view.getStrides().getShape().back() != DimExpr(1))
    LLVM::masked_scatter::create(builder, loc, value, gatherAddresses(op, view, column, lanes),
                                 mask ? mask : allLanes(lanes), alignment);
  else if (mask)
    LLVM::MaskedStoreOp::create(builder, loc, value, address, mask, alignment);
  else
    LLVM::StoreOp::create(builder, loc, value, address, alignment);
}

Value KernelLowering::lowerConstant(arith::ConstantOp op, int64_t lanes) {
  Attribute value = cast<DenseElementsAttr>(op.getValue()).getSplatValue<Attribute>();
  auto number = dyn_cast<FloatAttr>(value);
  if (number && number.getType().isBF16())
    value = IntegerAttr::get(builder.getI16Type(), number.getValue().bitcastToAPInt());
  auto type = VectorType::get(lanes, cast<TypedAttr>(value).getType());
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, value));
}

/// Conversions from and to bf16; null for other ops.
Value KernelLowering::lowerBf16(Operation *op, Value operand, int64_t lanes) {
  if (!isa<arith::ExtFOp, arith::TruncFOp, arith::BitcastOp>(op))
    return {};
  Type from = getElementTypeOrSelf(op->getOperand(0)), to = getElementTypeOrSelf(op->getResult(0));
  body::Scope scope(builder, loc, VectorType::get(lanes, valueType(to)));
  if (isa<arith::BitcastOp>(op))
    return from.isBF16() || to.isBF16() ? body::bitcastTo(scope.resultType, {operand, &scope}).value : Value();
  if (to.isBF16())
    return cpu::truncateToBf16({operand, &scope}).value;
  if (!from.isBF16())
    return {};
  Value wide = cpu::extendBf16({operand, &scope}).value;
  return to.isF32() ? wide : arith::ExtFOp::create(builder, loc, scope.resultType, wide).getResult();
}

void KernelLowering::lowerElementwise(Operation *op, int64_t lanes, IRMapping &values) {
  Value value;
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    value = lowerConstant(constant, lanes);
  else if (op->getNumOperands() == 1)
    value = lowerBf16(op, values.lookup(op->getOperand(0)), lanes);
  if (value) {
    values.map(op->getResult(0), value);
    return;
  }
  Operation *clone = builder.clone(*op, values);
  for (OpResult result : clone->getResults())
    result.setType(VectorType::get(lanes, valueType(getElementTypeOrSelf(result))));
}

void KernelLowering::lowerStep(Value column, int64_t lanes, Value mask) {
  IRMapping values;
  for (Operation *op : tileOps) {
    if (auto read = dyn_cast<tile::LoadOp>(op))
      values.map(read.getTile(), load(read, column, lanes, mask));
    else if (auto loop = dyn_cast<scf::ForOp>(op))
      values.map(loop.getResult(0), loadScratch(loop, column, lanes));
    else if (auto write = dyn_cast<tile::StoreOp>(op))
      store(write, values.lookup(write.getTile()), column, lanes, mask);
    else
      lowerElementwise(op, lanes, values);
  }
}

LogicalResult KernelLowering::run() {
  if (failed(check()))
    return failure();
  openFunction();
  lowerIndices();
  lowerDotLoops();
  lowerTransposedTiles();
  lowerRows(0);
  return success();
}

struct LowerTileToCpu : impl::LowerTileToCpuPassBase<LowerTileToCpu> {
  using LowerTileToCpuPassBase::LowerTileToCpuPassBase;

  void runOnOperation() override {
    const cpu::Level *level = cpu::findLevel(target);
    if (!level) {
      getOperation().emitError("there is no CPU level \"") << target << "\"";
      return signalPassFailure();
    }
    for (Operation &op : llvm::make_early_inc_range(*getOperation().getBody())) {
      if (auto kernel = dyn_cast<tile::KernelOp>(op)) {
        OpBuilder builder(kernel);
        if (failed(KernelLowering(kernel, builder, level->registerBits).run()))
          return signalPassFailure();
      }
      op.erase();
    }
  }
};

} // namespace
} // namespace tenon
