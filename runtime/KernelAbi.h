/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * The border between compiled kernels and whoever launches them. Plain C, no dependencies, versioned with the artifact
 * schema: a change here is a new TENON_KERNEL_ABI_VERSION.
 *
 * Any kernel gets its arguments in the order of its parameter list in the artifact, 8 bytes each. It neither allocates
 * nor calls back, keeps no state of its own, and reports no errors: whoever launches it has checked sizes and bounds.
 *
 * CPU. A kernel works on a grid of independent blocks, numbered row-major: block (z, y, x) has the index
 * (z * grid[1] + y) * grid[0] + x. One call executes the blocks first <= index < last, on one thread; calls for
 * disjoint ranges may run at the same time.
 *
 * PTX. A kernel is a `.visible .entry` under its symbol's name, each of its parameters a `.param .u64`:
 *   Pointer  a device address; that of a buffer of 0 bytes must not be accessed and may be 0
 *   Size     an int64_t
 *   Scalar   the value in the low bytes, the others 0
 * The grid is that of the launch: 1 to 2^31 - 1 blocks in x, 1 to 65535 in y and z, a multiple of the cluster where the
 * kernel has one; a grid with a 0 is not launched. Block, cluster and dynamic shared memory are those of the kernel in
 * the artifact. Launches run one after the other. TensorMap arguments are not passed by this version of the runtime.
 */
#pragma once
#include <stdint.h>

#define TENON_KERNEL_ABI_VERSION 1

/* Bytes; of a Pointer argument. */
#define TENON_CPU_POINTER_ALIGNMENT 64
#define TENON_PTX_POINTER_ALIGNMENT 256

/* One argument, in the order of the kernel's parameter list in the artifact. */
typedef union tenon_argument {
  void *pointer; /* Pointer: first byte of a buffer, aligned as above; owned by the caller */
  int64_t size;  /* Size: the value of a size expression */
  uint64_t bits; /* Scalar: a value in its low bits */
} tenon_argument;

/*
 * arguments: as declared; read-only. grid: number of blocks in x, y, z, each >= 1. workspace: `workspace_bytes` of the
 * kernel's entry in the artifact, aligned to 64 bytes, private to this call, contents undefined.
 */
typedef void (*tenon_cpu_kernel)(const tenon_argument *arguments, const int64_t grid[3], int64_t first, int64_t last,
                                 void *workspace);
