// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tile/TileDialect.h"

#include "ir/tenon/TenonOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include <set>

using namespace mlir;

#include "ir/tile/TileDialect.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "ir/tile/TileTypes.cpp.inc"
#define GET_OP_CLASSES
#include "ir/tile/TileOps.cpp.inc"

namespace tenon::tile {

void TileDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "ir/tile/TileTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "ir/tile/TileOps.cpp.inc"
      >();
}

static LogicalResult verifyElement(function_ref<InFlightDiagnostic()> emitError, Type element) {
  if (!isa<IntegerType, FloatType>(element))
    return emitError() << "elements must be integers or floats, found " << element;
  unsigned width = element.getIntOrFloatBitWidth();
  if (width != 1 && width % 8 != 0)
    return emitError() << "elements of " << element << " have no address of their own";
  return success();
}

LogicalResult BufferType::verify(function_ref<InFlightDiagnostic()> emitError, Type element) {
  return verifyElement(emitError, element);
}

LogicalResult ViewType::verify(function_ref<InFlightDiagnostic()> emitError, int64_t rank, Type element) {
  if (rank < 1)
    return emitError() << "a view has at least one dimension, found " << rank;
  return verifyElement(emitError, element);
}

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  auto functionType = [](Builder &builder, ArrayRef<Type> inputs, ArrayRef<Type> results,
                         function_interface_impl::VariadicFlag,
                         std::string &) { return builder.getFunctionType(inputs, results); };
  return function_interface_impl::parseFunctionOp(parser, result, false, getFunctionTypeAttrName(result.name),
                                                  functionType, getArgAttrsAttrName(result.name),
                                                  getResAttrsAttrName(result.name));
}

void KernelOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(printer, *this, false, getFunctionTypeAttrName(), getArgAttrsAttrName(),
                                           getResAttrsAttrName());
}

static LogicalResult verifyDeclared(Operation *op, const DimExpr &expr, const DimFacts &facts) {
  std::set<std::string> symbols;
  expr.collectSymbols(symbols);
  for (const std::string &symbol : symbols)
    if (!facts.isDeclared(symbol))
      return op->emitOpError("uses the size ") << symbol << ", which the kernel does not declare";
  return success();
}

