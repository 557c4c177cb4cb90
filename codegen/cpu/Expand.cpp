// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Code for what x86 has no instruction for, or one that rounds otherwise: kernels are freestanding, so nothing may become
// a call of a library.
#include "codegen/Passes.h"
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

Term compare(arith::CmpIPredicate predicate, const Term &x, const Term &y) {
  return x.scope->make<arith::CmpIOp>(predicate, x.value, y.value);
}
Term compare(arith::CmpFPredicate predicate, const Term &x, const Term &y) {
  return x.scope->make<arith::CmpFOp>(predicate, x.value, y.value);
}
Type integersOf(const Term &x) {
  return body::withElement(x.type(), IntegerType::get(x.value.getContext(), x.width()));
}
Term shiftRight(const Term &x, unsigned amount) {
  return x.scope->make<arith::ShRUIOp>(x.value, body::splatInt(amount, x).value);
}

/// f32 to bf16 by integers: half of the last kept bit is added, with ties to even. x86's own instruction flushes
/// subnormals.
Term roundToBf16(const Term &x) {
  Term bits = body::bitcastTo(integersOf(x), x);
  Term odd = shiftRight(bits, 16) & body::splatInt(1, bits);
  Term rounded = bits + odd + body::splatInt(0x7FFF, bits);
  // A NaN keeps its upper bits and becomes quiet; rounding could turn it into an infinity.
  rounded = body::where(body::isNan(x), bits | body::splatInt(0x400000, bits), rounded);
  Type narrow = body::withElement(x.type(), IntegerType::get(x.value.getContext(), 16));
  Term high = x.scope->make<arith::TruncIOp>(narrow, shiftRight(rounded, 16).value);
  return body::bitcastTo(body::withElement(x.type(), BFloat16Type::get(x.value.getContext())), high);
}

/// f64 to f32 by rounding to odd, so that the rounding to a 16-bit type after it is the only one: f32 has more than two
/// bits more. Boldo and Melquiond, 2008.
Term roundToOdd(const Term &x) {
  constexpr int64_t dropped = (int64_t(1) << 29) - 1;
  Term bits = body::bitcastTo(integersOf(x), x);
  Term inexact = compare(arith::CmpIPredicate::ne, bits & body::splatInt(dropped, bits), body::splatInt(0, bits));
  Term kept = bits & body::splatInt(~dropped, bits);
  kept = body::where(inexact, kept | body::splatInt(dropped + 1, bits), kept);
  Term odd = body::where(body::isNan(x), x, body::bitcastTo(x.type(), kept));
  Type f32 = body::withElement(x.type(), Float32Type::get(x.value.getContext()));
  return x.scope->make<arith::TruncFOp>(f32, odd.value);
}

/// Below 2^-126 f32 itself would round a second time; adding and subtracting 1.5 * 2^(52-133) rounds f64 to multiples of
/// bf16's smallest number.
Term roundSubnormalToBf16(const Term &x) {
  Term magic = body::splat(std::ldexp(1.5, 52 - 133), x);
  Term rounded = body::copySign((x + magic) - magic, x);
  Term isSmall = compare(arith::CmpFPredicate::OLT, body::abs(x), body::splat(std::ldexp(1.0, -126), x));
  return body::where(isSmall, rounded, x);
}

struct ExpandTruncation : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op, PatternRewriter &rewriter) const override {
    Type to = getElementTypeOrSelf(op.getType()), from = getElementTypeOrSelf(op.getIn());
    if (to.isF32() || (to.isF16() && from.isF32()))
      return rewriter.notifyMatchFailure(op, "is an instruction");
    body::Scope scope(rewriter, op.getLoc(), op.getType());
    Term x{op.getIn(), &scope};
    if (from.isF64())
      x = roundToOdd(to.isBF16() ? roundSubnormalToBf16(x) : x);
    Term result = to.isBF16() ? roundToBf16(x) : scope.make<arith::TruncFOp>(op.getType(), x.value);
    rewriter.replaceOp(op, result.value);
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

struct ExpandToMachine : impl::ExpandToMachinePassBase<ExpandToMachine> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    set.add<ExpandTruncation, ExpandRemainder>(context);
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
