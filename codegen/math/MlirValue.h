// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Float values that emit `arith` and `math` ops: scalars, vectors and ranked tensors of f32 and f64.
#pragma once
#include "codegen/math/FloatValue.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include <bit>
#include <cassert>

namespace tenon::math {

/// Where ops go, and the shape of every value there.
struct MlirEmitter {
  mlir::OpBuilder &builder;
  mlir::Location location;
  mlir::Type shape; // any type of that shape; the element type does not matter

  mlir::Type typeOf(mlir::Type element) const {
    auto shaped = llvm::dyn_cast<mlir::ShapedType>(shape);
    return shaped ? mlir::Type(shaped.clone(element)) : element;
  }
  mlir::Value constant(mlir::TypedAttr element) const {
    mlir::TypedAttr value = element;
    if (auto shaped = llvm::dyn_cast<mlir::ShapedType>(typeOf(element.getType())))
      value = mlir::DenseElementsAttr::get(shaped, mlir::Attribute(element));
    return mlir::arith::ConstantOp::create(builder, location, value);
  }
  template <class Op, class... Arguments> mlir::Value emit(Arguments... arguments) const {
    return Op::create(builder, location, arguments...);
  }
};

struct MlirMask {
  const MlirEmitter *emitter;
  mlir::Value value;

  friend MlirMask operator&(MlirMask a, MlirMask b) { return a.combine<mlir::arith::AndIOp>(b.value); }
  friend MlirMask operator|(MlirMask a, MlirMask b) { return a.combine<mlir::arith::OrIOp>(b.value); }
  friend MlirMask operator!(MlirMask a) {
    return a.combine<mlir::arith::XOrIOp>(a.emitter->constant(a.emitter->builder.getBoolAttr(true)));
  }

private:
  template <class Op> MlirMask combine(mlir::Value other) const { return {emitter, emitter->emit<Op>(value, other)}; }
};

/// What MlirFloat and MlirInt share: either a value, or a constant that becomes one beside the first operand that is
/// one.
template <class Constant> struct MlirOperand {
  const MlirEmitter *emitter = nullptr; // null for a constant
  mlir::Value value;
  Constant constant{};
};

template <class... Operands> const MlirEmitter &emitterOf(const Operands &...operands) {
  const MlirEmitter *emitter = nullptr;
  ((emitter = emitter ? emitter : operands.emitter), ...);
  assert(emitter && "an operation on constants alone has no place to go to");
  return *emitter;
}

template <int Bits> struct MlirFloat;

template <int Bits> struct MlirInt : MlirOperand<std::int64_t> {
  MlirInt(std::int64_t constant) : MlirOperand{nullptr, {}, constant} {}
  MlirInt(const MlirEmitter &emitter, mlir::Value value) : MlirOperand{&emitter, value} {}

  /// The value, emitted with `emitter` if this is a constant.
  mlir::Value in(const MlirEmitter &emitter) const {
    return value ? value : emitter.constant(emitter.builder.getIntegerAttr(elementType(emitter), constantBits()));
  }

  friend MlirInt operator+(MlirInt a, MlirInt b) { return apply<mlir::arith::AddIOp>(a, b); }
  friend MlirInt operator-(MlirInt a, MlirInt b) { return apply<mlir::arith::SubIOp>(a, b); }
  friend MlirInt operator&(MlirInt a, MlirInt b) { return apply<mlir::arith::AndIOp>(a, b); }
  friend MlirInt operator|(MlirInt a, MlirInt b) { return apply<mlir::arith::OrIOp>(a, b); }
  friend MlirInt operator^(MlirInt a, MlirInt b) { return apply<mlir::arith::XOrIOp>(a, b); }
  friend MlirInt operator<<(MlirInt a, int count) { return apply<mlir::arith::ShLIOp>(a, MlirInt(count)); }
  friend MlirInt operator>>(MlirInt a, int count) { return apply<mlir::arith::ShRUIOp>(a, MlirInt(count)); }
  friend MlirMask operator==(MlirInt a, MlirInt b) {
    const MlirEmitter &e = emitterOf(a, b);
    return {&e, e.emit<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::eq, a.in(e), b.in(e))};
  }
  friend MlirFloat<Bits> fromBits(MlirInt a) {
    const MlirEmitter &e = emitterOf(a);
    return {e, e.emit<mlir::arith::BitcastOp>(e.typeOf(MlirFloat<Bits>::elementType(e)), a.value)};
  }
  friend MlirFloat<Bits> toFloat(MlirInt a) requires(Bits == 32) {
    const MlirEmitter &e = emitterOf(a);
    return {e, e.emit<mlir::arith::SIToFPOp>(e.typeOf(MlirFloat<Bits>::elementType(e)), a.value)};
  }
  friend MlirInt<32> lowHalf(MlirInt a) requires(Bits == 64) {
    const MlirEmitter &e = emitterOf(a);
    return {e, e.emit<mlir::arith::TruncIOp>(e.typeOf(MlirInt<32>::elementType(e)), a.value)};
  }

