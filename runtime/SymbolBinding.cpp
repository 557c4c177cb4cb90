// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A dimension that is just a symbol binds it where it is first seen; all dimensions are then evaluated and compared.
#include "runtime/SymbolBinding.h"

#include "runtime/artifact/SizeExpression.h"

#include <algorithm>

namespace tenon {

static std::vector<std::string> symbolNames(const schema::Entry &entry) {
  std::vector<std::string> names;
  for (const schema::Symbol *symbol : *entry.symbols())
    names.push_back(symbol->name()->str());
  return names;
}

static Status checkBounds(const schema::Entry &entry, std::span<const int64_t> values) {
  for (uint32_t i = 0; i < entry.symbols()->size(); ++i) {
    const schema::Symbol &symbol = *entry.symbols()->Get(i);
    std::string name = symbol.name()->str() + " is " + std::to_string(values[i]);
    if (values[i] < symbol.minimum() || values[i] > symbol.maximum())
      return invalidArgument("size " + name + ", entry '" + entry.name()->str() + "' allows " +
                             std::to_string(symbol.minimum()) + " to " + std::to_string(symbol.maximum()));
    if (values[i] % symbol.divisor() != 0)
      return invalidArgument("size " + name + ", entry '" + entry.name()->str() + "' allows multiples of " +
                             std::to_string(symbol.divisor()));
  }
  return {};
}

/// "f32 [B, 784]", and " with B = 3" where there are symbols.
static std::string expectedText(const schema::Entry &entry, const schema::TensorType &type,
                                const std::vector<std::optional<int64_t>> &values) {
  std::vector<std::string> names = symbolNames(entry);
  std::string text = std::string(elementTypeName(static_cast<ElementType>(type.element()))) + " [", where;
  std::vector<bool> mentioned(names.size());
  for (uint32_t i = 0; i < type.shape()->size(); ++i) {
    const schema::Expr &dimension = *type.shape()->Get(i);
    text += (i ? ", " : "") + expressionText(dimension, names);
    for (const schema::ExprStep *step : *dimension.steps())
      if (step->op() == schema::ExprOp::Symbol)
        mentioned[static_cast<size_t>(step->value())] = true;
  }
  for (size_t i = 0; i < names.size(); ++i)
    if (mentioned[i] && values[i])
      where += (where.empty() ? " with " : ", ") + names[i] + " = " + std::to_string(*values[i]);
  return text + "]" + where;
}

static Error mismatch(const schema::Entry &entry, uint32_t input, const Tensor &tensor,
                      const std::vector<std::optional<int64_t>> &values) {
  const schema::Port &port = *entry.inputs()->Get(input);
  return invalidArgument("input '" + port.name()->str() + "' is " + std::string(elementTypeName(tensor.type())) + " " +
                         shapeText(tensor.shape()) + ", entry '" + entry.name()->str() + "' expects " +
                         expectedText(entry, *port.type(), values));
}

Result<std::vector<int64_t>> bindSymbols(const schema::Entry &entry, std::span<const Tensor> inputs) {
  if (inputs.size() != entry.inputs()->size())
    return invalidArgument("entry '" + entry.name()->str() + "' takes " + std::to_string(entry.inputs()->size()) +
                           " inputs, " + std::to_string(inputs.size()) + " were given");
  std::vector<std::optional<int64_t>> bound(entry.symbols()->size());
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    const schema::TensorType &type = *entry.inputs()->Get(i)->type();
    if (inputs[i].type() != static_cast<ElementType>(type.element()) ||
        inputs[i].shape().size() != type.shape()->size())
      return mismatch(entry, i, inputs[i], bound);
    for (uint32_t d = 0; d < type.shape()->size(); ++d)
      if (auto symbol = plainSymbol(*type.shape()->Get(d)); symbol && !bound[*symbol])
        bound[*symbol] = inputs[i].shape()[d];
  }
  std::vector<int64_t> values;
  for (const std::optional<int64_t> &value : bound)
    values.push_back(value.value_or(0)); // All are bound: the verifier has seen to that.

  for (uint32_t i = 0; i < inputs.size(); ++i)
    if (TENON_TRY(evaluateShape(*entry.inputs()->Get(i)->type(), values)) != inputs[i].shape())
      return mismatch(entry, i, inputs[i], bound);
  TENON_TRY(checkBounds(entry, values));
  return values;
}

Result<std::vector<int64_t>> bindSizes(const schema::Entry &entry, const Sizes &sizes) {
  std::vector<int64_t> values;
  for (const std::string &name : symbolNames(entry)) {
    auto size = sizes.find(name);
    if (size == sizes.end())
      return invalidArgument("size " + name + " of entry '" + entry.name()->str() + "' is not given");
    values.push_back(size->second);
  }
  if (sizes.size() > values.size())
    for (const auto &[name, value] : sizes)
      if (std::none_of(entry.symbols()->begin(), entry.symbols()->end(),
                       [&](const schema::Symbol *symbol) { return symbol->name()->string_view() == name; }))
        return invalidArgument("entry '" + entry.name()->str() + "' has no size '" + name + "'");
  TENON_TRY(checkBounds(entry, values));
  return values;
}

Result<Shape> evaluateShape(const schema::TensorType &type, std::span<const int64_t> symbols) {
  Shape shape;
  for (const schema::Expr *dimension : *type.shape())
    shape.push_back(TENON_TRY(evaluateExpression(*dimension, symbols)));
  return shape;
}

} // namespace tenon
