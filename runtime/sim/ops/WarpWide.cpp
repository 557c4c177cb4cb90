// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Exchange between the lanes of a warp: shuffles, votes, reductions, matches.
#include "runtime/sim/ops/LaneMap.h"
#include <algorithm>

namespace tenon::sim {
namespace {

enum class Shuffle : uint8_t { Up, Down, Butterfly, Index };

/// The lane that `lane` reads from, and whether that is in range (PTX ISA, shfl.sync).
bool shuffleSource(Shuffle mode, unsigned lane, uint32_t b, uint32_t c, unsigned &from) {
  uint32_t offset = b & 31, clampAt = c & 31, segment = c >> 8 & 31;
  uint32_t most = (lane & segment) | (clampAt & ~segment), least = lane & segment;
  int32_t source = 0;
  bool inside = false;
  switch (mode) {
  case Shuffle::Up:
    source = static_cast<int32_t>(lane - offset);
    inside = source >= static_cast<int32_t>(most);
    break;
  case Shuffle::Down:
    source = static_cast<int32_t>(lane + offset);
    inside = source <= static_cast<int32_t>(most);
    break;
  case Shuffle::Butterfly:
    source = static_cast<int32_t>(lane ^ offset);
    inside = source <= static_cast<int32_t>(most);
    break;
  case Shuffle::Index:
    source = static_cast<int32_t>(least | (offset & ~segment));
    inside = source <= static_cast<int32_t>(most);
    break;
  }
  from = inside ? static_cast<unsigned>(source) : lane;
  return inside;
}

/// Sources: the mask of members, the value, the lane or offset, the limits. Results: the value, whether it was in
/// range.
void shuffle(Warp &warp, const Op &op, uint32_t mask) {
  const uint32_t *value = warp.row(op.source(1)), *b = warp.row(op.source(2)), *c = warp.row(op.source(3));
  uint32_t result[warpLanes], inRange = 0;
  for (unsigned lane : Lanes(mask)) {
    unsigned from;
    bool inside = shuffleSource(static_cast<Shuffle>(op.modifiers), lane, b[lane], c[lane], from);
    if (!(mask >> from & 1))
      return warp.fault(op, lane, FaultKind::Divergence,
                        "it reads from lane " + std::to_string(from) + ", which does not take part");
    inRange |= uint32_t(inside) << lane;
    result[lane] = value[from];
  }
  for (unsigned lane : Lanes(mask))
    warp.row(op.result(0))[lane] = result[lane];
  uint32_t *p = warp.row(op.result(1));
  *p = (*p & ~mask) | inRange;
}

void decodeShuffle(OpBuilder &b) {
  bool sync = b.take("sync");
  int mode = b.takeOneOf({"up", "down", "bfly", "idx"});
  if (!sync || mode < 0 || b.takeType() != PtxType::B32)
    return b.fail("expected shfl.sync with .up, .down, .bfly or .idx and .b32");
  b.result(0, 32);
  b.secondResult(0);
  b.source(4, PtxType::B32);
  for (size_t i = 1; i <= 3; ++i)
    b.source(i, PtxType::B32);
  b.op.modifiers = static_cast<uint32_t>(mode);
  b.op.flow = Flow::Members;
  b.op.run = shuffle;
}

/// The lanes that share the mask of members with `lane`; each such set votes by itself.
uint32_t membersOf(Warp &warp, const Op &op, uint32_t mask, unsigned lane) {
  return warp.row(op.source(0))[lane] & mask;
}

enum class Vote : uint8_t { All, Any, Uni, Ballot };

void vote(Warp &warp, const Op &op, uint32_t mask) {
  auto mode = static_cast<Vote>(op.modifiers & 3);
  uint32_t p = *warp.row(op.source(1));
  if (op.modifiers & 4)
    p = ~p;
  uint32_t *r = warp.row(op.result(0));
  uint32_t result[warpLanes], bits = 0;
  for (unsigned lane : Lanes(mask)) {
    uint32_t members = membersOf(warp, op, mask, lane), yes = p & members;
    bool answer = mode == Vote::All ? yes == members : mode == Vote::Any ? yes != 0 : yes == 0 || yes == members;
    result[lane] = yes;
    bits |= uint32_t(answer) << lane;
  }
  if (mode != Vote::Ballot)
    *r = (*r & ~mask) | bits;
  else
    for (unsigned lane : Lanes(mask))
      r[lane] = result[lane];
}

void decodeVote(OpBuilder &b) {
  bool sync = b.take("sync");
  int mode = b.takeOneOf({"all", "any", "uni", "ballot"});
  PtxType type = b.takeType();
  if (!sync || mode < 0 || type != (mode == 3 ? PtxType::B32 : PtxType::Pred))
    return b.fail("expected vote.sync with .all, .any or .uni and .pred, or .ballot and .b32");
  b.result(0, bitsOf(type));
  b.source(2, PtxType::B32);
  b.source(1, PtxType::Pred);
  b.op.modifiers = static_cast<uint32_t>(mode) | b.operand(1).negated << 2;
  b.op.flow = Flow::Members;
  b.op.run = vote;
}

template <class T> T reduce(unsigned how, T a, T b) {
  switch (how) {
  case 0:
    return static_cast<T>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
  case 1:
    return std::min(a, b);
  case 2:
    return std::max(a, b);
  case 3:
    return a & b;
  case 4:
    return a | b;
  default:
    return a ^ b;
  }
}

template <class T> void reduceLanes(Warp &warp, const Op &op, uint32_t mask) {
  const uint32_t *value = warp.row(op.source(1));
  uint32_t result[warpLanes];
  for (unsigned lane : Lanes(mask)) {
    uint32_t members = membersOf(warp, op, mask, lane);
    auto first = static_cast<unsigned>(std::countr_zero(members));
    T sum = readLane<T>(value, first);
    for (unsigned other : Lanes(members & (members - 1)))
      sum = reduce<T>(op.modifiers, sum, readLane<T>(value, other));
    result[lane] = std::bit_cast<uint32_t>(sum);
  }
  for (unsigned lane : Lanes(mask))
    warp.row(op.result(0))[lane] = result[lane];
}

void decodeReduce(OpBuilder &b) {
  bool sync = b.take("sync");
  int how = b.takeOneOf({"add", "min", "max", "and", "or", "xor"});
  PtxType type = b.takeType();
  if (!sync || how < 0 || bitsOf(type) != 32 || isFloating(type) || isUntyped(type) != (how >= 3))
    return b.fail("expected redux.sync with .add, .min or .max and .u32 or .s32, or .and, .or or .xor and .b32");
  b.result(0, 32);
  b.source(2, PtxType::B32);
  b.source(1, type);
  b.op.modifiers = static_cast<uint32_t>(how);
  b.op.flow = Flow::Members;
  b.op.run = isSigned(type) ? reduceLanes<int32_t> : reduceLanes<uint32_t>;
}

/// match.any: the members with the same value. match.all: all members if all have the same, else none.
template <class T> void match(Warp &warp, const Op &op, uint32_t mask) {
  const uint32_t *value = warp.row(op.source(1));
  uint32_t result[warpLanes], same = 0;
  for (unsigned lane : Lanes(mask)) {
    uint32_t members = membersOf(warp, op, mask, lane), equal = 0;
    for (unsigned other : Lanes(members))
      equal |= uint32_t(readLane<T>(value, other) == readLane<T>(value, lane)) << other;
    bool all = equal == members;
    same |= uint32_t(all) << lane;
    result[lane] = op.modifiers && !all ? 0 : equal;
  }
  for (unsigned lane : Lanes(mask))
    warp.row(op.result(0))[lane] = result[lane];
  if (op.results == 2) {
    uint32_t *p = warp.row(op.result(1));
    *p = (*p & ~mask) | same;
  }
}

void decodeMatch(OpBuilder &b) {
  bool sync = b.take("sync");
  int mode = b.takeOneOf({"any", "all"});
  PtxType type = b.takeType();
  if (!sync || mode < 0 || (type != PtxType::B32 && type != PtxType::B64))
    return b.fail("expected match.sync with .any or .all and .b32 or .b64");
  b.result(0, 32);
  if (mode == 1)
    b.secondResult(0);
  b.source(2, PtxType::B32);
  b.source(1, type);
  b.op.modifiers = mode == 1;
  b.op.flow = Flow::Members;
  b.op.run = type == PtxType::B64 ? match<uint64_t> : match<uint32_t>;
}

void activeMask(Warp &warp, const Op &op, uint32_t mask) {
  for (unsigned lane : Lanes(mask))
    warp.row(op.result(0))[lane] = mask;
}

void decodeActiveMask(OpBuilder &b) {
  if (b.takeType() != PtxType::B32)
    return b.fail("the type must be b32");
  b.result(0, 32);
  b.op.run = activeMask;
}

constexpr InstructionRule table[] = {
    {"shfl", decodeShuffle},          {"vote", decodeVote}, {"redux", decodeReduce}, {"match", decodeMatch},
    {"activemask", decodeActiveMask},
};

} // namespace

std::span<const InstructionRule> warpRules() { return table; }

} // namespace tenon::sim
