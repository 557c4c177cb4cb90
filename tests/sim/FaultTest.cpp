// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels with one thing wrong each: the launch fails, and the report says what, where and who.
#include "tests/sim/Simulator.h"

namespace tenon::sim {
namespace {

class FaultTest : public SimulatorTest {
protected:
  /// A kernel `k` with the pointer parameter in %rd1, %tid.x in %r1 and 4 * tid in %r2 and %rd2; `s` is shared.
  void loadBody(const std::string &body) {
    load(R"(
.visible .entry k(.param .u64 p) {
  .reg .pred %p<9>;
  .reg .b16 %h<9>;
  .reg .b32 %r<20>;
  .reg .b64 %rd<20>;
  .reg .f32 %f<9>;
  .shared .align 16 .b8 s[4096];
  .local .align 8 .b8 l[16];
  ld.param.u64 %rd1, [p];
  mov.u32 %r1, %tid.x;
  shl.b32 %r2, %r1, 2;
  cvt.u64.u32 %rd2, %r2;
)" + body +
         "\n  ret;\n}\n");
  }
};

TEST_F(FaultTest, MissingBarrierIsARace) {
  loadBody(R"(
  mov.u32 %r3, s;
  add.u32 %r4, %r3, %r2;
  st.shared.u32 [%r4], %r1;
  xor.b32 %r5, %r2, 128;
  add.u32 %r5, %r3, %r5;
  ld.shared.u32 %r6, [%r5];)");
  Buffer x(4096);
  EXPECT_EQ(launch("k", {1, 1, 64}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"k, line 20: 'st.shared.u32 [%r4], %r1'", "block (0,0,0) thread (32,0,0)", "address 0x80",
                       "writes a byte of shared memory that thread (0,0,0) read in line 23: 'ld.shared.u32 %r6, [%r5]'",
                       "no barrier in between"}));
}

TEST_F(FaultTest, BarrierOrdersTheSameAccesses) {
  loadBody(R"(
  mov.u32 %r3, s;
  add.u32 %r4, %r3, %r2;
  st.shared.u32 [%r4], %r1;
  bar.sync 0;
  xor.b32 %r5, %r2, 128;
  add.u32 %r5, %r3, %r5;
  ld.shared.u32 %r6, [%r5];
  add.u64 %rd3, %rd1, %rd2;
  st.global.u32 [%rd3], %r6;)");
  Buffer x(256);
  ASSERT_RUNS(launch("k", {1, 1, 64}, x.address));
  EXPECT_EQ(x.read<uint32_t>()[3], 35u);
}

TEST_F(FaultTest, WriteAfterReadIsARace) {
  loadBody(R"(
  mov.u32 %r3, s;
  add.u32 %r4, %r3, %r2;
  st.shared.u32 [%r4], %r1;
  bar.sync 0;
  xor.b32 %r5, %r2, 128;
  add.u32 %r5, %r3, %r5;
  ld.shared.u32 %r6, [%r5];
  st.shared.u32 [%r4], %r6;)");
  Buffer x(4096);
  EXPECT_EQ(launch("k", {1, 1, 64}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"a byte of shared memory that thread", "line 24: 'ld.shared", "line 25: 'st.shared"}));
}

TEST_F(FaultTest, RaceWithinAWarp) {
  const std::string before = R"(
  mov.u32 %r3, s;
  add.u32 %r4, %r3, %r2;
  st.shared.u32 [%r4], %r1;)",
                    after = R"(
  xor.b32 %r5, %r2, 4;
  add.u32 %r5, %r3, %r5;
  ld.shared.u32 %r6, [%r5];)";
  Buffer x(4096);
  loadBody(before + after);
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"thread (0,0,0)", "thread (1,0,0) wrote"}));
  loadBody(before + "\n  bar.warp.sync -1;" + after);
  EXPECT_RUNS(launch("k", {}, x.address));
}

