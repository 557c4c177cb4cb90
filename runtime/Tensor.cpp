// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes, storage and making of tensors.
#include "runtime/Tensor.h"

#include <algorithm>
#include <atomic>
#include <sys/mman.h>

namespace tenon {

/// Number of elements, or nothing where a dimension is negative or the product exceeds an int64. A zero dimension does
/// not excuse the others: [0, 2^62, 4] is refused too, since strides are computed from them.
static bool countElements(std::span<const int64_t> shape, int64_t &count) {
  int64_t product = 1;
  bool empty = false;
  for (int64_t dimension : shape) {
    if (dimension < 0)
      return false;
    if (dimension == 0)
      empty = true;
    else if (__builtin_mul_overflow(product, dimension, &product))
      return false;
  }
  count = empty ? 0 : product;
  return true;
}

std::string shapeText(std::span<const int64_t> shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

Result<int64_t> tensorBytes(ElementType type, std::span<const int64_t> shape) {
  int64_t count = 0, bits = 0;
  if (!countElements(shape, count) || __builtin_mul_overflow(count, int64_t(storedBits(type)), &bits) ||
      bits > INT64_MAX - 7)
    return invalidArgument("a tensor of shape " + shapeText(shape) +
                           " is impossible: dimensions must be at least 0 and " + "their product must fit in 60 bits");
  return (bits + 7) / 8;
}

/// Large storage asks for huge pages, on their boundaries: fewer page faults and TLB misses.
static constexpr size_t hugePage = size_t(2) << 20;
static constexpr size_t hugePageThreshold = 4 * hugePage;

Result<std::shared_ptr<std::byte>> allocateStorage(size_t bytes) {
  size_t alignment = bytes < hugePageThreshold ? tensorAlignment : hugePage, rounded = 0;
  if (__builtin_add_overflow(bytes, alignment - 1, &rounded))
    return environmentError("no memory has " + std::to_string(bytes) + " bytes");
  rounded = std::max(rounded / alignment * alignment, tensorAlignment);
  auto *memory = static_cast<std::byte *>(std::aligned_alloc(alignment, rounded));
  if (!memory)
    return environmentError("out of memory: " + std::to_string(bytes) + " bytes could not be allocated");
  if (alignment == hugePage)
    ::madvise(memory, rounded, MADV_HUGEPAGE); // Advice only: without it everything works as well.
  return std::shared_ptr<std::byte>(memory, [](std::byte *pointer) { std::free(pointer); });
}

Tensor::Tensor(ElementType type, Shape shape, size_t bytes, std::shared_ptr<std::byte> storage)
    : storage(std::move(storage)), dimensions(std::move(shape)), size(bytes), elementType(type) {
  countElements(dimensions, elements);
}

Result<Tensor> Tensor::create(ElementType type, Shape shape) {
  int64_t bytes = TENON_TRY(tensorBytes(type, shape));
  auto storage = TENON_TRY(allocateStorage(static_cast<size_t>(bytes)));
  return Tensor(type, std::move(shape), static_cast<size_t>(bytes), std::move(storage));
}

Result<Tensor> Tensor::zeros(ElementType type, Shape shape) {
  auto tensor = TENON_TRY(create(type, std::move(shape)));
  std::memset(tensor.bytes(), 0, tensor.byteCount());
  return tensor;
}

Result<Tensor> Tensor::borrow(ElementType type, Shape shape, void *data, size_t bytes, std::shared_ptr<void> owner) {
  int64_t needed = TENON_TRY(tensorBytes(type, shape));
  if (static_cast<size_t>(needed) != bytes)
    return invalidArgument("a tensor of shape " + shapeText(shape) + " of " + std::string(elementTypeName(type)) +
                           " takes " + std::to_string(needed) + " bytes, not " + std::to_string(bytes));
  if (!data && bytes)
    return invalidArgument("the memory of a tensor must not be null");
  // The aliasing form of a shared pointer: points to `data`, keeps `owner` alive.
  return Tensor(type, std::move(shape), bytes,
                std::shared_ptr<std::byte>(std::move(owner), static_cast<std::byte *>(data)));
}

bool Tensor::isUnique() const {
  if (storage.use_count() != 1)
    return false;
  // Pairs with the release of whoever dropped the last other handle, whose accesses are thereby before ours.
  std::atomic_thread_fence(std::memory_order_acquire);
  return true;
}

Result<Tensor> Tensor::clone() const {
  auto copy = TENON_TRY(create(elementType, dimensions));
  if (size)
    std::memcpy(copy.bytes(), storage.get(), size);
  return copy;
}

} // namespace tenon
