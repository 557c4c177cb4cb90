// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ldmatrix, movmatrix and mma.sync. The places of elements in registers are those of the PTX ISA, in its section on
// matrix fragments; a lane is 4g + q.
#include "runtime/sim/Access.h"
#include "runtime/sim/Block.h"
#include "runtime/sim/ops/MatrixProduct.h"

namespace tenon::sim {
namespace {

constexpr unsigned matrixRows = 8, rowBytes = 16;

/// Writes 8x8 matrices of 16-bit elements to registers: register j of a lane holds (g, 2q) and (g, 2q+1) of matrix j.
void spread(Warp &warp, const Op &op, const uint16_t (&matrices)[4][matrixRows][8], bool transposed) {
  for (unsigned j = 0; j < op.results; ++j) {
    uint32_t *r = warp.row(op.result(j));
    for (unsigned lane = 0; lane < warpLanes; ++lane) {
      unsigned g = lane / 4, q = lane % 4;
      uint32_t low = transposed ? matrices[j][2 * q][g] : matrices[j][g][2 * q];
      uint32_t high = transposed ? matrices[j][2 * q + 1][g] : matrices[j][g][2 * q + 1];
      r[lane] = high << 16 | low;
    }
  }
}

/// Lane 8j + r gives the address of row r of matrix j.
template <bool Transposed> void loadMatrix(Warp &warp, const Op &op, uint32_t) {
  AccessKind kind = AccessKind::unpack(op.modifiers);
  uint16_t matrices[4][matrixRows][8];
  uint32_t offsets[warpLanes];
  bool counts = warp.block.launch.options.countBankConflicts;
  for (unsigned lane = 0; lane < matrixRows * op.results; ++lane) {
    Location location;
    if (!locate(warp, op, lane, laneAddress(warp, op, lane), kind, location))
      return;
    if (!location.shared)
      return warp.fault(op, lane, FaultKind::OutOfBounds, "ldmatrix reads only shared memory");
    offsets[lane] = location.offset;
    std::memcpy(matrices[lane / matrixRows][lane % matrixRows], location.data, rowBytes);
  }
  // Eight rows of 16 bytes are one pass over the banks.
  if (counts)
    countBankConflicts(warp, offsets, op.results == 4 ? ~0u : (1u << (matrixRows * op.results)) - 1, rowBytes);
  spread(warp, op, matrices, Transposed);
}

void decodeLoadMatrix(OpBuilder &b) {
  bool aligned = b.take("sync") && b.take("aligned") && b.take("m8n8");
  int count = b.takeOneOf({"x1", "x2", "x4"});
  bool transposed = b.take("trans");
  bool shared = b.take("shared") || b.take("shared::cta");
  if (!aligned || count < 0 || b.takeType() != PtxType::B16)
    return b.fail("expected ldmatrix.sync.aligned.m8n8 with .x1, .x2 or .x4 and .b16");
  for (const Operand &element : b.elements(0, size_t(1) << count))
    b.result(element, 32);
  AccessKind kind{shared ? Space::Shared : Space::Generic, Intent::Read, rowBytes, false, nullptr};
  b.address(1, kind.space);
  b.op.modifiers |= kind.pack();
  b.op.flow = Flow::Aligned;
  b.op.run = transposed ? loadMatrix<true> : loadMatrix<false>;
}

void transposeMatrix(Warp &warp, const Op &op, uint32_t) {
  uint16_t matrices[4][matrixRows][8];
  const uint32_t *a = warp.row(op.source(0));
  for (unsigned lane = 0; lane < warpLanes; ++lane) {
    matrices[0][lane / 4][lane % 4 * 2] = static_cast<uint16_t>(a[lane]);
    matrices[0][lane / 4][lane % 4 * 2 + 1] = static_cast<uint16_t>(a[lane] >> 16);
  }
  spread(warp, op, matrices, true);
}

void decodeTransposeMatrix(OpBuilder &b) {
  bool known = b.take("sync") && b.take("aligned") && b.take("m8n8") && b.take("trans");
  if (!known || b.takeType() != PtxType::B16)
    return b.fail("expected movmatrix.sync.aligned.m8n8.trans.b16");
  b.result(0, 32);
  b.source(1, PtxType::B32);
  b.op.flow = Flow::Aligned;
  b.op.run = transposeMatrix;
}

struct Place {
  unsigned row, column;
};

/// Element i of a lane's part of A, of so many bits.
Place placeInA(unsigned bits, unsigned i, unsigned g, unsigned q) {
  if (bits == 16)
    return {g + 8 * (i / 2 % 2), 8 * (i / 4) + 2 * q + i % 2};
  if (bits == 8)
    return {g + 8 * (i / 4 % 2), 16 * (i / 8) + 4 * q + i % 4};
  return {g + 8 * (i % 2), q + 4 * (i / 2)};
}

Place placeInB(unsigned bits, unsigned i, unsigned g, unsigned q) {
  if (bits == 16)
    return {8 * (i / 2) + 2 * q + i % 2, g};
  if (bits == 8)
    return {16 * (i / 4) + 4 * q + i % 4, g};
  return {q + 4 * i, g};
}

Place placeInC(unsigned i, unsigned g, unsigned q) { return {g + 8 * (i / 2), 2 * q + i % 2}; }

struct ProductKind {
  PtxType a = PtxType::None, b = PtxType::None, c = PtxType::None, d = PtxType::None;
  unsigned k = 0;
  bool saturates = false;

