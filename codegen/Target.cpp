// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/Target.h"

namespace tenon {

// CPUs. A block must outweigh the 0.2 us of handing it to a thread, and its rows should stay in the first-level cache: 8192
// elements of four bytes are 32 KiB for each operand and take about 3 us. Four registers along a row hide the
// latency of adding. Operands read down their columns: square blocks use
// each cache line that they touch whole. Contractions have as many accumulators as registers hold beside the operands: 24 of
// 32 registers of 512 bits, 12 of 16 of 256 bits. With 12x32 the kernel of a 1024-cubed f32 product ran at 247 GFLOP/s, 79%
// of the FMA rate (Zen 5, one thread, 2026-11-25).
static schedule::Blocking blockingOf(const cpu::Level &level) {
  int64_t rows = level.registerBits == 512 ? 12 : 6, lanes = level.registerBits / 32;
  return {.mapElements = 8192,
          .mapRows = 16,
          .transposedEdge = 64,
          .rowBytes = 4 * level.registerBits / 8,
          .wholeRow = 0,
          .packsOperands = true,
          .product16 = {rows, 2 * lanes, 1, level.hasBf16Dot ? 2 : 1},
          .product32 = {rows, 2 * lanes, 1, 1},
          .product64 = {rows, lanes, 1, 1}};
}

// GPUs. A row of up to 64 elements a thread stays in registers. Eight elements a thread are two accesses of 16 bytes for f32, one for 16-bit types. A product of 128x128 takes 128
// registers of a thread for its accumulators; 32 k of 16-bit operands are rows of 64 bytes, of which three stages take 48 KiB
// of shared memory. Other products are not done by the matrix unit: each thread holds the rows it needs of both operands.
// Not measured on hardware.
static schedule::Blocking blockingOf(const ptx::Level &level) {
  int64_t threads = 32 * level.warps;
  return {.mapElements = 8 * threads,
          .mapRows = 1,
          .transposedEdge = 32,
          .rowBytes = 32 * threads,
          .wholeRow = 64 * threads,
          .packsOperands = false,
          .product16 = {128, 128, 32, 1},
          .product32 = {64, 64, 4, 1},
          .product64 = {32, 64, 4, 1}};
}

schedule::Blocking Target::blocking() const { return cpu ? blockingOf(*cpu) : blockingOf(*ptx); }

// One core of the machines in docs/benchmarks.md; an A100.
Rates Target::rates() const {
  if (cpu)
    return {20e9, cpu->registerBits == 512 ? 200e9 : 100e9, cpu->hasBf16Dot ? 400e9 : 200e9};
  return {1.5e12, 15e12, 300e12};
}

Target findTarget(llvm::StringRef name, std::string &error) {
  Target target{cpu::findLevel(name), nullptr};
  if (target.cpu)
    return target;
  for (const ptx::Level &level : ptx::getLevels())
    if (level.name == name)
      target.ptx = &level;
  if (target.ptx)
    return target;
  if (name == "native") {
    error = "this CPU lacks what x86-64-v3 needs (AVX2, FMA, ...); no code can be made for it";
    return target;
  }
  error = "there is no target \"" + name.str() + "\"; expected native";
  for (const cpu::Level &level : cpu::getLevels())
    error += ", " + level.name.str();
  for (const ptx::Level &level : ptx::getLevels())
    error += ", " + level.name.str();
  return target;
}

bool precedes(const Target &left, const Target &right) {
  if (left.cpu && right.cpu)
    return left.cpu < right.cpu;
  if (left.ptx && right.ptx)
    return left.ptx < right.ptx;
  return left.cpu && right.ptx;
}

} // namespace tenon
