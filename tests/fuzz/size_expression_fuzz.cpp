// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Any sequence of steps: refused, or evaluated to what a stack of 128-bit numbers says.
#include "runtime/artifact/SizeExpression.h"

#include <cstdlib>
#include <cstring>
#include <vector>

using namespace tenon;
using schema::ExprOp;

/// Each step is an operation byte; a constant is followed by one byte, or after 0x80 by eight.
static std::vector<schema::ExprStep> decode(const uint8_t *data, size_t size) {
  std::vector<schema::ExprStep> steps;
  for (size_t i = 0; i < size; ++i) {
    uint8_t op = data[i] & 15;
    int64_t value = 0;
    if (op <= 1 && (data[i] & 0x80) && size - i > 8) {
      std::memcpy(&value, data + i + 1, 8);
      i += 8;
    } else if (op <= 1 && i + 1 < size) {
      value = static_cast<int8_t>(data[++i]);
    }
    steps.emplace_back(static_cast<ExprOp>(op), value);
  }
  return steps;
}

/// The value, or nothing where it is not defined in 64 bits; for well-formed steps.
static std::optional<__int128> evaluateExactly(const std::vector<schema::ExprStep> &steps, const int64_t *symbols) {
  std::vector<__int128> stack;
  for (const schema::ExprStep &step : steps) {
    if (step.op() <= ExprOp::Symbol) {
      stack.push_back(step.op() == ExprOp::Symbol ? symbols[step.value()] : step.value());
      continue;
    }
    __int128 b = stack.back(), a = stack[stack.size() - 2], result = 0;
    stack.pop_back();
    bool divides = step.op() >= ExprOp::FloorDiv && step.op() <= ExprOp::Mod;
    if (divides && b < 1)
      return std::nullopt;
    __int128 floor = divides ? a / b - (a % b < 0) : 0;
    switch (step.op()) {
    case ExprOp::Add:
      result = a + b;
      break;
    case ExprOp::Mul:
      result = a * b;
      break;
    case ExprOp::FloorDiv:
      result = floor;
      break;
    case ExprOp::CeilDiv:
      result = a % b == 0 ? floor : floor + 1;
      break;
    case ExprOp::Mod:
      result = a - floor * b;
      break;
    case ExprOp::Min:
      result = a < b ? a : b;
      break;
    default:
      result = a < b ? b : a;
    }
    if (result < INT64_MIN || result > INT64_MAX)
      return std::nullopt;
    stack.back() = result;
  }
  return stack[0];
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::vector<schema::ExprStep> steps = decode(data, size);
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(schema::CreateExpr(builder, builder.CreateVectorOfStructs(steps)));
  const auto &expression = *flatbuffers::GetRoot<schema::Expr>(builder.GetBufferPointer());

  const int64_t symbols[] = {0, 7, int64_t(1) << 40};
  const std::string names[] = {"A", "B", "C"};
  if (!verifyExpression(expression, 3).ok())
    return 0;
  Result<int64_t> value = evaluateExpression(expression, symbols);
  std::optional<__int128> expected = evaluateExactly(steps, symbols);
  if (value.ok() != expected.has_value() || (value.ok() && *value != *expected))
    std::abort();
  if (expressionText(expression, names).empty())
    std::abort();
  return 0;
}