TEST_F(FaultTest, NamedBarrierOrdersOnlyItsWarps) {
  // Warps 0 and 1 meet at barrier 1; warp 2 reads what warp 0 wrote without having met it.
  const std::string body = R"(
  mov.u32 %r3, s;
  setp.lt.u32 %p1, %r1, 32;
  setp.ge.u32 %p2, %r1, LAST;
  @%p1 st.shared.u32 [s], %r1;
  @!%p2 bar.sync 1, 64;
  setp.eq.u32 %p3, %r1, READER;
  @%p3 ld.shared.u32 %r6, [s];)";
  auto with = [&](const char *reader) {
    std::string text = body;
    text.replace(text.find("LAST"), 4, "64");
    text.replace(text.find("READER"), 6, reader);
    text.replace(text.find("st.shared.u32 [s], %r1"), 22, "st.shared.u32 [s], 7");
    return text;
  };
  Buffer x(4096);
  loadBody(with("40"));
  EXPECT_RUNS(launch("k", {1, 1, 96}, x.address));
  loadBody(with("64"));
  EXPECT_EQ(launch("k", {1, 1, 96}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"thread (64,0,0)", "wrote"}));
}

TEST_F(FaultTest, DifferentValuesInOneStoreAreARace) {
  Buffer x(4096);
  loadBody("st.shared.u32 [s], %r1;");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"writes a byte of shared memory that thread (0,0,0) wrote"}));
  loadBody("st.shared.u32 [s], 5;");
  EXPECT_RUNS(launch("k", {}, x.address));
  loadBody("mov.u32 %r3, 0;\n st.shared.u32 [s+4], %r3;\n bar.sync 0;\n atom.shared.add.u32 %r4, [s+4], %r1;");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_SUCCESS) << tenonSimLastReport();
}

TEST_F(FaultTest, WrongBound) {
  loadBody("add.u64 %rd3, %rd1, %rd2;\n  st.global.u32 [%rd3+4], %r1;");
  Buffer x(128);
  EXPECT_EQ(launch("k", {2}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"k, line 18: 'st.global.u32 [%rd3+4], %r1'", "block (0,0,0) thread (31,0,0)", "writes 4 bytes",
                       "0 bytes behind the 128 bytes at"}));
}

TEST_F(FaultTest, UseAfterFree) {
  loadBody("add.u64 %rd3, %rd1, %rd2;\n  ld.global.u32 %r3, [%rd3];");
  Buffer x(std::vector<int>(32, 1)), unused(64);
  CUdeviceptr address = x.address;
  EXPECT_RUNS(launch("k", {}, address));
  x.free();
  EXPECT_EQ(launch("k", {}, address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"thread (0,0,0)", "reads 4 bytes in freed memory, the 128 bytes that were at"}));
}

TEST_F(FaultTest, MisalignedVector) {
  loadBody("add.u64 %rd3, %rd1, 8;\n  ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd3];");
  Buffer x(std::vector<int>(32, 1));
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_MISALIGNED_ADDRESS);
  EXPECT_TRUE(reports({"line 18", "thread (0,0,0)", "an access of 16 bytes must be aligned to as many"}));
}

TEST_F(FaultTest, UninitializedSharedRead) {
  loadBody("setp.ne.u32 %p1, %r1, 5;\n mov.u32 %r3, s;\n add.u32 %r4, %r3, %r2;\n @%p1 st.shared.u32 [%r4], %r1;\n"
           "ld.shared.u32 %r5, [%r4];");
  Buffer x(4096);
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(
      reports({"'ld.shared.u32 %r5, [%r4]'", "thread (5,0,0)", "address 0x14", "reads 4 bytes", "never written"}));
}

