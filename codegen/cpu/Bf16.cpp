// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/cpu/Bf16.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;

namespace tenon::cpu {

using body::Term;

static Type integersOf(const Term &x, unsigned width) {
  return body::withElement(x.type(), IntegerType::get(x.value.getContext(), width));
}
static Type floatsOf(const Term &x) { return body::withElement(x.type(), Float32Type::get(x.value.getContext())); }
static Term shiftRight(const Term &x, unsigned amount) {
  return x.scope->make<arith::ShRUIOp>(x.value, body::splatInt(amount, x).value);
}

Term extendBf16(const Term &bits) {
  Term wide = bits.scope->make<arith::ExtUIOp>(integersOf(bits, 32), bits.value);
  Term high = bits.scope->make<arith::ShLIOp>(wide.value, body::splatInt(16, wide).value);
  return body::bitcastTo(floatsOf(bits), high);
}

/// Half of the last kept bit is added, with ties to even.
static Term addHalf(const Term &bits) {
  Term odd = shiftRight(bits, 16) & body::splatInt(1, bits);
  return bits + odd + body::splatInt(0x7FFF, bits);
}
static Term dropLow(const Term &bits, Type type) {
  return body::bitcastTo(type, bits & body::splatInt(int32_t(0xFFFF0000), bits));
}

Term roundNumberToBf16(const Term &x) { return dropLow(addHalf(body::bitcastTo(integersOf(x, 32), x)), x.type()); }

static Term roundFloat(const Term &x) {
  Term bits = body::bitcastTo(integersOf(x, 32), x);
  // A NaN keeps its upper bits and becomes quiet; rounding could turn it into an infinity.
  return dropLow(body::where(body::isNan(x), bits | body::splatInt(0x400000, bits), addHalf(bits)), x.type());
}

Term roundToOdd(const Term &x) {
  constexpr int64_t dropped = (int64_t(1) << 29) - 1;
  Term bits = body::bitcastTo(integersOf(x, 64), x);
  Term low = bits & body::splatInt(dropped, bits);
  Term inexact = x.scope->make<arith::CmpIOp>(arith::CmpIPredicate::ne, low.value, body::splatInt(0, bits).value);
  Term kept = bits & body::splatInt(~dropped, bits);
  kept = body::where(inexact, kept | body::splatInt(dropped + 1, bits), kept);
  Term odd = body::where(body::isNan(x), x, body::bitcastTo(x.type(), kept));
  return x.scope->make<arith::TruncFOp>(floatsOf(x), odd.value);
}

/// Below 2^-126 f32 itself would round a second time; adding and subtracting 1.5 * 2^(52-133) rounds an f64 to multiples
/// of bf16's smallest number.
static Term roundSubnormal(const Term &x) {
  Term magic = body::splat(std::ldexp(1.5, 52 - 133), x);
  Term rounded = body::copySign((x + magic) - magic, x);
  Term limit = body::splat(std::ldexp(1.0, -126), x);
  Term isSmall = x.scope->make<arith::CmpFOp>(arith::CmpFPredicate::OLT, body::abs(x).value, limit.value);
  return body::where(isSmall, rounded, x);
}

Term takeBf16(const Term &x) {
  Term bits = body::bitcastTo(integersOf(x, 32), x);
  return x.scope->make<arith::TruncIOp>(integersOf(x, 16), shiftRight(bits, 16).value);
}

Term roundToBf16(const Term &x) { return roundFloat(x.width() == 64 ? roundToOdd(roundSubnormal(x)) : x); }

} // namespace tenon::cpu
