// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Exchange between lanes, divergence, calls, atomics and barriers.
#include "tests/sim/InstructionCase.h"
#include <numeric>

namespace tenon::sim {
namespace {

class WarpTest : public SimulatorTest {
protected:
  /// A kernel whose threads have their index in %i, and whose %d (32 bits) is the result.
  std::vector<uint32_t> run(const std::string &code, unsigned threads = 32, const std::string &before = "") {
    load(before + R"(
.visible .entry k(.param .u64 result) {
  .reg .pred %p, %q;
  .reg .b32 %i, %d, %x, %y, %z;
  .reg .b64 %out, %at;
  .shared .align 4 .b8 s[4096];
  ld.param.u64 %out, [result];
  mov.u32 %i, %tid.x;
  mad.wide.u32 %at, %i, 4, %out;
)" + code +
         "\n  st.global.u32 [%at], %d;\n  ret;\n}\n");
    Buffer out(threads * 4);
    EXPECT_EQ(launch("k", {1, 1, threads}, out.address), CUDA_SUCCESS) << code << ": " << tenonSimLastReport();
    return out.read<uint32_t>();
  }
  void expect(const std::string &code, const std::function<uint32_t(uint32_t)> &expected, unsigned threads = 32,
              const std::string &before = "") {
    auto found = run(code, threads, before);
    for (uint32_t i = 0; i < threads; ++i)
      ASSERT_EQ(found[i], expected(i)) << code << " thread " << i;
  }
};

TEST_F(WarpTest, Shuffles) {
  expect("shfl.sync.bfly.b32 %d, %i, 5, 31, -1;", [](uint32_t i) { return i ^ 5; });
  expect("shfl.sync.up.b32 %d|%p, %i, 3, 0, -1;\n @!%p mov.u32 %d, 99;", [](uint32_t i) { return i < 3 ? 99 : i - 3; });
  expect("shfl.sync.down.b32 %d|%p, %i, 3, 31, -1;\n @!%p mov.u32 %d, 99;",
         [](uint32_t i) { return i > 28 ? 99 : i + 3; });
  expect("shfl.sync.idx.b32 %d, %i, 7, 31, -1;", [](uint32_t) { return 7; });
  // Groups of eight: the limits are 0x1807 = mask 24, clamp 7.
  expect("shfl.sync.idx.b32 %d, %i, 2, 0x1807, -1;", [](uint32_t i) { return i / 8 * 8 + 2; });
  expect("shfl.sync.down.b32 %d|%p, %i, 3, 0x1807, -1;", [](uint32_t i) { return i % 8 > 4 ? i : i + 3; });
}

TEST_F(WarpTest, VotesAndReductions) {
  expect("setp.lt.u32 %p, %i, 20;\n vote.sync.ballot.b32 %d, %p, -1;", [](uint32_t) { return 0xfffff; });
  expect("setp.lt.u32 %p, %i, 20;\n vote.sync.all.pred %q, %p, -1;\n selp.u32 %d, 1, 0, %q;",
         [](uint32_t) { return 0; });
  expect("setp.lt.u32 %p, %i, 20;\n vote.sync.any.pred %q, !%p, -1;\n selp.u32 %d, 1, 0, %q;",
         [](uint32_t) { return 1; });
  expect("setp.lt.u32 %p, %i, 99;\n vote.sync.uni.pred %q, %p, -1;\n selp.u32 %d, 1, 0, %q;",
         [](uint32_t) { return 1; });
  expect("redux.sync.add.u32 %d, %i, -1;", [](uint32_t) { return 31 * 16; });
  expect("sub.u32 %x, 5, %i;\n redux.sync.min.s32 %d, %x, -1;", [](uint32_t) { return uint32_t(5 - 31); });
  expect("shl.b32 %x, 1, %i;\n redux.sync.xor.b32 %d, %x, -1;", [](uint32_t) { return 0xffffffff; });
  expect("and.b32 %x, %i, 3;\n match.any.sync.b32 %d, %x, -1;", [](uint32_t i) { return 0x11111111u << (i & 3); });
  expect("match.all.sync.b32 %d|%p, 4, -1;", [](uint32_t) { return 0xffffffff; });
  // Two halves of the warp with a mask each, in one instruction.
  expect("setp.lt.u32 %p, %i, 16;\n selp.b32 %x, 0xffff, 0xffff0000, %p;\n redux.sync.add.u32 %d, %i, %x;",
         [](uint32_t i) { return i < 16 ? 120 : 376; });
}

TEST_F(WarpTest, DivergentLanesMeetAgain) {
  // Both ways through a branch, then a shuffle of all: the blocks of the text are in an order that the smallest
  // position alone would get wrong, the meeting point being first.
  expect(R"(
  setp.lt.u32 %p, %i, 10;
  bra start;
meet:
  shfl.sync.bfly.b32 %d, %x, 1, 31, -1;
  bra end;
start:
  @%p bra small;
  add.u32 %x, %i, 1000;
  bra meet;
small:
  add.u32 %x, %i, 2000;
  bra meet;
end:)",
         [](uint32_t i) { return (i ^ 1) + ((i ^ 1) < 10 ? 2000 : 1000); });
}

TEST_F(WarpTest, LanesThatSkipWait) {
  expect(R"(
  setp.lt.u32 %p, %i, 10;
  mov.u32 %x, 1;
  @%p bra skip;
  mov.u32 %x, 2;
skip:
  activemask.b32 %y;
  setp.eq.u32 %q, %y, -1;
  selp.u32 %d, %x, 0xbad, %q;)",
         [](uint32_t i) { return i < 10 ? 1 : 2; });
}

