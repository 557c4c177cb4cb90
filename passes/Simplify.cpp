// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/reference/Elementwise.h"
#include "ir/tenon/TenonOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/Passes.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_SIMPLIFYPASS
#include "passes/Passes.h.inc"

//===- What the rules ask ---------------------------------------------------------------------------------------------===//

namespace rewrites {

static bool isNumber(Attribute attr, int64_t value) {
  if (auto number = dyn_cast<FloatAttr>(attr))
    return number.getValue().bitwiseIsEqual(FloatAttr::get(number.getType(), double(value)).getValue());
  auto number = dyn_cast<IntegerAttr>(attr);
  return number && number.getValue() == APInt(number.getValue().getBitWidth(), value, false, /*implicitTrunc=*/true);
}

static bool isNeutralOfSum(Attribute attr) {
  if (auto number = dyn_cast<FloatAttr>(attr))
    return number.getValue().isNegZero();
  return isNumber(attr, 0);
}

static bool isAllOnes(Attribute attr) {
  auto number = dyn_cast<IntegerAttr>(attr);
  return number && number.getValue().isAllOnes();
}

static bool holdsExactly(Type wide, Type narrow) {
  wide = getElementTypeOrSelf(wide);
  narrow = getElementTypeOrSelf(narrow);
  auto wideInt = dyn_cast<IntegerType>(wide), narrowInt = dyn_cast<IntegerType>(narrow);
  if (wideInt && narrowInt)
    return wideInt.getWidth() >= narrowInt.getWidth();
  auto wideFloat = dyn_cast<FloatType>(wide);
  if (!wideFloat)
    return false;
  const llvm::fltSemantics &to = wideFloat.getFloatSemantics();
  // i1 is 0 or 1; others need their bits below the sign in the significand.
  if (narrowInt)
    return narrowInt.getWidth() <= llvm::APFloat::semanticsPrecision(to) &&
           int(narrowInt.getWidth()) <= llvm::APFloat::semanticsMaxExponent(to);
  const llvm::fltSemantics &from = cast<FloatType>(narrow).getFloatSemantics();
  return llvm::APFloat::isRepresentableBy(from, to);
}

} // namespace rewrites

namespace {
#include "passes/Rewrites.inc"

/// An op of numbers that are the same everywhere is one itself.
struct FoldSplats : OpInterfaceRewritePattern<ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(ElementwiseOpInterface op, PatternRewriter &rewriter) const override {
    SmallVector<ref::Scalar> operands;
    for (Value operand : op->getOperands()) {
      auto splat = operand.getDefiningOp<SplatOp>();
      if (!splat)
        return rewriter.notifyMatchFailure(op, "an operand is not the same number everywhere");
      operands.push_back(splat.evaluateScalar({}));
    }
    if (operands.empty())
      return rewriter.notifyMatchFailure(op, "is a splat already");
    Type type = op->getResult(0).getType(), element = getElementTypeOrSelf(type);
    ref::Scalar value = op.evaluateScalar(operands);
    TypedAttr attr;
    if (isa<FloatType>(element))
      attr = FloatAttr::get(element, ref::roundTo(element, value.number));
    else
      attr = IntegerAttr::get(element, APInt(element.getIntOrFloatBitWidth(), value.integer.bits()));
    rewriter.replaceOpWithNewOp<SplatOp>(op, type, attr);
    return success();
  }
};

/// Views of one number everywhere, and views that change nothing.
struct FoldViews : OpInterfaceRewritePattern<ViewOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(ViewOpInterface op, PatternRewriter &rewriter) const override {
    Value operand = op->getOperand(0);
    Type type = op->getResult(0).getType();
    if (auto splat = operand.getDefiningOp<SplatOp>()) {
      rewriter.replaceOpWithNewOp<SplatOp>(op, type, splat.getValue());
      return success();
    }
    if (type != operand.getType())
      return rewriter.notifyMatchFailure(op, "changes the shape");
    StridedView before = StridedView::rowMajor(getShape(operand.getType())), after = op.applyView(before);
    if (after.offset != before.offset || after.strides != before.strides)
      return rewriter.notifyMatchFailure(op, "changes the order of elements");
    rewriter.replaceOp(op, operand);
    return success();
  }
};

