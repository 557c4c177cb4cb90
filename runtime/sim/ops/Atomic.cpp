// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// atom and red. Blocks on several host threads share global memory, so each update is one of the host's.
#include "runtime/sim/Access.h"
#include "runtime/sim/Block.h"
#include "runtime/sim/ops/Rounding.h"
#include <algorithm>
#include <atomic>

namespace tenon::sim {
namespace {

enum class Update : uint8_t { Add, Min, Max, Inc, Dec, And, Or, Xor, Exchange, CompareAndSwap };

template <class T> T combine(Update update, T old, T value, T swap) {
  using Bits = UnsignedOf<sizeof(T)>;
  if constexpr (std::is_integral_v<T>) {
    switch (update) {
    case Update::Add:
      return static_cast<T>(Bits(old) + Bits(value));
    case Update::Min:
      return std::min(old, value);
    case Update::Max:
      return std::max(old, value);
    case Update::Inc:
      return old >= value ? T(0) : T(old + 1);
    case Update::Dec:
      return old == 0 || old > value ? value : T(old - 1);
    case Update::And:
      return old & value;
    case Update::Or:
      return old | value;
    case Update::Xor:
      return old ^ value;
    case Update::CompareAndSwap:
      return old == value ? swap : old;
    default:
      return value;
    }
  } else {
    return canonical(old + value);
  }
}

/// Pairs of 16-bit numbers, and single ones.
template <class T, unsigned Count> struct Packed { UnsignedOf<2 * Count> bits; };
template <class T, unsigned Count>
Packed<T, Count> combine(Update, Packed<T, Count> old, Packed<T, Count> value, Packed<T, Count>) {
  uint32_t result = 0;
  for (unsigned i = 0; i < Count; ++i) {
    T a{static_cast<uint16_t>(old.bits >> (16 * i))}, b{static_cast<uint16_t>(value.bits >> (16 * i))};
    result |= uint32_t(toHalf<T>(addToOdd(toFloat(a), toFloat(b))).bits) << (16 * i);
  }
  return {static_cast<UnsignedOf<2 * Count>>(result)};
}

/// Sources: address, value and for cas the new value. With a result (atom), it takes the old value.
template <class T> void atomic(Warp &warp, const Op &op, uint32_t mask) {
  using Bits = UnsignedOf<sizeof(T)>;
  AccessKind kind = AccessKind::unpack(op.modifiers);
  auto update = static_cast<Update>(op.modifiers >> 16 & 15);
  for (unsigned lane : Lanes(mask)) {
    Location location;
    if (!locate(warp, op, lane, laneAddress(warp, op, lane), kind, location))
      return;
    auto value = readLane<T>(warp.row(op.source(1)), lane);
    auto swap = update == Update::CompareAndSwap ? readLane<T>(warp.row(op.source(2)), lane) : value;
    // Aligned, as locate has checked.
    std::atomic_ref<Bits> memory(*reinterpret_cast<Bits *>(location.data));
    Bits old = memory.load(), replaced;
    do
      replaced = std::bit_cast<Bits>(combine(update, std::bit_cast<T>(old), value, swap));
    while (!memory.compare_exchange_weak(old, replaced));
    if (location.state)
      std::memset(location.state, SharedMemory::defined, sizeof(T));
    if (op.results)
      writeLane<Bits>(warp.row(op.result(0)), lane, old);
  }
}

Handler handlerOf(PtxType type) {
  switch (type) {
  case PtxType::U32:
  case PtxType::B32:
    return atomic<uint32_t>;
  case PtxType::S32:
    return atomic<int32_t>;
  case PtxType::U64:
  case PtxType::B64:
    return atomic<uint64_t>;
  case PtxType::S64:
    return atomic<int64_t>;
  case PtxType::B16:
    return atomic<uint16_t>;
  case PtxType::F32:
    return atomic<float>;
  case PtxType::F64:
    return atomic<double>;
  case PtxType::F16:
    return atomic<Packed<Half, 1>>;
  case PtxType::BF16:
    return atomic<Packed<BFloat, 1>>;
  case PtxType::F16x2:
    return atomic<Packed<Half, 2>>;
  case PtxType::BF16x2:
    return atomic<Packed<BFloat, 2>>;
  default:
    return nullptr;
  }
}

void decodeAtomic(OpBuilder &b) {
  bool returns = b.instruction.mnemonic == "atom";
  b.ignore({"relaxed", "acquire", "release", "acq_rel", "cta", "cluster", "gpu", "sys", "noftz", "L2::cache_hint"});
  int space = b.takeOneOf({"global", "shared", "shared::cta"});
  int update = b.takeOneOf({"add", "min", "max", "inc", "dec", "and", "or", "xor", "exch", "cas"});
  PtxType type = b.takeType();
  if (update < 0)
    return b.fail("an operation is missing");
  auto kind = static_cast<Update>(update);
  bool isSwap = kind == Update::CompareAndSwap;
  bool known = isFloating(type)                             ? kind == Update::Add
               : kind == Update::Inc || kind == Update::Dec ? type == PtxType::U32
               : type == PtxType::B16                       ? isSwap
               : isUntyped(type)                            ? kind >= Update::And
                                                            : kind <= Update::Max || kind >= Update::Exchange;
  AccessKind access;
  access.space = space < 0 ? Space::Generic : space == 0 ? Space::Global : Space::Shared;
  access.intent = Intent::Update;
  access.bytes = bitsOf(type) / 8;
  access.strong = true;
  if (returns)
    b.result(0, bitsOf(type));
  size_t at = returns ? 1 : 0;
  b.address(at, access.space);
  b.source(at + 1, type);
  if (isSwap)
    b.source(at + 2, type);
  b.op.modifiers |= access.pack() | static_cast<uint32_t>(kind) << 16;
  b.op.run = known ? handlerOf(type) : nullptr;
}

constexpr InstructionRule table[] = {
    {"atom", decodeAtomic},
    {"red", decodeAtomic},
};

} // namespace

std::span<const InstructionRule> atomicRules() { return table; }

} // namespace tenon::sim
