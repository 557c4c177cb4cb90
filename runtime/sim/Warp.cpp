// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 32 lanes: their registers, their local memory, and reports of what they did wrong.
#include "runtime/sim/Warp.h"
#include "runtime/sim/Block.h"
#include <algorithm>
#include <cstdio>
#include <cstring>

namespace tenon::sim {
namespace {

constexpr uint32_t allLanes = ~0u;

/// PTX text on one line, not too long.
std::string oneLine(std::string_view text) {
  constexpr size_t longest = 160;
  std::string result;
  for (char c : text) {
    bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && (result.empty() || result.back() == ' '))
      continue;
    result += blank ? ' ' : c;
    if (result.size() == longest)
      return result + "...";
  }
  while (!result.empty() && result.back() == ' ')
    result.pop_back();
  return result;
}

std::string addressText(uint64_t address) {
  char text[32];
  std::snprintf(text, sizeof text, "address 0x%llx: ", static_cast<unsigned long long>(address));
  return text;
}

} // namespace

Warp::Warp(Block &block, unsigned index) : block(block), program(block.launch.program), index(index) {
  rows.resize(size_t(program.rows) * warpLanes);
  defined.resize(program.rows);
  local.resize(size_t(program.localBytes) * warpLanes);
  localState.resize(local.size());
  for (const Program::Constant &constant : program.constants) {
    if (constant.wide) {
      for (unsigned lane = 0; lane < warpLanes; ++lane)
        std::memcpy(row(constant.row) + 2 * lane, &constant.bits, 8);
    } else {
      std::fill_n(row(constant.row), warpLanes, static_cast<uint32_t>(constant.bits));
    }
  }
}

void Warp::start() {
  uint32_t threads = block.threads() - index * warpLanes;
  populated = threads >= warpLanes ? allLanes : (1u << threads) - 1;
  live = populated;
  executed = 0;
  fragments.assign(1, Fragment{program.entry, populated, Fragment::State::Ready, 0});
  std::fill(defined.begin(), defined.end(), 0);
  std::fill(localState.begin(), localState.end(), 0);
  copies.clear();
  std::fill_n(committedGroups, warpLanes, 0);
  for (const Program::Constant &constant : program.constants)
    defined[constant.row] = allLanes;
  setSpecials();
}

void Warp::setSpecials() {
  const Dimensions &size = block.launch.block, &grid = block.launch.grid;
  for (auto [special, id] : program.specials) {
    defined[id] = allLanes;
    uint32_t *values = row(id);
    for (unsigned lane = 0; lane < warpLanes; ++lane) {
      uint32_t thread = threadOf(lane);
      uint32_t bit = 1u << lane;
      uint32_t warps = (block.threads() + warpLanes - 1) / warpLanes;
      const uint32_t all[] = {thread % size.x,
                              thread / size.x % size.y,
                              thread / size.x / size.y,
                              size.x,
                              size.y,
                              size.z,
                              block.position.x,
                              block.position.y,
                              block.position.z,
                              grid.x,
                              grid.y,
                              grid.z,
                              lane,
                              index,
                              warps,
                              0,
                              1,
                              0,
                              bit,
                              bit | (bit - 1),
                              bit - 1,
                              ~(bit - 1),
                              ~(bit | (bit - 1)),
                              block.launch.dynamicSharedBytes,
                              block.launch.sharedBytes()};
      values[isWide(special) ? 2 * lane : lane] = all[static_cast<unsigned>(special)];
      if (isWide(special))
        values[2 * lane + 1] = 0;
    }
  }
}

std::string Warp::placeOf(uint32_t op) const {
  const Instruction &instruction = *program.origin[op];
  return "line " + std::to_string(instruction.line) + ": '" + oneLine(instruction.text) + "'";
}

void Warp::fault(const Op &op, unsigned lane, FaultKind kind, const std::string &message) {
  block.report({kind, block.index,
                std::string(program.kernel->name) + ", " + placeOf(indexOf(op)) + ": " + block.name() + " " +
                    block.threadName(threadOf(lane)) + ": " + message},
               false);
}

void Warp::faultLater(const Op &op, unsigned lane, uint64_t address, const std::string &message) {
  block.report({FaultKind::Uninitialized, block.index,
                std::string(program.kernel->name) + ", " + placeOf(indexOf(op)) + ": " + block.name() + " " +
                    block.threadName(threadOf(lane)) + ": " + addressText(address) + message},
               true);
}

void Warp::faultAt(const Op &op, unsigned lane, FaultKind kind, uint64_t address, const std::string &message) {
  fault(op, lane, kind, addressText(address) + message);
}

uint32_t Warp::waitingAt(unsigned barrier) const {
  uint32_t mask = 0;
  for (const Fragment &fragment : fragments)
    if (fragment.state == Fragment::State::Waiting && fragment.barrier == barrier)
      mask |= fragment.mask;
  return mask;
}

void Warp::leaveBarrier(unsigned barrier, uint32_t value) {
  for (Fragment &fragment : fragments) {
    if (fragment.state != Fragment::State::Waiting || fragment.barrier != barrier)
      continue;
    const Op &op = program.ops[fragment.pc];
    if (op.results) {
      uint32_t *result = row(op.result(0));
      bool counts = BarrierKind::unpack(op.modifiers).reduction == BarrierKind::Reduction::Popc;
      for (unsigned lane : Lanes(fragment.mask)) {
        if (counts)
          result[lane] = value;
        else
          result[0] = value ? result[0] | 1u << lane : result[0] & ~(1u << lane);
      }
      defined[op.result(0)] |= fragment.mask;
    }
    fragment.state = Fragment::State::Ready;
    ++fragment.pc;
  }
}

std::string Warp::describeWaiting() const {
  std::string text;
  for (const Fragment &fragment : fragments) {
    if (fragment.state != Fragment::State::Waiting)
      continue;
    auto lane = static_cast<unsigned>(std::countr_zero(fragment.mask));
    text += (text.empty() ? "" : " and ") + std::to_string(std::popcount(fragment.mask)) + " threads from " +
            block.threadName(threadOf(lane)) + " wait at barrier " + std::to_string(fragment.barrier) + " in " +
            placeOf(fragment.pc);
  }
  return text;
}

bool Warp::reportHeld() {
  for (const Fragment &fragment : fragments) {
    if (fragment.state != Fragment::State::Held)
      continue;
    std::string others = live == fragment.mask ? "the others have exited or do not exist" : std::string();
    for (const Fragment &other : fragments)
      if (&other != &fragment && others.size() < 400)
        others += (others.empty() ? "lanes " : ", lanes ") +
                  [&] {
                    char mask[16];
                    std::snprintf(mask, sizeof mask, "0x%08x", other.mask);
                    return std::string(mask);
                  }() +
                  (other.state == Fragment::State::Waiting ? " wait in " : " are at ") + placeOf(other.pc);
    fault(program.ops[fragment.pc], static_cast<unsigned>(std::countr_zero(fragment.mask)), FaultKind::Divergence,
          "only " + std::to_string(std::popcount(fragment.mask)) +
              " lanes of the warp came here, which more must execute together; " + others);
    return true;
  }
  return false;
}

} // namespace tenon::sim