LogicalResult KernelOp::verifyRegions() {
  DimFacts facts = getFacts(getSymbols());
  if (failed(verifyDeclared(*this, getGrid().getExpr(), facts)))
    return failure();
  for (Type type : getArgumentTypes())
    if (!isa<BufferType>(type))
      return emitOpError("has an argument of type ") << type << "; kernels are given buffers";
  if (!getResultTypes().empty() || getBody().front().getArgumentTypes() != getArgumentTypes())
    return emitOpError("must have no results, and the arguments of its body");
  if (getOutputs() > getArgumentTypes().size())
    return emitOpError("has fewer buffers than outputs");
  if (!isa<ReturnOp>(getBody().front().getTerminator()))
    return emitOpError("must end in tile.return");
  std::set<StringRef> names;
  for (auto symbol : getSymbols().getAsRange<SymbolAttr>())
    if (!names.insert(symbol.getName()).second)
      return emitOpError("declares the size ") << symbol.getName() << " twice";
  if (getGrid().getExpr().constant().value_or(0) < 0)
    return emitOpError("has a negative number of blocks");
  WalkResult result = getBody().walk([&](Operation *op) {
    SymbolicShape exprs;
    if (auto size = dyn_cast<SizeOp>(op))
      exprs.push_back(size.getExpr().getExpr());
    if (auto view = dyn_cast<ViewOp>(op)) {
      exprs.append(view.getSizes().getShape());
      exprs.append(view.getStrides().getShape());
      exprs.push_back(view.getOffset().getExpr());
    }
    if (auto inside = dyn_cast<InsideOp>(op))
      exprs.append(inside.getSizes().getShape());
    for (const DimExpr &expr : exprs)
      if (failed(verifyDeclared(op, expr, facts)))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult ViewOp::verify() {
  auto rank = size_t(getView().getType().getRank());
  if (getSizes().getDims().size() != rank || getStrides().getDims().size() != rank)
    return emitOpError("needs a size and a stride for each of ") << rank << " dimensions";
  return success();
}

static LogicalResult verifyAccess(Operation *op, Type tile, ViewType view, size_t indices) {
  auto type = cast<RankedTensorType>(tile);
  if (type.getRank() != view.getRank() || int64_t(indices) != view.getRank())
    return op->emitOpError("needs a tile and indices of the view's rank, ") << view.getRank();
  if (type.getElementType() != view.getElement())
    return op->emitOpError("has a tile of ") << type.getElementType() << " for a view of " << view.getElement();
  return success();
}

LogicalResult LoadOp::verify() {
  return verifyAccess(*this, getTile().getType(), getView().getType(), getIndices().size());
}
LogicalResult StoreOp::verify() {
  return verifyAccess(*this, getTile().getType(), getView().getType(), getIndices().size());
}

LogicalResult DotOp::verify() {
  auto tail = [](Value tile) {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(tile.getType()).getShape();
    bool hasTwo = shape.size() >= 2 && llvm::all_of(shape.drop_back(2), [](int64_t size) { return size == 1; });
    return hasTwo ? shape.take_back(2) : ArrayRef<int64_t>();
  };
  ArrayRef<int64_t> lhs = tail(getLhs()), rhs = tail(getRhs()), result = tail(getResult());
  if (lhs.empty() || rhs.empty() || result.empty() || lhs[1] != rhs[1] || lhs[0] != result[0] || rhs[0] != result[1])
    return emitOpError("needs tiles [.., M, K], [.., N, K] and [.., M, N]");
  return success();
}

LogicalResult InsideOp::verify() {
  size_t rank = cast<RankedTensorType>(getTile().getType()).getRank();
  if (getIndices().size() != rank || getSizes().getDims().size() != rank)
    return emitOpError("needs an index and a size for each of the tile's ") << rank << " dimensions";
  return success();
}

LogicalResult ReduceOp::verify() {
  auto from = cast<RankedTensorType>(getTile().getType()), to = cast<RankedTensorType>(getResult().getType());
  auto dim = int64_t(getDim());
  if (dim < 0 || dim >= from.getRank() || !llvm::isPowerOf2_64(from.getDimSize(dim)))
    return emitOpError("needs a dimension of the tile whose size is a power of two");
  SmallVector<int64_t> shape(from.getShape());
  shape[dim] = 1;
  if (to.getShape() != ArrayRef(shape) || to.getElementType() != from.getElementType())
    return emitOpError("of ") << from << " along dimension " << dim << " cannot give " << to;
  return success();
}

LogicalResult BroadcastOp::verify() {
  auto from = cast<RankedTensorType>(getTile().getType()), to = cast<RankedTensorType>(getResult().getType());
  auto fits = [](int64_t a, int64_t b) { return a == b || a == 1; };
  if (from.getElementType() != to.getElementType() || from.getRank() != to.getRank() ||
      !llvm::all_of_zip(from.getShape(), to.getShape(), fits))
    return emitOpError("of ") << from << " cannot give " << to;
  return success();
}

static DimExpr getBytes(ViewOp view) {
  DimExpr bytes(getElementBytes(view.getView().getType().getElement()));
  for (auto [size, stride] : llvm::zip(view.getSizes().getShape(), view.getStrides().getShape()))
    if (stride != DimExpr(0))
      bytes = bytes * size;
  return bytes;
}

std::optional<unsigned> getTransposedDimension(LoadOp load) {
  auto view = load.getView().getDefiningOp<ViewOp>();
  ArrayRef<int64_t> shape = load.getTile().getType().getShape();
  // Smaller ones are as well gathered element by element.
  constexpr int64_t smallest = 4;
  if (!view || shape.back() < smallest)
    return std::nullopt;
  SymbolicShape strides = view.getStrides().getShape();
  if (strides.back() == DimExpr(0) || strides.back() == DimExpr(1))
    return std::nullopt;
  std::optional<unsigned> found;
  for (auto [d, size] : llvm::enumerate(shape.drop_back())) {
    if (size == 1)
      continue;
    if (found || size < smallest || strides[d] != DimExpr(1))
      return std::nullopt;
    found = d;
  }
  return found;
}

uint64_t getWorkspaceBytes(KernelOp kernel) {
  uint64_t bytes = 0;
  constexpr uint64_t largestRead = 256;
  kernel.getBody().walk([&](DotOp dot) {
    auto tile = cast<RankedTensorType>(dot.getResult().getType());
    bytes += tile.getNumElements() * tile.getElementTypeBitWidth() / 8 + largestRead;
  });
  kernel.getBody().walk([&](LoadOp load) {
    std::optional<unsigned> dimension = getTransposedDimension(load);
    if (!dimension)
      return;
    RankedTensorType tile = load.getTile().getType();
    bytes += llvm::alignTo(tile.getShape()[*dimension], transposeGranule) *
                 llvm::alignTo(tile.getShape().back(), transposeGranule) * getElementBytes(tile.getElementType()) +
             largestRead;
  });
  return bytes;
}

Traffic getTraffic(KernelOp kernel) {
  Traffic traffic;
  kernel.getBody().walk([&](ViewOp view) {
    for (Operation *user : view->getUsers())
      if (isa<LoadOp>(user)) {
        traffic.read = traffic.read + getBytes(view);
        break;
      }
    for (Operation *user : view->getUsers())
      if (isa<StoreOp>(user)) {
        traffic.written = traffic.written + getBytes(view);
        break;
      }
  });
  return traffic;
}

} // namespace tenon::tile
