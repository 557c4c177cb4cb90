// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which lanes of a warp run next, and where control takes them.
#include "runtime/sim/Block.h"
#include <algorithm>

namespace tenon::sim {
namespace {

// Lanes at the smallest position run first. But lanes that wait in a loop for others of their warp must not keep these
// from running: such loops read memory with volatile or atomic accesses, and after so many of them (counted for each
// lane) the lanes that are farthest have some turns.
constexpr uint32_t patientAccesses = 1024, turnsOfOthers = 64;

} // namespace

uint64_t Warp::run(uint64_t budget) {
  uint64_t limit = block.launch.options.instructionLimit;
  remaining = std::min(budget, limit - std::min(limit, executed) + 1);
  uint64_t before = remaining;
  while (remaining > 0 && live && !block.faulted) {
    Fragment *fragment = choose();
    if (!fragment)
      break;
    runFragment(*fragment);
  }
  executed += before - remaining;
  if (executed > limit && !block.faulted && !fragments.empty()) {
    const Fragment &fragment = fragments.front();
    fault(program.ops[fragment.pc], static_cast<unsigned>(std::countr_zero(fragment.mask)), FaultKind::InstructionLimit,
          "its warp has executed " + std::to_string(limit) +
              " instructions, the limit; is this an endless loop, or should instruction-limit be larger?");
  }
  return before - remaining;
}

/// Lanes at the same place become one fragment.
void Warp::mergeFragments() {
  for (size_t i = 0; i < fragments.size(); ++i)
    for (size_t j = fragments.size() - 1; j > i; --j) {
      Fragment &a = fragments[i], &b = fragments[j];
      if (a.pc != b.pc || a.state == Fragment::State::Waiting || b.state == Fragment::State::Waiting)
        continue;
      a.mask |= b.mask;
      a.state = Fragment::State::Ready;
      fragments.erase(fragments.begin() + static_cast<ptrdiff_t>(j));
    }
}

Fragment *Warp::choose() {
  if (fragments.size() > 1)
    mergeFragments();
  if (strongAccesses >= patientAccesses) {
    strongAccesses = 0;
    turnsLeft = turnsOfOthers;
  }
  bool last = turnsLeft > 0 && fragments.size() > 1;
  turnsLeft -= turnsLeft > 0;
  Fragment *best = nullptr;
  for (Fragment &fragment : fragments)
    if (fragment.state == Fragment::State::Ready && (!best || (fragment.pc < best->pc) != last))
      best = &fragment;
  if (best)
    return best;
  if (releaseWarpSync())
    return choose();
  bool othersMayCome = std::any_of(fragments.begin(), fragments.end(),
                                   [](const Fragment &f) { return f.state == Fragment::State::Waiting; });
  if (!othersMayCome)
    reportHeld();
  return nullptr;
}

/// bar.warp.sync may be met at different places: true if lanes held at such could go on.
bool Warp::releaseWarpSync() {
  uint32_t arrived = 0;
  for (const Fragment &fragment : fragments)
    if (fragment.state == Fragment::State::Held && program.ops[fragment.pc].flow == Flow::WarpSync)
      arrived |= fragment.mask;
  bool any = false;
  for (Fragment &fragment : fragments) {
    const Op &op = program.ops[fragment.pc];
    if (fragment.state != Fragment::State::Held || op.flow != Flow::WarpSync ||
        (requiredLanes(op, fragment.mask) & ~arrived) != 0)
      continue;
    execute(op, fragment.mask);
    fragment.state = Fragment::State::Ready;
    ++fragment.pc;
    any = true;
  }
  return any;
}

/// The nearest place after this fragment's where lanes stand that it may join.
uint32_t Warp::nearestOther(const Fragment &fragment) const {
  uint32_t nearest = ~0u;
  for (const Fragment &other : fragments)
    if (other.state != Fragment::State::Waiting && other.pc > fragment.pc)
      nearest = std::min(nearest, other.pc);
  return nearest;
}

void Warp::runFragment(Fragment &fragment) {
  const uint32_t stop = nearestOther(fragment);
  while (remaining > 0) {
    const Op &op = program.ops[fragment.pc];
    --remaining;
    uint32_t mask = fragment.mask;
    if (op.guard != noRegister) {
      if (uint32_t undefined = mask & ~defined[op.guard])
        return fault(op, static_cast<unsigned>(std::countr_zero(undefined)), FaultKind::Uninitialized,
                     "the guard was never given a value");
      mask &= op.guardNegated ? ~*row(op.guard) : *row(op.guard);
    }
    if (op.flow == Flow::Next || mask == 0) {
      if (mask)
        execute(op, mask);
      ++fragment.pc;
    } else if (!transfer(op, fragment, mask)) {
      return;
    }
    if (block.faulted || fragment.pc == stop)
      return;
  }
}

/// Keeps `mask` in the fragment and sends its other lanes past the instruction. Invalidates references to fragments.
Fragment &Warp::split(Fragment &fragment, uint32_t mask) {
  if (mask == fragment.mask)
    return fragment;
  auto index = &fragment - fragments.data();
  Fragment rest = fragment;
  rest.mask &= ~mask;
  ++rest.pc;
  fragment.mask = mask;
  fragments.push_back(rest);
  return fragments[static_cast<size_t>(index)];
}

/// False if the fragments have changed.
bool Warp::transfer(const Op &op, Fragment &fragment, uint32_t mask) {
  switch (op.flow) {
  case Flow::Jump:
    return jump(op, fragment, mask);
  case Flow::Call: {
    uint32_t *returnTo = row(op.result(0));
    for (unsigned lane : Lanes(mask))
      returnTo[lane] = fragment.pc + 1;
    return jump(op, fragment, mask);
  }
  case Flow::JumpIndexed:
  case Flow::Return:
    scatter(op, fragment, mask);
    return false;
  case Flow::Exit:
    exitLanes(fragment, mask);
    return false;
  case Flow::Barrier:
  case Flow::BarrierArrive:
    waitAtBarrier(op, split(fragment, mask));
    return false;
  default:
    together(op, split(fragment, mask));
    return false;
  }
}

bool Warp::jump(const Op &op, Fragment &fragment, uint32_t mask) {
  bool alone = fragments.size() == 1 && mask == fragment.mask;
  split(fragment, mask).pc = op.target;
  return alone;
}

void Warp::scatter(const Op &op, Fragment &first, uint32_t mask) {
  Fragment *fragment = &split(first, mask);
  if (op.flow == Flow::JumpIndexed && !checkSources(op, mask))
    return;
  const uint32_t *values = row(op.source(0));
  uint32_t targets[warpLanes] = {};
  for (unsigned lane : Lanes(mask)) {
    targets[lane] = values[lane];
    if (op.flow == Flow::Return)
      continue;
    const std::vector<uint32_t> &table = program.branchTables[op.target];
    if (values[lane] >= table.size())
      return fault(op, lane, FaultKind::Trap,
                   "index " + std::to_string(values[lane]) + " in a table of " + std::to_string(table.size()) +
                       " labels");
    targets[lane] = table[values[lane]];
  }
  auto index = static_cast<size_t>(fragment - fragments.data());
  while (true) {
    uint32_t target = targets[std::countr_zero(mask)];
    uint32_t same = 0;
    for (unsigned lane : Lanes(mask))
      same |= uint32_t(targets[lane] == target) << lane;
    fragments[index].mask = same;
    fragments[index].pc = target;
    mask &= ~same;
    if (!mask)
      return;
    index = fragments.size();
    fragments.push_back(Fragment{0, mask, Fragment::State::Ready, 0});
  }
}

void Warp::exitLanes(Fragment &fragment, uint32_t mask) {
  live &= ~mask;
  fragment.mask &= ~mask;
  ++fragment.pc;
  if (!fragment.mask)
    fragments.erase(fragments.begin() + (&fragment - fragments.data()));
  // A barrier does not wait for threads that have exited (PTX ISA, exit).
  for (Fragment &other : fragments)
    if (other.state == Fragment::State::Held && program.ops[other.pc].flow == Flow::Barrier)
      other.state = Fragment::State::Ready;
  block.releaseBarriers();
}

/// The lanes that must execute `op` together with those in `mask`.
uint32_t Warp::requiredLanes(const Op &op, uint32_t mask) {
  if (op.flow == Flow::Aligned)
    return ~0u;
  const uint32_t *members = row(op.source(0));
  uint32_t required = 0;
  for (unsigned lane : Lanes(mask & defined[op.source(0)]))
    required |= members[lane];
  return required & live;
}

void Warp::together(const Op &op, Fragment &fragment) {
  uint32_t mask = fragment.mask;
  if (op.flow != Flow::Aligned) {
    const uint32_t *members = row(op.source(0));
    for (unsigned lane : Lanes(mask & defined[op.source(0)]))
      if (!(members[lane] >> lane & 1))
        return fault(op, lane, FaultKind::Divergence, "the lane executes this but is not in the mask of its members");
  }
  if (uint32_t missing = requiredLanes(op, mask) & ~mask) {
    fragment.state = Fragment::State::Held;
    // Lanes that have exited or that the block never had cannot come.
    if (missing & ~live)
      reportHeld();
    return;
  }
  execute(op, mask);
  ++fragment.pc;
}

void Warp::waitAtBarrier(const Op &op, Fragment &fragment) {
  BarrierKind kind = BarrierKind::unpack(op.modifiers);
  uint32_t mask = fragment.mask;
  if (kind.aligned && mask != live) {
    fragment.state = Fragment::State::Held;
    return;
  }
  if (!checkSources(op, mask))
    return;
  auto first = static_cast<unsigned>(std::countr_zero(mask));
  uint32_t id = row(op.source(0))[first];
  uint32_t required = kind.counted ? row(op.source(1))[first] : 0;
  for (unsigned lane : Lanes(mask))
    if (row(op.source(0))[lane] != id || (kind.counted && row(op.source(1))[lane] != required))
      return fault(op, lane, FaultKind::Divergence, "lanes of one warp name different barriers or numbers of threads");
  if (id > 15 || (kind.counted && (required == 0 || required % warpLanes != 0 || required > 1024)))
    return fault(op, first, FaultKind::Divergence,
                 "barrier " + std::to_string(id) + " for " + std::to_string(required) +
                     " threads; a barrier is 0 to 15 and its number of threads a multiple of 32 up to 1024");
  uint32_t predicate = kind.reduction == BarrierKind::Reduction::None ? 0 : *row(op.source(kind.counted ? 2 : 1));
  if (op.immediate) // `!%p`
    predicate = ~predicate;
  if (!block.arrive(id, required, *this, mask, kind, predicate))
    return fault(op, first, FaultKind::Divergence,
                 "barrier " + std::to_string(id) +
                     " is already waited for with another number of threads or another reduction");
  if (op.flow == Flow::BarrierArrive) {
    ++fragment.pc;
  } else {
    fragment.state = Fragment::State::Waiting;
    fragment.barrier = static_cast<uint8_t>(id);
  }
  block.releaseBarriers();
}

bool Warp::checkSources(const Op &op, uint32_t mask) {
  uint32_t good = mask;
  for (unsigned i = 0; i < op.sources; ++i)
    good &= defined[op.source(i)];
  if (good == mask)
    return true;
  auto lane = static_cast<unsigned>(std::countr_zero(mask & ~good));
  for (unsigned i = 0; i < op.sources; ++i)
    if (!(defined[op.source(i)] >> lane & 1))
      fault(op, lane, FaultKind::Uninitialized,
            "source " + std::to_string(i + 1) + " is a register that was never given a value");
  return false;
}

void Warp::execute(const Op &op, uint32_t mask) {
  if (op.movesUndefined)
    return op.run(*this, op, mask);
  if (!checkSources(op, mask))
    return;
  op.run(*this, op, mask);
  for (unsigned i = 0; i < op.results; ++i)
    defined[op.result(i)] |= mask;
}

} // namespace tenon::sim