TEST_F(FaultTest, UninitializedReadBeforeARace) {
  // The read is reported at the barrier, before the race behind that.
  loadBody("ld.shared.u32 %r5, [s];\n bar.sync 0;\n st.shared.u32 [s], %r1;");
  Buffer x(4096);
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"line 17: 'ld.shared.u32 %r5, [s]'", "thread (0,0,0)", "never written"}));
}

TEST_F(FaultTest, UninitializedGlobalBytes) {
  loadBody("ld.global.u32 %r3, [%rd1];");
  Buffer x(64);
  ASSERT_EQ(cuMemsetD8_v2(x.address, 0, 3), CUDA_SUCCESS);
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"reads 4 bytes, of which byte 3 was never written"}));
}

TEST_F(FaultTest, UninitializedRegisterAndLocal) {
  Buffer x(64);
  loadBody("mov.u32 %r4, %r3;\n add.u32 %r5, %r4, 1;");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"line 18: 'add.u32 %r5, %r4, 1'", "source 1 is a register that was never given a value"}));
  // Only the chosen source counts.
  const std::string choose = "setp.lt.u32 %p1, %r1, 99;\n selp.b32 %r4, ";
  loadBody(choose + "%r1, %r3, %p1;\n add.u32 %r5, %r4, 1;");
  EXPECT_RUNS(launch("k", {}, x.address));
  loadBody(choose + "%r3, %r1, %p1;\n add.u32 %r5, %r4, 1;");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  loadBody("@%p1 bra done;\ndone:");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"the guard was never given a value"}));
  loadBody("st.local.u16 [l], %h1;\n ld.local.u16 %h2, [l];");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"'ld.local.u16 %h2, [l]'", "never written"}));
}

TEST_F(FaultTest, BoundsOfOtherSpaces) {
  Buffer x(64);
  loadBody("ld.shared.u32 %r3, [s+4096];");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"reads 4 bytes of shared memory, of which the block has 4096 bytes"}));
  loadBody("st.local.u32 [l+16], %r1;");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"of local memory, of which a thread has 16 bytes"}));
  loadBody("ld.param.u64 %rd3, [p+8];");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"of the kernel's parameters, which take 8 bytes"}));
  loadBody("ld.u32 %r3, [%rd2];");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"address 0x0", "in no allocation"}));
}

const char *const copyAndRead = R"(
  mov.u32 %r3, s;
  shl.b32 %r4, %r1, 4;
  add.u32 %r5, %r3, %r4;
  cvt.u64.u32 %rd3, %r4;
  add.u64 %rd4, %rd1, %rd3;
  cp.async.cg.shared.global [%r5], [%rd4], 16;
  cp.async.commit_group;
  WAIT
  BARRIER
  xor.b32 %r6, %r4, 16;
  add.u32 %r6, %r3, %r6;
  ld.shared.u32 %r7, [%r6];)";

std::string copyWith(const std::string &wait, const std::string &barrier) {
  std::string text = copyAndRead;
  text.replace(text.find("WAIT"), 4, wait);
  text.replace(text.find("BARRIER"), 7, barrier);
  return text;
}

TEST_F(FaultTest, MissingCopyWait) {
  Buffer x(std::vector<int>(128, 1));
  loadBody(copyWith("cp.async.wait_group 0;", "bar.sync 0;"));
  EXPECT_RUNS(launch("k", {}, x.address));
  loadBody(copyWith("cp.async.wait_group 1;", "bar.sync 0;"));
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"'ld.shared.u32 %r7, [%r6]'", "a cp.async to this byte of shared memory has not been waited"}));
  // Copies that complete at once hide it.
  ASSERT_EQ(tenonSimConfigure("cp-async=eager"), CUDA_SUCCESS);
  EXPECT_RUNS(launch("k", {}, x.address));
}

TEST_F(FaultTest, CopyWithoutBarrierIsARace) {
  Buffer x(std::vector<int>(128, 1));
  loadBody(copyWith("cp.async.wait_all;", ""));
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"that thread (1,0,0) wrote in line 23: 'cp.async.cg.shared.global [%r5], [%rd4], 16'"}));
  ASSERT_EQ(tenonSimConfigure("race-check=off"), CUDA_SUCCESS);
  EXPECT_RUNS(launch("k", {}, x.address));
}

