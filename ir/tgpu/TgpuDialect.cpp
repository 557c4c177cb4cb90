// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tgpu/TgpuDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

#include "ir/tgpu/TgpuDialect.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "ir/tgpu/TgpuAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "ir/tgpu/TgpuTypes.cpp.inc"
#define GET_OP_CLASSES
#include "ir/tgpu/TgpuOps.cpp.inc"

namespace tenon::tgpu {

void TgpuDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "ir/tgpu/TgpuAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "ir/tgpu/TgpuTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "ir/tgpu/TgpuOps.cpp.inc"
      >();
}

/// registers = [..], lanes = [..], warps = [..]
Attribute LayoutAttr::parse(AsmParser &parser, Type) {
  SmallVector<uint32_t> registers, lanes, warps;
  auto parseList = [&](StringRef name, SmallVector<uint32_t> &images) -> ParseResult {
    if (parser.parseKeyword(name) || parser.parseEqual())
      return failure();
    return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                          [&] { return parser.parseInteger(images.emplace_back()); });
  };
  if (parser.parseLess() || parseList("registers", registers) || parser.parseComma() || parseList("lanes", lanes) ||
      parser.parseComma() || parseList("warps", warps) || parser.parseGreater())
    return {};
  return get(parser.getContext(), registers, lanes, warps);
}

void LayoutAttr::print(AsmPrinter &printer) const {
  auto printList = [&](StringRef name, ArrayRef<uint32_t> images) {
    printer << name << " = [";
    llvm::interleaveComma(images, printer);
    printer << "]";
  };
  printer << "<";
  printList("registers", getRegisters());
  printList(", lanes", getLanes());
  printList(", warps", getWarps());
  printer << ">";
}

LogicalResult RingType::verify(function_ref<InFlightDiagnostic()> emitError, int64_t stages, RankedTensorType tile) {
  if (stages < 1 || stages > 16)
    return emitError() << "a ring has 1 to 16 stages, found " << stages;
  if (!tile || !tile.hasStaticShape() || tile.getEncoding())
    return emitError() << "a ring holds tiles of static shape without a layout";
  return success();
}

LogicalResult RingOp::verify() {
  RankedTensorType tile = getRing().getType().getTile();
  if (tile.getRank() < 2 || !llvm::all_of(tile.getShape(), [](int64_t size) { return llvm::isPowerOf2_64(size); }) ||
      tile.getElementTypeBitWidth() % 8 != 0)
    return emitOpError("holds tiles of two dimensions or more, sizes that are powers of two and elements of whole bytes");
  if (getOffset().value_or(0) < 0)
    return emitOpError("has a negative offset");
  std::optional<ArrayRef<int64_t>> swizzle = getSwizzle();
  if (!swizzle)
    return success();
  int64_t bits = llvm::Log2_64(tile.getNumElements());
  if (swizzle->size() != 3 || llvm::any_of(*swizzle, [](int64_t part) { return part < 0 || part > 20; }) ||
      ((*swizzle)[1] != 0 && ((*swizzle)[2] < (*swizzle)[1] || (*swizzle)[0] + (*swizzle)[1] + (*swizzle)[2] > bits)))
    return emitOpError("needs a swizzle [base, bits, shift] with bits <= shift that lies within the tile's ")
           << bits << " bits";
  return success();
}

LogicalResult FillOp::verify() {
  RankedTensorType tile = getRing().getType().getTile();
  tile::ViewType view = getView().getType();
  if (tile.getRank() != view.getRank() || int64_t(getIndices().size()) != view.getRank())
    return emitOpError("needs a ring of tiles and indices of the view's rank, ") << view.getRank();
  if (tile.getElementType() != view.getElement())
    return emitOpError("copies ") << view.getElement() << " into a ring of " << tile.getElementType();
  return success();
}

LogicalResult ReadOp::verify() {
  RankedTensorType whole = getRing().getType().getTile(), part = getTile().getType();
  if (whole.getRank() != part.getRank() || whole.getElementType() != part.getElementType() ||
      int64_t(getOffsets().size()) != whole.getRank())
    return emitOpError("needs a tile and offsets of the ring's rank and elements");
  for (auto [offset, size, limit] : llvm::zip(getOffsets(), part.getShape(), whole.getShape()))
    if (offset < 0 || offset + size > limit || !llvm::isPowerOf2_64(size) || offset % size != 0)
      return emitOpError("reads elements ") << offset << " to " << offset + size << " of " << limit
                                            << "; parts are powers of two at multiples of their size";
  return success();
}

LogicalResult ConvertOp::verify() {
  RankedTensorType from = getTile().getType(), to = getResult().getType();
  if (from.getShape() != to.getShape() || from.getElementType() != to.getElementType())
    return emitOpError("changes more than the layout");
  return success();
}

} // namespace tenon::tgpu
