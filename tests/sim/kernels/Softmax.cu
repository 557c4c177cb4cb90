// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax of rows, one block each.
#include <cuda_bf16.h>

extern "C" __global__ void softmaxRow(const float *x, float *y, int columns) {
  extern __shared__ float scratch[];
  const float *row = x + static_cast<size_t>(blockIdx.x) * columns;
  float largest = -INFINITY;
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    largest = fmaxf(largest, row[i]);
  scratch[threadIdx.x] = largest;
  __syncthreads();
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half)
      scratch[threadIdx.x] = fmaxf(scratch[threadIdx.x], scratch[threadIdx.x + half]);
    __syncthreads();
  }
  largest = scratch[0];
  __syncthreads();
  float sum = 0;
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    sum += expf(row[i] - largest);
  scratch[threadIdx.x] = sum;
  __syncthreads();
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half)
      scratch[threadIdx.x] += scratch[threadIdx.x + half];
    __syncthreads();
  }
  float scale = 1.0f / scratch[0];
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    y[static_cast<size_t>(blockIdx.x) * columns + i] = expf(row[i] - largest) * scale;
}

// Pairs of bf16: y = x * scale + shift.
extern "C" __global__ void scalePairs(const __nv_bfloat162 *x, __nv_bfloat162 *y, float scale, float shift, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    y[i] = __hfma2(x[i], __float2bfloat162_rn(scale), __float2bfloat162_rn(shift));
}
