// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the files share a mnemonic: `add` is integer, f32, f16 and has a form with a carry.
#pragma once

#include "runtime/sim/OpBuilder.h"

namespace tenon::sim {

void decodeFloatArithmetic(OpBuilder &b, PtxType type); ///< Also the half types.
void decodeHalfArithmetic(OpBuilder &b, PtxType type);
void decodeApproximateDouble(OpBuilder &b); ///< rcp, of f64.
void decodeMulSameWidth(OpBuilder &b, PtxType type);
void decodeMadSameWidth(OpBuilder &b, PtxType type);
void decodeAddSubCarryOut(OpBuilder &b, PtxType type);

} // namespace tenon::sim
