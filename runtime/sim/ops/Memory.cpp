// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ld and st.
#include "runtime/sim/Access.h"
#include "runtime/sim/Block.h"
#include "runtime/sim/ops/LaneMap.h"

namespace tenon::sim {
namespace {

/// Bank conflicts are counted for each shared access, where asked for.
class BankCounter {
public:
  explicit BankCounter(Warp &warp) : warp(warp), active(warp.block.launch.options.countBankConflicts) {}
  void add(unsigned lane, const Location &location) {
    if (!active || !location.shared)
      return;
    offsets[lane] = location.offset;
    mask |= 1u << lane;
  }
  void finish(unsigned bytes) {
    if (mask)
      countBankConflicts(warp, offsets, mask, bytes);
  }

private:
  Warp &warp;
  bool active;
  uint32_t offsets[warpLanes];
  uint32_t mask = 0;
};

/// Results: one or a vector. Element is the type in memory, Reg what a register takes it as: wider ones are extended.
template <class Element, class Reg> void load(Warp &warp, const Op &op, uint32_t mask) {
  AccessKind kind = AccessKind::unpack(op.modifiers);
  BankCounter banks(warp);
  Element values[warpLanes][4];
  for (unsigned lane : Lanes(mask)) {
    Location location;
    if (!locate(warp, op, lane, laneAddress(warp, op, lane), kind, location))
      return;
    banks.add(lane, location);
    std::memcpy(values[lane], location.data, kind.bytes);
  }
  for (unsigned i = 0; i < op.results; ++i) {
    uint32_t *r = warp.row(op.result(i));
    forLanes(mask, [&](unsigned lane) { writeLane<Reg>(r, lane, static_cast<Reg>(values[lane][i])); });
  }
  banks.finish(kind.bytes);
}

/// Sources: the address, then the elements. What is undefined stays so in memory.
template <class Element, class Reg> void store(Warp &warp, const Op &op, uint32_t mask) {
  AccessKind kind = AccessKind::unpack(op.modifiers);
  BankCounter banks(warp);
  unsigned count = op.sources - 1u;
  uint32_t good = warp.defined[op.source(0)];
  if (mask & ~good)
    return warp.fault(op, static_cast<unsigned>(std::countr_zero(mask & ~good)), FaultKind::Uninitialized,
                      "the address is a register that was never given a value");
  for (unsigned lane : Lanes(mask)) {
    Element values[4];
    for (unsigned i = 0; i < count; ++i)
      values[i] = static_cast<Element>(readLane<Reg>(warp.row(op.source(1 + i)), lane));
    Location location;
    kind.stored = values;
    if (!locate(warp, op, lane, laneAddress(warp, op, lane), kind, location))
      return;
    banks.add(lane, location);
    std::memcpy(location.data, values, kind.bytes);
    for (unsigned i = 0; i < count; ++i)
      std::memset(location.state + i * sizeof(Element), warp.defined[op.source(1 + i)] >> lane & 1, sizeof(Element));
  }
  banks.finish(kind.bytes);
}

template <class Element> Handler loadHandler(bool isWide) {
  using Narrow = std::conditional_t<std::is_signed_v<Element>, int32_t, uint32_t>;
  using Extended = std::conditional_t<std::is_signed_v<Element>, int64_t, uint64_t>;
  if constexpr (sizeof(Element) == 8)
    return isWide ? load<Element, Extended> : nullptr;
  else
    return isWide ? load<Element, Extended> : load<Element, Narrow>;
}

Handler loadHandler(PtxType type, bool isWide) {
  switch (bitsOf(type)) {
  case 8:
    return isSigned(type) ? loadHandler<int8_t>(isWide) : loadHandler<uint8_t>(isWide);
  case 16:
    return isSigned(type) ? loadHandler<int16_t>(isWide) : loadHandler<uint16_t>(isWide);
  case 32:
    return isSigned(type) ? loadHandler<int32_t>(isWide) : loadHandler<uint32_t>(isWide);
  case 64:
    return loadHandler<uint64_t>(isWide);
  default:
    return nullptr;
  }
}

Handler storeHandler(unsigned bits, bool isWide) {
  switch (bits) {
  case 8:
    return isWide ? store<uint8_t, uint64_t> : store<uint8_t, uint32_t>;
  case 16:
    return isWide ? store<uint16_t, uint64_t> : store<uint16_t, uint32_t>;
  case 32:
    return isWide ? store<uint32_t, uint64_t> : store<uint32_t, uint32_t>;
  case 64:
    return isWide ? store<uint64_t, uint64_t> : nullptr;
  default:
    return nullptr;
  }
}

struct Form {
  AccessKind kind;
  PtxType type = PtxType::None;
  unsigned count = 1;
};

/// Everything between the mnemonic and the operands. Caches, eviction and prefetching do not change what is loaded.
Form takeForm(OpBuilder &b, Intent intent) {
  Form form;
  form.kind.intent = intent;
  form.kind.strong = b.takeOneOf({"volatile", "relaxed", "acquire", "release", "mmio"}) >= 0;
  b.ignore({"weak", "cta", "cluster", "gpu", "sys", "nc", "ca", "cg", "cs", "lu", "cv", "wb", "wt", "unified"});
  b.ignorePrefix("L1::");
  b.ignorePrefix("L2::");
  int space =
      b.takeOneOf({"global", "const", "shared", "shared::cta", "local", "param", "param::entry", "param::func"});
  constexpr Space spaces[] = {Space::Global, Space::Const, Space::Shared, Space::Shared,
                              Space::Local,  Space::Param, Space::Param,  Space::Param};
  form.kind.space = space < 0 ? Space::Generic : spaces[space];
  int vector = b.takeOneOf({"v2", "v4"});
  form.count = vector < 0 ? 1 : vector == 0 ? 2 : 4;
  form.type = b.takeType();
  form.kind.bytes = form.count * bitsOf(form.type) / 8;
  if (form.type == PtxType::None || form.type == PtxType::Pred || form.kind.bytes > 16)
    b.fail("expected a type, of at most 16 bytes with all elements");
  return form;
}

/// The registers of a vector are all of one width: at least that of the elements.
unsigned takeRegisters(OpBuilder &b, size_t at, const Form &form, bool isResult) {
  unsigned least = bitsOf(form.type), width = 0;
  for (const Operand &element : b.elements(at, form.count)) {
    unsigned own = b.widthOf(element);
    if (own > width)
      width = own;
  }
  if (width == 0)
    width = std::max(least, 16u);
  if (width < least)
    b.fail("a register is narrower than the type");
  PtxType type = width == 64 ? PtxType::B64 : width == 32 ? PtxType::B32 : PtxType::B16;
  // Literals have the type of the instruction.
  if (width == least)
    type = form.type;
  for (const Operand &element : b.elements(at, form.count)) {
    if (isResult)
      b.result(element, width);
    else
      b.source(element, type);
  }
  return width;
}

/// An operand with a cache policy says nothing about values.
void takePolicy(OpBuilder &b, size_t at) {
  if (b.operands() == at + 1 && b.isKind(at, Operand::Kind::Register) && b.widthOf(b.operand(at)) == 64)
    b.operand(at);
}

void decodeLoad(OpBuilder &b) {
  Form form = takeForm(b, Intent::Read);
  unsigned width = takeRegisters(b, 0, form, true);
  form.kind.space = b.address(1, form.kind.space);
  takePolicy(b, 2);
  b.op.modifiers |= form.kind.pack();
  b.op.run = loadHandler(form.type, width == 64);
}

void decodeStore(OpBuilder &b) {
  Form form = takeForm(b, Intent::Write);
  form.kind.space = b.address(0, form.kind.space);
  unsigned width = takeRegisters(b, 1, form, false);
  takePolicy(b, 2);
  b.op.movesUndefined = true;
  b.op.modifiers |= form.kind.pack();
  b.op.run = storeHandler(bitsOf(form.type), width == 64);
}

constexpr InstructionRule table[] = {
    {"ld", decodeLoad},
    {"ldu", decodeLoad},
    {"st", decodeStore},
};

} // namespace

std::span<const InstructionRule> memoryRules() { return table; }

} // namespace tenon::sim
