// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A contraction of packed operands with what is applied to its result. A block computes one register block of the result
// over the whole contracted size. Blocks follow each other so that a chunk of the left operand's panels stays in the
// third-level cache while all panels of the right one pass by.
#include "codegen/schedule/ElementwiseEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace tenon::schedule {

namespace {

/// Part of a third-level cache that the left operand's panels may take: they stream from there while one panel of the right
/// operand stays in the second level. Measured on Zen 5 (11776 x 1024 x 1024 f32): 198 ms without chunks, 109 ms with
/// these. Where the contracted size is not known it is taken for `unknownSteps`.
constexpr int64_t chunkBytes = 4 * 1024 * 1024;
constexpr int64_t unknownSteps = 1024;

class ContractBuilder {
public:
  ContractBuilder(KernelOp kernel, OpBuilder &builder)
      : kernel(kernel), builder(builder), loc(kernel.getLoc()), context(kernel.getContext()) {}

  FailureOr<tile::KernelOp> build();

private:
  LogicalResult findDot();
  SmallVector<SmallVector<unsigned, 4>> resultDimensions();
  SmallVector<Value> splitGrid(const DimExpr &batch, const DimExpr &columns, const DimExpr &rows);
  int64_t panelsOfChunk();
  Value openPanels(UnpackOp operand, Value buffer);
  Value loadPanel(Value view, UnpackOp operand, Value panel, Value k, Value first);
  Value emitProducts(Value left, Value right, Value leftPanel, Value rightPanel);
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value add(Value a, Value b) { return arith::AddIOp::create(builder, loc, a, b); }
  Value multiply(Value a, Value b) { return arith::MulIOp::create(builder, loc, a, b); }

  KernelOp kernel;
  OpBuilder &builder;
  Location loc;
  MLIRContext *context;
  DotGeneralOp dot;
  UnpackOp x, y;
  /// Of the register block.
  int64_t height = 0, width = 0;
};

} // namespace

LogicalResult ContractBuilder::findDot() {
  for (auto op : kernel.getBody().getOps<DotGeneralOp>()) {
    if (dot)
      return op.emitError("is a second contraction in one kernel");
    dot = op;
  }
  if (!dot)
    return kernel.emitError("has no contraction");
  x = dot.getX().getDefiningOp<UnpackOp>();
  y = dot.getY().getDefiningOp<UnpackOp>();
  if (!x || !y || !isa<BlockArgument>(x.getX()) || !isa<BlockArgument>(y.getX()) || x.getDepth() != 1 ||
      y.getDepth() != 1)
    return dot.emitError("needs operands in panels of depth 1; run assign-layouts before");
  height = x.getHeight();
  width = y.getHeight();
  return success();
}

/// Batch, rows and columns of the result.
SmallVector<SmallVector<unsigned, 4>> ContractBuilder::resultDimensions() {
  SmallVector<SmallVector<unsigned, 4>> groups(3);
  unsigned next = 0;
  for (auto [group, count] :
       llvm::zip(groups, SmallVector<size_t>{dot.getXBatch().size(), dot.getXFree().size(), dot.getYFree().size()}))
    for (size_t i = 0; i < count; ++i)
      group.push_back(next++);
  return groups;
}

int64_t ContractBuilder::panelsOfChunk() {
  SymbolicShape shape = getShape(x.getX().getType());
  int64_t element = getElementBytes(getElementTypeOrSelf(x.getX()));
  std::optional<int64_t> steps = shape[shape.size() - 3].constant();
  return std::max<int64_t>(1, chunkBytes / (height * element * std::max<int64_t>(1, steps.value_or(unknownSteps))));
}

/// Batch, panel of columns and panel of rows of the block. The order is chunks of rows, columns, rows of the chunk; the
/// last chunk may be smaller.
SmallVector<Value> ContractBuilder::splitGrid(const DimExpr &batch, const DimExpr &columns, const DimExpr &rows) {
  SmallVector<Value> outer = splitBlock(builder, loc, {batch, columns * rows});
  int64_t panels = panelsOfChunk();
  auto size = [&](const DimExpr &expr) -> Value {
    return tile::SizeOp::create(builder, loc, DimAttr::get(context, expr));
  };
  Value ofChunk = size(columns * DimExpr(panels));
  Value chunk = arith::DivUIOp::create(builder, loc, outer[1], ofChunk);
  Value rest = arith::RemUIOp::create(builder, loc, outer[1], ofChunk);
  Value first = multiply(chunk, constant(panels));
  Value left = arith::SubIOp::create(builder, loc, size(rows), first);
  Value count = arith::MinUIOp::create(builder, loc, left, constant(panels));
  Value column = arith::DivUIOp::create(builder, loc, rest, count);
  Value row = add(first, arith::RemUIOp::create(builder, loc, rest, count));
  return {outer[0], column, row};
}