TEST_F(WarpTest, LanesThatSpinGiveWay) {
  // Each lane takes the lock in a loop and frees it behind the loop, where it would never come if the others, who are
  // at a smaller position, always ran first.
  expect(R"(
  .reg .b32 %lock;
  setp.eq.u32 %p, %i, 0;
  @%p st.shared.v2.u32 [s], {0, 0};
  bar.warp.sync -1;
again:
  atom.shared.cas.b32 %lock, [s], 0, 1;
  setp.ne.u32 %p, %lock, 0;
  @%p bra again;
  ld.volatile.shared.u32 %x, [s+4];
  add.u32 %y, %x, 1;
  st.volatile.shared.u32 [s+4], %y;
  atom.shared.exch.b32 %lock, [s], 0;
  bar.warp.sync -1;
  ld.volatile.shared.u32 %d, [s+4];)",
         [](uint32_t) { return 32; });
}

TEST_F(WarpTest, LoopsOfDifferentLengths) {
  // Lane i runs i rounds; lanes that leave wait for the others, so the mask after it is full.
  expect(R"(
  mov.u32 %x, 0;
  mov.u32 %y, 0;
again:
  setp.ge.u32 %p, %x, %i;
  @%p bra out;
  add.u32 %y, %y, %x;
  add.u32 %x, %x, 1;
  bra again;
out:
  activemask.b32 %z;
  setp.eq.u32 %q, %z, -1;
  selp.u32 %d, %y, 0xbad, %q;)",
         [](uint32_t i) { return i * (i - 1) / 2; });
}

TEST_F(WarpTest, WarpSyncFromBothSides) {
  expect(R"(
  setp.lt.u32 %p, %i, 16;
  @%p bra low;
  mov.u32 %d, 1;
  bar.warp.sync -1;
  bra out;
low:
  mov.u32 %d, 2;
  bar.warp.sync -1;
out:)",
         [](uint32_t i) { return i < 16 ? 2 : 1; });
}

TEST_F(WarpTest, TablesOfLabels) {
  expect(R"(
  and.b32 %x, %i, 3;
  brx.idx %x, table;
table: .branchtargets a, b, a, c;
a:
  mov.u32 %d, 10;
  bra out;
b:
  mov.u32 %d, 20;
  bra out;
c:
  mov.u32 %d, 30;
out:)",
         [](uint32_t i) {
           return std::vector<uint32_t>{10, 20, 10, 30}[i & 3];
         });
}

TEST_F(WarpTest, CallsFromDivergentPlaces) {
  const std::string functions = R"(
.func (.param .b32 r) twice(.param .b32 x) {
  .reg .b32 %x;
  ld.param.b32 %x, [x];
  add.u32 %x, %x, %x;
  st.param.b32 [r], %x;
  ret;
}
.func (.param .b32 r) twiceAndOne(.param .b32 x) {
  .reg .b32 %x;
  ld.param.b32 %x, [x];
  { .param .b32 a; .param .b32 b;
    st.param.b32 [a], %x;
    call.uni (b), twice, (a);
    ld.param.b32 %x, [b]; }
  add.u32 %x, %x, 1;
  st.param.b32 [r], %x;
  ret;
}
)";
  expect(R"(
  setp.lt.u32 %p, %i, 7;
  @%p bra other;
  { .param .b32 a; .param .b32 b;
    st.param.b32 [a], %i;
    call (b), twiceAndOne, (a);
    ld.param.b32 %d, [b]; }
  bra out;
other:
  { .param .b32 a; .param .b32 b;
    st.param.b32 [a], 100;
    call (b), twice, (a);
    ld.param.b32 %d, [b]; }
out:)",
         [](uint32_t i) { return i < 7 ? 200 : 2 * i + 1; }, 32, functions);
}

