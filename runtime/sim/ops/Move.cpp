// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// mov in all its forms, and addresses between spaces. Undefined values may be moved; whoever uses them is reported.
#include "runtime/sim/KernelLayout.h"
#include "runtime/sim/ops/LaneMap.h"
#include <chrono>

namespace tenon::sim {
namespace {

void setDefined(Warp &warp, uint32_t row, uint32_t mask, uint32_t good) {
  uint32_t &defined = warp.defined[row];
  defined = (defined & ~mask) | (good & mask);
}

template <class T> void move(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t *r = warp.row(op.result(0));
  const uint32_t *a = warp.row(op.source(0));
  if (mask == ~0u)
    std::memmove(r, a, warpLanes * sizeof(T));
  else
    forLanes(mask, [&](unsigned lane) { writeLane<T>(r, lane, readLane<T>(a, lane)); });
  setDefined(warp, op.result(0), mask, warp.defined[op.source(0)]);
}

void movePredicate(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t *r = warp.row(op.result(0));
  uint32_t value = *warp.row(op.source(0));
  *r = (*r & ~mask) | ((op.modifiers ? ~value : value) & mask);
  setDefined(warp, op.result(0), mask, warp.defined[op.source(0)]);
}

/// Joins sources of `modifiers` bits each, the first lowest.
template <class T> void pack(Warp &warp, const Op &op, uint32_t mask) {
  T result[warpLanes] = {};
  uint32_t good = ~0u;
  unsigned bits = op.modifiers;
  for (unsigned i = 0; i < op.sources; ++i) {
    const uint32_t *a = warp.row(op.source(i));
    T kept = bits == 32 ? T(UINT32_MAX) : (T(1) << bits) - 1;
    forLanes(mask, [&](unsigned lane) { result[lane] |= (T(a[lane]) & kept) << (bits * i); });
    good &= warp.defined[op.source(i)];
  }
  forLanes(mask, [&](unsigned lane) { writeLane<T>(warp.row(op.result(0)), lane, result[lane]); });
  setDefined(warp, op.result(0), mask, good);
}

template <class T> void unpack(Warp &warp, const Op &op, uint32_t mask) {
  T source[warpLanes] = {};
  forLanes(mask, [&](unsigned lane) { source[lane] = readLane<T>(warp.row(op.source(0)), lane); });
  uint32_t good = warp.defined[op.source(0)];
  unsigned bits = op.modifiers;
  uint32_t kept = bits == 32 ? UINT32_MAX : (1u << bits) - 1;
  for (unsigned i = 0; i < op.results; ++i) {
    uint32_t *r = warp.row(op.result(i));
    forLanes(mask, [&](unsigned lane) { r[lane] = static_cast<uint32_t>(source[lane] >> (bits * i)) & kept; });
    setDefined(warp, op.result(i), mask, good);
  }
}

void decodePack(OpBuilder &b, PtxType type, bool packs) {
  std::span<const Operand> parts = b.elements(packs ? 1 : 0);
  unsigned bits = parts.empty() ? 0 : bitsOf(type) / static_cast<unsigned>(parts.size());
  bool known = (bits == 8 || bits == 16 || bits == 32) && bits * parts.size() == bitsOf(type) && isUntyped(type);
  if (!known)
    return b.fail("the elements do not make up the type");
  // There are no registers of 8 bits.
  PtxType part = bits == 32 ? PtxType::B32 : PtxType::B16;
  if (packs) {
    b.result(0, bitsOf(type));
    for (const Operand &element : parts)
      b.source(element, part);
  } else {
    for (const Operand &element : parts)
      b.result(element, bitsOf(part));
    b.source(1, type);
  }
  b.op.modifiers = bits;
  if (bitsOf(type) == 64)
    b.op.run = packs ? pack<uint64_t> : unpack<uint64_t>;
  else if (bitsOf(type) == 32)
    b.op.run = packs ? pack<uint32_t> : unpack<uint32_t>;
}

/// All clocks count the host's nanoseconds.
void readTime(Warp &warp, const Op &op, uint32_t mask) {
  auto special = static_cast<SpecialRegister>(op.modifiers);
  auto now = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  bool high = special == SpecialRegister::ClockHigh || special == SpecialRegister::GlobalTimerHigh;
  uint64_t value = high ? now >> 32 : now;
  forLanes(mask, [&](unsigned lane) {
    if (isWide(special))
      writeLane<uint64_t>(warp.row(op.result(0)), lane, value);
    else
      warp.row(op.result(0))[lane] = static_cast<uint32_t>(value);
  });
  setDefined(warp, op.result(0), mask, ~0u);
}

bool decodeTime(OpBuilder &b, PtxType type) {
  if (b.operands() != 2 || !b.isKind(1, Operand::Kind::Special))
    return false;
  SpecialRegister special = *specialRegisterNamed(b.operand(1).name);
  if (!changesWhileRunning(special))
    return false;
  if (bitsOf(type) != (isWide(special) ? 64u : 32u))
    b.fail("the type does not fit the register");
  b.result(0, bitsOf(type));
  b.op.modifiers = static_cast<uint32_t>(special);
  b.op.run = readTime;
  return true;
}

void decodeMove(OpBuilder &b) {
  PtxType type = b.takeType();
  b.op.movesUndefined = true;
  if (decodeTime(b, type))
    return;
  bool packs = b.operands() == 2 && b.isKind(1, Operand::Kind::Vector);
  if (packs || b.isKind(0, Operand::Kind::Vector))
    return decodePack(b, type, packs);
  b.result(0, bitsOf(type));
  b.source(1, type);
  if (type == PtxType::Pred) {
    b.op.modifiers = b.operand(1).negated;
    b.op.run = movePredicate;
  } else if (bitsOf(type) == 64) {
    b.op.run = move<uint64_t>;
  } else if (bitsOf(type) >= 16) {
    b.op.run = move<uint32_t>;
  }
}

void moveAddress(Warp &warp, const Op &op, uint32_t mask) {
  forLanes(mask, [&](unsigned lane) {
    writeLane<uint64_t>(warp.row(op.result(0)), lane, readLane<uint64_t>(warp.row(op.source(0)), lane) + op.immediate);
  });
}

/// What the generic address of a space has over the address in it.
uint64_t windowOf(int space, bool inKernel) {
  switch (space) {
  case 2:
    return sharedWindow;
  case 3:
    return localWindow;
  case 4:
    // Parameters of kernels have generic addresses from the start; those of functions are in local memory.
    return inKernel ? 0 : localWindow;
  default:
    return 0;
  }
}

void decodeConvertAddress(OpBuilder &b) {
  bool toSpace = b.take("to");
  int space = b.takeOneOf({"global", "const", "shared", "local", "param"});
  if (b.take("shared::cta"))
    space = 2;
  if (b.takeType() != PtxType::U64 || space < 0)
    return b.fail("expected a space and .u64");
  uint64_t window = windowOf(space, b.function.isEntry);
  b.result(0, 64);
  b.source(1, PtxType::U64);
  b.op.immediate = toSpace ? 0 - window : window;
  b.op.run = moveAddress;
}

/// isspacep: whether a generic address is in a space.
void testSpace(Warp &warp, const Op &op, uint32_t mask) {
  uint32_t bits = 0;
  forLanes(mask, [&](unsigned lane) {
    auto address = readLane<uint64_t>(warp.row(op.source(0)), lane);
    bool inside = op.immediate ? address - op.immediate < windowBytes : address < sharedWindow;
    bits |= uint32_t(inside) << lane;
  });
  uint32_t *r = warp.row(op.result(0));
  *r = (*r & ~mask) | bits;
}

void decodeTestSpace(OpBuilder &b) {
  int space = b.takeOneOf({"global", "const", "shared", "local", "param"});
  if (space < 0)
    return b.fail("a space is missing");
  b.result(0, 1);
  b.source(1, PtxType::U64);
  b.op.immediate = space == 4 ? parameterWindow : windowOf(space, true);
  b.op.run = testSpace;
}

constexpr InstructionRule table[] = {
    {"mov", decodeMove},
    {"cvta", decodeConvertAddress},
    {"isspacep", decodeTestSpace},
};

} // namespace

std::span<const InstructionRule> moveRules() { return table; }

} // namespace tenon::sim
