// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wmma: matrix fragments whose layout the PTX ISA leaves open. Here, element e of a matrix (row-major) is number
// e % perLane of lane e / perLane; where the registers hold more than the matrix, they hold it several times.
#include "runtime/sim/Access.h"
#include "runtime/sim/Block.h"
#include "runtime/sim/ops/MatrixProduct.h"

namespace tenon::sim {
namespace {

enum class Role : uint8_t { A, B, Accumulator };

struct Shape {
  unsigned m, n, k;
};
constexpr Shape shapes[] = {{16, 16, 16}, {8, 32, 16}, {32, 8, 16}, {16, 16, 8}};

struct FragmentKind {
  Role role = Role::A;
  unsigned shape = 0;
  PtxType type = PtxType::None;
  bool columns = false; ///< In memory, columns are consecutive.
  bool hasStride = false;

  unsigned rows() const { return role == Role::B ? shapes[shape].k : shapes[shape].m; }
  unsigned width() const { return role == Role::A ? shapes[shape].k : shapes[shape].n; }
  unsigned elements() const { return rows() * width(); }
  bool isKnown() const {
    bool deep = shapes[shape].k == 16;
    if (role == Role::Accumulator)
      return type == PtxType::F32 || (deep && (type == PtxType::F16 || type == PtxType::S32));
    return deep ? type == PtxType::F16 || type == PtxType::BF16 || type == PtxType::S8 || type == PtxType::U8
                : type == PtxType::TF32;
  }
  /// Registers of a lane. Fragments of f16 factors have eight in every shape.
  unsigned words() const {
    if (type == PtxType::F16 && role != Role::Accumulator)
      return 8;
    return std::max(1u, elements() * bitsOf(type) / 32 / warpLanes);
  }
  unsigned perLane() const { return words() * 32 / bitsOf(type); }

