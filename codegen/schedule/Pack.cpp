// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Panels of a contraction's operand: columns of `height` rows are copied, transposed where the columns lie side by side in
// memory. Where rows or columns are dimensions that cannot be walked as one, each row of the panel is read along its
// columns and written with a stride.
#include "codegen/schedule/ElementwiseEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace tenon::schedule {

namespace {

/// Columns that one block handles.
constexpr int64_t columnsOfBlock = 256;

class PackBuilder {
public:
  PackBuilder(KernelOp kernel, PackOp pack, OpBuilder &builder)
      : kernel(kernel), pack(pack), builder(builder), loc(kernel.getLoc()), context(kernel.getContext()),
        shape(getShape(pack.getX().getType())), strides(StridedView::rowMajor(shape).strides) {}

  FailureOr<tile::KernelOp> build();

private:
  DimExpr sizeOf(ArrayRef<int64_t> dimensions) const;
  tile::KernelOp open(ArrayRef<DimExpr> counts, SmallVector<Value> &position);
  Value openView(Value buffer, const DimExpr &offset, ArrayRef<DimExpr> sizes, ArrayRef<DimExpr> strides,
                 Type element = {});
  bool isComputed() { return !isa<BlockArgument>(pack.getX()); }
  FailureOr<Value> emitOperand(Value root, ArrayRef<Value> indices, ArrayRef<int64_t> tile);
  Value takeColumns(int64_t parity);
  LogicalResult computeRows(const MergedDimension &rows, const MergedDimension &columns);
  Value widen(Value tile, Type element);
  Value joinPairs(Value low, Value high);
  void move(Value from, Value to, ArrayRef<Value> source, ArrayRef<Value> target, ArrayRef<int64_t> tile);
  /// Indices of `dimensions` at the position `index` of their product.
  void split(Value index, ArrayRef<int64_t> dimensions, SmallVectorImpl<Value> &indices);
  void copyRows(const MergedDimension &batch, const MergedDimension &rows, const MergedDimension &columns);
  void copyPairs(const MergedDimension &batch, const MergedDimension &rows, const MergedDimension &columns);
  void moveRowByRow();

  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value add(Value a, Value b) { return arith::AddIOp::create(builder, loc, a, b); }
  Value multiply(Value a, Value b) { return arith::MulIOp::create(builder, loc, a, b); }
  Value size(const DimExpr &expr) { return tile::SizeOp::create(builder, loc, DimAttr::get(context, expr)); }
  Type elementOf(Value buffer) { return cast<tile::BufferType>(buffer.getType()).getElement(); }

  KernelOp kernel;
  PackOp pack;
  OpBuilder &builder;
  Location loc;
  MLIRContext *context;
  SymbolicShape shape, strides;
  Block *program = nullptr;
  tile::KernelOp result;
};

} // namespace

DimExpr PackBuilder::sizeOf(ArrayRef<int64_t> dimensions) const {
  DimExpr product(1);
  for (int64_t d : dimensions)
    product = product * shape[d];
  return product;
}

tile::KernelOp PackBuilder::open(ArrayRef<DimExpr> counts, SmallVector<Value> &position) {
  DimExpr grid(1);
  for (const DimExpr &count : counts)
    grid = grid * count;
  SmallVector<Type> buffers;
  for (Type type : llvm::concat<const Type>(kernel.getArgumentTypes(), kernel.getResultTypes()))
    buffers.push_back(tile::BufferType::get(context, getElementTypeOrSelf(type)));
  result = tile::KernelOp::create(builder, loc, kernel.getSymName(), FunctionType::get(context, buffers, {}),
                                  kernel.getSymbols(), DimAttr::get(context, grid), 1, nullptr, nullptr);
  program = builder.createBlock(&result.getBody(), {}, buffers, SmallVector<Location>(buffers.size(), loc));
  position = splitBlock(builder, loc, counts);
  return result;
}

Value PackBuilder::openView(Value buffer, const DimExpr &offset, ArrayRef<DimExpr> sizes, ArrayRef<DimExpr> steps,
                            Type element) {
  auto type = tile::ViewType::get(context, sizes.size(), element ? element : elementOf(buffer));
  return tile::ViewOp::create(builder, loc, type, buffer, DimAttr::get(context, offset), DimsAttr::get(context, sizes),
                              DimsAttr::get(context, steps));
}

void PackBuilder::move(Value from, Value to, ArrayRef<Value> source, ArrayRef<Value> target, ArrayRef<int64_t> tile) {
  auto elementOfView = [](Value view) { return cast<tile::ViewType>(view.getType()).getElement(); };
  Value value = tile::LoadOp::create(builder, loc, RankedTensorType::get(tile, elementOfView(from)), from, source);
  tile::StoreOp::create(builder, loc, widen(value, elementOfView(to)), to, target);
}

