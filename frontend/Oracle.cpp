// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/Oracle.h"

#include "codegen/ElementTypes.h"
#include "frontend/DiagnosticText.h"
#include "runtime/FloatFormat.h"

using namespace mlir;

namespace tenon {

/// Calls `visit` with the elements as C++ numbers; i1 as int8_t, 16-bit floats as bits.
template <typename Visitor> static void visitElements(ElementType type, Visitor visit) {
  switch (type) {
  case ElementType::F64:
    return visit(double());
  case ElementType::F32:
    return visit(float());
  case ElementType::F16:
  case ElementType::BF16:
    return visit(uint16_t());
  case ElementType::I64:
    return visit(int64_t());
  case ElementType::I32:
    return visit(int32_t());
  case ElementType::I16:
    return visit(int16_t());
  default:
    return visit(int8_t());
  }
}

ref::Array toArray(const Tensor &tensor, MLIRContext *context) {
  ref::Array array(toMlir(context, tensor.type()), tensor.shape());
  visitElements(tensor.type(), [&]<typename T>(T) {
    std::span<const T> values = tensor.data<T>();
    for (size_t i = 0; i < values.size(); ++i) {
      if constexpr (std::is_same_v<T, uint16_t>)
        array.numbers[i] = decodeFloat(values[i], tensor.type());
      else if constexpr (std::is_floating_point_v<T>)
        array.numbers[i] = values[i];
      else
        array.integers[i] = values[i];
    }
  });
  return array;
}

Result<Tensor> toTensor(const ref::Array &array) {
  auto tensor = TENON_TRY(Tensor::create(fromMlir(array.element), {array.shape.begin(), array.shape.end()}));
  visitElements(tensor.type(), [&]<typename T>(T) {
    std::span<T> values = tensor.data<T>();
    for (size_t i = 0; i < values.size(); ++i) {
      if constexpr (std::is_same_v<T, uint16_t>)
        values[i] = encodeFloat(array.numbers[i], tensor.type());
      else if constexpr (std::is_floating_point_v<T>)
        values[i] = T(array.numbers[i]);
      else
        values[i] = T(array.integers[i]);
    }
  });
  return tensor;
}

Result<EntryOp> findEntry(ModuleOp module, const std::string &name) {
  EntryOp found;
  for (auto entry : module.getOps<EntryOp>()) {
    if (name.empty() && found)
      return invalidArgument("the graph has several entries; name one with --entry");
    if (name.empty() || entry.getSymName() == name)
      found = entry;
  }
  if (!found)
    return invalidArgument(name.empty() ? "the graph has no entry" : "the graph has no entry named \"" + name + "\"");
  return found;
}

namespace {

/// The arguments of a call: inputs in order, states as they start.
struct Arguments {
  std::vector<ref::Array> arrays;
  std::vector<const ref::Array *> pointers;
};

/// The oracle keeps every value, in eight bytes an element.
Error outOfMemory() { return environmentError("there is not enough memory to interpret the graph at these sizes"); }

Result<Arguments> collectArguments(EntryOp entry, const std::vector<Tensor> &inputs) {
  Arguments arguments;
  size_t next = 0;
  for (auto [i, type] : llvm::enumerate(entry.getArgumentTypes())) {
    if (auto name = entry.getArgAttrOfType<FlatSymbolRefAttr>(i, stateAttr)) {
      auto state = SymbolTable::lookupNearestSymbolFrom<StateOp>(entry, name);
      if (!state || !cast<RankedTensorType>(type).hasStaticShape())
        return invalidArgument("state " + name.getValue().str() + " is not declared with sizes that are numbers");
      if (state.getInitial()) {
        FailureOr<ref::Array> initial = ref::toArray(state, *state.getInitial());
        if (failed(initial))
          return invalidArgument("state " + name.getValue().str() + " has an initial value that is not dense");
        arguments.arrays.push_back(std::move(*initial));
      } else {
        arguments.arrays.emplace_back(getElementTypeOrSelf(type), cast<RankedTensorType>(type).getShape());
      }
      continue;
    }
    if (next == inputs.size())
      return invalidArgument("the entry has more inputs than the " + std::to_string(inputs.size()) + " given");
    arguments.arrays.push_back(toArray(inputs[next++], entry.getContext()));
  }
  if (next != inputs.size())
    return invalidArgument("the entry has " + std::to_string(next) + " inputs, " + std::to_string(inputs.size()) +
                           " were given");
  for (const ref::Array &array : arguments.arrays)
    arguments.pointers.push_back(&array);
  return arguments;
}

} // namespace

Result<std::vector<ref::Array>> interpret(EntryOp entry, const std::vector<Tensor> &inputs, ref::Precision precision,
                                          std::function<void(mlir::Value, const ref::Array &)> probe) {
  DiagnosticText messages(entry.getContext());
  auto arguments = TENON_TRY(collectArguments(entry, inputs));
  try {
    FailureOr<ref::EntryResults> results = ref::evaluateEntry(entry, arguments.pointers, precision, std::move(probe));
    if (failed(results))
      return messages.error();
    return std::move(results->outputs);
  } catch (const std::bad_alloc &) {
    return outOfMemory();
  }
}

Result<std::vector<ref::Bounded>> interpretWithBounds(EntryOp entry, const std::vector<Tensor> &inputs) {
  DiagnosticText messages(entry.getContext());
  auto arguments = TENON_TRY(collectArguments(entry, inputs));
  try {
    FailureOr<std::vector<ref::Bounded>> results = ref::evaluateWithBounds(entry, arguments.pointers);
    if (failed(results))
      return messages.error();
    return std::move(*results);
  } catch (const std::bad_alloc &) {
    return outOfMemory();
  }
}

Deviation compare(const Tensor &computed, const ref::Bounded &expected, MLIRContext *context) {
  ref::Array array = toArray(computed, context);
  Deviation deviation;
  for (int64_t i = 0, size = array.size(); i < size; ++i) {
    ref::Scalar x = array.get(i), y = expected.value.get(i);
    deviation.add(i, x.isFloat ? x.number : double(x.integer.value), y.isFloat ? y.number : double(y.integer.value),
                  expected.error.numbers[i]);
  }
  return deviation;
}

} // namespace tenon
