// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/cpu/KernelCode.h"

#include "codegen/SlowPath.h"

#include "codegen/cpu/Bf16.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace tenon::cpu {

Type valueType(Type element) { return element.isBF16() ? IntegerType::get(element.getContext(), 16) : element; }
Type memoryType(Type element) {
  return element.isInteger(1) ? IntegerType::get(element.getContext(), 8) : valueType(element);
}

KernelCode::KernelCode(tile::KernelOp kernel, OpBuilder &builder, unsigned registerBits)
    : kernel(kernel), builder(builder), loc(kernel.getLoc()), registerBits(registerBits), i64(builder.getI64Type()),
      pointer(LLVM::LLVMPointerType::get(builder.getContext())) {}

FailureOr<bool> KernelCode::isOnTiles(Operation &op) {
  bool isTile = isa<tile::LoadOp, tile::StoreOp>(op) ||
                llvm::any_of(op.getResultTypes(), [](Type type) { return isa<RankedTensorType>(type); });
  if (!isTile) {
    auto isIndex = [](Type type) { return type.isIndex(); };
    if (!isa<tile::BlockOp, tile::SizeOp, tile::ViewOp>(op) &&
        !(llvm::all_of(op.getOperandTypes(), isIndex) && llvm::all_of(op.getResultTypes(), isIndex)))
      return op.emitError("is neither on tiles nor on indices");
    return false;
  }
  if (auto constant = dyn_cast<arith::ConstantOp>(op); constant && !isa<SplatElementsAttr>(constant.getValue()))
    return op.emitError("is a tile of different numbers, which has no CPU lowering");
  return true;
}

/// void name(const tenon_argument *arguments, const int64_t grid[3], int64_t first, int64_t last, void *workspace)
void KernelCode::openFunction() {
  auto type =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(builder.getContext()), {pointer, pointer, i64, i64, pointer});
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
  end = LLVM::ReturnOp::create(builder, loc, ValueRange());
  builder.setInsertionPointToStart(loop.getBody());
  blockNumber = loop.getInductionVar();
  workspace = block->getArgument(4);
}

void KernelCode::lowerIndex(Operation &op) {
  if (isa<tile::BlockOp>(op))
    indices.map(op.getResult(0), toIndex(blockNumber));
  else if (auto size = dyn_cast<tile::SizeOp>(op))
    indices.map(op.getResult(0), toIndex(sizes->emit(size.getExpr().getExpr())));
  else if (llvm::all_of(op.getResultTypes(), [](Type type) { return type.isIndex(); }) && op.getNumResults() > 0)
    builder.clone(op, indices);
}

//===- Vectors ----------------------------------------------------------------------------------------------------===//

unsigned KernelCode::widestBits(ArrayRef<Operation *> ops) {
  unsigned widest = 8;
  for (Operation *op : ops)
    for (Type type : op->getResultTypes())
      if (auto tile = dyn_cast<RankedTensorType>(type))
        widest = std::max(widest, tile.getElementTypeBitWidth());
  return widest;
}

Value KernelCode::maskOf(Value count, int64_t lanes) {
  auto type = VectorType::get(lanes, builder.getI32Type());
  auto steps = llvm::to_vector(llvm::seq<int32_t>(0, lanes));
  Value lane = arith::ConstantOp::create(builder, loc, DenseIntElementsAttr::get(type, steps));
  Value narrow = arith::TruncIOp::create(builder, loc, builder.getI32Type(), count);
  Value bound = vector::BroadcastOp::create(builder, loc, type, narrow);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, lane, bound);
}

Value KernelCode::allLanes(int64_t lanes) {
  auto type = VectorType::get(lanes, builder.getI1Type());
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, true));
}

Value KernelCode::gatherAddresses(const Run &run, Value first, int64_t lanes) {
  reportSlowPath(kernel, SlowPathKind::NotVectorized, 0.75,
                 "elements are accessed one by one, " + run.stride.str() + " apart");
  auto steps = llvm::to_vector(llvm::seq<int64_t>(0, lanes));
  auto type = VectorType::get(lanes, i64);
  Value lane = arith::ConstantOp::create(builder, loc, DenseIntElementsAttr::get(type, steps));
  Value positions = add(lane, vector::BroadcastOp::create(builder, loc, type, first));
  Value stride = sizes->emit(run.stride);
  Value offsets = multiply(positions, vector::BroadcastOp::create(builder, loc, type, stride));
  return LLVM::GEPOp::create(builder, loc, VectorType::get(lanes, pointer), memoryType(run.element), run.address,
                             ArrayRef<LLVM::GEPArg>{offsets});
}

