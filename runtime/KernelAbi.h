/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * The border between compiled CPU kernels and whoever launches them. Plain C, no dependencies, versioned with the
 * artifact schema: a change here is a new TENON_KERNEL_ABI_VERSION.
 *
 * A kernel works on a grid of independent blocks, numbered row-major: block (z, y, x) has the index
 * (z * grid[1] + y) * grid[0] + x. One call executes the blocks first <= index < last, on one thread; calls for disjoint
 * ranges may run at the same time. A kernel neither allocates nor calls back, keeps no state of its own, and reports no
 * errors: whoever launches it has checked sizes and bounds.
 */
#pragma once
#include <stdint.h>

#define TENON_KERNEL_ABI_VERSION 1

/* One argument, in the order of the kernel's parameter list in the artifact. */
typedef union tenon_argument {
  void *pointer;  /* Pointer: first byte of a buffer, aligned to 64 bytes; owned by the caller */
  int64_t size;   /* Size: the value of a size expression */
  uint64_t bits;  /* Scalar: a value in its low bits */
} tenon_argument;

/*
 * arguments: as declared; read-only. grid: number of blocks in x, y, z, each >= 1. workspace: `workspace_bytes` of the
 * kernel's entry in the artifact, aligned to 64 bytes, private to this call, contents undefined.
 */
typedef void (*tenon_cpu_kernel)(const tenon_argument *arguments, const int64_t grid[3], int64_t first, int64_t last,
                                 void *workspace);
