// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the elements of a ring's tiles are in shared memory.
#pragma once

#include "codegen/ptx/SharedLayout.h"
#include "ir/tgpu/TgpuDialect.h"

namespace tenon::ptx {

/// From the row-major index of a tile of the ring to an element's offset in its slot.
LinearMap getOffsetMap(tgpu::RingOp ring);
/// From the row-major index of a part of `shape` to that of the whole tile.
LinearMap embed(llvm::ArrayRef<int64_t> part, llvm::ArrayRef<int64_t> whole);
/// How the threads share the work of copying a tile: each takes `width` elements that are neighbours in memory.
Result<LinearLayout> getCopyLayout(tgpu::RingOp ring, unsigned width, unsigned warps);
/// Bytes of one slot.
int64_t getSlotBytes(tgpu::RingOp ring);

/// Of the swizzles for 16-byte rows the one with the fewest bank conflicts of the copy and all reads; reads have layouts.
Result<Swizzle> chooseSwizzle(tgpu::RingOp ring, unsigned warps);

} // namespace tenon::ptx
