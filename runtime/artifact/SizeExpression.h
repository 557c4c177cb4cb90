// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checking, evaluating and printing the artifact's integer expressions.
#pragma once

#include "runtime/Result.h"
#include "runtime/schema/Artifact_generated.h"

#include <optional>
#include <span>
#include <string>

namespace tenon {

/// Bounds of an expression, so that evaluation needs no memory: what the compiler emits stays far below.
inline constexpr size_t maximumExpressionSteps = 1024;
inline constexpr size_t maximumExpressionDepth = 64;

/// Whether the expression is well-formed postfix over `symbolCount` symbols. Everything below requires that.
Status verifyExpression(const schema::Expr &expression, size_t symbolCount);

/// The value at given symbols; Data where it overflows 64 bits or divides by less than 1.
Result<int64_t> evaluateExpression(const schema::Expr &expression, std::span<const int64_t> symbols);

/// The symbol that is the whole expression, or nothing.
std::optional<uint32_t> plainSymbol(const schema::Expr &expression);

/// In the notation of the `tenon` dialect: "2*T+1", "(T+7) floordiv 8", "min(T, 8)".
std::string expressionText(const schema::Expr &expression, std::span<const std::string> symbols);

} // namespace tenon