/// Panels as [panel, k, row, 1], the panels of all batches in a row.
Value ContractBuilder::openPanels(UnpackOp operand, Value buffer) {
  SymbolicShape shape = getShape(operand.getX().getType());
  DimExpr panels(1);
  for (const DimExpr &size : ArrayRef(shape).drop_back(3))
    panels = panels * size;
  SmallVector<DimExpr> sizes{panels, shape[shape.size() - 3], DimExpr(operand.getHeight()), DimExpr(1)};
  SmallVector<DimExpr> strides{sizes[1] * sizes[2], sizes[2], DimExpr(1), DimExpr(1)};
  auto type = tile::ViewType::get(context, 4, cast<tile::BufferType>(buffer.getType()).getElement());
  return tile::ViewOp::create(builder, loc, type, buffer, DimAttr::get(context, DimExpr(0)),
                              DimsAttr::get(context, sizes), DimsAttr::get(context, strides));
}

Value ContractBuilder::loadPanel(Value view, UnpackOp operand, Value panel, Value k, Value first) {
  Type element = cast<tile::ViewType>(view.getType()).getElement();
  auto type = RankedTensorType::get({1, 1, int64_t(operand.getHeight()), 1}, element);
  return tile::LoadOp::create(builder, loc, type, view, ValueRange{panel, k, first, first});
}

Value ContractBuilder::emitProducts(Value left, Value right, Value leftPanel, Value rightPanel) {
  Type element = getElementTypeOrSelf(x.getX());
  auto type = RankedTensorType::get({1, height, width}, element);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  Value steps = tile::SizeOp::create(builder, loc, DimAttr::get(context, getShape(x.getX().getType()).rbegin()[2]));
  Value first = constant(0);
  auto loop = scf::ForOp::create(builder, loc, first, steps, constant(1), ValueRange(zero));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Value k = loop.getInductionVar();
  Value a = loadPanel(left, x, leftPanel, k, first), b = loadPanel(right, y, rightPanel, k, first);
  Value sum = tile::DotOp::create(builder, loc, a, b, loop.getRegionIterArg(0));
  scf::YieldOp::create(builder, loc, sum);
  return loop.getResult(0);
}

FailureOr<tile::KernelOp> ContractBuilder::build() {
  if (failed(findDot()))
    return failure();
  ElementwiseEmitter emitter(kernel, builder, dot.getResult());
  if (failed(emitter.check()))
    return failure();
  if (!emitter.setDimensions(resultDimensions()))
    return dot.emitError("has operands of its epilogue that do not walk its dimensions as [batch, rows, columns]");
  ArrayRef<DimExpr> sizes = emitter.getSizes();
  DimExpr rows = ceilDiv(sizes[1], DimExpr(height)), columns = ceilDiv(sizes[2], DimExpr(width));
  OpBuilder::InsertionGuard guard(builder);
  tile::KernelOp program = emitter.open({1, height, width}, sizes[0] * columns * rows);
  SmallVector<Value> position = splitGrid(sizes[0], columns, rows);
  auto panel = [&](Value batch, Value index, const DimExpr &count) {
    Value perBatch = tile::SizeOp::create(builder, loc, DimAttr::get(context, count));
    return add(multiply(batch, perBatch), index);
  };
  Value left = openPanels(x, emitter.getBuffer(cast<BlockArgument>(x.getX()).getArgNumber()));
  Value right = openPanels(y, emitter.getBuffer(cast<BlockArgument>(y.getX()).getArgNumber()));
  Value products = emitProducts(left, right, panel(position[0], position[2], rows),
                                panel(position[0], position[1], columns));
  Type element = getElementTypeOrSelf(dot.getResult());
  if (element != getElementTypeOrSelf(products)) {
    auto type = cast<RankedTensorType>(products.getType()).clone(element);
    products = element.getIntOrFloatBitWidth() < getElementTypeOrSelf(products).getIntOrFloatBitWidth()
                   ? arith::TruncFOp::create(builder, loc, type, products).getResult()
                   : arith::ExtFOp::create(builder, loc, type, products).getResult();
  }
  emitter.setGiven(products);
  emitter.setIndices({position[0], multiply(position[2], constant(height)),
                      multiply(position[1], constant(width))});
  emitter.emitResults();
  return program;
}

FailureOr<tile::KernelOp> buildContract(KernelOp kernel, OpBuilder &builder) {
  return ContractBuilder(kernel, builder).build();
}

} // namespace tenon::schedule