Value KernelCode::load(const Run &run, Value first, int64_t lanes, Value mask) {
  auto type = VectorType::get(lanes, memoryType(run.element));
  unsigned alignment = getElementBytes(run.element);
  Value value;
  if (run.repeated) {
    value = vector::BroadcastOp::create(builder, loc, type, run.repeated);
  } else if (run.stride == DimExpr(1)) {
    Value address = advance(run.address, run.element, first);
    if (inPairs && run.element.isBF16() && lanes > 1 && !mask)
      return loadPairs(address, lanes);
    if (mask) {
      Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
      value = LLVM::MaskedLoadOp::create(builder, loc, type, address, mask, zero, alignment);
    } else {
      value = LLVM::LoadOp::create(builder, loc, type, address, alignment);
    }
  } else {
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    value = LLVM::masked_gather::create(builder, loc, type, gatherAddresses(run, first, lanes),
                                        mask ? mask : allLanes(lanes), zero, alignment);
  }
  if (inPairs && !run.repeated)
    value = splitPairs(value);
  if (!run.element.isInteger(1))
    return value;
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, value, zero);
}

void KernelCode::store(const Run &run, Value value, Value first, int64_t lanes, Value mask) {
  if (Value wide = inPairs && lanes > 1 && run.stride == DimExpr(1) && !mask ? wideBf16.lookup(value) : Value())
    return storePairs(wide, advance(run.address, run.element, first));
  if (inPairs)
    value = joinPairs(value);
  if (run.element.isInteger(1))
    value = arith::ExtUIOp::create(builder, loc, VectorType::get(lanes, memoryType(run.element)), value);
  Value address = advance(run.address, run.element, first);
  unsigned alignment = getElementBytes(run.element);
  if (run.stride != DimExpr(1))
    LLVM::masked_scatter::create(builder, loc, value, gatherAddresses(run, first, lanes), mask ? mask : allLanes(lanes),
                                 alignment);
  else if (mask)
    LLVM::MaskedStoreOp::create(builder, loc, value, address, mask, alignment);
  else
    LLVM::StoreOp::create(builder, loc, value, address, streams ? registerBits / 8 : alignment, /*isVolatile=*/false,
                          /*isNonTemporal=*/streams);
}

//===- Pairs of bf16 ----------------------------------------------------------------------------------------------===//

bool KernelCode::canPair(ArrayRef<Operation *> ops) {
  int64_t narrow = 0, wide = 0;
  for (Operation *op : ops) {
    if (isa<tile::ReduceOp, tile::InsideOp>(op))
      return false;
    for (Value value : llvm::concat<Value>(op->getOperands(), op->getResults())) {
      Type element = getElementTypeOrSelf(value);
      if (isa<RankedTensorType>(value.getType()) && !element.isBF16() && !element.isF32() && !element.isInteger(1))
        return false;
    }
    if (isa<tile::LoadOp, tile::StoreOp>(op)) {
      Type element = getElementTypeOrSelf(isa<tile::LoadOp>(op) ? op->getResult(0) : op->getOperand(0));
      if (element.isInteger(1))
        return false;
      (element.isBF16() ? narrow : wide) += 1;
    }
  }
  return narrow > wide;
}

Value KernelCode::splitPairs(Value vector) {
  int64_t lanes = cast<VectorType>(vector.getType()).getNumElements();
  SmallVector<int64_t> order;
  for (int64_t parity : {0, 1})
    for (int64_t i = parity; i < lanes; i += 2)
      order.push_back(i);
  return lanes == 1 ? vector : vector::ShuffleOp::create(builder, loc, vector, vector, order).getResult();
}

Value KernelCode::joinPairs(Value vector) {
  int64_t lanes = cast<VectorType>(vector.getType()).getNumElements();
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < lanes; ++i)
    order.push_back(i / 2 + i % 2 * (lanes / 2));
  return lanes == 1 ? vector : vector::ShuffleOp::create(builder, loc, vector, vector, order).getResult();
}