Value PackBuilder::widen(Value tile, Type element) {
  auto type = cast<RankedTensorType>(tile.getType());
  return type.getElementType() == element ? tile
                                          : arith::ExtFOp::create(builder, loc, type.clone(element), tile).getResult();
}

/// Words of the 16-bit elements of two tiles.
Value PackBuilder::joinPairs(Value low, Value high) {
  auto shape = cast<RankedTensorType>(low.getType());
  RankedTensorType halves = shape.clone(builder.getI16Type()), words = shape.clone(builder.getI32Type());
  auto extend = [&](Value tile) -> Value {
    if (tile.getType() != halves)
      tile = arith::BitcastOp::create(builder, loc, halves, tile);
    return arith::ExtUIOp::create(builder, loc, words, tile);
  };
  Value width = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(words, APInt(32, 16)));
  Value upper = arith::ShLIOp::create(builder, loc, extend(high), width);
  return arith::OrIOp::create(builder, loc, extend(low), upper);
}

/// An operand that the group computes, or a slice of it, at [batch, column, row].
FailureOr<Value> PackBuilder::emitOperand(Value root, ArrayRef<Value> indices, ArrayRef<int64_t> tile) {
  ElementwiseEmitter operand(kernel, builder, root, program);
  if (failed(operand.check()))
    return failure();
  SmallVector<SmallVector<unsigned, 4>> groups;
  for (ArrayRef<int64_t> dimensions : {pack.getBatch(), pack.getColumns(), pack.getRows()})
    groups.emplace_back(dimensions.begin(), dimensions.end());
  if (!operand.setDimensions(groups)) {
    pack.emitError("has an operand that does not walk as [batch, columns, rows]; run assign-layouts before");
    return failure();
  }
  operand.setIndices(indices);
  return operand.emitRoot(BlockShape(tile));
}

/// Every other column of the operand, from `parity` on, as a value of the kernel.
Value PackBuilder::takeColumns(int64_t parity) {
  SymbolicShape sliced(shape), starts(shape.size(), DimExpr(0));
  SmallVector<int64_t> steps(shape.size(), 1);
  int64_t column = pack.getColumns().front();
  sliced[column] = floorDiv(shape[column] + DimExpr(1 - parity), DimExpr(2));
  starts[column] = DimExpr(parity);
  steps[column] = 2;
  OpBuilder end(kernel.getBody().front().getTerminator());
  return SliceOp::create(end, loc, getTensorType(context, sliced, getElementTypeOrSelf(pack.getX())), pack.getX(),
                         DimsAttr::get(context, starts), steps);
}

/// Panels as [batch * panels + panel, column, row]. Pairs are words; the number of columns is then even.
LogicalResult PackBuilder::computeRows(const MergedDimension &rows, const MergedDimension &columns) {
  int64_t height = pack.getHeight(), depth = pack.getDepth();
  DimExpr h(height), panels = ceilDiv(rows.size, h), steps = ceilDiv(columns.size, DimExpr(depth)),
      batch = sizeOf(pack.getBatch());
  SmallVector<Value> position;
  open({batch, panels, ceilDiv(steps, DimExpr(columnsOfBlock))}, position);
  Value zero = constant(0), step = multiply(position[2], constant(columnsOfBlock));
  Value panel = add(multiply(position[0], size(panels)), position[1]);
  SmallVector<Value> indices{position[0], step, multiply(position[1], constant(height))};
  Type stored = depth == 1 ? getElementTypeOrSelf(pack.getResult()) : Type(builder.getI32Type());
  Value to = openView(result.getArgument(result.getNumArguments() - 1), DimExpr(0), {batch * panels, steps, h},
                      {steps * h, h, DimExpr(1)}, stored);
  SmallVector<int64_t> tile{1, columnsOfBlock, height};
  FailureOr<Value> first = emitOperand(depth == 1 ? pack.getX() : takeColumns(0), indices, tile);
  if (failed(first))
    return failure();
  Value value = *first;
  if (depth == 1) {
    value = widen(value, stored);
  } else {
    FailureOr<Value> second = emitOperand(takeColumns(1), indices, tile);
    if (failed(second))
      return failure();
    value = joinPairs(value, *second);
  }
  tile::StoreOp::create(builder, loc, value, to, ValueRange{panel, step, zero});
  return success();
}