/// A size that is a number.
struct FoldSizes : OpRewritePattern<SizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SizeOp op, PatternRewriter &rewriter) const override {
    std::optional<int64_t> number = op.getExpr().getExpr().constant();
    if (!number)
      return rewriter.notifyMatchFailure(op, "is known only at run time");
    Type type = op.getResult().getType(), element = getElementTypeOrSelf(type);
    ref::Scalar value = ref::castTo(type, ref::Int{*number, 64});
    TypedAttr attr = value.isFloat ? TypedAttr(FloatAttr::get(element, value.number))
                                   : TypedAttr(IntegerAttr::get(element, value.integer.value));
    rewriter.replaceOpWithNewOp<SplatOp>(op, type, attr);
    return success();
  }
};

struct ComposeTransposes : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    auto inner = op.getX().getDefiningOp<TransposeOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "operand is not a transpose");
    SmallVector<int64_t> permutation;
    for (int64_t dimension : op.getPermutation())
      permutation.push_back(inner.getPermutation()[dimension]);
    rewriter.replaceOpWithNewOp<TransposeOp>(op, inner.getX(), permutation);
    return success();
  }
};

/// A contraction can read its operands in any order of dimensions, as long as those that stay keep theirs.
struct FoldTransposeIntoDot : OpRewritePattern<DotGeneralOp> {
  using OpRewritePattern::OpRewritePattern;

  static DenseI64ArrayAttr map(ArrayRef<int64_t> dimensions, ArrayRef<int64_t> permutation, PatternRewriter &rewriter) {
    return rewriter.getDenseI64ArrayAttr(
        llvm::map_to_vector(dimensions, [&](int64_t d) -> int64_t { return permutation[d]; }));
  }

  LogicalResult matchAndRewrite(DotGeneralOp op, PatternRewriter &rewriter) const override {
    auto x = op.getX().getDefiningOp<TransposeOp>();
    if (x && llvm::is_sorted(map(op.getXFree(), x.getPermutation(), rewriter).asArrayRef())) {
      rewriter.modifyOpInPlace(op, [&] {
        op.setXBatchAttr(map(op.getXBatch(), x.getPermutation(), rewriter));
        op.setXContractAttr(map(op.getXContract(), x.getPermutation(), rewriter));
        op.getXMutable().assign(x.getX());
      });
      return success();
    }
    auto y = op.getY().getDefiningOp<TransposeOp>();
    if (y && llvm::is_sorted(map(op.getYFree(), y.getPermutation(), rewriter).asArrayRef())) {
      rewriter.modifyOpInPlace(op, [&] {
        op.setYBatchAttr(map(op.getYBatch(), y.getPermutation(), rewriter));
        op.setYContractAttr(map(op.getYContract(), y.getPermutation(), rewriter));
        op.getYMutable().assign(y.getX());
      });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is a transpose whose dimensions stay in order");
  }
};

struct Simplify : impl::SimplifyPassBase<Simplify> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    populateWithGenerated(set);
    set.add<FoldSplats, FoldViews, FoldSizes, ComposeTransposes, FoldTransposeIntoDot>(context);
    patterns = FrozenRewritePatternSet(std::move(set));
    return success();
  }

  void runOnOperation() override {
    bool changed = false;
    GreedyRewriteConfig config;
    // Folding and region simplification belong to other dialects' ops; constants stay where they are.
    config.enableConstantCSE(false).setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    if (failed(applyPatternsGreedily(getOperation(), patterns, config, &changed))) {
      getOperation().emitError("tenon-simplify: the rules do not come to an end");
      return signalPassFailure();
    }
    rewrites += changed;
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }

  FrozenRewritePatternSet patterns;
};

} // namespace
} // namespace tenon
