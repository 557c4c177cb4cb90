// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Code for what machines have no instruction for, or one that rounds otherwise: kernels are freestanding, so nothing may become
// a call of a library.
#include "codegen/Passes.h"
#include "codegen/cpu/Bf16.h"
#include "codegen/math/ExpandMath.h"
#include "ir/tenon/Body.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include <cmath>

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_EXPANDTOMACHINEPASS
#include "codegen/Passes.h.inc"

namespace {

using body::Term;

Term compare(arith::CmpFPredicate predicate, const Term &x, const Term &y) {
  return x.scope->make<arith::CmpFOp>(predicate, x.value, y.value);
}
/// f64 to f16 has no instruction.
struct ExpandTruncation : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op, PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF16() || !getElementTypeOrSelf(op.getIn()).isF64())
      return rewriter.notifyMatchFailure(op, "is an instruction");
    body::Scope scope(rewriter, op.getLoc(), op.getType());
    Term odd = cpu::roundToOdd({op.getIn(), &scope});
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(), odd.value);
    return success();
  }
};

/// Long division by doubling and halving the divisor; every step is exact. Special cases follow C's fmod.
struct ExpandRemainder : OpRewritePattern<arith::RemFOp> {
  using OpRewritePattern::OpRewritePattern;

  static Value anyOf(const Term &condition) {
    body::Scope &scope = *condition.scope;
    if (!isa<VectorType>(condition.type()))
      return condition.value;
    return vector::ReductionOp::create(scope.builder, scope.loc, vector::CombiningKind::OR, condition.value);
  }

  LogicalResult matchAndRewrite(arith::RemFOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    body::Scope scope(rewriter, loc, op.getType());
    Term x{op.getLhs(), &scope}, y{op.getRhs(), &scope};
    Term zero = body::splat(0, x), one = body::splat(1, x);
    Term divisor = body::abs(y);
    Term valid = body::isFinite(x) & compare(arith::CmpFPredicate::OGT, divisor, zero);
    Term start = body::where(valid, body::abs(x), zero);
    divisor = body::where(valid, divisor, one);

    auto grow = scf::WhileOp::create(
        rewriter, loc, op.getType(), divisor.value,
        [&](OpBuilder &builder, Location, ValueRange values) {
          body::Scope inner(builder, loc, op.getType());
          Term multiple{values[0], &inner}, rest{start.value, &inner};
          Term fits = compare(arith::CmpFPredicate::OLE, multiple + multiple, rest);
          scf::ConditionOp::create(builder, loc, anyOf(fits), values);
        },
        [&](OpBuilder &builder, Location, ValueRange values) {
          body::Scope inner(builder, loc, op.getType());
          Term multiple{values[0], &inner}, rest{start.value, &inner};
          Term twice = multiple + multiple;
          Term fits = compare(arith::CmpFPredicate::OLE, twice, rest);
          scf::YieldOp::create(builder, loc, body::where(fits, twice, multiple).value);
        });
    // Lanes that are done wait with their multiple at the divisor.
    auto shrink = scf::WhileOp::create(
        rewriter, loc, TypeRange{op.getType(), op.getType()}, ValueRange{grow.getResult(0), start.value},
        [&](OpBuilder &builder, Location, ValueRange values) {
          body::Scope inner(builder, loc, op.getType());
          Term left = compare(arith::CmpFPredicate::OGE, {values[1], &inner}, {divisor.value, &inner});
          scf::ConditionOp::create(builder, loc, anyOf(left), values);
        },
        [&](OpBuilder &builder, Location, ValueRange values) {
          body::Scope inner(builder, loc, op.getType());
          Term multiple{values[0], &inner}, rest{values[1], &inner}, least{divisor.value, &inner};
          Term fits = compare(arith::CmpFPredicate::OGE, rest, multiple);
          Term next = body::where(fits, rest - multiple, rest);
          Term above = compare(arith::CmpFPredicate::OGT, multiple, least);
          Term half = body::where(above, multiple * 0.5, multiple);
          scf::YieldOp::create(builder, loc, ValueRange{half.value, next.value});
        });
    Term rest = body::copySign({shrink.getResult(1), &scope}, x);
    Term infiniteDivisor = body::isFinite(x) & body::isInf(y);
    Term invalid = zero / zero;
    Term result = body::where(valid, rest, invalid);
    rewriter.replaceOp(op, body::where(infiniteDivisor, x, result).value);
    return success();
  }
};

/// As integers: LLVM may leave the magnitude undefined where only the sign is used on, which the simulator of GPUs reports.
struct ExpandCopySign : OpRewritePattern<math::CopySignOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::CopySignOp op, PatternRewriter &rewriter) const override {
    body::Scope scope(rewriter, op.getLoc(), op.getType());
    Term x{op.getLhs(), &scope}, y{op.getRhs(), &scope};
    Type integers = body::withElement(op.getType(), rewriter.getIntegerType(x.width()));
    Term magnitude = body::bitcastTo(integers, x), sign = body::bitcastTo(integers, y);
    int64_t signBit = int64_t(uint64_t(1) << (x.width() - 1));
    Term bits = (magnitude & body::splatInt(~signBit, magnitude)) | (sign & body::splatInt(signBit, sign));
    rewriter.replaceOp(op, body::bitcastTo(op.getType(), bits).value);
    return success();
  }
};

struct ExpandToMachine : impl::ExpandToMachinePassBase<ExpandToMachine> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    set.add<ExpandTruncation, ExpandRemainder, ExpandCopySign>(context);
    populateExpandMathPatterns(set);
    patterns = FrozenRewritePatternSet(std::move(set));
    return success();
  }

  void runOnOperation() override {
    GreedyRewriteConfig config;
    config.enableFolding(false).setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    if (failed(applyPatternsGreedily(getOperation(), patterns, config))) {
      getOperation().emitError("tenon-expand: the expansions do not come to an end");
      signalPassFailure();
    }
  }

  FrozenRewritePatternSet patterns;
};

} // namespace
} // namespace tenon
