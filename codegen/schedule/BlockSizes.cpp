// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/schedule/Schedule.h"
#include "llvm/Support/MathExtras.h"

namespace tenon::schedule {

static int64_t cover(const DimExpr &size, int64_t limit) {
  std::optional<int64_t> number = size.constant();
  if (!number)
    return limit;
  return std::min<int64_t>(limit, llvm::PowerOf2Ceil(std::max<int64_t>(*number, 1)));
}

BlockShape chooseMapBlock(const Blocking &blocking, llvm::ArrayRef<DimExpr> sizes, std::optional<size_t> transposed) {
  BlockShape block(sizes.size(), 1);
  size_t last = sizes.size() - 1;
  if (transposed) {
    block[last] = cover(sizes[last], blocking.transposedEdge);
    block[*transposed] = cover(sizes[*transposed], blocking.transposedEdge);
    return block;
  }
  block[last] = cover(sizes[last], blocking.mapElements);
  if (sizes.size() == 1)
    return block;
  // Rows of a length that is only known at run time may be short.
  int64_t rows = sizes[last].constant() ? std::max<int64_t>(1, blocking.mapElements / block[last]) : blocking.mapRows;
  block[last - 1] = cover(sizes[last - 1], rows);
  return block;
}

int64_t chooseRowWidth(const DimExpr &size, int64_t limit) { return cover(size, limit); }

const ProductBlock &getProductBlock(const Blocking &blocking, mlir::Type element) {
  unsigned width = element.getIntOrFloatBitWidth();
  return width == 64 ? blocking.product64 : width == 32 ? blocking.product32 : blocking.product16;
}

ProductBlock chooseProductBlock(const Blocking &blocking, mlir::Type element, const DimExpr &rows,
                                const DimExpr &columns) {
  // Fewer are not worth the matrix unit's least fragment.
  constexpr int64_t fewest = 16;
  ProductBlock block = getProductBlock(blocking, element);
  block.rows = std::max(fewest, cover(rows, block.rows));
  block.columns = std::max(fewest, cover(columns, block.columns));
  return block;
}

std::optional<MergedDimension> mergeDimensions(llvm::ArrayRef<DimExpr> shape, llvm::ArrayRef<int64_t> dimensions) {
  SymbolicShape strides = StridedView::rowMajor(shape).strides;
  MergedDimension merged{DimExpr(1), DimExpr(0)};
  bool isFirst = true;
  for (int64_t d : llvm::reverse(dimensions)) {
    // A dimension of size 1 is walked in any way.
    if (shape[d] == DimExpr(1))
      continue;
    if (!isFirst && strides[d] != merged.stride * merged.size)
      return std::nullopt;
    if (isFirst)
      merged.stride = strides[d];
    isFirst = false;
    merged.size = merged.size * shape[d];
  }
  return merged;
}

mlir::Type getAccumulator(mlir::Type element) {
  return element.isF64() ? element : mlir::Float32Type::get(element.getContext());
}

} // namespace tenon::schedule