/// Panels as [batch, panel, column, row]; x as [batch, 1, column, row].
void PackBuilder::copyRows(const MergedDimension &batch, const MergedDimension &rows, const MergedDimension &columns) {
  int64_t height = pack.getHeight();
  DimExpr h(height), panels = ceilDiv(rows.size, h);
  SmallVector<Value> position;
  open({batch.size, panels, ceilDiv(columns.size, DimExpr(columnsOfBlock))}, position);
  Value from = openView(program->getArgument(0), DimExpr(0), {batch.size, DimExpr(1), columns.size, rows.size},
                        {batch.stride, DimExpr(0), columns.stride, rows.stride});
  Value to = openView(program->getArgument(1), DimExpr(0), {batch.size, panels, columns.size, h},
                      {panels * columns.size * h, columns.size * h, h, DimExpr(1)});
  Value zero = constant(0), column = multiply(position[2], constant(columnsOfBlock));
  move(from, to, {position[0], zero, column, multiply(position[1], constant(height))},
       {position[0], position[1], column, zero}, {1, 1, columnsOfBlock, height});
}

/// Panels of depth 2 of 16-bit elements as [batch, panel, pair of columns, row] of 32-bit words. Where pairs are words of x
/// too, these are moved; otherwise two columns are read and joined.
void PackBuilder::copyPairs(const MergedDimension &batch, const MergedDimension &rows, const MergedDimension &columns) {
  int64_t height = pack.getHeight();
  DimExpr h(height), two(2), panels = ceilDiv(rows.size, h), pairs = ceilDiv(columns.size, two);
  SmallVector<Value> position;
  open({batch.size, panels, ceilDiv(pairs, DimExpr(columnsOfBlock))}, position);
  Type word = builder.getI32Type(), half = builder.getI16Type();
  Value to = openView(program->getArgument(1), DimExpr(0), {batch.size, panels, pairs, h},
                      {panels * pairs * h, pairs * h, h, DimExpr(1)}, word);
  Value zero = constant(0), pair = multiply(position[2], constant(columnsOfBlock));
  SmallVector<Value> source{position[0], zero, pair, multiply(position[1], constant(height))},
      target{position[0], position[1], pair, zero};
  SmallVector<int64_t> tile{1, 1, columnsOfBlock, height};
  DimFacts facts = getFacts(kernel.getSymbols());
  auto isEven = [&](const DimExpr &expr) { return facts.isMultipleOf(expr, 2); };
  if (columns.stride == DimExpr(1) && isEven(columns.size) && isEven(rows.stride) && isEven(batch.stride)) {
    Value from = openView(program->getArgument(0), DimExpr(0), {batch.size, DimExpr(1), pairs, rows.size},
                          {floorDiv(batch.stride, two), DimExpr(0), DimExpr(1), floorDiv(rows.stride, two)}, word);
    return move(from, to, source, target, tile);
  }
  auto load = [&](int64_t parity) -> Value {
    Value from = openView(program->getArgument(0), columns.stride * DimExpr(parity),
                          {batch.size, DimExpr(1), floorDiv(columns.size + DimExpr(1 - parity), two), rows.size},
                          {batch.stride, DimExpr(0), columns.stride * two, rows.stride}, half);
    return tile::LoadOp::create(builder, loc, RankedTensorType::get(tile, half), from, source);
  };
  Value low = load(0), high = load(1);
  tile::StoreOp::create(builder, loc, joinPairs(low, high), to, target);
}

void PackBuilder::split(Value index, ArrayRef<int64_t> dimensions, SmallVectorImpl<Value> &indices) {
  SmallVector<Value> parts(dimensions.size());
  for (size_t i = dimensions.size(); i-- > 0;) {
    // The first takes what is left: beyond its size where `index` is beyond the product.
    if (i == 0) {
      parts[i] = index;
      break;
    }
    Value count = size(shape[dimensions[i]]);
    parts[i] = arith::RemUIOp::create(builder, loc, index, count);
    index = arith::DivUIOp::create(builder, loc, index, count);
  }
  llvm::append_range(indices, parts);
}

