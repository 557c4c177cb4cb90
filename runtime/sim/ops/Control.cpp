// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Jumps, barriers, and what has no effect in a simulation.
#include "runtime/sim/Block.h"
#include "runtime/sim/KernelLayout.h"
#include "runtime/sim/ops/LaneMap.h"

namespace tenon::sim {
namespace {

void decodeBranch(OpBuilder &b) {
  b.take("uni");
  b.operand(0);
  b.op.flow = Flow::Jump;
}

/// brx.idx: the table of labels has been made by the decoder.
void decodeBranchIndexed(OpBuilder &b) {
  b.take("uni");
  if (!b.take("idx"))
    return b.fail("expected brx.idx");
  b.source(0, PtxType::U32);
  b.operand(1);
  b.op.flow = Flow::JumpIndexed;
}

void decodeReturn(OpBuilder &b) {
  b.take("uni");
  b.op.flow = b.function.isEntry ? Flow::Exit : Flow::Return;
  if (!b.function.isEntry)
    b.sourceRow(b.layout.returnRow(b.function));
}

void decodeExit(OpBuilder &b) { b.op.flow = Flow::Exit; }

void trap(Warp &warp, const Op &op, uint32_t mask) {
  warp.fault(op, static_cast<unsigned>(std::countr_zero(mask)), FaultKind::Trap,
             "the kernel stopped itself, as it does at a failed assertion");
}

void decodeTrap(OpBuilder &b) { b.op.run = trap; }

void nothing(Warp &, const Op &, uint32_t) {}

/// Instructions that only order or prefetch: threads of a simulated block run one after another, and host threads that
/// run blocks see each other's writes in order.
void decodeNothing(OpBuilder &b) {
  for (std::string_view modifier : b.instruction.modifiers)
    b.take(modifier);
  for (size_t i = 0; i < b.operands(); ++i)
    b.operand(i);
  b.op.run = nothing;
}

void policy(Warp &warp, const Op &op, uint32_t mask) {
  forLanes(mask, [&](unsigned lane) { writeLane<uint64_t>(warp.row(op.result(0)), lane, 0); });
}

/// createpolicy: the policy of a cache is a number that nobody reads.
void decodePolicy(OpBuilder &b) {
  b.result(0, 64);
  decodeNothing(b);
  b.op.run = policy;
}

void syncLanes(Warp &warp, const Op &, uint32_t) { warp.block.shared.clocks.syncLanes(warp.index); }

void decodeWarpSync(OpBuilder &b) {
  if (!b.take("sync"))
    return b.fail("expected bar.warp.sync");
  b.source(0, PtxType::B32);
  b.op.flow = Flow::WarpSync;
  b.op.run = syncLanes;
}

/// bar.sync, bar.arrive, bar.red and the same with `barrier`, which need not be aligned.
void decodeBarrier(OpBuilder &b) {
  bool short_ = b.instruction.mnemonic == "bar";
  if (b.take("warp"))
    return decodeWarpSync(b);
  b.take("cta");
  BarrierKind kind;
  kind.aligned = b.take("aligned") || short_;
  int what = b.takeOneOf({"sync", "arrive", "red"});
  if (what < 0)
    return b.fail("expected .sync, .arrive or .red");
  size_t first = 0, end = b.operands();
  b.op.flow = what == 1 ? Flow::BarrierArrive : Flow::Barrier;
  if (what == 2) {
    int reduction = b.takeOneOf({"popc", "and", "or"});
    PtxType type = b.takeType();
    if (reduction < 0 || type != (reduction == 0 ? PtxType::U32 : PtxType::Pred) || end < 3)
      return b.fail("expected .popc.u32, .and.pred or .or.pred, a result and a predicate");
    kind.reduction = static_cast<BarrierKind::Reduction>(reduction + 1);
    b.result(0, bitsOf(type));
    first = 1;
    --end;
  }
  b.source(first, PtxType::U32);
  kind.counted = end > first + 1;
  if (kind.counted)
    b.source(first + 1, PtxType::U32);
  else if (what == 1)
    return b.fail("an arrival needs a number of threads");
  if (what == 2) {
    b.source(end, PtxType::Pred);
    b.op.immediate = b.operand(end).negated;
  }
  b.op.modifiers = kind.pack();
}

constexpr InstructionRule table[] = {
    {"bra", decodeBranch},        {"brx", decodeBranchIndexed},
    {"ret", decodeReturn},        {"exit", decodeExit},
    {"trap", decodeTrap},         {"brkpt", decodeTrap},
    {"bar", decodeBarrier},       {"barrier", decodeBarrier},
    {"membar", decodeNothing},    {"fence", decodeNothing},
    {"nanosleep", decodeNothing}, {"prefetch", decodeNothing},
    {"prefetchu", decodeNothing}, {"applypriority", decodeNothing},
    {"pmevent", decodeNothing},   {"createpolicy", decodePolicy},
};

} // namespace

std::span<const InstructionRule> controlRules() { return table; }

} // namespace tenon::sim
