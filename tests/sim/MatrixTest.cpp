// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fragments of ldmatrix and mma.sync against plain loops over whole matrices. The places of elements are written out
// here from the figures of the PTX ISA, not taken from the simulator.
#include "tests/sim/InstructionCase.h"
#include <cmath>
#include <random>

namespace tenon::sim {
namespace {

class MatrixTest : public SimulatorTest {
protected:
  /// Runs one warp in which each lane loads its registers from `in`, executes `code` on %a<..> and stores %d<..>.
  std::vector<uint32_t> run(const std::string &code, const std::vector<uint32_t> &in, unsigned sources,
                            unsigned results) {
    std::string text = ".visible .entry k(.param .u64 in, .param .u64 out) {\n.reg .b32 %a<20>, %d<9>, %t;\n"
                       ".reg .b64 %in, %out, %x, %y;\nld.param.u64 %in, [in];\nld.param.u64 %out, [out];\n"
                       "mov.u32 %t, %tid.x;\nmad.wide.u32 %in, %t, " +
                       std::to_string(4 * sources) + ", %in;\nmad.wide.u32 %out, %t, " + std::to_string(4 * results) +
                       ", %out;\n";
    for (unsigned i = 0; i < sources; ++i)
      text += "ld.global.b32 %a" + std::to_string(i) + ", [%in+" + std::to_string(4 * i) + "];\n";
    text += code + "\n";
    for (unsigned i = 0; i < results; ++i)
      text += "st.global.b32 [%out+" + std::to_string(4 * i) + "], %d" + std::to_string(i) + ";\n";
    load(text + "ret;\n}\n");
    Buffer input(in), output(32 * 4 * results);
    EXPECT_EQ(launch("k", {}, input.address, output.address), CUDA_SUCCESS) << tenonSimLastReport();
    return output.read<uint32_t>();
  }
};

TEST_F(MatrixTest, LoadMatrix) {
  // Shared memory holds 32 rows of 8 halves, element (row, column) = 8 row + column.
  for (unsigned count : {1u, 2u, 4u})
    for (bool transposed : {false, true}) {
      std::string list = count == 1 ? "{%d0}" : count == 2 ? "{%d0, %d1}" : "{%d0, %d1, %d2, %d3}";
      std::string code = ".shared .align 16 .b8 s[512];\nshl.b32 %a0, %t, 4;\nmov.u32 %a1, s;\nadd.u32 %a1, %a1, %a0;\n"
                         "shl.b32 %a2, %t, 3;\n";
      for (int i = 0; i < 4; ++i)
        code += "add.u32 %a3, %a2, " + std::to_string(2 * i) +
                ";\nadd.u32 %a4, %a3, 1;\nshl.b32 %a4, %a4, 16;\n"
                "or.b32 %a3, %a3, %a4;\nst.shared.b32 [%a1+" +
                std::to_string(4 * i) + "], %a3;\n";
      code += std::string("bar.sync 0;\nldmatrix.sync.aligned.m8n8.x") + char('0' + count) +
              (transposed ? ".trans" : "") + ".shared.b16 " + list + ", [%a1];";
      auto out = run(code, std::vector<uint32_t>(32), 1, count);
      for (unsigned lane = 0; lane < 32; ++lane)
        for (unsigned j = 0; j < count; ++j) {
          unsigned row = lane / 4, column = lane % 4 * 2;
          // Transposed: the thread gets two elements of a column, one below the other.
          unsigned low = transposed ? 8 * (8 * j + column) + row : 8 * (8 * j + row) + column;
          unsigned high = transposed ? 8 * (8 * j + column + 1) + row : low + 1;
          ASSERT_EQ(out[lane * count + j], low | high << 16) << count << transposed << " lane " << lane << " " << j;
        }
    }
}

struct Format {
  const char *name;
  unsigned bits;
  uint32_t (*encode)(int);
};
uint32_t encodeHalf(int v) { return static_cast<uint32_t>(to(static_cast<_Float16>(v))); }
uint32_t encodeBfloat(int v) { return static_cast<uint32_t>(to(static_cast<float>(v)) >> 16); }
uint32_t encodeSingle(int v) { return static_cast<uint32_t>(to(static_cast<float>(v))); }
uint32_t encodeByte(int v) { return static_cast<uint8_t>(v); }

/// Row and column of element i of register r of A, for lane 4g + q, as drawn in the ISA's figures: the registers go
/// down the rows first (g, then g + 8), then right by half the depth.
void placeA(unsigned bits, unsigned r, unsigned i, unsigned lane, unsigned &row, unsigned &column) {
  unsigned perRegister = 32 / bits;
  row = lane / 4 + (r % 2) * 8;
  column = (lane % 4) * perRegister + i + (r / 2) * 4 * perRegister;
}
void placeB(unsigned bits, unsigned r, unsigned i, unsigned lane, unsigned &row, unsigned &column) {
  unsigned perRegister = 32 / bits;
  row = (lane % 4) * perRegister + i + r * 4 * perRegister;
  column = lane / 4;
}

class ProductTest : public MatrixTest {
protected:
  /// Fills A, B and C with small integers, packs them, and checks D = A B + C exactly.
  void checkProduct(unsigned k, const Format &a, const Format &b, const char *cType, bool halfC) {
    std::mt19937 generator(k);
    bool isInteger = a.bits == 8;
    auto small = [&](bool isUnsigned) { return static_cast<int>(generator() % 15) - (isUnsigned ? 0 : 7); };
    std::vector<std::vector<int>> ma(16, std::vector<int>(k)), mb(k, std::vector<int>(8)), mc(16, std::vector<int>(8));
    for (auto &row : ma)
      for (int &v : row)
        v = small(a.name[0] == 'u');
    for (auto &row : mb)
      for (int &v : row)
        v = small(b.name[0] == 'u');
    for (auto &row : mc)
      for (int &v : row)
        v = small(false);
    unsigned wordsA = 16 * k * a.bits / 1024, wordsB = wordsA / 2, wordsC = halfC ? 2 : 4;
    std::vector<uint32_t> in;
    for (unsigned lane = 0; lane < 32; ++lane) {
      unsigned row, column;
      for (unsigned r = 0; r < wordsA; ++r) {
        uint32_t word = 0;
        for (unsigned i = 0; i < 32 / a.bits; ++i) {
          placeA(a.bits, r, i, lane, row, column);
          word |= a.encode(ma[row][column]) << (i * a.bits % 32);
        }
        in.push_back(word);
      }
      for (unsigned r = 0; r < wordsB; ++r) {
        uint32_t word = 0;
        for (unsigned i = 0; i < 32 / b.bits; ++i) {
          placeB(b.bits, r, i, lane, row, column);
          word |= b.encode(mb[row][column]) << (i * b.bits % 32);
        }
        in.push_back(word);
      }
      // C: rows g and g + 8, columns 2q and 2q + 1.
      for (unsigned half = 0; half < 2; ++half) {
        int left = mc[lane / 4 + 8 * half][lane % 4 * 2], right = mc[lane / 4 + 8 * half][lane % 4 * 2 + 1];
        if (halfC)
          in.push_back(encodeHalf(left) | encodeHalf(right) << 16);
        else
          for (int v : {left, right})
            in.push_back(isInteger ? static_cast<uint32_t>(v) : encodeSingle(v));
      }
    }
    unsigned next = 0;
    auto list = [&](unsigned count) {
      std::string text = "{";
      for (unsigned i = 0; i < count; ++i)
        text += (i ? ", %a" : "%a") + std::to_string(next++);
      return text + "}";
    };
    std::string code = "mma.sync.aligned.m16n8k" + std::to_string(k) + ".row.col." + cType + "." + a.name + "." +
                       b.name + "." + cType + (halfC ? " {%d0, %d1}, " : " {%d0, %d1, %d2, %d3}, ");
    code += list(wordsA) + ", ";
    code += list(wordsB) + ", ";
    code += list(wordsC) + ";";
    auto out = run(code, in, wordsA + wordsB + wordsC, wordsC);
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned e = 0; e < 4; ++e) {
        unsigned row = lane / 4 + 8 * (e / 2), column = lane % 4 * 2 + e % 2;
        int expected = mc[row][column];
        for (unsigned x = 0; x < k; ++x)
          expected += ma[row][x] * mb[x][column];
        uint32_t found = halfC ? out[lane * 2 + e / 2] >> (16 * (e % 2)) & 0xffff : out[lane * 4 + e];
        uint32_t bits = halfC       ? encodeHalf(expected)
                        : isInteger ? static_cast<uint32_t>(expected)
                                    : encodeSingle(expected);
        ASSERT_EQ(found, bits) << code << " (" << row << "," << column << ")";
      }
  }
};

TEST_F(ProductTest, AllTypes) {
  const Format half{"f16", 16, encodeHalf}, bfloat{"bf16", 16, encodeBfloat}, tf32{"tf32", 32, encodeSingle};
  const Format s8{"s8", 8, encodeByte}, u8{"u8", 8, encodeByte};
  for (unsigned k : {8u, 16u}) {
    checkProduct(k, half, half, "f32", false);
    checkProduct(k, half, half, "f16", true);
    checkProduct(k, bfloat, bfloat, "f32", false);
  }
  for (unsigned k : {4u, 8u})
    checkProduct(k, tf32, tf32, "f32", false);
  for (unsigned k : {16u, 32u}) {
    checkProduct(k, s8, s8, "s32", false);
    checkProduct(k, u8, s8, "s32", false);
    checkProduct(k, s8, u8, "s32", false);
  }
}

TEST_F(ProductTest, TransposeInRegisters) {
  // The identity of lanes: element (row, column) is 8 row + column.
  std::vector<uint32_t> in;
  for (unsigned lane = 0; lane < 32; ++lane)
    in.push_back((2 * lane) | (2 * lane + 1) << 16);
  auto out = run("movmatrix.sync.aligned.m8n8.trans.b16 %d0, %a0;", in, 1, 1);
  for (unsigned lane = 0; lane < 32; ++lane) {
    unsigned row = lane / 4, column = lane % 4 * 2;
    ASSERT_EQ(out[lane], (8 * column + row) | (8 * (column + 1) + row) << 16);
  }
}

TEST_F(ProductTest, Saturation) {
  // One product of 127 * 127 above the largest integer.
  std::vector<uint32_t> in;
  for (unsigned lane = 0; lane < 32; ++lane)
    for (uint32_t word : {0x7fu, 0u, 0x7fu, 0x7fffffffu, 0x7fffffffu, 0x7fffffffu, 0x7fffffffu})
      in.push_back(word);
  const std::string rest = "s32.s8.s8.s32 {%d0, %d1, %d2, %d3}, {%a0, %a1}, {%a2}, {%a3, %a4, %a5, %a6};";
  EXPECT_EQ(run("mma.sync.aligned.m16n8k16.row.col.satfinite." + rest, in, 7, 4)[0], 0x7fffffffu);
  // Four lanes of a row hold the value, so four products.
  EXPECT_EQ(run("mma.sync.aligned.m16n8k16.row.col." + rest, in, 7, 4)[0], 0x7fffffffu + 4 * 127 * 127);
}

} // namespace
} // namespace tenon::sim
