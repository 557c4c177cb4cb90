// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls, tables of jumps, local arrays, slow paths of the mathematical functions, double and 64-bit integers.
__constant__ float weights[8] = {1, 2, 3, 5, 7, 11, 13, 17};

__device__ __noinline__ float wave(float x, int kind) {
  switch (kind) {
  case 0:
    return sinf(x);
  case 1:
    return cosf(x);
  case 2:
    return expf(-x * x);
  case 3:
    return logf(fabsf(x) + 1);
  case 4:
    return powf(fabsf(x), 1.5f);
  case 5:
    return tanhf(x);
  default:
    return x;
  }
}

extern "C" __global__ void functions(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  y[i] = wave(x[i], i % 7) * weights[i & 7];
}

// Each thread sorts its part in an array of its own, and mixes 64-bit numbers.
extern "C" __global__ void sortEights(const unsigned long long *x, unsigned long long *y, double *root, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  unsigned long long part[8];
  for (int j = 0; j < 8; ++j)
    part[j] = x[i * 8 + j];
  for (int a = 0; a < 8; ++a)
    for (int b = 0; b + 1 < 8 - a; ++b)
      if (part[b] > part[b + 1]) {
        unsigned long long t = part[b];
        part[b] = part[b + 1];
        part[b + 1] = t;
      }
  unsigned long long index = part[0] % 8;
  for (int j = 0; j < 8; ++j)
    y[i * 8 + j] = part[(j + index) % 8];
  root[i] = sqrt(static_cast<double>(part[7])) / (static_cast<double>(part[0]) + 1.0);
}

// Lanes of one warp that take a lock one after the other: they must not keep each other from running.
extern "C" __global__ void lockedCount(int *lock, int *count) {
  bool done = false;
  while (!done) {
    if (atomicCAS(lock, 0, 1) == 0) {
      *const_cast<volatile int *>(count) += 1;
      __threadfence();
      atomicExch(lock, 0);
      done = true;
    }
  }
}