/// For each row of a panel, along the last of the columns' dimensions. x has a leading dimension of size 1, so that panel
/// and row of the result take the place of that and the rows' first.
void PackBuilder::moveRowByRow() {
  int64_t height = pack.getHeight();
  ArrayRef<int64_t> batch = pack.getBatch(), rows = pack.getRows(), columns = pack.getColumns();
  DimExpr h(height), rowCount = sizeOf(rows), columnCount = sizeOf(columns), panels = ceilDiv(rowCount, h);
  DimExpr inner = columns.empty() ? DimExpr(1) : shape[columns.back()];
  DimExpr outer = columns.empty() ? DimExpr(1) : sizeOf(columns.drop_back());
  SmallVector<Value> position;
  open({sizeOf(batch), panels, outer, ceilDiv(inner, DimExpr(columnsOfBlock))}, position);

  // x: [1, batch.., rows.., outer columns.., inner column].
  SmallVector<DimExpr> sizes{DimExpr(1)}, steps{DimExpr(0)};
  for (int64_t d : llvm::concat<const int64_t>(batch, rows, columns)) {
    sizes.push_back(shape[d]);
    steps.push_back(strides[d]);
  }
  // The panels, by [batch * panels + panel, row, outer, inner, ..] and dimensions of size 1 between.
  SmallVector<DimExpr> panelSizes(sizes.size(), DimExpr(1)), panelSteps(sizes.size(), DimExpr(0));
  if (columns.empty()) {
    sizes.push_back(DimExpr(1));
    steps.push_back(DimExpr(0));
    panelSizes.push_back(DimExpr(1));
    panelSteps.push_back(DimExpr(0));
  }
  // Three places before the last are needed: pad in front.
  while (sizes.size() < 4) {
    sizes.insert(sizes.begin(), DimExpr(1));
    steps.insert(steps.begin(), DimExpr(0));
    panelSizes.insert(panelSizes.begin(), DimExpr(1));
    panelSteps.insert(panelSteps.begin(), DimExpr(0));
  }
  size_t rank = sizes.size(), padding = rank - (batch.size() + rows.size() + std::max<size_t>(columns.size(), 1));
  panelSizes[0] = sizeOf(batch) * panels;
  panelSteps[0] = columnCount * h;
  panelSizes[1] = h;
  panelSteps[1] = DimExpr(1);
  panelSizes[2] = outer;
  panelSteps[2] = inner * h;
  panelSizes[rank - 1] = inner;
  panelSteps[rank - 1] = h;
  Value from = openView(program->getArgument(0), DimExpr(0), sizes, steps);
  Value to = openView(program->getArgument(1), DimExpr(0), panelSizes, panelSteps);

  Value zero = constant(0), column = multiply(position[3], constant(columnsOfBlock));
  Value panel = add(multiply(position[0], size(panels)), position[1]);
  SmallVector<int64_t> tile(rank, 1);
  tile.back() = columnsOfBlock;
  for (int64_t i = 0; i < height; ++i) {
    SmallVector<Value> source(padding, zero), target(rank, zero);
    split(position[0], batch, source);
    Value row = add(multiply(position[1], constant(height)), constant(i));
    if (rows.empty()) {
      // One row: the others of the panel lie outside of the dimension in front.
      source[0] = row;
    } else {
      split(row, rows, source);
    }
    if (!columns.empty())
      split(position[2], columns.drop_back(), source);
    source.push_back(column);
    target[0] = panel;
    target[1] = constant(i);
    target[2] = position[2];
    target.back() = column;
    move(from, to, source, target, tile);
  }
}

FailureOr<tile::KernelOp> PackBuilder::build() {
  OpBuilder::InsertionGuard guard(builder);
  auto batch = mergeDimensions(shape, pack.getBatch()), rows = mergeDimensions(shape, pack.getRows()),
       columns = mergeDimensions(shape, pack.getColumns());
  if (isComputed()) {
    if (!batch || !rows || !columns || failed(computeRows(*rows, *columns)))
      return failure();
  } else if (pack.getDepth() == 2)
    copyPairs(*batch, *rows, *columns);
  else if (batch && rows && columns)
    copyRows(*batch, *rows, *columns);
  else
    moveRowByRow();
  tile::ReturnOp::create(builder, loc);
  return result;
}

FailureOr<tile::KernelOp> buildPack(KernelOp kernel, const Blocking &, OpBuilder &builder) {
  auto yield = cast<YieldOp>(kernel.getBody().front().getTerminator());
  auto pack = yield.getOutputs().size() == 1 ? yield.getOutputs()[0].getDefiningOp<PackOp>() : nullptr;
  bool isPair = pack && pack.getDepth() == 2 && getElementTypeOrSelf(pack.getResult()).getIntOrFloatBitWidth() == 16;
  if (!pack || (pack.getDepth() != 1 && !isPair))
    return kernel.emitError("is no pack into panels of depth 1, or of 2 for 16-bit elements");
  SymbolicShape shape = getShape(pack.getX().getType());
  if (isPair && !(mergeDimensions(shape, pack.getBatch()) && mergeDimensions(shape, pack.getRows()) &&
                  mergeDimensions(shape, pack.getColumns())))
    return kernel.emitError("packs pairs of columns that cannot be walked as one dimension");
  return PackBuilder(kernel, pack, builder).build();
}

} // namespace tenon::schedule
