// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rewrites elementary functions of the `math` dialect to straight-line code.
#pragma once

namespace mlir {
class RewritePatternSet;
}

namespace tenon {

/// Adds patterns that replace the elementary functions of `math` on f32 and f64 (scalars, vectors, ranked tensors of
/// static shape) by `arith` ops and by `math` ops that are single instructions: fma, sqrt, roundeven, absf, copysign.
/// The expansion keeps all special cases of IEEE 754 and subnormals; docs/math-functions.md has its errors. It ignores
/// fastmath flags, and must itself be compiled without reassociation and contraction.
void populateExpandMathPatterns(mlir::RewritePatternSet &patterns);

} // namespace tenon