  static mlir::Type elementType(const MlirEmitter &emitter) { return emitter.builder.getIntegerType(Bits); }

private:
  llvm::APInt constantBits() const { return llvm::APInt(64, std::uint64_t(constant)).trunc(Bits); }
  template <class Op> static MlirInt apply(MlirInt a, MlirInt b) {
    const MlirEmitter &e = emitterOf(a, b);
    return {e, e.emit<Op>(a.in(e), b.in(e))};
  }
};

template <int Bits> struct MlirFloat : MlirOperand<double> {
  static constexpr int bits = Bits;
  using Int = MlirInt<Bits>;
  using Mask = MlirMask;
  using Wide = MlirFloat<64>;

  MlirFloat(double constant) : MlirOperand{nullptr, {}, constant} {}
  MlirFloat(const MlirEmitter &emitter, mlir::Value value) : MlirOperand{&emitter, value} {}

  /// The value, emitted with `emitter` if this is a constant.
  mlir::Value in(const MlirEmitter &emitter) const {
    return value ? value : emitter.constant(emitter.builder.getFloatAttr(elementType(emitter), constant));
  }

  friend MlirFloat operator+(MlirFloat a, MlirFloat b) { return apply<mlir::arith::AddFOp>(a, b); }
  friend MlirFloat operator-(MlirFloat a, MlirFloat b) { return apply<mlir::arith::SubFOp>(a, b); }
  friend MlirFloat operator*(MlirFloat a, MlirFloat b) { return apply<mlir::arith::MulFOp>(a, b); }
  friend MlirFloat operator/(MlirFloat a, MlirFloat b) { return apply<mlir::arith::DivFOp>(a, b); }
  friend MlirFloat operator-(MlirFloat a) { return apply<mlir::arith::NegFOp>(a); }
  friend MlirFloat fma(MlirFloat a, MlirFloat b, MlirFloat c) { return apply<mlir::math::FmaOp>(a, b, c); }
  friend MlirFloat sqrt(MlirFloat a) { return apply<mlir::math::SqrtOp>(a); }
  friend MlirFloat roundEven(MlirFloat a) { return apply<mlir::math::RoundEvenOp>(a); }
  friend MlirFloat abs(MlirFloat a) { return apply<mlir::math::AbsFOp>(a); }
  friend MlirFloat copySign(MlirFloat a, MlirFloat sign) { return apply<mlir::math::CopySignOp>(a, sign); }
  friend MlirMask operator<(MlirFloat a, MlirFloat b) { return compare(mlir::arith::CmpFPredicate::OLT, a, b); }
  friend MlirMask operator>(MlirFloat a, MlirFloat b) { return compare(mlir::arith::CmpFPredicate::OGT, a, b); }
  friend MlirMask operator==(MlirFloat a, MlirFloat b) { return compare(mlir::arith::CmpFPredicate::OEQ, a, b); }
  friend MlirFloat select(MlirMask m, MlirFloat a, MlirFloat b) {
    const MlirEmitter &e = *m.emitter;
    return {e, e.emit<mlir::arith::SelectOp>(m.value, a.in(e), b.in(e))};
  }
  friend MlirInt<Bits> toBits(MlirFloat a) {
    const MlirEmitter &e = emitterOf(a);
    return {e, e.emit<mlir::arith::BitcastOp>(e.typeOf(Int::elementType(e)), a.value)};
  }
  friend MlirFloat<64> widen(MlirFloat a) requires(Bits == 32) {
    const MlirEmitter &e = emitterOf(a);
    return {e, e.emit<mlir::arith::ExtFOp>(e.typeOf(e.builder.getF64Type()), a.value)};
  }
  friend MlirFloat<32> narrow(MlirFloat a) requires(Bits == 64) {
    const MlirEmitter &e = emitterOf(a);
    return {e, e.emit<mlir::arith::TruncFOp>(e.typeOf(e.builder.getF32Type()), a.value)};
  }

  static mlir::Type elementType(const MlirEmitter &emitter) {
    return Bits == 32 ? mlir::Type(emitter.builder.getF32Type()) : mlir::Type(emitter.builder.getF64Type());
  }

private:
  template <class Op, class... Operands> static MlirFloat apply(Operands... operands) {
    const MlirEmitter &e = emitterOf(operands...);
    return {e, e.emit<Op>(operands.in(e)...)};
  }
  static MlirMask compare(mlir::arith::CmpFPredicate predicate, MlirFloat a, MlirFloat b) {
    const MlirEmitter &e = emitterOf(a, b);
    return {&e, e.emit<mlir::arith::CmpFOp>(predicate, a.in(e), b.in(e))};
  }
};

static_assert(Float32Value<MlirFloat<32>> && FloatValue<MlirFloat<64>>);

} // namespace tenon::math
