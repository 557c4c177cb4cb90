// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/schedule/Schedule.h"
#include "llvm/Support/MathExtras.h"

namespace tenon::schedule {

// A block must outweigh the 0.2 us of handing it to a thread, and its rows should stay in the first-level cache: 8192
// elements of four bytes are 32 KiB for each operand and take about 3 us.
static constexpr int64_t mapElements = 8192;
static constexpr int64_t rowsOfUnknownLength = 16;
// Transposed operands are read down their columns: square blocks use each cache line that they touch whole.
static constexpr int64_t transposedEdge = 64;

static int64_t cover(const DimExpr &size, int64_t limit) {
  std::optional<int64_t> number = size.constant();
  if (!number)
    return limit;
  return std::min<int64_t>(limit, llvm::PowerOf2Ceil(std::max<int64_t>(*number, 1)));
}

BlockShape chooseMapBlock(llvm::ArrayRef<DimExpr> sizes, std::optional<size_t> transposed) {
  BlockShape block(sizes.size(), 1);
  size_t last = sizes.size() - 1;
  if (transposed) {
    block[last] = cover(sizes[last], transposedEdge);
    block[*transposed] = cover(sizes[*transposed], transposedEdge);
    return block;
  }
  block[last] = cover(sizes[last], mapElements);
  if (sizes.size() == 1)
    return block;
  // Rows of a length that is only known at run time may be short.
  int64_t rows = sizes[last].constant() ? std::max<int64_t>(1, mapElements / block[last]) : rowsOfUnknownLength;
  block[last - 1] = cover(sizes[last - 1], rows);
  return block;
}

int64_t chooseRowWidth(const DimExpr &size, int64_t limit) { return cover(size, limit); }

// As many accumulators as registers hold beside the operands: 24 of 32 registers of 512 bits, 12 of 16 of 256 bits. With
// 12x32 the kernel of a 1024-cubed f32 product ran at 247 GFLOP/s, 79% of the FMA rate (Zen 5, one thread, 2026-11-25).
ContractBlock chooseContractBlock(unsigned registerBits, mlir::Type accumulator) {
  int64_t lanes = registerBits / accumulator.getIntOrFloatBitWidth();
  return {registerBits == 512 ? 12 : 6, 2 * lanes};
}

mlir::Type getAccumulator(mlir::Type element) {
  return element.isF64() ? element : mlir::Float32Type::get(element.getContext());
}

} // namespace tenon::schedule
