// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/sweep/OpCases.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>
#include <fstream>
#include <sstream>

using namespace mlir;

namespace tenon::sweep {

std::string OpCase::text() const {
  std::string text = name.stripDialect().str();
  llvm::raw_string_ostream stream(text);
  for (const NamedAttribute &attribute : attributes)
    stream << " " << attribute.getValue();
  stream << "(";
  llvm::interleaveComma(operands, stream, [&](Type type) { stream << getElementTypeOrSelf(type); });
  stream << ") -> " << getElementTypeOrSelf(result);
  return text;
}

std::vector<OperationName> getOps(MLIRContext *context) {
  std::vector<OperationName> ops;
  for (RegisteredOperationName op : context->getRegisteredOperations())
    if (op.getDialectNamespace() == TenonDialect::getDialectNamespace())
      ops.push_back(op);
  llvm::sort(ops, [](OperationName a, OperationName b) { return a.getStringRef() < b.getStringRef(); });
  return ops;
}

bool isExcluded(const std::string &kind, StringRef op) {
  static const auto rows = [] {
    std::vector<std::pair<std::string, std::string>> rows;
    std::ifstream file(TENON_SOURCE_DIR "/tests/exclusions.txt");
    for (std::string line; std::getline(file, line);) {
      std::istringstream words(line);
      std::string kind, name, reason;
      if (words >> kind >> name >> reason && kind[0] != '#')
        rows.emplace_back(kind, name);
    }
    return rows;
  }();
  return llvm::is_contained(rows, std::pair<std::string, std::string>(kind, op.str()));
}

Operation *build(const OpCase &opCase, OpBuilder &builder, ValueRange operands) {
  OperationState state(builder.getUnknownLoc(), opCase.name);
  state.addOperands(operands);
  state.addTypes(opCase.result);
  state.addAttributes(opCase.attributes);
  return builder.create(state);
}

EntryOp buildEntry(const OpCase &opCase, const std::string &name, OpBuilder &builder) {
  MLIRContext *context = builder.getContext();
  SmallVector<Attribute> symbols;
  if (!opCase.operands.empty())
    symbols.push_back(SymbolAttr::get(context, "N", 0, largestSize, 1));
  auto entry = EntryOp::create(builder, builder.getUnknownLoc(), name,
                               builder.getFunctionType(opCase.operands, opCase.result), builder.getArrayAttr(symbols),
                               nullptr, nullptr);
  Block &block = entry.getBody().emplaceBlock();
  for (Type type : opCase.operands)
    block.addArgument(type, builder.getUnknownLoc());
  OpBuilder inner = OpBuilder::atBlockEnd(&block);
  Operation *op = build(opCase, inner, block.getArguments());
  ReturnOp::create(inner, builder.getUnknownLoc(), op->getResults());
  return entry;
}

//===- Elementwise ops ------------------------------------------------------------------------------------------------===//

static SmallVector<Type> elementTypes(MLIRContext *context) {
  Builder b(context);
  return {b.getF64Type(),       b.getF32Type(),       b.getF16Type(),      b.getBF16Type(),     b.getI64Type(),
          b.getI32Type(),       b.getIntegerType(16), b.getIntegerType(8), b.getIntegerType(1)};
}

static Type vectorOf(Type element) {
  return getTensorType(element.getContext(), {DimExpr::symbol("N")}, element);
}

static bool verifies(const OpCase &opCase, MLIRContext *context) {
  ScopedDiagnosticHandler quiet(context, [](Diagnostic &) { return success(); });
  OpBuilder builder(context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToStart(module->getBody());
  EntryOp entry = buildEntry(opCase, "f", builder);
  return succeeded(verify(entry));
}

/// The values of a required enumeration; one empty list where the op has none.
static std::vector<SmallVector<NamedAttribute>> enumerations(OperationName op) {
  std::vector<SmallVector<NamedAttribute>> lists;
  Builder builder(op.getContext());
  for (StringAttr attribute : op.getAttributeNames())
    if (attribute == "relation")
      for (uint32_t value = 0; value <= getMaxEnumValForComparison(); ++value)
        lists.push_back({builder.getNamedAttr(attribute, ComparisonAttr::get(op.getContext(), Comparison(value)))});
  if (lists.empty())
    lists.emplace_back();
  return lists;
}

static unsigned operandCount(OperationName op) {
  MLIRContext *context = op.getContext();
  // Elementwise ops have fixed operand counts; the first that some combination of types verifies with is it.
  for (unsigned count = 1; count <= 3; ++count)
    for (Type first : elementTypes(context))
      for (Type rest : elementTypes(context))
        for (Type result : elementTypes(context)) {
          OpCase opCase{op, SmallVector<Type>(count, vectorOf(rest)), vectorOf(result), enumerations(op).front()};
          opCase.operands[0] = vectorOf(first);
          if (verifies(opCase, context))
            return count;
        }
  return 0;
}

static std::vector<OpCase> elementwiseCases(OperationName op) {
  std::vector<OpCase> cases;
  MLIRContext *context = op.getContext();
  SmallVector<Type> types = elementTypes(context);
  unsigned count = operandCount(op);
  for (const SmallVector<NamedAttribute> &attributes : enumerations(op))
    for (Type first : types)
      for (Type rest : types) {
        if (count == 1 && first != rest)
          continue;
        for (Type result : types) {
          OpCase opCase{op, SmallVector<Type>(count, vectorOf(rest)), vectorOf(result), attributes};
          if (count == 0)
            continue;
          opCase.operands[0] = vectorOf(first);
          if (verifies(opCase, context))
            cases.push_back(std::move(opCase));
        }
      }
  return cases;
}

//===- Other ops ------------------------------------------------------------------------------------------------------===//

static std::vector<OpCase> structuredCases(OperationName op) {
  MLIRContext *context = op.getContext();
  Builder b(context);
  DimExpr n = DimExpr::symbol("N");
  std::vector<OpCase> cases;
  for (Type element : elementTypes(context)) {
    auto tensor = [&](ArrayRef<DimExpr> shape) { return Type(getTensorType(context, shape, element)); };
    auto add = [&](SmallVector<Type> operands, Type result, SmallVector<NamedAttribute> attributes) {
      cases.push_back({op, std::move(operands), result, std::move(attributes)});
    };
    auto named = [&](StringRef name, Attribute value) { return b.getNamedAttr(name, value); };
    auto integers = [&](ArrayRef<int64_t> values) { return b.getDenseI64ArrayAttr(values); };
    auto dims = [&](ArrayRef<DimExpr> values) { return DimsAttr::get(context, values); };
    if (op.getStringRef() == BroadcastOp::getOperationName()) {
      add({tensor({n})}, tensor({3, n}), {named("dimensions", integers({1}))});
      add({tensor({n})}, tensor({n, 5}), {named("dimensions", integers({0}))});
      add({tensor({1, n})}, tensor({7, n}), {named("dimensions", integers({0, 1}))});
      add({tensor({n, 1, 2})}, tensor({n, 4, 2}), {named("dimensions", integers({0, 1, 2}))});
    } else if (op.getStringRef() == TransposeOp::getOperationName()) {
      add({tensor({n, 3})}, tensor({3, n}), {named("permutation", integers({1, 0}))});
      add({tensor({2, n, 5})}, tensor({5, 2, n}), {named("permutation", integers({2, 0, 1}))});
      add({tensor({n, 33})}, tensor({33, n}), {named("permutation", integers({1, 0}))});
    } else if (op.getStringRef() == SliceOp::getOperationName()) {
      add({tensor({n, 5})}, tensor({n, 3}), {named("starts", dims({0, 1})), named("strides", integers({1, 1}))});
      add({tensor({n, 7})}, tensor({n, 2}), {named("starts", dims({0, 1})), named("strides", integers({1, 3}))});
      add({tensor({n, 5, 6})}, tensor({n, 3, 2}), {named("starts", dims({0, 1, 3})), named("strides", integers({1, 1, 1}))});
      add({tensor({n, n + 1})}, tensor({n, n + 1}), {named("starts", dims({0, n})), named("strides", integers({1, -1}))});
    } else if (op.getStringRef() == DotGeneralOp::getOperationName() && isa<FloatType>(element)) {
      auto dot = [&](Type x, Type y, Type result, std::array<SmallVector<int64_t>, 4> pairs) {
        add({x, y}, result, {named("x_batch", integers(pairs[0])), named("y_batch", integers(pairs[1])),
                             named("x_contract", integers(pairs[2])), named("y_contract", integers(pairs[3]))});
      };
      // The four ways to store a product's operands; edges in every dimension come from N.
      dot(tensor({n, 17}), tensor({17, 33}), tensor({n, 33}), {{{}, {}, {1}, {0}}});
      dot(tensor({n, 17}), tensor({40, 17}), tensor({n, 40}), {{{}, {}, {1}, {1}}});
      dot(tensor({9, n}), tensor({9, 24}), tensor({n, 24}), {{{}, {}, {0}, {0}}});
      dot(tensor({13, n}), tensor({n, 5}), tensor({13, 5}), {{{}, {}, {1}, {0}}});
      dot(tensor({3, 5, n}), tensor({3, n, 7}), tensor({3, 5, 7}), {{{0}, {0}, {2}, {1}}});
      dot(tensor({4, n, 6}), tensor({6, 4, 8}), tensor({4, n, 8}), {{{0}, {1}, {2}, {0}}});
      dot(tensor({n, 2, 3}), tensor({3, 2, 4}), tensor({n, 4}), {{{}, {}, {1, 2}, {1, 0}}});
      dot(tensor({n}), tensor({n}), tensor({}), {{{}, {}, {0}, {0}}});
      dot(tensor({n}), tensor({6}), tensor({n, 6}), {{{}, {}, {}, {}}});
    } else if (op.getStringRef() == ReduceOp::getOperationName()) {
      // Rows and columns of numbers and of N; dimensions around a kept one, between kept ones, and all.
      for (uint32_t kind = 0; kind <= getMaxEnumValForReduction(); ++kind) {
        bool isOfTruths = Reduction(kind) == Reduction::maximum || Reduction(kind) == Reduction::minimum;
        if (element.isInteger(1) && !isOfTruths)
          continue;
        auto reduce = [&](ArrayRef<DimExpr> shape, ArrayRef<int64_t> over) {
          add({tensor(shape)}, tensor(getReducedShape(shape, over)),
              {named("kind", ReductionAttr::get(context, Reduction(kind))), named("dims", integers(over))});
        };
        reduce({n, 5}, {0});
        reduce({n, 5}, {1});
        reduce({3, n}, {1});
        reduce({3, n}, {0});
        reduce({2, n, 3}, {0, 2});
        reduce({2, 3, n}, {0, 2});
        reduce({2, n, 40}, {1});
        reduce({n}, {0});
      }
    } else if (op.getStringRef() == RmsNormOp::getOperationName() && isa<FloatType>(element)) {
      auto norm = [&](ArrayRef<DimExpr> shape, ArrayRef<int64_t> over) {
        add({tensor(shape), tensor(shape.take_back(over.size()))}, tensor(shape),
            {named("dims", integers(over)), named("eps", b.getF64FloatAttr(1e-5))});
      };
      norm({n, 33}, {1});
      norm({3, n}, {1});
      norm({2, n, 3}, {1, 2});
      norm({n}, {0});
    } else if (op.getStringRef() == RefineOp::getOperationName()) {
      add({tensor({n})}, tensor({n}), {});
    } else if (op.getStringRef() == SplatOp::getOperationName()) {
      Attribute value = isa<FloatType>(element) ? Attribute(b.getFloatAttr(element, 1.5))
                                                : Attribute(IntegerAttr::get(element, APInt(element.getIntOrFloatBitWidth(), 1)));
      add({}, tensor({3, 5}), {named("value", value)});
    } else if (op.getStringRef() == ConstantOp::getOperationName()) {
      auto type = RankedTensorType::get({3, 5}, element);
      std::mt19937_64 random(1);
      ref::Array array = randomOperand(Domain::Any, 0, element, {3, 5}, false, random);
      SmallVector<Attribute> values;
      for (int64_t i = 0; i < array.size(); ++i)
        values.push_back(array.isFloat() ? Attribute(b.getFloatAttr(element, array.numbers[i]))
                                         : Attribute(IntegerAttr::get(element, array.get(i).integer.bits())));
      add({}, type, {named("value", DenseElementsAttr::get(type, values))});
    }
  }
  return cases;
}

std::vector<OpCase> getCases(OperationName op) {
  bool elementwise = op.hasInterface<ElementwiseOpInterface>() && op.getStringRef() != SplatOp::getOperationName();
  return elementwise ? elementwiseCases(op) : structuredCases(op);
}

//===- Numbers --------------------------------------------------------------------------------------------------------===//

static double randomFloat(Domain domain, unsigned index, std::mt19937_64 &random) {
  auto uniform = [&](double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); };
  switch (domain) {
  case Domain::Positive:
    return uniform(0.05, 4);
  case Domain::NonZero:
    return std::copysign(uniform(0.3, 4), uniform(-1, 1));
  case Domain::Unit:
    return uniform(-0.95, 0.95);
  case Domain::AboveOne:
    return uniform(1.05, 6);
  case Domain::Ordered:
    return index == 0 ? uniform(-4, 4) : index == 1 ? uniform(-3, -0.5) : uniform(0.5, 3);
  default:
    return uniform(-4, 4);
  }
}

static int64_t randomInteger(Domain domain, unsigned index, unsigned width, std::mt19937_64 &random) {
  auto uniform = [&](int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(random); };
  if (width == 1)
    return uniform(0, 1);
  if (domain == Domain::Shift && index == 1)
    return uniform(0, width - 1);
  if (domain == Domain::Ordered)
    return index == 0 ? uniform(-100, 100) : index == 1 ? uniform(-60, -1) : uniform(1, 60);
  int64_t value = uniform(-100, 100);
  return domain == Domain::NonZero && value == 0 ? 7 : value;
}

static double specialFloat(Type element, std::mt19937_64 &random) {
  const llvm::fltSemantics &semantics = cast<FloatType>(element).getFloatSemantics();
  double largest = ref::toDouble(APFloat::getLargest(semantics)), normal = ref::toDouble(APFloat::getSmallestNormalized(semantics)),
         smallest = ref::toDouble(APFloat::getSmallest(semantics));
  const double values[] = {0.0, INFINITY, NAN,  largest, normal,  smallest, smallest * 5, normal - smallest, 1,
                           0.5, 1.5,      2.5,  1e-3,    1e3,     127.0,    128.0,        32767.5,           3e4,
                           2147483647.0,  2147483648.0,  4294967296.0, 9.2233720368547758e18, 1.8446744073709552e19};
  double value = values[random() % std::size(values)];
  return ref::roundTo(element, random() % 2 ? value : -value);
}

static int64_t specialInteger(unsigned width, std::mt19937_64 &random) {
  const uint64_t values[] = {0, 1, ~uint64_t(0), uint64_t(1) << (width - 1), (uint64_t(1) << (width - 1)) - 1, width, 2,
                             width - 1, random(), (uint64_t(1) << 53) + 1, uint64_t(0x7FFFFFFFFFFFFBFF)};
  return ref::Int::wrap(values[random() % std::size(values)], width).value;
}

ref::Array randomOperand(Domain domain, unsigned index, Type element, ArrayRef<int64_t> shape, bool special,
                         std::mt19937_64 &random) {
  ref::Array array(element, shape);
  for (int64_t i = 0, size = array.size(); i < size; ++i) {
    if (array.isFloat())
      array.numbers[i] = special ? specialFloat(element, random)
                                 : ref::roundTo(element, randomFloat(domain, index, random));
    else
      array.integers[i] = special && !element.isInteger(1)
                              ? specialInteger(element.getIntOrFloatBitWidth(), random)
                              : randomInteger(domain, index, element.getIntOrFloatBitWidth(), random);
  }
  return array;
}

Device deviceOf(StringRef target) {
  std::string error;
  return findTarget(target, error).ptx ? Device::Sim : Device::Cpu;
}

} // namespace tenon::sweep
