// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A contraction with what is applied to its result. A block computes a block of the result over the whole contracted size,
// from packed panels of the operands or from the operands as they lie in memory. Blocks follow each other so that a chunk of
// the left operand stays in a cache while the whole right one passes by.
#include "codegen/SlowPath.h"
#include "codegen/schedule/ElementwiseEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace tenon::schedule {

namespace {

/// Part of a third-level cache that the left operand's panels may take: they stream from there while one panel of the right
/// operand stays in the second level. Measured on Zen 5 (11776 x 1024 x 1024 f32): 198 ms without chunks, 109 ms with
/// these. Where the contracted size is not known it is taken for `unknownSteps`.
constexpr int64_t chunkBytes = 512 * 1024;
constexpr int64_t unknownSteps = 1024;
/// The same in blocks of rows where operands are not packed: many blocks run at once and share what they read.
constexpr int64_t blocksOfChunk = 8;

class ContractBuilder {
public:
  ContractBuilder(KernelOp kernel, const Blocking &blocking, OpBuilder &builder)
      : kernel(kernel), blocking(blocking), builder(builder), loc(kernel.getLoc()), context(kernel.getContext()) {}

  FailureOr<tile::KernelOp> build();

private:
  LogicalResult findDot();
  LogicalResult findPanels();
  SmallVector<SmallVector<unsigned, 4>> resultDimensions();
  SmallVector<Value> splitGrid(const DimExpr &batch, const DimExpr &columns, const DimExpr &rows);
  int64_t panelsOfChunk();
  Value openPanels(UnpackOp operand, Value buffer);
  Value loadPanel(Value view, UnpackOp operand, Value panel, Value k, Value first);
  Value emitLoop(const DimExpr &steps, int64_t step, function_ref<Value(Value, Value)> product);
  Value multiplyPanels(ArrayRef<Value> position, const DimExpr &rows, const DimExpr &columns);
  FailureOr<Value> multiplyDirectly(ArrayRef<Value> position);
  void reportPadding(const DimExpr &size, int64_t edge, StringRef what);
  Value maskBeyond(Value tile, Value operand, ArrayRef<Value> indices, ArrayRef<DimExpr> sizes);
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value add(Value a, Value b) { return arith::AddIOp::create(builder, loc, a, b); }
  Value multiply(Value a, Value b) { return arith::MulIOp::create(builder, loc, a, b); }

