// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Matrix products on the matrix units: by nvcuda::wmma, and by cp.async, ldmatrix and mma.sync.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <mma.h>

// One warp for each 16x16 tile of c; a is row-major, b column-major, sizes are multiples of 16.
extern "C" __global__ void wmmaProduct(const __half *a, const __half *b, float *c, int n, int k) {
  using namespace nvcuda;
  wmma::fragment<wmma::matrix_a, 16, 16, 16, __half, wmma::row_major> fa;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, __half, wmma::col_major> fb;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> fc;
  wmma::fill_fragment(fc, 0.0f);
  int row = blockIdx.y * 16, column = blockIdx.x * 16;
  for (int k0 = 0; k0 < k; k0 += 16) {
    wmma::load_matrix_sync(fa, a + row * k + k0, k);
    wmma::load_matrix_sync(fb, b + column * k + k0, k);
    wmma::mma_sync(fc, fa, fb, fc);
  }
  wmma::store_matrix_sync(c + row * n + column, fc, n, wmma::mem_row_major);
}

__device__ unsigned sharedAddress(const void *p) { return static_cast<unsigned>(__cvta_generic_to_shared(p)); }

__device__ void copy16(void *to, const void *from) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(sharedAddress(to)), "l"(from) : "memory");
}

// 64x64 tiles of c by four warps of 32x32; a row-major (m x k), b row-major (k x n), sizes are multiples of 64, k of 32.
// Two stages: one is filled while the other is used.
extern "C" __global__ void __launch_bounds__(128) mmaProduct(const __nv_bfloat16 *a, const __nv_bfloat16 *b, float *c,
                                                             int n, int k) {
  constexpr int tile = 64, depth = 32, pad = 8;
  __shared__ __align__(16) __nv_bfloat16 as[2][tile][depth + pad];
  __shared__ __align__(16) __nv_bfloat16 bs[2][depth][tile + pad];
  int thread = threadIdx.x, lane = thread % 32, warp = thread / 32;
  int row0 = blockIdx.y * tile, column0 = blockIdx.x * tile;
  int warpRow = warp / 2 * 32, warpColumn = warp % 2 * 32;
  auto fill = [&](int stage, int k0) {
    for (int i = thread; i < tile * depth / 8; i += 128)
      copy16(&as[stage][i / 4][i % 4 * 8], a + (row0 + i / 4) * k + k0 + i % 4 * 8);
    for (int i = thread; i < depth * tile / 8; i += 128)
      copy16(&bs[stage][i / 8][i % 8 * 8], b + (k0 + i / 8) * n + column0 + i % 8 * 8);
    asm volatile("cp.async.commit_group;" ::: "memory");
  };
  float sums[2][4][4] = {};
  fill(0, 0);
  for (int k0 = 0; k0 < k; k0 += depth) {
    int stage = k0 / depth % 2;
    if (k0 + depth < k) {
      fill(stage ^ 1, k0 + depth);
      asm volatile("cp.async.wait_group 1;" ::: "memory");
    } else {
      asm volatile("cp.async.wait_group 0;" ::: "memory");
    }
    __syncthreads();
    for (int ks = 0; ks < depth; ks += 16) {
      unsigned fa[2][4], fb[4][2];
      for (int i = 0; i < 2; ++i)
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                     : "=r"(fa[i][0]), "=r"(fa[i][1]), "=r"(fa[i][2]), "=r"(fa[i][3])
                     : "r"(sharedAddress(&as[stage][warpRow + i * 16 + lane % 16][ks + lane / 16 * 8]))
                     : "memory");
      for (int j = 0; j < 4; ++j)
        asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];"
                     : "=r"(fb[j][0]), "=r"(fb[j][1])
                     : "r"(sharedAddress(&bs[stage][ks + lane % 16][warpColumn + j * 8]))
                     : "memory");
      for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 4; ++j)
          asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
                       "{%0,%1,%2,%3};"
                       : "+f"(sums[i][j][0]), "+f"(sums[i][j][1]), "+f"(sums[i][j][2]), "+f"(sums[i][j][3])
                       : "r"(fa[i][0]), "r"(fa[i][1]), "r"(fa[i][2]), "r"(fa[i][3]), "r"(fb[j][0]), "r"(fb[j][1]));
    }
    __syncthreads();
  }
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 4; ++j)
      for (int e = 0; e < 4; e += 2) {
        int row = row0 + warpRow + i * 16 + lane / 4 + e / 2 * 8, column = column0 + warpColumn + j * 8 + lane % 4 * 2;
        *reinterpret_cast<float2 *>(c + row * n + column) = make_float2(sums[i][j][e], sums[i][j][e + 1]);
      }
}
