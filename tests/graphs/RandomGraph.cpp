// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/graphs/RandomGraph.h"

#include "tests/sweep/OpCases.h"

using namespace mlir;

namespace tenon {

namespace {

class GraphGenerator {
public:
  GraphGenerator(MLIRContext *context, uint64_t seed) : context(context), builder(context), random(seed) {}

  OwningOpRef<ModuleOp> generate(unsigned opCount);

private:
  uint64_t pick(uint64_t count) { return random() % count; }
  Location loc() { return builder.getUnknownLoc(); }
  SymbolicShape randomShape();
  Type randomElement();
  void addInput(EntryOp entry, Block &block, const SymbolicShape &shape, Type element);
  Value existing(const SymbolicShape *shape, Type element);
  Value toShape(Value value, const SymbolicShape &shape);
  void addElementwise();
  void addView();
  void addReduction();
  Value addSplat(const SymbolicShape &shape, Type element);

  MLIRContext *context;
  OpBuilder builder;
  std::mt19937_64 random;
  std::vector<Value> values;
  const std::vector<std::vector<sweep::OpCase>> *cases = nullptr;
};

/// All cases of ops that any input is legal for, by op; integer division and powers would overflow the error analysis.
const std::vector<std::vector<sweep::OpCase>> &elementwiseCases(MLIRContext *context) {
  static thread_local std::vector<std::vector<sweep::OpCase>> cases;
  static thread_local MLIRContext *owner = nullptr;
  if (owner == context)
    return cases;
  owner = context;
  cases.clear();
  for (OperationName op : sweep::getOps(context)) {
    if (!op.hasInterface<ElementwiseOpInterface>())
      continue;
    std::vector<sweep::OpCase> ofOp = sweep::getCases(op);
    llvm::erase_if(ofOp, [](const sweep::OpCase &opCase) { return opCase.operands.empty(); });
    if (!ofOp.empty())
      cases.push_back(std::move(ofOp));
  }
  return cases;
}

SymbolicShape GraphGenerator::randomShape() {
  const DimExpr dims[] = {DimExpr::symbol("A"), DimExpr::symbol("B"), DimExpr(1), DimExpr(3), DimExpr(8), DimExpr(17)};
  SymbolicShape shape;
  for (uint64_t rank = pick(4); rank > 0; --rank)
    shape.push_back(dims[pick(std::size(dims))]);
  return shape;
}

Type GraphGenerator::randomElement() {
  Builder b(context);
  const Type types[] = {b.getF32Type(), b.getF32Type(),  b.getF32Type(), b.getF64Type(),      b.getBF16Type(),
                        b.getF16Type(), b.getI32Type(), b.getI64Type(), b.getIntegerType(8), b.getI1Type()};
  return types[pick(std::size(types))];
}

void GraphGenerator::addInput(EntryOp entry, Block &block, const SymbolicShape &shape, Type element) {
  Type type = getTensorType(context, shape, element);
  values.push_back(block.addArgument(type, loc()));
  SmallVector<Type> types(entry.getArgumentTypes());
  types.push_back(type);
  entry.setFunctionType(builder.getFunctionType(types, {}));
}

/// A value of this element type, and of this shape where one is given; null where there is none.
Value GraphGenerator::existing(const SymbolicShape *shape, Type element) {
  SmallVector<Value> fitting;
  for (Value value : values)
    if (getElementTypeOrSelf(value) == element && (!shape || getShape(value.getType()) == *shape))
      fitting.push_back(value);
  return fitting.empty() ? Value() : fitting[pick(fitting.size())];
}

Value GraphGenerator::addSplat(const SymbolicShape &shape, Type element) {
  Attribute number;
  if (isa<FloatType>(element))
    number = FloatAttr::get(element, double(pick(9)) / 2 - 2);
  else
    number = IntegerAttr::get(element, APInt(element.getIntOrFloatBitWidth(), pick(3), false, /*implicitTrunc=*/true));
  return SplatOp::create(builder, loc(), getTensorType(context, shape, element), cast<TypedAttr>(number));
}

/// Inserts a broadcast where the shapes allow one.
Value GraphGenerator::toShape(Value value, const SymbolicShape &shape) {
  SymbolicShape from = getShape(value.getType());
  if (from == shape)
    return value;
  if (from.size() > shape.size())
    return {};
  SmallVector<int64_t> dimensions;
  size_t offset = shape.size() - from.size();
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i] != shape[offset + i] && from[i] != DimExpr(1))
      return {};
    dimensions.push_back(offset + i);
  }
  return BroadcastOp::create(builder, loc(), getTensorType(context, shape, getElementTypeOrSelf(value)), value,
                             dimensions);
}