TEST_F(WarpTest, SharedAtomics) {
  auto sums = run(R"(
  setp.eq.u32 %p, %i, 0;
  @%p st.shared.u32 [s], 0;
  @%p st.shared.u32 [s+4], 0;
  bar.sync 0;
  atom.shared.add.u32 %x, [s], 3;
  red.shared.max.u32 [s+4], %i;
  bar.sync 0;
  ld.shared.u32 %x, [s];
  ld.shared.u32 %y, [s+4];
  mad.lo.u32 %d, %y, 10000, %x;)",
                  128);
  EXPECT_EQ(sums[77], 127 * 10000 + 3 * 128u);
}

TEST_F(WarpTest, AtomicOperations) {
  auto with = [&](const std::string &start, const std::string &operation) {
    return run("st.global.u32 [%at], " + start + ";\n atom.global." + operation +
                   ";\n ld.global.u32 %y, [%at];\n"
                   "mad.lo.u32 %d, %x, 1000, %y;",
               1)[0];
  };
  EXPECT_EQ(with("7", "inc.u32 %x, [%at], 7"), 7000u);
  EXPECT_EQ(with("3", "inc.u32 %x, [%at], 7"), 3004u);
  EXPECT_EQ(with("0", "dec.u32 %x, [%at], 7"), 7u);
  EXPECT_EQ(with("9", "dec.u32 %x, [%at], 7"), 9007u);
  EXPECT_EQ(with("5", "cas.b32 %x, [%at], 5, 8"), 5008u);
  EXPECT_EQ(with("5", "cas.b32 %x, [%at], 6, 8"), 5005u);
  EXPECT_EQ(with("5", "exch.b32 %x, [%at], 6"), 5006u);
  EXPECT_EQ(with("5", "min.s32 %x, [%at], 6"), 5005u);
  EXPECT_EQ(with("12", "and.b32 %x, [%at], 6"), 12004u);
}

TEST_F(WarpTest, BarrierReductions) {
  expect(
      "setp.lt.u32 %p, %i, 50;\n bar.red.popc.u32 %d, 0, %p;", [](uint32_t) { return 50; }, 96);
  expect(
      "setp.lt.u32 %p, %i, 50;\n bar.red.and.pred %q, 0, !%p;\n selp.u32 %d, 1, 2, %q;", [](uint32_t) { return 2; },
      96);
  expect(
      "setp.lt.u32 %p, %i, 50;\n bar.red.or.pred %q, 0, 96, %p;\n selp.u32 %d, 1, 2, %q;", [](uint32_t) { return 1; },
      96);
}

TEST_F(WarpTest, ProducerAndConsumer) {
  // Warp 0 arrives at barrier 1 without waiting; warp 1 waits for it.
  expect(R"(
  shl.b32 %x, %i, 2;
  mov.u32 %y, s;
  add.u32 %x, %x, %y;
  setp.ge.u32 %p, %i, 32;
  @%p bra consumer;
  st.shared.u32 [%x], %i;
  bar.arrive 1, 64;
  mov.u32 %d, 7;
  bra out;
consumer:
  bar.sync 1, 64;
  ld.shared.u32 %d, [%x+-128];
out:)",
         [](uint32_t i) { return i < 32 ? 7 : i - 32; }, 64);
}

TEST_F(WarpTest, GenericAddresses) {
  expect(R"(
  .reg .b64 %g, %h;
  .reg .pred %r;
  .local .align 4 .b8 l[4];
  mov.u64 %g, l;
  cvta.local.u64 %g, %g;
  st.u32 [%g], %i;
  mov.u64 %h, s;
  cvta.shared.u64 %h, %h;
  mad.wide.u32 %h, %i, 4, %h;
  st.u32 [%h], 100;
  ld.local.u32 %x, [l];
  cvta.to.shared.u64 %g, %h;
  ld.shared.u32 %y, [%g];
  isspacep.shared %p, %h;
  isspacep.global %r, %at;
  and.pred %p, %p, %r;
  add.u32 %d, %x, %y;
  @!%p mov.u32 %d, 0;)",
         [](uint32_t i) { return i + 100; });
}

TEST_F(WarpTest, LoadsExtend) {
  expect(
      "st.shared.u32 [s], 0x0001ff80;\n .reg .b64 %w;\n ld.shared.s8 %w, [s];\n cvt.u32.u64 %d, %w;",
      [](uint32_t) { return 0xffffff80; }, 1);
  expect(
      "st.shared.u32 [s], 0x0001ff80;\n .reg .b16 %h;\n ld.shared.s8 %h, [s];\n cvt.u32.u16 %d, %h;",
      [](uint32_t) { return 0xff80; }, 1);
  expect(
      "st.shared.u32 [s], 0x0001ff80;\n ld.shared.u16 %d, [s];", [](uint32_t) { return 0xff80; }, 1);
  expect(
      "st.shared.u32 [s], 0x0001ff80;\n .reg .b16 %h<2>;\n ld.shared.v2.u8 {%h0, %h1}, [s+2];\n cvt.u32.u16 %d, %h0;",
      [](uint32_t) { return 1; }, 1);
}

} // namespace
} // namespace tenon::sim
