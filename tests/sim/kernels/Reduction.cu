// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums by shuffles: of a block into one value, and of all into one by an atomic.
extern "C" __global__ void blockSum(const float *x, float *blockSums, double *total, int n) {
  __shared__ float warpSums[32];
  float sum = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    sum += x[i];
  for (int offset = 16; offset > 0; offset /= 2)
    sum += __shfl_down_sync(0xffffffffu, sum, offset);
  if (threadIdx.x % 32 == 0)
    warpSums[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x < 32) {
    sum = threadIdx.x < blockDim.x / 32 ? warpSums[threadIdx.x] : 0.0f;
    for (int offset = 16; offset > 0; offset /= 2)
      sum += __shfl_xor_sync(0xffffffffu, sum, offset);
    if (threadIdx.x == 0) {
      blockSums[blockIdx.x] = sum;
      atomicAdd(total, static_cast<double>(sum));
    }
  }
}

// The last block to finish sums what all wrote: blocks that wait for each other's flags.
extern "C" __global__ void chainedSum(const int *x, volatile int *sums, volatile int *flags) {
  int block = blockIdx.x;
  if (threadIdx.x == 0) {
    int before = 0;
    if (block > 0) {
      while (flags[block - 1] == 0) {
      }
      __threadfence();
      before = sums[block - 1];
    }
    sums[block] = before + x[block];
    __threadfence();
    flags[block] = 1;
  }
}
