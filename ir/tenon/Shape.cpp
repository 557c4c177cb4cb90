// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tenon/Shape.h"

#include "ir/tenon/TenonDialect.h"

using namespace mlir;

namespace tenon {

SymbolicShape getShape(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  SymbolicShape shape;
  if (auto dims = dyn_cast_or_null<DimsAttr>(tensor.getEncoding())) {
    for (DimAttr dim : dims.getDims())
      shape.push_back(dim.getExpr());
    return shape;
  }
  for (int64_t size : tensor.getShape())
    shape.push_back(ShapedType::isDynamic(size) ? DimExpr::invalid() : DimExpr(size));
  return shape;
}

RankedTensorType getTensorType(MLIRContext *context, ArrayRef<DimExpr> shape, Type element) {
  SmallVector<int64_t> sizes;
  for (const DimExpr &dim : shape)
    sizes.push_back(dim.constant().value_or(ShapedType::kDynamic));
  bool fixed = llvm::none_of(sizes, ShapedType::isDynamic);
  return RankedTensorType::get(sizes, element, fixed ? Attribute() : DimsAttr::get(context, shape));
}

RankedTensorType withElementType(Type tensor, Type element) {
  auto ranked = cast<RankedTensorType>(tensor);
  return RankedTensorType::get(ranked.getShape(), element, ranked.getEncoding());
}

DimExpr getElementCount(ArrayRef<DimExpr> shape) {
  DimExpr count(1);
  for (const DimExpr &dim : shape)
    count = count * dim;
  return count;
}

int64_t getElementBytes(Type element) { return std::max(1u, element.getIntOrFloatBitWidth() / 8); }

DimExpr getBytes(Type tensor) {
  return getElementCount(getShape(tensor)) * DimExpr(getElementBytes(getElementTypeOrSelf(tensor)));
}

std::string toString(ArrayRef<DimExpr> shape) {
  std::string text = "[";
  for (const DimExpr &dim : shape)
    text += (text.size() > 1 ? ", " : "") + (dim.isValid() ? dim.str() : std::string("?"));
  return text + "]";
}

StridedView StridedView::rowMajor(ArrayRef<DimExpr> shape) {
  StridedView view;
  view.sizes.assign(shape.begin(), shape.end());
  view.strides.resize(shape.size());
  DimExpr stride(1);
  for (size_t i = shape.size(); i-- > 0;) {
    view.strides[i] = stride;
    stride = stride * shape[i];
  }
  return view;
}

StridedView StridedView::repeated(ArrayRef<DimExpr> shape, ArrayRef<int64_t> dims) {
  StridedView view{DimExpr(0), SymbolicShape(shape), SymbolicShape(shape.size(), DimExpr(0))};
  DimExpr stride(1);
  for (size_t i = shape.size(); i-- > 0;)
    if (!llvm::is_contained(dims, int64_t(i))) {
      view.strides[i] = stride;
      stride = stride * shape[i];
    }
  return view;
}

bool StridedView::isLike(const StridedView &other) const {
  if (sizes != other.sizes || offset != other.offset)
    return false;
  return llvm::all_of(llvm::seq<size_t>(0, sizes.size()),
                      [&](size_t d) { return sizes[d] == DimExpr(1) || strides[d] == other.strides[d]; });
}

bool StridedView::isConstantAlong(ArrayRef<int64_t> dims) const {
  return llvm::all_of(dims, [&](int64_t d) { return sizes[d] == DimExpr(1) || strides[d] == DimExpr(0); });
}

} // namespace tenon
