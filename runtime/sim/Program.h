// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A kernel with all functions that it calls, decoded for execution.
#pragma once

#include "runtime/sim/PtxModule.h"
#include "runtime/sim/SpecialRegister.h"

namespace tenon::sim {

class Warp;
struct Op;

inline constexpr unsigned warpLanes = 32;

/// Executes an instruction for the lanes in `mask`, which is not 0.
using Handler = void (*)(Warp &, const Op &, uint32_t mask);

/// How control goes on, and what must hold before.
enum class Flow : uint8_t {
  Next,
  Aligned,  ///< All 32 lanes execute it together, then Next.
  Members,  ///< The lanes of the mask in the first source, as far as they have not exited, execute it together, then
            ///< Next.
  WarpSync, ///< Like Members, but the lanes may come from several such instructions.
  Jump,
  JumpIndexed,
  Call,
  Return,
  Exit,
  Barrier,      ///< Waits for other warps.
  BarrierArrive ///< Counts at the barrier and goes on.
};

/// A register is a row of 32 values, one a lane: 32-bit words, of which smaller types use the low part, whatever is
/// above it; two rows are 32 64-bit words. A predicate is one word, a bit for each lane.
struct Op {
  Handler run = nullptr;
  const uint32_t *operands = nullptr; ///< Rows: the results, then the sources.
  uint64_t immediate = 0;             ///< Given meaning by the handler; for memory the displacement.
  uint32_t guard = noRegister;        ///< Row of a predicate.
  uint32_t target = 0;                ///< Jump, Call: index in Program::ops. JumpIndexed: in Program::branchTables.
  uint32_t modifiers = 0;             ///< Given meaning by the handler.
  uint8_t results = 0;
  uint8_t sources = 0;
  Flow flow = Flow::Next;
  bool guardNegated = false;
  bool movesUndefined = false; ///< The handler itself cares for undefined sources and for what becomes defined.

  uint32_t result(unsigned i) const { return operands[i]; }
  uint32_t source(unsigned i) const { return operands[results + i]; }
};

struct Program {
  struct Constant {
    uint32_t row;
    uint64_t bits;
    bool wide;
  };
  struct Parameter {
    uint32_t offset;
    uint32_t bytes;
  };

  const Function *kernel = nullptr;
  std::vector<Op> ops;
  std::vector<const Instruction *> origin; ///< Of each op.
  std::vector<uint32_t> operandPool;
  std::vector<std::vector<uint32_t>> branchTables;
  std::vector<Constant> constants;
  std::vector<std::pair<SpecialRegister, uint32_t>> specials; ///< With their rows.
  std::vector<Parameter> parameters;
  uint32_t parameterBytes = 0;
  uint32_t rows = 0;
  uint32_t entry = 0;
  uint32_t staticSharedBytes = 0; ///< Also where `.extern .shared` arrays begin, rounded up.
  uint32_t dynamicSharedOffset = 0;
  uint32_t localBytes = 0; ///< Of a thread, with the parameters of device functions.
};

} // namespace tenon::sim
