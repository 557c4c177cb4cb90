// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/ptx/KernelLowering.h"

#include "codegen/Passes.h"
#include "codegen/Target.h"
#include "codegen/ptx/Emit.h"
#include "codegen/ptx/Memory.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_LOWERTILETOPTXPASS
#include "codegen/Passes.h.inc"

namespace ptx {

FailureOr<LinearLayout> KernelLowering::layoutOf(Operation *op, Value tile) {
  FailureOr<LinearLayout> layout = getLayout(op, tile.getType());
  if (succeeded(layout) && layout->numWarps() * 32 != threads)
    return op->emitError("has a layout for ") << layout->numWarps() << " warps, its kernel has " << threads / 32;
  return layout;
}

FailureOr<int64_t> KernelLowering::scratchOf(Operation *op) {
  if (auto scratch = op->getAttrOfType<IntegerAttr>(scratchAttr))
    return scratch.getInt();
  return op->emitError("needs shared memory, but has no place in it; run assign-registers before");
}

KernelLowering::KernelLowering(tile::KernelOp kernel, OpBuilder &builder, unsigned threads)
    : kernel(kernel), builder(builder), loc(kernel.getLoc()), threads(threads), facts(getFacts(kernel.getSymbols())) {}

/// Parameters as the artifact lists them: an address for each buffer, then the sizes.
void KernelLowering::openFunction() {
  MLIRContext *context = builder.getContext();
  SmallVector<Type> types(kernel.getArgumentTypes().size(), LLVM::LLVMPointerType::get(context, globalSpace));
  types.append(kernel.getSymbols().size(), builder.getI64Type());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types);
  function = LLVM::LLVMFuncOp::create(builder, loc, kernel.getSymName(), type);
  function->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(), builder.getUnitAttr());
  function->setAttr(NVVM::NVVMDialect::getReqntidAttrName(), builder.getDenseI32ArrayAttr({int32_t(threads)}));
  Block *block = function.addEntryBlock(builder);
  for (auto [i, argument] : llvm::enumerate(block->getArguments().take_front(kernel.getArgumentTypes().size()))) {
    buffers.push_back(argument);
    // The buffers of a kernel do not overlap.
    function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), builder.getUnitAttr());
    if (i + kernel.getOutputs() < kernel.getArgumentTypes().size())
      function.setArgAttr(i, LLVM::LLVMDialect::getReadonlyAttrName(), builder.getUnitAttr());
  }
  std::map<std::string, Value, std::less<>> symbols;
  for (auto [symbol, argument] : llvm::zip(kernel.getSymbols().getAsRange<SymbolAttr>(),
                                           block->getArguments().drop_front(kernel.getArgumentTypes().size())))
    symbols[symbol.getName().str()] = argument;
  builder.setInsertionPointToStart(block);
  thread = std::make_unique<ThreadIndex>(builder, loc);
  LLVM::ReturnOp end = LLVM::ReturnOp::create(builder, loc, ValueRange());
  builder.setInsertionPoint(end);
  sizes = std::make_unique<SizeArithmetic>(builder, loc, std::move(symbols));
}

Value KernelLowering::toI64(Value index) {
  return builder.createOrFold<arith::IndexCastOp>(loc, builder.getI64Type(), indices.lookup(index));
}

Value KernelLowering::andOf(Value left, Value right) {
  if (!left || !right)
    return left ? left : right;
  return arith::AndIOp::create(builder, loc, left, right);
}

Type KernelLowering::pieceType(Type element, const LinearLayout &layout) {
  return layout.numRegisters() == 1 ? element : VectorType::get(2, element);
}

SmallVector<Value> KernelLowering::toElements(ArrayRef<Value> pieces) {
  SmallVector<Value> elements;
  for (Value piece : pieces) {
    if (!isa<VectorType>(piece.getType())) {
      elements.push_back(piece);
      continue;
    }
    for (int64_t i = 0; i < 2; ++i)
      elements.push_back(vector::ExtractOp::create(builder, loc, piece, i));
  }
  return elements;
}

Pieces KernelLowering::toPieces(ArrayRef<Value> elements) {
  if (elements.size() == 1)
    return Pieces(elements);
  Pieces pieces;
  auto type = VectorType::get(2, elements[0].getType());
  for (size_t i = 0; i < elements.size(); i += 2)
    pieces.push_back(vector::FromElementsOp::create(builder, loc, type, elements.slice(i, 2)));
  return pieces;
}

SmallVector<int64_t> KernelLowering::coordinatesOf(const LinearLayout &layout, uint32_t number) {
  uint32_t index = layout.index(number, 0, 0);
  SmallVector<int64_t> result(layout.shape().size());
  for (size_t d = result.size(); d-- > 0;) {
    result[d] = index & uint32_t(layout.shape()[d] - 1);
    index >>= llvm::Log2_64(layout.shape()[d]);
  }
  return result;
}