  uint32_t pack() const {
    return static_cast<uint32_t>(a) | static_cast<uint32_t>(b) << 5 | static_cast<uint32_t>(c) << 10 |
           static_cast<uint32_t>(d) << 15 | k << 20 | saturates << 27;
  }
  static ProductKind unpack(uint32_t m) {
    return {PtxType(m & 31),       PtxType(m >> 5 & 31), PtxType(m >> 10 & 31),
            PtxType(m >> 15 & 31), m >> 20 & 127,        (m >> 27 & 1) != 0};
  }
  unsigned elementsOfA() const { return 16 * k / warpLanes; }
  unsigned wordsOfA() const { return elementsOfA() * bitsOf(a) / 32; }
  unsigned wordsOfC(PtxType type) const { return bitsOf(type) / 8; }
};

/// m16n8: sources A, B and C, each in registers of 32 bits.
void product(Warp &warp, const Op &op, uint32_t) {
  constexpr unsigned m = 16, n = 8, elementsOfC = 4;
  ProductKind kind = ProductKind::unpack(op.modifiers);
  unsigned bits = bitsOf(kind.a), bCount = kind.elementsOfA() / 2;
  unsigned wordsA = kind.wordsOfA(), wordsB = wordsA / 2, wordsC = kind.wordsOfC(kind.c);
  const uint32_t *rows[12];
  for (unsigned i = 0; i < op.sources; ++i)
    rows[i] = warp.row(op.source(i));
  MatrixProduct<double> matrices;
  for (unsigned lane = 0; lane < warpLanes; ++lane) {
    unsigned g = lane / 4, q = lane % 4;
    uint32_t words[4];
    for (unsigned i = 0; i < wordsA; ++i)
      words[i] = rows[i][lane];
    for (unsigned i = 0; i < kind.elementsOfA(); ++i) {
      Place place = placeInA(bits, i, g, q);
      matrices.a[place.row * kind.k + place.column] = elementValue(packedElement(words, i, bits), kind.a);
    }
    for (unsigned i = 0; i < wordsB; ++i)
      words[i] = rows[wordsA + i][lane];
    for (unsigned i = 0; i < bCount; ++i) {
      Place place = placeInB(bits, i, g, q);
      matrices.b[place.row * n + place.column] = elementValue(packedElement(words, i, bits), kind.b);
    }
    for (unsigned i = 0; i < wordsC; ++i)
      words[i] = rows[wordsA + wordsB + i][lane];
    for (unsigned i = 0; i < elementsOfC; ++i) {
      Place place = placeInC(i, g, q);
      matrices.c[place.row * n + place.column] = elementValue(packedElement(words, i, bitsOf(kind.c)), kind.c);
    }
  }
  matrices.multiply(m, n, kind.k);
  unsigned perWord = 32 / bitsOf(kind.d);
  for (unsigned i = 0; i < elementsOfC; ++i) {
    uint32_t *r = warp.row(op.result(i / perWord));
    for (unsigned lane = 0; lane < warpLanes; ++lane) {
      Place place = placeInC(i, lane / 4, lane % 4);
      uint32_t value = elementBits(matrices.c[place.row * n + place.column], kind.d, kind.saturates);
      r[lane] = i % perWord ? r[lane] | value << 16 : value;
    }
  }
}

/// m8n8k4 of f64: A (g, q), B (q, g), C (g, 2q) and (g, 2q+1).
void productOfDoubles(Warp &warp, const Op &op, uint32_t) {
  MatrixProduct<double> matrices;
  for (unsigned lane = 0; lane < warpLanes; ++lane) {
    unsigned g = lane / 4, q = lane % 4;
    matrices.a[g * 4 + q] = readLane<double>(warp.row(op.source(0)), lane);
    matrices.b[q * 8 + g] = readLane<double>(warp.row(op.source(1)), lane);
    for (unsigned i = 0; i < 2; ++i)
      matrices.c[g * 8 + 2 * q + i] = readLane<double>(warp.row(op.source(2 + i)), lane);
  }
  matrices.multiply(8, 8, 4);
  for (unsigned lane = 0; lane < warpLanes; ++lane)
    for (unsigned i = 0; i < 2; ++i)
      writeLane<double>(warp.row(op.result(i)), lane, matrices.c[lane / 4 * 8 + lane % 4 * 2 + i]);
}

bool isKnown(const ProductKind &kind) {
  bool bytesA = kind.a == PtxType::S8 || kind.a == PtxType::U8, bytesB = kind.b == PtxType::S8 || kind.b == PtxType::U8;
  if (bytesA && bytesB)
    return (kind.k == 16 || kind.k == 32) && kind.c == PtxType::S32 && kind.d == PtxType::S32;
  if (kind.a != kind.b || kind.saturates)
    return false;
  bool single = kind.c == PtxType::F32 && kind.d == PtxType::F32;
  switch (kind.a) {
  case PtxType::F16:
    return (kind.k == 8 || kind.k == 16) && (single || (kind.c == PtxType::F16 && kind.d == PtxType::F16));
  case PtxType::BF16:
    return (kind.k == 8 || kind.k == 16) && single;
  case PtxType::TF32:
    return (kind.k == 4 || kind.k == 8) && single;
  default:
    return false;
  }
}

void decodeDoubles(OpBuilder &b) {
  for (int i = 0; i < 4; ++i)
    if (b.takeType() != PtxType::F64)
      return b.fail("m8n8k4 is known for f64 alone");
  for (const Operand &element : b.elements(0, 2))
    b.result(element, 64);
  b.source(b.elements(1, 1)[0], PtxType::F64);
  b.source(b.elements(2, 1)[0], PtxType::F64);
  for (const Operand &element : b.elements(3, 2))
    b.source(element, PtxType::F64);
  b.op.flow = Flow::Aligned;
  b.op.run = productOfDoubles;
}

void decodeProduct(OpBuilder &b) {
  constexpr unsigned depths[] = {4, 8, 16, 32};
  if (!(b.take("sync") && b.take("aligned") && b.take("row") && b.take("col")))
    return b.fail("expected mma.sync.aligned with .row.col");
  if (b.take("m8n8k4"))
    return decodeDoubles(b);
  int depth = b.takeOneOf({"m16n8k4", "m16n8k8", "m16n8k16", "m16n8k32"});
  ProductKind kind;
  kind.saturates = b.take("satfinite");
  kind.d = b.takeType();
  kind.a = b.takeType();
  kind.b = b.takeType();
  kind.c = b.takeType();
  kind.k = depth < 0 ? 0 : depths[depth];
  if (!isKnown(kind))
    return b.fail("the simulator does not know this shape with these types");
  for (const Operand &element : b.elements(0, kind.wordsOfC(kind.d)))
    b.result(element, 32);
  for (const Operand &element : b.elements(1, kind.wordsOfA()))
    b.source(element, PtxType::B32);
  for (const Operand &element : b.elements(2, kind.wordsOfA() / 2))
    b.source(element, PtxType::B32);
  for (const Operand &element : b.elements(3, kind.wordsOfC(kind.c)))
    b.source(element, kind.c == PtxType::F32 ? PtxType::F32 : PtxType::B32);
  b.op.modifiers = kind.pack();
  b.op.flow = Flow::Aligned;
  b.op.run = product;
}

constexpr InstructionRule table[] = {
    {"ldmatrix", decodeLoadMatrix},
    {"movmatrix", decodeTransposeMatrix},
    {"mma", decodeProduct},
};

} // namespace

std::span<const InstructionRule> matrixRules() { return table; }

} // namespace tenon::sim