  KernelOp kernel;
  const Blocking &blocking;
  OpBuilder &builder;
  Location loc;
  MLIRContext *context;
  DotGeneralOp dot;
  /// Where operands are packed.
  UnpackOp x, y;
  tile::KernelOp program;
  ProductBlock block = {};
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
  if (blocking.packsOperands)
    return findPanels();
  SymbolicShape shape = getShape(dot.getResult().getType());
  DimExpr rows(1), columns(1);
  for (const DimExpr &size : ArrayRef(shape).slice(dot.getXBatch().size(), dot.getXFree().size()))
    rows = rows * size;
  for (const DimExpr &size : ArrayRef(shape).take_back(dot.getYFree().size()))
    columns = columns * size;
  block = chooseProductBlock(blocking, getElementTypeOrSelf(dot.getX()), rows, columns);
  return success();
}

LogicalResult ContractBuilder::findPanels() {
  x = dot.getX().getDefiningOp<UnpackOp>();
  y = dot.getY().getDefiningOp<UnpackOp>();
  if (!x || !y || !isa<BlockArgument>(x.getX()) || !isa<BlockArgument>(y.getX()) || x.getDepth() != y.getDepth())
    return dot.emitError("needs operands in panels of one depth; run assign-layouts before");
  block = {int64_t(x.getHeight()), int64_t(y.getHeight()), 1, int64_t(x.getDepth())};
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
  if (!x)
    return blocksOfChunk;
  SymbolicShape shape = getShape(x.getX().getType());
  int64_t element = getElementBytes(getElementTypeOrSelf(x.getX()));
  std::optional<int64_t> steps = shape[shape.size() - 3].constant();
  return std::max<int64_t>(1, chunkBytes / (block.rows * element * std::max<int64_t>(1, steps.value_or(unknownSteps))));
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

/// Panels as [panel, k, row, depth], the panels of all batches in a row.
Value ContractBuilder::openPanels(UnpackOp operand, Value buffer) {
  SymbolicShape shape = getShape(operand.getX().getType());
  DimExpr panels(1);
  for (const DimExpr &size : ArrayRef(shape).drop_back(3))
    panels = panels * size;
  DimExpr depth(operand.getDepth());
  SmallVector<DimExpr> sizes{panels, shape[shape.size() - 3], DimExpr(operand.getHeight()), depth};
  SmallVector<DimExpr> strides{sizes[1] * sizes[2] * depth, sizes[2] * depth, depth, DimExpr(1)};
  auto type = tile::ViewType::get(context, 4, cast<tile::BufferType>(buffer.getType()).getElement());
  return tile::ViewOp::create(builder, loc, type, buffer, DimAttr::get(context, DimExpr(0)),
                              DimsAttr::get(context, sizes), DimsAttr::get(context, strides));
}

Value ContractBuilder::loadPanel(Value view, UnpackOp operand, Value panel, Value k, Value first) {
  Type element = cast<tile::ViewType>(view.getType()).getElement();
  auto type = RankedTensorType::get({1, 1, int64_t(operand.getHeight()), int64_t(operand.getDepth())}, element);
  return tile::LoadOp::create(builder, loc, type, view, ValueRange{panel, k, first, first});
}

/// The sum of `product(k, sum)` over k in steps of `step`.
Value ContractBuilder::emitLoop(const DimExpr &steps, int64_t step, function_ref<Value(Value, Value)> product) {
  Type element = getAccumulator(getElementTypeOrSelf(dot.getX()));
  auto type = RankedTensorType::get({1, block.rows, block.columns}, element);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  Value last = tile::SizeOp::create(builder, loc, DimAttr::get(context, steps));
  auto loop = scf::ForOp::create(builder, loc, constant(0), last, constant(step), ValueRange(zero));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  scf::YieldOp::create(builder, loc, product(loop.getInductionVar(), loop.getRegionIterArg(0)));
  return loop.getResult(0);
}

Value ContractBuilder::multiplyPanels(ArrayRef<Value> position, const DimExpr &rows, const DimExpr &columns) {
  auto buffer = [&](UnpackOp operand) { return program.getArgument(cast<BlockArgument>(operand.getX()).getArgNumber()); };
  auto panel = [&](Value index, const DimExpr &count) {
    Value perBatch = tile::SizeOp::create(builder, loc, DimAttr::get(context, count));
    return add(multiply(position[0], perBatch), index);
  };
  Value left = openPanels(x, buffer(x)), right = openPanels(y, buffer(y));
  Value leftPanel = panel(position[2], rows), rightPanel = panel(position[1], columns), first = constant(0);
  return emitLoop(getShape(x.getX().getType()).rbegin()[2], 1, [&](Value k, Value sum) -> Value {
    Value a = loadPanel(left, x, leftPanel, k, first), b = loadPanel(right, y, rightPanel, k, first);
    return tile::DotOp::create(builder, loc, a, b, sum);
  });
}

/// What is computed of the zeros beyond the last k may be anything: it must count as 0.
Value ContractBuilder::maskBeyond(Value tile, Value operand, ArrayRef<Value> indices, ArrayRef<DimExpr> sizes) {
  while (auto view = operand.getDefiningOp<ViewOpInterface>())
    operand = view->getOperand(0);
  if (isa<BlockArgument>(operand) || getFacts(kernel.getSymbols()).isMultipleOf(sizes[2], block.steps))
    return tile;
  auto type = cast<RankedTensorType>(tile.getType());
  Value inside = tile::InsideOp::create(builder, loc, type.clone(builder.getI1Type()), indices,
                                        DimsAttr::get(context, sizes));
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  return arith::SelectOp::create(builder, loc, inside, tile, zero);
}

/// Operands are seen as [batch, rows, k].
FailureOr<Value> ContractBuilder::multiplyDirectly(ArrayRef<Value> position) {
  ElementwiseEmitter left(kernel, builder, dot.getX(), &program.getBody().front());
  ElementwiseEmitter right(kernel, builder, dot.getY(), &program.getBody().front());
  auto open = [&](ElementwiseEmitter &operand, ArrayRef<int64_t> batch, ArrayRef<int64_t> free,
                  ArrayRef<int64_t> contract) -> LogicalResult {
    if (failed(operand.check()))
      return failure();
    SmallVector<SmallVector<unsigned, 4>> groups;
    for (ArrayRef<int64_t> dimensions : {batch, free, contract})
      groups.emplace_back(dimensions.begin(), dimensions.end());
    if (!operand.setDimensions(groups))
      return dot.emitError("has an operand whose dimensions do not walk as [batch, rows, k]; run assign-layouts before");
    return success();
  };
  if (failed(open(left, dot.getXBatch(), dot.getXFree(), dot.getXContract())) ||
      failed(open(right, dot.getYBatch(), dot.getYFree(), dot.getYContract())))
    return failure();
  Value row = multiply(position[2], constant(block.rows)), column = multiply(position[1], constant(block.columns));
  return emitLoop(left.getSizes()[2], block.steps, [&](Value k, Value sum) -> Value {
    left.setIndices({position[0], row, k});
    right.setIndices({position[0], column, k});
    Value a = left.emitRoot({1, block.rows, block.steps}), b = right.emitRoot({1, block.columns, block.steps});
    a = maskBeyond(a, dot.getX(), {position[0], row, k}, left.getSizes());
    b = maskBeyond(b, dot.getY(), {position[0], column, k}, right.getSizes());
    return tile::DotOp::create(builder, loc, a, b, sum);
  });
}

/// Blocks compute whole edges.
void ContractBuilder::reportPadding(const DimExpr &size, int64_t edge, StringRef what) {
  std::optional<int64_t> number = size.constant();
  if (!number || *number == 0 || *number % edge == 0)
    return;
  int64_t computed = llvm::alignTo(*number, edge);
  reportSlowPath(dot, SlowPathKind::Padded, 1 - double(*number) / double(computed),
                 Twine(*number) + " " + what + " of the product are computed as " + Twine(computed) + ", in blocks of " +
                     Twine(edge));
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
  DimExpr rows = ceilDiv(sizes[1], DimExpr(block.rows)), columns = ceilDiv(sizes[2], DimExpr(block.columns));
  reportPadding(sizes[1], block.rows, "rows");
  reportPadding(sizes[2], block.columns, "columns");
  OpBuilder::InsertionGuard guard(builder);
  program = emitter.open({1, block.rows, block.columns}, sizes[0] * columns * rows);
  SmallVector<Value> position = splitGrid(sizes[0], columns, rows);
  FailureOr<Value> products = x ? multiplyPanels(position, rows, columns) : multiplyDirectly(position);
  if (failed(products))
    return failure();
  Type element = getElementTypeOrSelf(dot.getResult());
  if (element != getElementTypeOrSelf(*products)) {
    auto type = cast<RankedTensorType>(products->getType()).clone(element);
    products = element.getIntOrFloatBitWidth() < getElementTypeOrSelf(*products).getIntOrFloatBitWidth()
                   ? arith::TruncFOp::create(builder, loc, type, *products).getResult()
                   : arith::ExtFOp::create(builder, loc, type, *products).getResult();
  }
  emitter.setGiven(*products);
  emitter.setIndices({position[0], multiply(position[2], constant(block.rows)),
                      multiply(position[1], constant(block.columns))});
  emitter.emitResults();
  return program;
}

FailureOr<tile::KernelOp> buildContract(KernelOp kernel, const Blocking &blocking, OpBuilder &builder) {
  return ContractBuilder(kernel, blocking, builder).build();
}

} // namespace tenon::schedule