void GraphGenerator::addElementwise() {
  const std::vector<sweep::OpCase> &ofOp = (*cases)[pick(cases->size())];
  const sweep::OpCase &opCase = ofOp[pick(ofOp.size())];
  Value first = existing(nullptr, getElementTypeOrSelf(opCase.operands[0]));
  if (!first)
    return;
  SymbolicShape shape = getShape(first.getType());
  SmallVector<Value> operands{first};
  for (Type type : llvm::drop_begin(opCase.operands)) {
    Type element = getElementTypeOrSelf(type);
    Value operand = pick(4) == 0 ? existing(nullptr, element) : existing(&shape, element);
    operand = operand ? toShape(operand, shape) : Value();
    operands.push_back(operand ? operand : addSplat(shape, element));
  }
  sweep::OpCase shaped = opCase;
  shaped.result = getTensorType(context, shape, getElementTypeOrSelf(opCase.result));
  values.push_back(sweep::build(shaped, builder, operands)->getResult(0));
}

void GraphGenerator::addView() {
  Value operand = values[pick(values.size())];
  SymbolicShape from = getShape(operand.getType());
  Type element = getElementTypeOrSelf(operand);
  if (from.empty() || pick(3) == 0) {
    SymbolicShape to = from;
    to.insert(to.begin(), pick(2) ? DimExpr::symbol("B") : DimExpr(3));
    if (to.size() <= 4)
      values.push_back(toShape(operand, to));
    return;
  }
  if (pick(2) == 0) {
    auto permutation = llvm::to_vector(llvm::seq<int64_t>(0, from.size()));
    std::shuffle(permutation.begin(), permutation.end(), random);
    values.push_back(TransposeOp::create(builder, loc(), operand, permutation));
    return;
  }
  // Symbolic dimensions are reversed whole or kept; of fixed ones every second element is taken.
  SymbolicShape to, starts;
  SmallVector<int64_t> strides;
  for (const DimExpr &dim : from) {
    std::optional<int64_t> size = dim.constant();
    bool reversed = pick(3) == 0;
    if (!size || *size < 3 || reversed) {
      to.push_back(dim);
      starts.push_back(reversed ? dim - DimExpr(1) : DimExpr(0));
      strides.push_back(reversed ? -1 : 1);
    } else {
      to.push_back(DimExpr((*size - 1) / 2));
      starts.push_back(DimExpr(1));
      strides.push_back(2);
    }
  }
  values.push_back(SliceOp::create(builder, loc(), getTensorType(context, to, element), operand,
                                   DimsAttr::get(context, starts), strides));
}

/// A reduction over some dimensions, most often with its result repeated along them again, as norms do.
void GraphGenerator::addReduction() {
  Value operand = values[pick(values.size())];
  SymbolicShape shape = getShape(operand.getType());
  Type element = getElementTypeOrSelf(operand);
  SmallVector<int64_t> dims;
  for (int64_t d = 0; d < int64_t(shape.size()); ++d)
    if (pick(2) == 0)
      dims.push_back(d);
  if (dims.empty())
    return;
  auto kind = Reduction(pick(getMaxEnumValForReduction() + 1));
  if (element.isInteger(1))
    kind = pick(2) ? Reduction::maximum : Reduction::minimum;
  Type type = getTensorType(context, getReducedShape(shape, dims), element);
  auto op = ReduceOp::create(builder, loc(), type, kind, operand, dims);
  values.push_back(op);
  if (pick(3) != 0)
    values.push_back(BroadcastOp::create(builder, loc(), operand.getType(), op, op.getKept()));
}

OwningOpRef<ModuleOp> GraphGenerator::generate(unsigned opCount) {
  cases = &elementwiseCases(context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc());
  builder.setInsertionPointToEnd(module->getBody());
  // Sizes from 1, so that reversed slices stay inside.
  SmallVector<Attribute> symbols{SymbolAttr::get(context, "A", 1, largestSize, 1),
                                 SymbolAttr::get(context, "B", 1, largestSize, 1)};
  auto entry = EntryOp::create(builder, loc(), "main", builder.getFunctionType({}, {}), builder.getArrayAttr(symbols),
                               nullptr, nullptr);
  Block &block = entry.getBody().emplaceBlock();
  builder.setInsertionPointToEnd(&block);
  addInput(entry, block, {DimExpr::symbol("A"), DimExpr::symbol("B")}, builder.getF32Type());
  for (uint64_t count = 2 + pick(3); count > 0; --count)
    addInput(entry, block, randomShape(), randomElement());
  for (unsigned i = 0; i < opCount; ++i) {
    uint64_t choice = pick(10);
    if (choice < 2)
      addView();
    else if (choice < 4)
      addReduction();
    else
      addElementwise();
  }
  // Results: the last value, some others, sometimes an argument or the same value twice.
  SmallVector<Value> results{values.back()};
  for (uint64_t count = pick(4); count > 0; --count)
    results.push_back(values[pick(values.size())]);
  ReturnOp::create(builder, loc(), results);
  entry.setFunctionType(builder.getFunctionType(entry.getArgumentTypes(), ValueRange(results).getTypes()));
  return module;
}

} // namespace

OwningOpRef<ModuleOp> buildRandomGraph(MLIRContext *context, uint64_t seed, unsigned opCount) {
  return GraphGenerator(context, seed).generate(opCount);
}

std::map<std::string, int64_t, std::less<>> chooseSizes(uint64_t seed) {
  const int64_t sizes[] = {1, 2, 5, 16, 33, 70};
  return {{"A", sizes[seed % 6]}, {"B", sizes[seed / 6 % 6]}};
}

} // namespace tenon
