// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles in shared memory.
#include "codegen/ptx/SharedLayout.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <tuple>

using namespace tenon;

LinearMap Swizzle::map(unsigned tileBits) const {
  assert(bits == 0 || (shift >= bits && base + shift + bits <= tileBits));
  std::vector<uint32_t> images;
  for (unsigned bit = 0; bit < tileBits; ++bit) {
    bool isSource = bit >= base + shift && bit < base + shift + bits;
    images.push_back(uint32_t(1) << bit | (isSource ? uint32_t(1) << (bit - shift) : 0));
  }
  return LinearMap(std::move(images));
}

/// The cycles of a phase whose lanes start at the xors of `offsets` (elements). The words that they start at are a
/// linear space up to a constant, and spread evenly over the banks that they touch (arXiv 2505.23819). Further words of
/// a vector lie in further banks, since all vectors are aligned.
static unsigned conflictDegree(std::span<const uint32_t> offsets, unsigned elementBytes) {
  LinearSolver words, banks;
  for (uint32_t offset : offsets) {
    uint32_t word = offset * elementBytes / 4;
    words.add(word, 0);
    banks.add(word % 32, 0);
  }
  return 1u << (words.rank() - banks.rank());
}

SharedAccessCost tenon::vectorAccessCost(const LinearLayout &offsets, unsigned elementBytes) {
  assert(std::has_single_bit(elementBytes) && elementBytes <= 8);
  unsigned width = std::min(offsets.vectorWidth(), 16 / elementBytes), bytes = width * elementBytes;
  unsigned phases = std::max(1u, bytes / 4);
  std::span<const uint32_t> lanes = offsets.lanes().first(laneBits - std::countr_zero(phases));
  return {offsets.numRegisters() / width, phases, conflictDegree(lanes, elementBytes)};
}

std::optional<MatrixAccess> tenon::matchMatrixAccess(const LinearLayout &offsets) {
  std::span<const uint32_t> registers = offsets.registers(), lanes = offsets.lanes();
  if (registers.empty())
    return std::nullopt;
  // A thread's register holds the elements (row g, columns 2q and 2q + 1), q in the low two lane bits, g in the others;
  // with .trans these are (rows 2q and 2q + 1, column g).
  std::vector<uint32_t> pairs = {registers[0], lanes[0], lanes[1]}, groups(lanes.begin() + 2, lanes.end());
  const std::vector<uint32_t> neighbours = {1, 2, 4};
  bool transposed = groups == neighbours;
  if (!transposed && pairs != neighbours)
    return std::nullopt;
  std::vector<uint32_t> rows = transposed ? pairs : groups;

  // Rows must start at a multiple of 16 bytes.
  std::span<const uint32_t> matrixBits = registers.subspan(1);
  for (std::span<const uint32_t> images : {std::span<const uint32_t>(rows), matrixBits, offsets.warps()})
    for (uint32_t image : images)
      if (image % 8 != 0)
        return std::nullopt;

  size_t perInstruction = std::min<size_t>(matrixBits.size(), 2);
  for (size_t bit = 0; bit < 2; ++bit)
    rows.push_back(bit < perInstruction ? matrixBits[bit] : 0);
  rows.insert(rows.end(), offsets.warps().begin(), offsets.warps().end());
  std::vector<uint32_t> steps(matrixBits.begin() + perInstruction, matrixBits.end());
  return MatrixAccess{transposed, 1u << perInstruction, LinearMap(std::move(rows)), LinearMap(std::move(steps))};
}

SharedAccessCost tenon::matrixAccessCost(const LinearLayout &offsets, const MatrixAccess &access) {
  return {offsets.numRegisters() / (2 * access.matrices), access.matrices,
          conflictDegree(access.rows.images().first(3), 2)};
}

SharedAccessCost tenon::readCost(const LinearLayout &offsets, unsigned elementBytes) {
  SharedAccessCost best = vectorAccessCost(offsets, elementBytes);
  std::optional<MatrixAccess> access = elementBytes == 2 ? matchMatrixAccess(offsets) : std::nullopt;
  if (!access)
    return best;
  SharedAccessCost matrix = matrixAccessCost(offsets, *access);
  return std::tuple(matrix.cycles(), matrix.instructions) < std::tuple(best.cycles(), best.instructions) ? matrix
                                                                                                         : best;
}

std::vector<Swizzle> tenon::swizzleFamily(unsigned tileBits, unsigned minBase, unsigned elementBytes) {
  unsigned maxBase = static_cast<unsigned>(std::countr_zero(16 / elementBytes));
  std::vector<Swizzle> family = {{}};
  // 128 bytes reach all banks: no more than five bits of words are worth a change.
  for (unsigned base = maxBase + 1; base-- > minBase;)
    for (unsigned bits = 1; bits <= 5; ++bits)
      for (unsigned shift = bits; base + shift + bits <= tileBits; ++shift)
        family.push_back({base, bits, shift});
  return family;
}

SwizzleChoice tenon::chooseSwizzle(const LinearLayout &written, std::span<const LinearLayout> read,
                                   unsigned elementBytes) {
  unsigned tileBits = written.tileBits();
  std::vector<int64_t> linear = {int64_t(1) << tileBits};
  unsigned width = std::min(written.reshape(linear).vectorWidth(), 16 / elementBytes);
  SwizzleChoice best = {};
  unsigned bestInstructions = 0;
  bool isFirst = true;
  for (Swizzle swizzle : swizzleFamily(tileBits, static_cast<unsigned>(std::countr_zero(width)), elementBytes)) {
    LinearMap shared = swizzle.map(tileBits);
    SharedAccessCost write = vectorAccessCost(written.mapped(linear, shared), elementBytes);
    unsigned cycles = write.cycles(), instructions = write.instructions;
    for (const LinearLayout &layout : read) {
      SharedAccessCost cost = readCost(layout.mapped(linear, shared), elementBytes);
      cycles += cost.cycles();
      instructions += cost.instructions;
    }
    if (isFirst || std::tuple(cycles, instructions) < std::tuple(best.cycles, bestInstructions)) {
      best = {swizzle, cycles};
      bestInstructions = instructions;
      isFirst = false;
    }
  }
  return best;
}
