// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of `math` ops and their expansions.
#include "codegen/math/ExpandMath.h"
#include "codegen/math/ErrorFunction.h"
#include "codegen/math/ExpLog.h"
#include "codegen/math/Hyperbolic.h"
#include "codegen/math/MlirValue.h"
#include "codegen/math/Power.h"
#include "codegen/math/Trigonometry.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include <numbers>

namespace tenon {
namespace {

/// Replaces an op of one or two operands by Function, a stateless generic lambda over a float value.
template <class Op, class Function> struct ExpandOp : mlir::OpRewritePattern<Op> {
  using mlir::OpRewritePattern<Op>::OpRewritePattern;

  mlir::LogicalResult matchAndRewrite(Op op, mlir::PatternRewriter &rewriter) const override {
    mlir::Type type = op.getType(), element = mlir::getElementTypeOrSelf(type);
    auto tensor = llvm::dyn_cast<mlir::TensorType>(type);
    if (tensor && !(llvm::isa<mlir::RankedTensorType>(tensor) && tensor.hasStaticShape()))
      return rewriter.notifyMatchFailure(op, "only tensors of static shape are expanded");
    math::MlirEmitter emitter{rewriter, op.getLoc(), type};
    if (element.isF32())
      rewriter.replaceOp(op, expand<32>(emitter, op));
    else if (element.isF64())
      rewriter.replaceOp(op, expand<64>(emitter, op));
    else
      return rewriter.notifyMatchFailure(op, "only f32 and f64 are expanded");
    return mlir::success();
  }

private:
  template <int Bits> static mlir::Value expand(const math::MlirEmitter &emitter, Op op) {
    using Value = math::MlirFloat<Bits>;
    Value first(emitter, op->getOperand(0));
    if constexpr (Op::template hasTrait<mlir::OpTrait::NOperands<2>::Impl>())
      return Function{}(first, Value(emitter, op->getOperand(1))).value;
    else
      return Function{}(first).value;
  }
};

/// f32 erfc(x * (-1 / sqrt 2)).
struct ExpandNormalCdf : mlir::OpRewritePattern<mlir::math::ErfcOp> {
  ExpandNormalCdf(mlir::MLIRContext *context) : OpRewritePattern(context, /*benefit=*/2) {}

  mlir::LogicalResult matchAndRewrite(mlir::math::ErfcOp op, mlir::PatternRewriter &rewriter) const override {
    auto product = op.getOperand().getDefiningOp<mlir::arith::MulFOp>();
    llvm::APFloat factor(0.f);
    if (!mlir::getElementTypeOrSelf(op.getType()).isF32() || !product ||
        !mlir::matchPattern(product.getRhs(), mlir::m_ConstantFloat(&factor)) ||
        factor.convertToFloat() != -std::numbers::sqrt2_v<float> / 2)
      return rewriter.notifyMatchFailure(op, "is not of x times -1 / sqrt 2");
    math::MlirEmitter emitter{rewriter, op.getLoc(), op.getType()};
    rewriter.replaceOp(op, math::twiceNormalCdf(math::MlirFloat<32>(emitter, product.getLhs())).value);
    return mlir::success();
  }
};

template <class Op, class Function> void add(mlir::RewritePatternSet &patterns, Function) {
  patterns.add<ExpandOp<Op, Function>>(patterns.getContext());
}

} // namespace

void populateExpandMathPatterns(mlir::RewritePatternSet &patterns) {
  add<mlir::math::ExpOp>(patterns, [](auto x) { return exp(x); });
  add<mlir::math::Exp2Op>(patterns, [](auto x) { return exp2(x); });
  add<mlir::math::ExpM1Op>(patterns, [](auto x) { return expm1(x); });
  add<mlir::math::LogOp>(patterns, [](auto x) { return log(x); });
  add<mlir::math::Log2Op>(patterns, [](auto x) { return log2(x); });
  add<mlir::math::Log10Op>(patterns, [](auto x) { return log10(x); });
  add<mlir::math::Log1pOp>(patterns, [](auto x) { return log1p(x); });
  add<mlir::math::SinOp>(patterns, [](auto x) { return sin(x); });
  add<mlir::math::CosOp>(patterns, [](auto x) { return cos(x); });
  add<mlir::math::TanOp>(patterns, [](auto x) { return tan(x); });
  add<mlir::math::AsinOp>(patterns, [](auto x) { return asin(x); });
  add<mlir::math::AcosOp>(patterns, [](auto x) { return acos(x); });
  add<mlir::math::AtanOp>(patterns, [](auto x) { return atan(x); });
  add<mlir::math::Atan2Op>(patterns, [](auto y, auto x) { return atan2(y, x); });
  add<mlir::math::SinhOp>(patterns, [](auto x) { return sinh(x); });
  add<mlir::math::CoshOp>(patterns, [](auto x) { return cosh(x); });
  add<mlir::math::TanhOp>(patterns, [](auto x) { return tanh(x); });
  add<mlir::math::AsinhOp>(patterns, [](auto x) { return asinh(x); });
  add<mlir::math::AcoshOp>(patterns, [](auto x) { return acosh(x); });
  add<mlir::math::AtanhOp>(patterns, [](auto x) { return atanh(x); });
  add<mlir::math::ErfOp>(patterns, [](auto x) { return erf(x); });
  add<mlir::math::ErfcOp>(patterns, [](auto x) { return erfc(x); });
  patterns.add<ExpandNormalCdf>(patterns.getContext());
  add<mlir::math::CbrtOp>(patterns, [](auto x) { return cbrt(x); });
  add<mlir::math::RsqrtOp>(patterns, [](auto x) { return rsqrt(x); });
  add<mlir::math::PowFOp>(patterns, [](auto x, auto y) { return pow(x, y); });
}

} // namespace tenon