TEST_F(FaultTest, DivergentBarrierInAWarp) {
  loadBody("setp.lt.u32 %p1, %r1, 16;\n @%p1 bar.sync 0;");
  Buffer x(64);
  EXPECT_EQ(launch("k", {}, x.address), CUDA_SUCCESS) << "the others exit, so that the barrier is released";
  loadBody("setp.lt.u32 %p1, %r1, 16;\n @%p1 bra one;\n bar.sync 1;\n bra done;\none:\n bar.sync 0;\ndone:");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"only 16 lanes of the warp came here", "are at line"}));
}

TEST_F(FaultTest, DeadlockOfDifferentBarriers) {
  loadBody("setp.lt.u32 %p1, %r1, 32;\n @%p1 bra one;\n bar.sync 1;\n bra done;\none:\n bar.sync 0;\ndone:");
  Buffer x(64);
  EXPECT_EQ(launch("k", {1, 1, 64}, x.address), CUDA_ERROR_LAUNCH_TIMEOUT);
  EXPECT_TRUE(reports({"deadlock in block (0,0,0)", "32 threads from thread (0,0,0) wait at barrier 0 in line 22",
                       "32 threads from thread (32,0,0) wait at barrier 1 in line 19"}));
}

TEST_F(FaultTest, DeadlockBecauseThreadsExited) {
  loadBody("setp.ge.u32 %p1, %r1, 32;\n @%p1 ret;\n bar.sync 0, 64;");
  Buffer x(64);
  EXPECT_EQ(launch("k", {1, 1, 64}, x.address), CUDA_ERROR_LAUNCH_TIMEOUT);
  EXPECT_TRUE(reports({"wait at barrier 0", "32 of 64 threads have exited", "barrier 0 has seen 32 of 64 threads"}));
}

TEST_F(FaultTest, ShuffleNeedsItsMembers) {
  Buffer x(64);
  loadBody("setp.lt.u32 %p1, %r1, 16;\n @%p1 shfl.sync.idx.b32 %r3|%p2, %r1, 0, 31, 65535;");
  EXPECT_RUNS(launch("k", {}, x.address));
  loadBody("setp.lt.u32 %p1, %r1, 16;\n @%p1 ret;\n shfl.sync.idx.b32 %r3|%p2, %r1, 0, 31, 0xffff0000;");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"thread (16,0,0)", "it reads from lane 0, which does not take part"}));
  loadBody("shfl.sync.idx.b32 %r3|%p2, %r1, 0, 31, 65535;");
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"thread (16,0,0)", "not in the mask of its members"}));
}

