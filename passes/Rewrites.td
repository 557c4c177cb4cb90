// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The algebra of `tenon-simplify`, a rule each. Every rule is exact: bitwise equal for all inputs, signed zeros and NaN
// included. x + 0 is therefore no rule for floats (-0 + 0 is 0), x + -0 is.
#ifndef TENON_PASSES_REWRITES
#define TENON_PASSES_REWRITES

include "ir/tenon/TenonOps.td"
include "mlir/IR/PatternBase.td"

// Numbers that splats hold.
def One : AttrConstraint<CPred<"::tenon::rewrites::isNumber($_self, 1)">, "1">;
def Zero : AttrConstraint<CPred<"::tenon::rewrites::isNumber($_self, 0)">, "0 or +0.0">;
def NegativeZero : AttrConstraint<CPred<"::tenon::rewrites::isNeutralOfSum($_self)">, "integer 0 or -0.0">;
def AllOnes : AttrConstraint<CPred<"::tenon::rewrites::isAllOnes($_self)">, "an integer with all bits set">;
def SameType : Constraint<CPred<"$0.getType() == $1.getType()">, "of one type">;
def HoldsExactly : Constraint<CPred<"::tenon::rewrites::holdsExactly($0.getType(), $1.getType())">,
                              "the first type holds each number of the second">;

//===- Neutral elements -----------------------------------------------------------------------------------------------===//
def : Pat<(Tenon_AddOp $x, (Tenon_SplatOp NegativeZero:$c)), (replaceWithValue $x)>;
def : Pat<(Tenon_AddOp (Tenon_SplatOp NegativeZero:$c), $x), (replaceWithValue $x)>;
def : Pat<(Tenon_SubOp $x, (Tenon_SplatOp Zero:$c)), (replaceWithValue $x)>;
def : Pat<(Tenon_MulOp $x, (Tenon_SplatOp One:$c)), (replaceWithValue $x)>;
def : Pat<(Tenon_MulOp (Tenon_SplatOp One:$c), $x), (replaceWithValue $x)>;
def : Pat<(Tenon_DivOp $x, (Tenon_SplatOp One:$c)), (replaceWithValue $x)>;
def : Pat<(Tenon_AndOp $x, (Tenon_SplatOp AllOnes:$c)), (replaceWithValue $x)>;
def : Pat<(Tenon_OrOp $x, (Tenon_SplatOp Zero:$c)), (replaceWithValue $x)>;
def : Pat<(Tenon_XorOp $x, (Tenon_SplatOp Zero:$c)), (replaceWithValue $x)>;

//===- Involutions and idempotents ------------------------------------------------------------------------------------===//
def : Pat<(Tenon_NegOp (Tenon_NegOp $x)), (replaceWithValue $x)>;
def : Pat<(Tenon_NotOp (Tenon_NotOp $x)), (replaceWithValue $x)>;
def : Pat<(Tenon_AbsOp (Tenon_AbsOp:$r $x)), (replaceWithValue $r)>;
def : Pat<(Tenon_AbsOp (Tenon_NegOp $x)), (Tenon_AbsOp $x)>;
def : Pat<(Tenon_ReluOp (Tenon_ReluOp:$r $x)), (replaceWithValue $r)>;
def : Pat<(Tenon_FloorOp (Tenon_FloorOp:$r $x)), (replaceWithValue $r)>;
def : Pat<(Tenon_CeilOp (Tenon_CeilOp:$r $x)), (replaceWithValue $r)>;
def : Pat<(Tenon_AndOp $x, $x), (replaceWithValue $x)>;
def : Pat<(Tenon_OrOp $x, $x), (replaceWithValue $x)>;
def : Pat<(Tenon_MaximumOp $x, $x), (replaceWithValue $x)>;
def : Pat<(Tenon_MinimumOp $x, $x), (replaceWithValue $x)>;

//===- Signs ----------------------------------------------------------------------------------------------------------===//
def : Pat<(Tenon_AddOp $x, (Tenon_NegOp $y)), (Tenon_SubOp $x, $y)>;
def : Pat<(Tenon_SubOp $x, (Tenon_NegOp $y)), (Tenon_AddOp $x, $y)>;
def : Pat<(Tenon_MulOp (Tenon_NegOp $x), (Tenon_NegOp $y)), (Tenon_MulOp $x, $y)>;

//===- Choice ---------------------------------------------------------------------------------------------------------===//
def : Pat<(Tenon_SelectOp $c, $x, $x), (replaceWithValue $x)>;
def : Pat<(Tenon_SelectOp (Tenon_NotOp $c), $x, $y), (Tenon_SelectOp $c, $y, $x)>;

//===- Casts ----------------------------------------------------------------------------------------------------------===//
def : Pat<(Tenon_CastOp:$r $x), (replaceWithValue $x), [(SameType $r, $x)]>;
def : Pat<(Tenon_CastOp:$r (Tenon_CastOp:$middle $x)), (replaceWithValue $x),
          [(SameType $r, $x), (HoldsExactly $middle, $x)]>;
def : Pat<(Tenon_BitcastOp:$r (Tenon_BitcastOp $x)), (replaceWithValue $x), [(SameType $r, $x)]>;

#endif
