/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Kernels for the runtime's tests, compiled as the compiler's output is: freestanding, without libraries. */
#include "runtime/KernelAbi.h"

#define KERNEL __attribute__((visibility("default")))
/* Elements of a block. Small, so that small tests have many blocks. */
enum { block = 64 };

static int64_t end_of(int64_t index, int64_t size) { return (index + 1) * block < size ? (index + 1) * block : size; }

/* output[i] = input[i] * factor; arguments: input, output, size, factor (f32 bits). */
KERNEL void scale(const tenon_argument *arguments, const int64_t grid[3], int64_t first, int64_t last,
                  void *workspace) {
  (void)grid, (void)workspace;
  const float *input = arguments[0].pointer;
  float *output = arguments[1].pointer;
  union {
    uint32_t bits;
    float value;
  } factor = {(uint32_t)arguments[3].bits};
  for (int64_t index = first; index < last; ++index)
    for (int64_t i = index * block; i < end_of(index, arguments[2].size); ++i)
      output[i] = input[i] * factor.value;
}

/* output[i] = a[i] + b[i]; arguments: a, b, output, size. */
KERNEL void add(const tenon_argument *arguments, const int64_t grid[3], int64_t first, int64_t last, void *workspace) {
  (void)grid, (void)workspace;
  const float *a = arguments[0].pointer, *b = arguments[1].pointer;
  float *output = arguments[2].pointer;
  for (int64_t index = first; index < last; ++index)
    for (int64_t i = index * block; i < end_of(index, arguments[3].size); ++i)
      output[i] = a[i] + b[i];
}

/* output[block] = sum of the block's elements, through the workspace; arguments: input, output, size. */
KERNEL void block_sum(const tenon_argument *arguments, const int64_t grid[3], int64_t first, int64_t last,
                      void *workspace) {
  (void)grid;
  const float *input = arguments[0].pointer;
  float *output = arguments[1].pointer, *partial = workspace;
  for (int64_t index = first; index < last; ++index) {
    for (int lane = 0; lane < 8; ++lane)
      partial[lane] = 0;
    for (int64_t i = index * block; i < end_of(index, arguments[2].size); ++i)
      partial[i % 8] += input[i];
    float sum = 0;
    for (int lane = 0; lane < 8; ++lane)
      sum += partial[lane];
    output[index] = sum;
  }
}

/* output[z][y][x] = 10000 z + 100 y + x for each block; arguments: output. */
KERNEL void coordinates(const tenon_argument *arguments, const int64_t grid[3], int64_t first, int64_t last,
                        void *workspace) {
  (void)workspace;
  float *output = arguments[0].pointer;
  for (int64_t index = first; index < last; ++index)
    output[index] = (float)(index / grid[0] / grid[1] * 10000 + index / grid[0] % grid[1] * 100 + index % grid[0]);
}

/* Addresses, so that the object needs relocations, and a gap between them. */
static const float one = 1, two = 2;
static const float *const table[] = {&one, 0, &two};

/* output[0] = table[index]; arguments: output, index. */
KERNEL void look_up(const tenon_argument *arguments, const int64_t grid[3], int64_t first, int64_t last,
                    void *workspace) {
  (void)grid, (void)first, (void)last, (void)workspace;
  const float *const *entry = table;
  __asm__("" : "+r"(entry)); /* Hides the table, which would else be rewritten to hold differences. */
  *(float *)arguments[0].pointer = *entry[2 * (arguments[1].size & 1)];
}

/* output[block] = how far the addresses are from multiples of 64; arguments: input, output. */
KERNEL void misalignment(const tenon_argument *arguments, const int64_t grid[3], int64_t first, int64_t last,
                         void *workspace) {
  (void)grid;
  for (int64_t index = first; index < last; ++index)
    ((float *)arguments[1].pointer)[index] =
        (float)(((uintptr_t)arguments[0].pointer | (uintptr_t)arguments[1].pointer | (uintptr_t)workspace) % 64);
}