  uint64_t pack() const {
    return static_cast<uint64_t>(role) | shape << 2 | static_cast<uint64_t>(type) << 4 | uint64_t(columns) << 9 |
           uint64_t(hasStride) << 10;
  }
  static FragmentKind unpack(uint64_t m) {
    return {Role(m & 3), static_cast<unsigned>(m >> 2 & 3), PtxType(m >> 4 & 31), (m >> 9 & 1) != 0,
            (m >> 10 & 1) != 0};
  }
};

/// The op's immediate is the address's displacement, so the kind travels in a constant row.
FragmentKind kindOf(Warp &warp, const Op &op, unsigned source) {
  return FragmentKind::unpack(readLane<uint64_t>(warp.row(op.source(source)), 0));
}

/// The address of an element; source 1 is the stride in elements between rows, or columns.
uint64_t elementAddress(Warp &warp, const Op &op, unsigned lane, const FragmentKind &kind, unsigned element) {
  unsigned row = element / kind.width(), column = element % kind.width();
  uint64_t stride = kind.hasStride ? warp.row(op.source(1))[lane] : kind.columns ? kind.rows() : kind.width();
  uint64_t at = kind.columns ? column * stride + row : row * stride + column;
  return laneAddress(warp, op, lane) + at * (bitsOf(kind.type) / 8);
}

/// Sources: address, stride, kind.
void loadFragment(Warp &warp, const Op &op, uint32_t) {
  AccessKind access = AccessKind::unpack(op.modifiers);
  FragmentKind kind = kindOf(warp, op, 2);
  unsigned bits = bitsOf(kind.type), perWord = 32 / bits;
  for (unsigned lane = 0; lane < warpLanes; ++lane) {
    uint32_t words[8] = {};
    for (unsigned i = 0; i < kind.perLane(); ++i) {
      Location location;
      unsigned element = (lane * kind.perLane() + i) % kind.elements();
      if (!locate(warp, op, lane, elementAddress(warp, op, lane, kind, element), access, location))
        return;
      uint32_t value = 0;
      std::memcpy(&value, location.data, access.bytes);
      words[i / perWord] |= value << (i % perWord * bits);
    }
    for (unsigned i = 0; i < op.results; ++i)
      warp.row(op.result(i))[lane] = words[i];
  }
}

/// Sources: address, stride, kind, the fragment.
void storeFragment(Warp &warp, const Op &op, uint32_t) {
  AccessKind access = AccessKind::unpack(op.modifiers);
  FragmentKind kind = kindOf(warp, op, 2);
  for (unsigned lane = 0; lane < warpLanes; ++lane) {
    uint32_t words[8] = {};
    for (unsigned i = 0; i < kind.words(); ++i)
      words[i] = warp.row(op.source(3 + i))[lane];
    for (unsigned i = 0; i < kind.perLane(); ++i) {
      Location location;
      unsigned element = lane * kind.perLane() + i;
      if (!locate(warp, op, lane, elementAddress(warp, op, lane, kind, element), access, location))
        return;
      uint32_t value = packedElement(words, i, bitsOf(kind.type));
      std::memcpy(location.data, &value, access.bytes);
      std::memset(location.state, SharedMemory::defined, access.bytes);
    }
  }
}

void gather(Warp &warp, const Op &op, unsigned first, const FragmentKind &kind, double *matrix) {
  for (unsigned lane = 0; lane < warpLanes; ++lane) {
    uint32_t words[8] = {};
    for (unsigned i = 0; i < kind.words(); ++i)
      words[i] = warp.row(op.source(first + i))[lane];
    for (unsigned i = 0; i < kind.perLane(); ++i)
      matrix[(lane * kind.perLane() + i) % kind.elements()] =
          elementValue(packedElement(words, i, bitsOf(kind.type)), kind.type);
  }
}

/// Sources: the kinds of A, B, C and D, then A, B and C.
void multiplyFragments(Warp &warp, const Op &op, uint32_t) {
  FragmentKind a = kindOf(warp, op, 0), b = kindOf(warp, op, 1), c = kindOf(warp, op, 2), d = kindOf(warp, op, 3);
  MatrixProduct<double> matrices;
  gather(warp, op, 4, a, matrices.a);
  gather(warp, op, 4 + a.words(), b, matrices.b);
  gather(warp, op, 4 + a.words() + b.words(), c, matrices.c);
  matrices.multiply(d.rows(), d.width(), a.width());
  unsigned bits = bitsOf(d.type), perWord = 32 / bits;
  for (unsigned lane = 0; lane < warpLanes; ++lane) {
    uint32_t words[8] = {};
    for (unsigned i = 0; i < d.perLane(); ++i)
      words[i / perWord] |= elementBits(matrices.c[lane * d.perLane() + i], d.type, op.modifiers)
                            << (i % perWord * bits);
    for (unsigned i = 0; i < d.words(); ++i)
      warp.row(op.result(i))[lane] = words[i];
  }
}

unsigned takeShape(OpBuilder &b) {
  int shape = b.takeOneOf({"m16n16k16", "m8n32k16", "m32n8k16", "m16n16k8"});
  if (shape < 0)
    b.fail("the simulator does not know this shape");
  return static_cast<unsigned>(std::max(shape, 0));
}

void takeElements(OpBuilder &b, size_t at, const FragmentKind &kind, bool isResult) {
  for (const Operand &element : b.elements(at, kind.words())) {
    if (isResult)
      b.result(element, 32);
    else
      b.source(element, kind.type == PtxType::F32 ? PtxType::F32 : PtxType::B32);
  }
}

/// wmma.load and wmma.store differ in the order of their operands.
void decodeTransfer(OpBuilder &b, bool loads) {
  int role = b.takeOneOf({"a", "b", "c", "d"});
  FragmentKind kind;
  kind.role = role == 0 ? Role::A : role == 1 ? Role::B : Role::Accumulator;
  kind.columns = b.takeOneOf({"row", "col"}) == 1;
  kind.shape = takeShape(b);
  int space = b.takeOneOf({"global", "shared", "shared::cta"});
  kind.type = b.takeType();
  kind.hasStride = b.operands() == 3;
  if (role < 0 || loads != (role != 3) || !kind.isKnown())
    return b.fail("the simulator does not know this fragment");
  AccessKind access;
  access.space = space < 0 ? Space::Generic : space == 0 ? Space::Global : Space::Shared;
  access.intent = loads ? Intent::Read : Intent::Write;
  access.bytes = bitsOf(kind.type) / 8;
  if (loads)
    takeElements(b, 0, kind, true);
  b.address(loads ? 1 : 0, access.space);
  if (kind.hasStride)
    b.source(2, PtxType::U32);
  else
    b.sourceRow(b.constant(0, false));
  b.sourceRow(b.constant(kind.pack(), true));
  if (!loads)
    takeElements(b, 1, kind, false);
  b.op.modifiers |= access.pack();
  b.op.run = loads ? loadFragment : storeFragment;
}

void decodeMultiply(OpBuilder &b) {
  // The layouts say how the factors were loaded; the registers hold them in the same way.
  b.takeOneOf({"row", "col"});
  b.takeOneOf({"row", "col"});
  unsigned shape = takeShape(b);
  b.op.modifiers = b.take("satfinite");
  PtxType first = b.takeType(), second = b.takeType(), third = b.takeType(), fourth = b.takeType();
  // Of f16 factors only the types of D and C are written.
  bool halves = fourth == PtxType::None;
  FragmentKind a{Role::A, shape, halves ? PtxType::F16 : second, false, false};
  FragmentKind factor{Role::B, shape, halves ? PtxType::F16 : third, false, false};
  FragmentKind c{Role::Accumulator, shape, halves ? second : fourth, false, false};
  FragmentKind d{Role::Accumulator, shape, first, false, false};
  bool fits = isInteger(a.type) == (d.type == PtxType::S32) && isInteger(c.type) == isInteger(d.type) &&
              isInteger(factor.type) == isInteger(a.type) && (isInteger(a.type) || factor.type == a.type);
  if (!a.isKnown() || !factor.isKnown() || !c.isKnown() || !d.isKnown() || !fits)
    return b.fail("the simulator does not know this product");
  takeElements(b, 0, d, true);
  for (const FragmentKind &kind : {a, factor, c, d})
    b.sourceRow(b.constant(kind.pack(), true));
  takeElements(b, 1, a, false);
  takeElements(b, 2, factor, false);
  takeElements(b, 3, c, false);
  b.op.run = multiplyFragments;
}

void decodeFragment(OpBuilder &b) {
  int what = b.takeOneOf({"load", "store", "mma"});
  if (what < 0 || !b.take("sync") || !b.take("aligned"))
    return b.fail("expected wmma.load, .store or .mma with .sync.aligned");
  b.op.flow = Flow::Aligned;
  if (what == 2)
    decodeMultiply(b);
  else
    decodeTransfer(b, what == 0);
}

constexpr InstructionRule table[] = {{"wmma", decodeFragment}};

} // namespace

std::span<const InstructionRule> fragmentRules() { return table; }

} // namespace tenon::sim
