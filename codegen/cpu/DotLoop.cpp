// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/cpu/DotLoop.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace tenon::cpu {

/// Whether the view is panels that are dense in k and row, and the load is of one k, from the row 0.
static bool readsPanel(tile::LoadOp load, Value k) {
  auto view = load.getView().getDefiningOp<tile::ViewOp>();
  if (!view || load.getIndices().size() != 4 || load.getIndices()[1] != k)
    return false;
  SymbolicShape sizes = view.getSizes().getShape(), strides = view.getStrides().getShape();
  ArrayRef<int64_t> tile = load.getTile().getType().getShape();
  DimExpr depth(tile[3]);
  return isConstantIntValue(load.getIndices()[2], 0) && isConstantIntValue(load.getIndices()[3], 0) &&
         strides[3] == DimExpr(1) && strides[2] == depth && strides[1] == sizes[2] * depth &&
         sizes[2] == DimExpr(tile[2]) && sizes[3] == depth;
}

std::optional<DotLoop> DotLoop::match(scf::ForOp loop, std::string &reason) {
  DotLoop result{loop, {}, {}};
  reason = "is no loop that adds one tile.dot of two panels to the accumulator it carries";
  if (loop.getNumResults() != 1 || !isa<RankedTensorType>(loop.getResult(0).getType()) ||
      !isa<FloatType>(getElementTypeOrSelf(loop.getResult(0))) || !isConstantIntValue(loop.getLowerBound(), 0) ||
      !isConstantIntValue(loop.getStep(), 1))
    return std::nullopt;
  auto dot = loop.getYieldedValues()[0].getDefiningOp<tile::DotOp>();
  if (!dot || dot.getAccumulator() != loop.getRegionIterArg(0))
    return std::nullopt;
  result.lhs = dot.getLhs().getDefiningOp<tile::LoadOp>();
  result.rhs = dot.getRhs().getDefiningOp<tile::LoadOp>();
  if (!result.lhs || !result.rhs || loop.getBody()->getOperations().size() != 4)
    return std::nullopt;
  reason = "reads its operands otherwise than as dense panels [panel, k, row, 1], or [panel, k / 2, row, 2] of bf16";
  Type element = getElementTypeOrSelf(loop.getResult(0));
  if (result.isPairs() && element.isF32())
    element = BFloat16Type::get(loop.getContext());
  int64_t depth = result.lhs.getTile().getType().getShape().back();
  if (getElementTypeOrSelf(result.lhs.getTile()) != element || getElementTypeOrSelf(result.rhs.getTile()) != element ||
      depth != result.rhs.getTile().getType().getShape().back() || depth > 2 || (depth == 2) != element.isBF16() ||
      !readsPanel(result.lhs, loop.getInductionVar()) || !readsPanel(result.rhs, loop.getInductionVar()))
    return std::nullopt;
  auto initial = loop.getInitArgs()[0].getDefiningOp<arith::ConstantOp>();
  auto zero = initial ? dyn_cast<SplatElementsAttr>(initial.getValue()) : SplatElementsAttr();
  reason = "starts from an accumulator that is not 0";
  if (!zero || !zero.getSplatValue<APFloat>().isPosZero())
    return std::nullopt;
  return result;
}

namespace {

class DotEmitter {
public:
  DotEmitter(const DotLoop &dot, OpBuilder &builder, unsigned registerBits)
      : builder(builder), loc(dot.loop->getLoc()), element(dot.getAccumulator().getElementType()), isPairs(dot.isPairs()),
        rows(dot.getAccumulator().getShape().end()[-2]), columns(dot.getAccumulator().getShape().back()),
        lanes(std::min<int64_t>(columns, registerBits / element.getIntOrFloatBitWidth())),
        type(VectorType::get(lanes, element)), i64(builder.getI64Type()),
        pointer(LLVM::LLVMPointerType::get(builder.getContext())) {}

  void emit(Value lhs, Value rhs, Value steps, Value scratch) {
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    SmallVector<Value> accumulators(rows * registers(), zero);
    auto loop = scf::ForOp::create(builder, loc, constant(0), steps, constant(1), accumulators);
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(loop.getBody());
      scf::YieldOp::create(builder, loc, emitStep(lhs, rhs, loop.getInductionVar(), loop.getRegionIterArgs()));
    }
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < registers(); ++j)
        LLVM::StoreOp::create(builder, loc, loop.getResult(i * registers() + j),
                              advance(scratch, constant(i * columns + j * lanes)), alignment());
  }

private:
  int64_t registers() const { return columns / lanes; }
  unsigned alignment() const { return element.getIntOrFloatBitWidth() / 8; }
  Value constant(int64_t value) { return arith::ConstantIntOp::create(builder, loc, i64, value); }
  Value advance(Value address, Value offset) {
    return LLVM::GEPOp::create(builder, loc, pointer, element, address, ArrayRef<LLVM::GEPArg>{offset});
  }

  /// Pairs of bf16 are words of 32 bits.
  Type factorElement() const { return isPairs ? Type(IntegerType::get(builder.getContext(), 32)) : element; }
  Value multiplyAdd(Value left, Value right, Value sum) {
    if (!isPairs)
      return math::FmaOp::create(builder, loc, left, right, sum);
    auto pairs = VectorType::get(2 * lanes, builder.getBF16Type());
    auto name = builder.getStringAttr("llvm.x86.avx512bf16.dpbf16ps.512");
    auto cast = [&](Value words) -> Value { return LLVM::BitcastOp::create(builder, loc, pairs, words); };
    return LLVM::CallIntrinsicOp::create(builder, loc, type, name, ValueRange{sum, cast(left), cast(right)}).getResult(0);
  }

  /// One k, or a pair: each element of the left panel times the whole right panel.
  SmallVector<Value> emitStep(Value lhs, Value rhs, Value k, ValueRange accumulators) {
    Value left = advance(lhs, arith::MulIOp::create(builder, loc, k, constant(rows)));
    Value right = advance(rhs, arith::MulIOp::create(builder, loc, k, constant(columns)));
    SmallVector<Value> factors, sums;
    auto factorType = VectorType::get(lanes, factorElement());
    for (int64_t j = 0; j < registers(); ++j)
      factors.push_back(LLVM::LoadOp::create(builder, loc, factorType, advance(right, constant(j * lanes)), alignment()));
    for (int64_t i = 0; i < rows; ++i) {
      Value scalar = LLVM::LoadOp::create(builder, loc, factorElement(), advance(left, constant(i)), alignment());
      Value repeated = vector::BroadcastOp::create(builder, loc, factorType, scalar);
      for (int64_t j = 0; j < registers(); ++j)
        sums.push_back(multiplyAdd(repeated, factors[j], accumulators[i * registers() + j]));
    }
    return sums;
  }

  OpBuilder &builder;
  Location loc;
  Type element;
  bool isPairs;
  int64_t rows, columns, lanes;
  VectorType type;
  IntegerType i64;
  LLVM::LLVMPointerType pointer;
};

} // namespace

void emitDotLoop(const DotLoop &dot, OpBuilder &builder, unsigned registerBits, Value lhs, Value rhs, Value steps,
                 Value scratch) {
  DotEmitter(dot, builder, registerBits).emit(lhs, rhs, steps, scratch);
}

} // namespace tenon::cpu
