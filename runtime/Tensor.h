// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A dense row-major tensor on the host.
#pragma once

#include "runtime/ElementType.h"
#include "runtime/Result.h"

#include <cassert>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tenon {

using Shape = std::vector<int64_t>;

/// Bytes of a tensor, or InvalidArgument for a negative dimension or a size beyond 2^63 - 1.
Result<int64_t> tensorBytes(ElementType type, std::span<const int64_t> shape);
/// "[2, 3]".
std::string shapeText(std::span<const int64_t> shape);

/// Storage aligned to `tensorAlignment`, undefined in content, never null; Environment where there is no memory.
inline constexpr size_t tensorAlignment = 64;
Result<std::shared_ptr<std::byte>> allocateStorage(size_t bytes);

/// Elements of one type in row-major order. A copy shares the elements; it is a handle, like a shared pointer. The
/// storage of an owning tensor is aligned to 64 bytes; that of a borrowed one is where its owner put it.
class Tensor {
public:
  /// A scalar f32 without elements to read: only to be assigned to.
  Tensor() = default;

  /// An owning tensor of undefined content.
  static Result<Tensor> create(ElementType type, Shape shape);
  static Result<Tensor> zeros(ElementType type, Shape shape);
  /// A view of `bytes` bytes of somebody else's memory, kept alive by `owner` where one is given. `bytes` must be what
  /// type and shape need.
  static Result<Tensor> borrow(ElementType type, Shape shape, void *data, size_t bytes,
                               std::shared_ptr<void> owner = nullptr);
  /// The values in row-major order, of the element type that stores T.
  template <class T> static Result<Tensor> of(std::initializer_list<T> values, Shape shape) {
    return copyOf<T>(std::span<const T>(values.begin(), values.size()), std::move(shape));
  }
  template <class T> static Result<Tensor> copyOf(std::span<const T> values, Shape shape) {
    static_assert(elementTypeOf<T>.has_value(), "no element type stores this C++ type");
    auto tensor = TENON_TRY(create(*elementTypeOf<T>, std::move(shape)));
    if (tensor.byteCount() != values.size() * sizeof(T))
      return invalidArgument("shape " + shapeText(tensor.shape()) + " does not hold " + std::to_string(values.size()) +
                             " values");
    if (!values.empty())
      std::memcpy(tensor.bytes(), values.data(), tensor.byteCount());
    return tensor;
  }

  ElementType type() const { return elementType; }
  const Shape &shape() const { return dimensions; }
  int64_t rank() const { return static_cast<int64_t>(dimensions.size()); }
  /// Number of elements, and the bytes they take.
  int64_t elementCount() const { return elements; }
  size_t byteCount() const { return size; }

  std::byte *bytes() { return storage.get(); }
  const std::byte *bytes() const { return storage.get(); }
  /// The elements as C++ values. T must have the element's size: uint16_t for bf16.
  template <class T> std::span<T> data() & {
    assert(sizeof(T) * 8 == storedBits(elementType));
    return {reinterpret_cast<T *>(storage.get()), static_cast<size_t>(elements)};
  }
  template <class T> std::span<const T> data() const & {
    assert(sizeof(T) * 8 == storedBits(elementType));
    return {reinterpret_cast<const T *>(storage.get()), static_cast<size_t>(elements)};
  }

  /// Not of a temporary: the elements could be gone before they are read.
  template <class T> std::span<T> data() && = delete;

  /// Whether no other tensor shares the elements.
  bool isUnique() const;
  /// An owning tensor with the same elements.
  Result<Tensor> clone() const;

private:
  Tensor(ElementType type, Shape shape, size_t bytes, std::shared_ptr<std::byte> storage);

  std::shared_ptr<std::byte> storage;
  Shape dimensions;
  int64_t elements = 0;
  size_t size = 0;
  ElementType elementType = ElementType::F32;
};

} // namespace tenon
