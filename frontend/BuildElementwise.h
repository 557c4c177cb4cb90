// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the generated builders of elementwise ops call.
#pragma once

#include "frontend/Graph.h"

#include <optional>

namespace tenon::detail {

/// The op `op` on operands brought to one shape; `enums` are its attributes, `to` the result's element type where the
/// operands do not say it.
Value buildElementwise(const char *op, std::vector<Value> operands, std::vector<std::pair<const char *, uint32_t>> enums,
                       std::optional<ElementType> to, Place place);

} // namespace tenon::detail