/// The bits of `lanes` bf16, evens first.
Value KernelCode::loadPairs(Value address, int64_t lanes) {
  auto type = VectorType::get(lanes / 2, builder.getI32Type());
  auto splat = [&](uint32_t number) -> Value {
    return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, APInt(32, number)));
  };
  Value words = LLVM::LoadOp::create(builder, loc, type, address, /*alignment=*/2);
  Value even = arith::ShLIOp::create(builder, loc, words, splat(16));
  Value odd = arith::AndIOp::create(builder, loc, words, splat(0xffff0000));
  auto all = llvm::to_vector(llvm::seq<int64_t>(0, lanes));
  Value joined = vector::ShuffleOp::create(builder, loc, even, odd, all);
  Value wide = arith::BitcastOp::create(builder, loc, VectorType::get(lanes, builder.getF32Type()), joined);
  body::Scope scope(builder, loc, VectorType::get(lanes, builder.getI16Type()));
  Value bits = takeBf16({wide, &scope}).value;
  wideBf16[bits] = wide;
  return bits;
}

/// f32 that are bf16 numbers, evens first.
void KernelCode::storePairs(Value wide, Value address) {
  int64_t half = cast<VectorType>(wide.getType()).getNumElements() / 2;
  auto type = VectorType::get(half, builder.getI32Type());
  Value bits = arith::BitcastOp::create(builder, loc, VectorType::get(2 * half, builder.getI32Type()), wide);
  auto firstHalf = llvm::to_vector(llvm::seq<int64_t>(0, half)),
       secondHalf = llvm::to_vector(llvm::seq<int64_t>(half, 2 * half));
  Value even = vector::ShuffleOp::create(builder, loc, bits, bits, firstHalf);
  Value odd = vector::ShuffleOp::create(builder, loc, bits, bits, secondHalf);
  Value width = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, APInt(32, 16)));
  Value words = arith::OrIOp::create(builder, loc, arith::ShRUIOp::create(builder, loc, even, width), odd);
  LLVM::StoreOp::create(builder, loc, words, address, streams ? registerBits / 8 : 2, /*isVolatile=*/false, streams);
}

//===- The caches -------------------------------------------------------------------------------------------------===//

void KernelCode::prefetch(Value address, int64_t bytes) {
  for (int64_t offset = 0; offset < bytes; offset += cacheLine) {
    Value line = advance(address, builder.getI8Type(), constant(offset));
    LLVM::Prefetch::create(builder, loc, line, /*rw=*/0, /*hint=*/3, /*cache=*/1);
  }
}

Value KernelCode::exceedsCaches(const DimExpr &bytes) {
  // As much as a third-level cache and more; below it the data is read from there by the next kernel (measured on Zen
  // 5: 0.75 to 1.0 of a non-temporal copy in DRAM, 0.7 of plain stores within the cache).
  constexpr int64_t streamedBytes = 32 * 1024 * 1024;
  if (bytes.constant().value_or(streamedBytes) < streamedBytes)
    return {};
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, sizes->emit(bytes), constant(streamedBytes));
}

Value KernelCode::canStream(ArrayRef<Run> runs) {
  Value large = runs.empty() ? Value() : exceedsCaches(tile::getTraffic(kernel).written);
  if (!large)
    return {};
  for (const Run &run : runs) {
    if (run.stride != DimExpr(1) || run.element.isInteger(1))
      return {};
    Value address = LLVM::PtrToIntOp::create(builder, loc, i64, run.address);
    Value low = arith::AndIOp::create(builder, loc, address, constant(registerBits / 8 - 1));
    Value aligned = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, low, constant(0));
    large = arith::AndIOp::create(builder, loc, large, aligned);
  }
  if (!isFenced) {
    // What bypassed the caches is seen by other threads only after a fence.
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(end);
    LLVM::CallIntrinsicOp::create(builder, loc, builder.getStringAttr("llvm.x86.sse.sfence"), ValueRange());
    isFenced = true;
  }
  return large;
}

//===- Elementwise ops --------------------------------------------------------------------------------------------===//

Value KernelCode::lowerConstant(arith::ConstantOp op, int64_t lanes) {
  Attribute value = cast<DenseElementsAttr>(op.getValue()).getSplatValue<Attribute>();
  auto number = dyn_cast<FloatAttr>(value);
  if (number && number.getType().isBF16())
    value = IntegerAttr::get(builder.getI16Type(), number.getValue().bitcastToAPInt());
  auto type = VectorType::get(lanes, cast<TypedAttr>(value).getType());
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, value));
}

