// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What PTX text is accepted, and what is said about the rest.
#include "tests/sim/Simulator.h"

namespace tenon::sim {
namespace {

class PtxParserTest : public SimulatorTest {
protected:
  /// A body that must be refused with these parts in the report.
  void refuse(const std::string &body, std::initializer_list<const char *> parts) {
    refusal(".visible .entry k(.param .u64 p) {\n.reg .pred %p<9>;\n.reg .b32 %r<9>;\n.reg .b64 %l<9>;\n.reg .f32 "
            "%f<9>;\n" +
            body + "\n}\n");
    EXPECT_TRUE(reports(parts)) << body;
  }
};

TEST_F(PtxParserTest, EverythingAroundKernels) {
  load(R"(//
.version 8.0
.target sm_80, debug
.address_size 64
.file 1 "a.cu", 1234, 5678
.file 2 "b.cu"
	// a comment
.pragma "anything";
.extern .shared .align 16 .b8 dynamic[];
.shared .align 8 .b8 fixed[24];
.const .align 4 .f32 constants[2] = {0f3F800000, 2.5};
.global .align 8 .u64 table[2] = {constants, generic(constants)+4};
.visible .func (.param .b32 r) later(.param .b32 x, .param .align 4 .b8 y[12]);
.weak .func unused() .noreturn { trap; }
.visible .entry k(
	.param .u64 .ptr .global .align 8 out,
	.param .align 64 .b8 bytes[128],
	.param .u8 flag,
	.param .align 2 .b8 half[2]
)
.maxntid 64, 1, 1
.minnctapersm 2
.maxnreg 128
{
	.reg .pred 	%p<3>;
	.reg .b32 	%r<10>, SP;
	.reg .b64 	%rd<10>;
	.loc	1 2 3
	.loc 1 4 5, function_name $L__info, inlined_at 1 6 7
	.pragma "nounroll";
	ld.param.b64 	%rd1, [out];
	ld.param.u8 	%r1, [flag];
	{ // a scope with names of its own
		.reg .b32 %r;
		.reg .pred %r1;
		mov.b32 %r, 5;
		setp.eq.u32 %r1, 3, 3;
		@!%r1 bra DONE;
		mov.b32 SP, %r;
		bra INNER;
	INNER: DONE:
	}
	ld.global.L1::no_allocate.L2::128B.u64 %rd2, [table+8];
	ld.global.f32 %r2, [%rd2];
	ld.const.v2.f32 {_, %r3}, [constants];
	st.global.v4.b32 [%rd1], {SP, %r1, %r2, %r3};
	/* over
	lines */ ret;
}
.section .debug_info { .b32 1, 2
}
)" + std::string(""));
}

TEST_F(PtxParserTest, NamesOfRegistersAndNumbers) {
  load(R"(
.visible .entry k(.param .u64 p) {
  .reg .b32 %r<12>, %r1x<3>, plain;
  .reg .b64 %p;
  .reg .f32 %f;
  ld.param.u64 %p, [p];
  mov.b32 %r11, 0x10U;
  mov.b32 %r1x2, -0b101;
  mov.b32 plain, 017;
  mov.f32 %f, -1.5;
  st.global.b32 [%p], %r11;
  st.global.b32 [%p+4], %r1x2;
  st.global.b32 [%p+0x8], plain;
  st.global.f32 [%p+12], %f;
  add.s64 %p, %p, 16;
  st.global.b32 [%p+-0], 4294967295;
  ret;
})");
  Buffer out(20);
  ASSERT_RUNS(launch("k", {1, 1, 1}, out.address));
  EXPECT_EQ(out.read<uint32_t>(), (std::vector<uint32_t>{16, uint32_t(-5), 15, 0xbfc00000, 0xffffffff}));
}

TEST_F(PtxParserTest, GlobalsHaveTheirValues) {
  load(R"(
.global .align 4 .b8 bytes[8] = {1, 2, 0x83};
.global .align 8 .u64 where[2] = {bytes, bytes+4};
.const .f64 number = 0d3FF8000000000000;
.visible .entry k(.param .u64 p) {
  .reg .b64 %p, %x;
  ld.param.u64 %p, [p];
  ld.global.u64 %x, [bytes];
  st.global.u64 [%p], %x;
  mov.u64 %x, bytes;
  st.global.u64 [%p+8], %x;
  ld.global.u64 %x, [where+8];
  st.global.u64 [%p+16], %x;
  ld.const.u64 %x, [number];
  st.global.u64 [%p+24], %x;
  ret;
})");
  Buffer out(32);
  ASSERT_RUNS(launch("k", {1, 1, 1}, out.address));
  auto values = out.read<uint64_t>();
  EXPECT_EQ(values[0], 0x830201u);
  EXPECT_EQ(values[2], values[1] + 4);
  EXPECT_EQ(values[3], 0x3ff8000000000000u);
  CUdeviceptr address = 0;
  size_t bytes = 0;
  ASSERT_EQ(cuModuleGetGlobal_v2(&address, &bytes, module, "bytes"), CUDA_SUCCESS);
  EXPECT_EQ(address, values[1]);
  EXPECT_EQ(bytes, 8u);
}

TEST_F(PtxParserTest, UnknownInstructions) {
  refuse("wgmma.fence.sync.aligned;",
         {"line 9: 'wgmma.fence.sync.aligned': the simulator does not know this instruction"});
  refuse("add.f8 %r1, %r2, %r3;", {"line 9: 'add.f8 %r1, %r2, %r3'"});
  refuse("add.wide.u32 %r1, %r2, %r3;", {"does not know '.wide' here"});
  refuse("add.u32 %r1, %r2;", {"operand 3 is missing"});
  refuse("add.u32 %r1, %r2, %r3, %r4;", {"does not know operand 4"});
  refuse("add.u64 %r1, %l2, %l3;", {"register %r1 has 32 bits, expected 64"});
  refuse("add.f32 %f1, %f2, 3;", {"an integer literal where a floating-point value is expected"});
  refuse("add.u32 3, %r2, %r3;", {"a result must be a register"});
  refuse("mov.u64 %l1, k;", {"no register, literal or variable"});
  refuse("ld.shared.u32 %r1, [p];", {"p is not in the space of this instruction"});
  refuse("mma.sync.aligned.m16n8k16.row.col.f32.e4m3.e4m3.f32 {%f1,%f2,%f3,%f4}, {%r1,%r2,%r3,%r4}, {%r1,%r2}, "
         "{%f1,%f2,%f3,%f4};",
         {"line 9"});
  refuse("cp.async.cg.shared.global [%r1], [%l1], 8;", {"a copy has 16 bytes"});
  refuse("shfl.bfly.b32 %r1, %r2, 1, 31;", {"expected shfl.sync"});
}

TEST_F(PtxParserTest, WrongText) {
  refuse("add.u32 %r1, %r2, %r99;", {"line 9: register %r99 is not declared"});
  refuse("add.u32 %r1, %r2, %r03;", {"register %r03 is not declared"});
  refuse("bra nowhere;", {"line 9: 'bra nowhere': there is no label nowhere"});
  refuse("a: a: ret;", {"a second label a"});
  refuse(".reg .b32 %r1;\n.reg .b32 %r1;", {"line 10: a second register %r1"});
  refuse("@%r1 ret;", {"expected a declared predicate register but found '%r1'"});
  refuse("ld.global.u32 %r1, [%l1;", {"expected ']' but found ';'"});
  refuse("mov.f32 %f1, 0f3F8;", {"expected an operand but found '0f3F8'"});
  refuse("{ mov.u32 %r1, 0;", {"line 11: expected an instruction but the text ends"});
  refuse("/* no end", {"expected an instruction but found"});
  refuse("call missing;", {"there is no body of the function missing"});
  refuse(".local .b8 big[3000000000];", {"an array size is 3000000000, more than"});
  refuse(".shared .b8 big[2000000];", {"makes the shared memory larger than"});
  refusal("int main() {}");
  EXPECT_TRUE(reports({"line 4: expected a directive of module scope but found 'int'"}));
  refusal(".version 8.0\n.target sm_90a\n.address_size 64\n");
  EXPECT_TRUE(reports({"the module is for sm_90, but the simulated device is sm_80"}));
  refusal(".version 8.0\n");
  EXPECT_TRUE(reports({"the module has no .target"}));
  refusal(".version 8.0\n.target sm_80\n.address_size 32\n");
  EXPECT_TRUE(reports({"line 3: expected address size 64"}));
  refusal(".func f() { call f; ret; }\n.entry k() { call f; ret; }");
  EXPECT_TRUE(reports({"functions that call themselves"}));
}

TEST_F(PtxParserTest, DeepAndLongText) {
  refuse(std::string(100000, '{'), {"blocks are nested more than 64 deep"});
  refuse("add" + std::string(100, '.') + "u32 %r1, %r2, %r3;", {"more than 24 modifiers"});
  std::string list = "mov.b64 {%r1";
  for (int i = 0; i < 300; ++i)
    list += ", %r1";
  refuse(list + "}, %l1;", {"a list of more than 256 operands"});
  // A chain of many blocks and a nest of many loops are neither slow nor deep.
  std::string chain;
  for (int i = 0; i < 20000; ++i)
    chain += "l" + std::to_string(i) + ": @%p1 bra l" + std::to_string(19999 - i) + ";\n";
  load(".visible .entry k() {\n.reg .pred %p<2>;\n" + chain + "ret; }");
}

TEST_F(PtxParserTest, ErrorLogOfTheOptions) {
  char log[64] = {};
  CUjit_option options[] = {5, 6};
  void *values[] = {log, reinterpret_cast<void *>(sizeof log)};
  CUmodule refused = nullptr;
  EXPECT_EQ(cuModuleLoadDataEx(&refused, "nonsense", 2, options, values), CUDA_ERROR_INVALID_PTX);
  EXPECT_EQ(std::string(log), "line 1: expected a directive of module scope but found 'nonsens");
}

} // namespace
} // namespace tenon::sim