/// Carried tiles become carried pieces.
LogicalResult KernelLowering::lowerLoop(scf::ForOp loop) {
  SmallVector<Value> carried;
  for (Value value : loop.getInitArgs()) {
    if (isa<RankedTensorType>(value.getType()))
      llvm::append_range(carried, tiles.at(value));
    else
      carried.push_back(indices.lookup(value));
  }
  auto result = scf::ForOp::create(builder, loc, indices.lookup(loop.getLowerBound()),
                                   indices.lookup(loop.getUpperBound()), indices.lookup(loop.getStep()), carried);
  auto take = [&](ValueRange values, ValueRange parts) {
    for (Value value : values) {
      if (!isa<RankedTensorType>(value.getType())) {
        indices.map(value, parts.front());
        parts = parts.drop_front();
        continue;
      }
      FailureOr<LinearLayout> layout = layoutOf(loop, value);
      if (failed(layout))
        return failure();
      size_t count = std::max(1u, layout->numRegisters() / 2);
      tiles[value] = llvm::to_vector(parts.take_front(count));
      parts = parts.drop_front(count);
    }
    return success();
  };
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(result.getBody());
    indices.map(loop.getInductionVar(), result.getInductionVar());
    if (failed(take(loop.getRegionIterArgs(), result.getRegionIterArgs())) || failed(lowerBlock(*loop.getBody())))
      return failure();
    SmallVector<Value> yielded;
    for (Value value : loop.getYieldedValues()) {
      if (isa<RankedTensorType>(value.getType()))
        llvm::append_range(yielded, tiles.at(value));
      else
        yielded.push_back(indices.lookup(value));
    }
    if (carried.empty())
      result.getBody()->getTerminator()->erase();
    builder.setInsertionPointToEnd(result.getBody());
    scf::YieldOp::create(builder, loc, yielded);
  }
  return take(loop.getResults(), result.getResults());
}

LogicalResult KernelLowering::lower(Operation &op) {
  if (isa<tile::ViewOp, tgpu::RingOp>(op))
    return success();
  if (auto dot = dyn_cast<tile::DotOp>(op))
    return lowerDot(dot);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return lowerLoop(loop);
  if (auto reduce = dyn_cast<tile::ReduceOp>(op))
    return lowerReduce(reduce);
  if (auto broadcast = dyn_cast<tile::BroadcastOp>(op))
    return lowerBroadcast(broadcast);
  if (auto splat = dyn_cast<tile::SplatOp>(op))
    return lowerSplat(splat);
  if (auto inside = dyn_cast<tile::InsideOp>(op))
    return lowerInside(inside);
  if (auto fill = dyn_cast<tgpu::FillOp>(op))
    return lowerFill(fill);
  if (auto read = dyn_cast<tgpu::ReadOp>(op))
    return lowerRead(read);
  if (auto convert = dyn_cast<tgpu::ConvertOp>(op))
    return lowerConvert(convert);
  if (isa<tgpu::CommitOp>(op)) {
    NVVM::CpAsyncCommitGroupOp::create(builder, loc);
    return success();
  }
  if (auto wait = dyn_cast<tgpu::WaitOp>(op)) {
    NVVM::CpAsyncWaitGroupOp::create(builder, loc, wait.getPending());
    return success();
  }
  if (isa<tgpu::BarrierOp>(op)) {
    NVVM::Barrier0Op::create(builder, loc);
    return success();
  }
  if (isa<tile::BlockOp>(op)) {
    Value block = NVVM::BlockIdXOp::create(builder, loc, builder.getI32Type());
    indices.map(op.getResult(0), arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(), block).getResult());
    return success();
  }
  if (auto size = dyn_cast<tile::SizeOp>(op)) {
    Value value = sizes->emit(size.getExpr().getExpr());
    indices.map(op.getResult(0), arith::IndexCastOp::create(builder, loc, builder.getIndexType(), value).getResult());
    return success();
  }
  auto isScalar = [](Type type) { return type.isIndex() || type.isInteger(1); };
  if (op.getNumRegions() == 0 && llvm::all_of(op.getOperandTypes(), isScalar) &&
      llvm::all_of(op.getResultTypes(), isScalar)) {
    builder.clone(op, indices);
    return success();
  }
  return op.emitError("has no GPU lowering");
}

/// Runs of elementwise ops wait until something else comes.
LogicalResult KernelLowering::lowerBlock(Block &block) {
  SmallVector<Operation *> run;
  auto flush = [&]() -> LogicalResult {
    LogicalResult result = run.empty() ? success() : lowerRun(run);
    run.clear();
    return result;
  };
  for (Operation &op : block.without_terminator()) {
    if (Value tile = getRunTile(op)) {
      auto own = cast<RankedTensorType>(tile.getType());
      auto first = run.empty() ? own : cast<RankedTensorType>(getRunTile(*run.front()).getType());
      if (own.getEncoding() != first.getEncoding() || own.getShape() != first.getShape())
        if (failed(flush()))
          return failure();
      run.push_back(&op);
      continue;
    }
    bool isScalar = op.getNumRegions() == 0 && llvm::none_of(llvm::concat<Value>(op.getOperands(), op.getResults()), [](Value value) {
      return isa<RankedTensorType>(value.getType());
    }) && !isa<tgpu::FillOp, tgpu::CommitOp, tgpu::WaitOp, tgpu::BarrierOp>(op);
    if ((!isScalar && failed(flush())) || failed(lower(op)))
      return failure();
  }
  return flush();
}

LogicalResult KernelLowering::run() {
  openFunction();
  if (failed(lowerBlock(kernel.getBody().front())))
    return failure();
  if (sharedBytes)
    function->setAttr(sharedBytesAttr, builder.getI64IntegerAttr(sharedBytes));
  return success();
}

} // namespace ptx

namespace {

struct LowerTileToPtx : impl::LowerTileToPtxPassBase<LowerTileToPtx> {
  using LowerTileToPtxPassBase::LowerTileToPtxPassBase;

  void runOnOperation() override {
    std::string error;
    Target machine = findTarget(target, error);
    if (!machine.ptx) {
      getOperation().emitError("there is no GPU target \"") << target << "\"";
      return signalPassFailure();
    }
    for (Operation &op : llvm::make_early_inc_range(*getOperation().getBody())) {
      if (auto kernel = dyn_cast<tile::KernelOp>(op)) {
        OpBuilder builder(kernel);
        if (failed(ptx::KernelLowering(kernel, builder, 32 * machine.ptx->warps).run()))
          return signalPassFailure();
      }
      op.erase();
    }
  }
};

} // namespace
} // namespace tenon