TEST_F(FaultTest, AlignedNeedsAWholeWarp) {
  loadBody("mov.b32 %r3, s;\n ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r4}, [%r3];");
  Buffer x(64);
  EXPECT_EQ(launch("k", {1, 1, 48}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
  EXPECT_TRUE(reports({"reads 16 bytes, of which byte 0 was never written"}));
  loadBody("mov.b32 %r3, s;\n st.shared.v2.u64 [s], {%rd2, %rd2};\n bar.sync 0;\n"
           "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r4}, [%r3];");
  ASSERT_EQ(tenonSimConfigure("race-check=off"), CUDA_SUCCESS);
  EXPECT_EQ(launch("k", {1, 1, 48}, x.address), CUDA_ERROR_LAUNCH_FAILED);
  EXPECT_TRUE(reports({"only 16 lanes of the warp came here", "the others have exited or do not exist"}));
}

TEST_F(FaultTest, EndlessLoop) {
  loadBody("again:\n add.u32 %r1, %r1, 1;\n bra again;");
  Buffer x(64);
  ASSERT_EQ(tenonSimConfigure("instruction-limit=100000"), CUDA_SUCCESS);
  EXPECT_EQ(launch("k", {3}, x.address), CUDA_ERROR_LAUNCH_TIMEOUT);
  EXPECT_TRUE(reports({"block (0,0,0) thread (0,0,0)", "has executed 100000 instructions, the limit"}));
}

TEST_F(FaultTest, Trap) {
  loadBody("setp.eq.u32 %p1, %r1, 9;\n @%p1 trap;");
  Buffer x(64);
  EXPECT_EQ(launch("k", {}, x.address), CUDA_ERROR_ASSERT);
  EXPECT_TRUE(reports({"'@%p1 trap'", "thread (9,0,0)", "the kernel stopped itself"}));
}

TEST_F(FaultTest, FirstBlockIsReported) {
  // Blocks 5 and later are wrong, and block 5 takes longest: it is named whichever host thread is faster.
  loadBody(
      "mov.u32 %r3, %ctaid.x;\n mul.wide.u32 %rd3, %r3, 4;\n add.u64 %rd3, %rd1, %rd3;\n setp.ne.u32 %p1, %r3, 5;\n"
      "mov.u32 %r4, 0;\n @%p1 bra out;\nagain:\n add.u32 %r4, %r4, 1;\n setp.lt.u32 %p2, %r4, 50000;\n"
      "@%p2 bra again;\nout:\n st.global.u32 [%rd3], 1;");
  Buffer x(20);
  for (const char *threads : {"threads=1", "threads=4"}) {
    ASSERT_EQ(tenonSimConfigure(threads), CUDA_SUCCESS);
    EXPECT_EQ(launch("k", {64}, x.address), CUDA_ERROR_ILLEGAL_ADDRESS);
    EXPECT_TRUE(reports({"block (5,0,0) thread (0,0,0)"}));
  }
}

TEST_F(FaultTest, BankConflictsAreCounted) {
  auto conflicts = [&](const char *stride) {
    loadBody("mul.lo.u32 %r3, %r1, " + std::string(stride) +
             ";\n mov.u32 %r4, s;\n add.u32 %r4, %r4, %r3;\n"
             "st.shared.u32 [%r4], %r1;");
    Buffer x(64);
    EXPECT_RUNS(launch("k", {}, x.address));
    return tenonSimCounter("bank-conflicts");
  };
  EXPECT_EQ(conflicts("128"), 0u);
  ASSERT_EQ(tenonSimConfigure("bank-conflicts=on"), CUDA_SUCCESS);
  EXPECT_EQ(conflicts("4"), 0u);
  EXPECT_EQ(conflicts("8"), 1u);
  EXPECT_EQ(conflicts("128"), 31u);
  EXPECT_EQ(conflicts("36"), 0u);
}

TEST_F(FaultTest, WrongLaunches) {
  loadBody("");
  Buffer x(64);
  EXPECT_EQ(launch("k", {1, 1, 1025}, x.address), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(launch("k", {0}, x.address), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(launch("k", {1, 1, 32, 1, 49153}, x.address), CUDA_ERROR_INVALID_VALUE);
  EXPECT_TRUE(reports({"bytes of shared memory, more than the 49152"}));
  EXPECT_EQ(launch("missing", {}, x.address), CUDA_ERROR_NOT_FOUND);
  CUfunction function = nullptr;
  ASSERT_EQ(cuModuleGetFunction(&function, module, "k"), CUDA_SUCCESS);
  EXPECT_EQ(cuFuncSetAttribute(function, 8, 100000), CUDA_SUCCESS);
  EXPECT_RUNS(launch("k", {1, 1, 32, 1, 100000}, x.address));
  EXPECT_EQ(cuFuncSetAttribute(function, 8, 200000), CUDA_ERROR_INVALID_VALUE);
}

} // namespace
} // namespace tenon::sim
