// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/ptx/SharedTile.h"

#include "codegen/ptx/TileLayout.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tenon::ptx {

static unsigned tileBits(ArrayRef<int64_t> shape) {
  unsigned bits = 0;
  for (int64_t size : shape)
    bits += llvm::Log2_64(size);
  return bits;
}

/// From the row-major index to the one with the last two dimensions exchanged.
static LinearMap getMemoryOrder(tgpu::RingOp ring) {
  ArrayRef<int64_t> shape = ring.getRing().getType().getTile().getShape();
  unsigned bits = tileBits(shape);
  if (!ring.getTransposed())
    return LinearMap::identity(bits);
  unsigned last = llvm::Log2_64(shape.back()), before = llvm::Log2_64(shape.end()[-2]);
  std::vector<uint32_t> images;
  for (unsigned bit = 0; bit < bits; ++bit)
    images.push_back(1u << (bit < last ? bit + before : bit < last + before ? bit - last : bit));
  return LinearMap(std::move(images));
}

LinearMap getOffsetMap(tgpu::RingOp ring) {
  LinearMap order = getMemoryOrder(ring);
  auto swizzle = ring.getSwizzle();
  if (!swizzle)
    return order;
  return Swizzle{unsigned((*swizzle)[0]), unsigned((*swizzle)[1]), unsigned((*swizzle)[2])}.map(order.inBits()).after(order);
}

LinearMap embed(ArrayRef<int64_t> part, ArrayRef<int64_t> whole) {
  std::vector<uint32_t> images;
  for (unsigned d = part.size(); d-- > 0;)
    for (unsigned bit = 0; bit < llvm::Log2_64(part[d]); ++bit)
      images.push_back(1u << (getShift(whole, d) + bit));
  return LinearMap(std::move(images));
}

Result<LinearLayout> getCopyLayout(tgpu::RingOp ring, unsigned width, unsigned warps) {
  ArrayRef<int64_t> shape = ring.getRing().getType().getTile().getShape();
  SmallVector<unsigned> order, warpsAlong(shape.size(), 1);
  for (unsigned d = shape.size(); d-- > 0;)
    order.push_back(d);
  if (ring.getTransposed())
    std::swap(order[0], order[1]);
  warpsAlong[order[1]] = warps;
  return LinearLayout::blocked(shape.vec(), order, width, warpsAlong);
}

int64_t getSlotBytes(tgpu::RingOp ring) {
  RankedTensorType tile = ring.getRing().getType().getTile();
  return tile.getNumElements() * getElementBytes(tile.getElementType());
}

Result<Swizzle> chooseSwizzle(tgpu::RingOp ring, unsigned warps) {
  RankedTensorType tile = ring.getRing().getType().getTile();
  unsigned bytes = getElementBytes(tile.getElementType());
  LinearMap order = getMemoryOrder(ring);
  int64_t contiguous = tile.getShape().end()[ring.getTransposed() ? -2 : -1];
  unsigned width = std::min<int64_t>(16 / bytes, contiguous);
  std::vector<int64_t> memory{tile.getNumElements()};
  LinearLayout written = TENON_TRY(getCopyLayout(ring, width, warps)).mapped(memory, order);
  std::vector<LinearLayout> reads;
  for (Operation *user : ring.getRing().getUsers())
    if (auto read = dyn_cast<tgpu::ReadOp>(user)) {
      FailureOr<LinearLayout> layout = getLayout(read, read.getTile().getType());
      if (failed(layout))
        return internalError("a read without a layout");
      reads.push_back(layout->mapped(memory, order.after(embed(read.getTile().getType().getShape(), tile.getShape()))));
    }
  return tenon::chooseSwizzle(written, reads, bytes).swizzle;
}

} // namespace tenon::ptx