Value KernelCode::lowerSplat(tile::SplatOp op, int64_t lanes) {
  Type element = getElementTypeOrSelf(op.getTile());
  Value number = indexOf(op.getNumber());
  if (isa<FloatType>(element))
    number = arith::SIToFPOp::create(builder, loc, element, number);
  return vector::BroadcastOp::create(builder, loc, VectorType::get(lanes, element), number);
}

/// Conversions from and to bf16; null for other ops.
/// Whether a tile's elements are bf16 numbers by how it is made: rounding would change nothing.
static bool isBf16(Value tile) {
  Operation *op = tile.getDefiningOp();
  if (!op)
    return false;
  if (isa<arith::ExtFOp>(op))
    return getElementTypeOrSelf(op->getOperand(0)).isBF16();
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto splat = dyn_cast<SplatElementsAttr>(constant.getValue());
    bool losesInfo = true;
    if (splat && isa<FloatType>(splat.getElementType())) {
      APFloat number = splat.getSplatValue<APFloat>();
      number.convert(APFloat::BFloat(), APFloat::rmNearestTiesToEven, &losesInfo);
    }
    return !losesInfo;
  }
  bool chooses = isa<arith::NegFOp, arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp, arith::MinNumFOp,
                     arith::SelectOp, math::AbsFOp, math::CopySignOp>(op);
  return chooses && llvm::all_of(op->getOperands(), [](Value operand) {
           return !isa<FloatType>(getElementTypeOrSelf(operand)) || isBf16(operand);
         });
}

/// Whether a NaN of the tile has low bits of 0: it is a bf16's, made quiet, or the machine's own, or passed on by
/// arithmetic, of which the expansions of the functions here consist where they touch a NaN.
bool KernelCode::hasPlainNan(Value tile) {
  auto [known, isNew] = plainNan.try_emplace(tile, false);
  if (!isNew)
    return known->second;
  Operation *op = tile.getDefiningOp();
  bool passesOn = isa_and_present<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, arith::NegFOp,
                                  math::FmaOp, math::SqrtOp, math::AbsFOp, math::ExpOp, math::ErfcOp, math::TanhOp>(op);
  auto constant = dyn_cast_or_null<arith::ConstantOp>(op);
  auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : SplatElementsAttr();
  bool isNumber = splat && isa<FloatType>(splat.getElementType()) && !splat.getSplatValue<APFloat>().isNaN();
  bool isPlain = isBf16(tile) || isNumber ||
                 (passesOn && llvm::all_of(op->getOperands(), [&](Value operand) { return hasPlainNan(operand); }));
  return plainNan[tile] = isPlain;
}

Value KernelCode::lowerBf16(Operation *op, Value operand, int64_t lanes) {
  if (!isa<arith::ExtFOp, arith::TruncFOp, arith::BitcastOp>(op))
    return {};
  Type from = getElementTypeOrSelf(op->getOperand(0)), to = getElementTypeOrSelf(op->getResult(0));
  body::Scope scope(builder, loc, VectorType::get(lanes, valueType(to)));
  if (isa<arith::BitcastOp>(op))
    return from.isBF16() || to.isBF16() ? body::bitcastTo(scope.resultType, {operand, &scope}).value : Value();
  if (to.isBF16()) {
    Value source = op->getOperand(0), rounded = operand;
    if (!from.isF32() || !isBf16(source))
      rounded = (from.isF32() && hasPlainNan(source) ? roundNumberToBf16 : roundToBf16)({operand, &scope}).value;
    Value bits = takeBf16({rounded, &scope}).value;
    wideBf16[bits] = rounded;
    return bits;
  }
  if (!from.isBF16())
    return {};
  // What was rounded here need not be widened again.
  Value known = wideBf16.lookup(operand);
  Value wide = known ? known : extendBf16({operand, &scope}).value;
  return to.isF32() ? wide : arith::ExtFOp::create(builder, loc, scope.resultType, wide).getResult();
}

void KernelCode::lowerElementwise(Operation *op, int64_t lanes, IRMapping &values) {
  Value value;
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    value = lowerConstant(constant, lanes);
  else if (auto splat = dyn_cast<tile::SplatOp>(op))
    value = lowerSplat(splat, lanes);
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

} // namespace tenon::cpu
