// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions of single values, applied to the lanes of registers.
#pragma once

#include "runtime/sim/OpBuilder.h"
#include "runtime/sim/Warp.h"
#include <bit>
#include <cstring>
#include <type_traits>

namespace tenon::sim {

/// The bits of a half-precision or bfloat16 number.
struct Half {
  uint16_t bits;
};
struct BFloat {
  uint16_t bits;
};

template <unsigned Bytes>
using UnsignedOf =
    std::conditional_t<Bytes == 1, uint8_t,
                       std::conditional_t<Bytes == 2, uint16_t, std::conditional_t<Bytes == 4, uint32_t, uint64_t>>>;

/// A lane of a register; for types of 64 bits the row is one of two.
template <class T> inline T readLane(const uint32_t *row, unsigned lane) {
  if constexpr (sizeof(T) == 8) {
    T value;
    std::memcpy(&value, row + 2 * lane, 8);
    return value;
  } else {
    return std::bit_cast<T>(static_cast<UnsignedOf<sizeof(T)>>(row[lane]));
  }
}

template <class T> inline void writeLane(uint32_t *row, unsigned lane, T value) {
  if constexpr (sizeof(T) == 8)
    std::memcpy(row + 2 * lane, &value, 8);
  else
    row[lane] = std::bit_cast<UnsignedOf<sizeof(T)>>(value);
}

template <class F> inline void forLanes(uint32_t mask, F f) {
  if (mask == ~0u) {
    for (unsigned lane = 0; lane < warpLanes; ++lane)
      f(lane);
    return;
  }
  for (unsigned lane : Lanes(mask))
    f(lane);
}

/// Handlers: the result is F of one, two or three sources. F may take the op as its first argument.
template <class F, class R, class A> void unary(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0));
  forLanes(mask, [&](unsigned lane) { writeLane<R>(r, lane, F()(readLane<A>(a, lane))); });
}

template <class F, class R, class A, class B> void binary(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0)), *b = warp.row(op.source(1));
  forLanes(mask, [&](unsigned lane) { writeLane<R>(r, lane, F()(readLane<A>(a, lane), readLane<B>(b, lane))); });
}

template <class F, class R, class A, class B, class C> void ternary(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0)), *b = warp.row(op.source(1)), *c = warp.row(op.source(2));
  forLanes(mask, [&](unsigned lane) {
    writeLane<R>(r, lane, F()(readLane<A>(a, lane), readLane<B>(b, lane), readLane<C>(c, lane)));
  });
}

/// The handler of a template over an integer type: `pickInteger<Add>(type)` is unary, binary or ternary as asked.
template <template <class> class F, unsigned Arity, class T> constexpr Handler sameType() {
  if constexpr (Arity == 1)
    return unary<F<T>, T, T>;
  else if constexpr (Arity == 2)
    return binary<F<T>, T, T, T>;
  else
    return ternary<F<T>, T, T, T, T>;
}

/// Null for types that are not 16, 32 or 64 bits wide integers; untyped ones count as unsigned.
template <template <class> class F, unsigned Arity> Handler pickInteger(PtxType type) {
  switch (type) {
  case PtxType::U16:
  case PtxType::B16:
    return sameType<F, Arity, uint16_t>();
  case PtxType::U32:
  case PtxType::B32:
    return sameType<F, Arity, uint32_t>();
  case PtxType::U64:
  case PtxType::B64:
    return sameType<F, Arity, uint64_t>();
  case PtxType::S16:
    return sameType<F, Arity, int16_t>();
  case PtxType::S32:
    return sameType<F, Arity, int32_t>();
  case PtxType::S64:
    return sameType<F, Arity, int64_t>();
  default:
    return nullptr;
  }
}

} // namespace tenon::sim
