// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Another library that multiplies matrices, where one is installed.
#pragma once

#include "runtime/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tenon::bench {

/// OpenBLAS on one thread, opened at run time.
class BlasPeer {
public:
  /// For products of two square f32 matrices of `size` rows. Environment where the library is not installed.
  static Result<BlasPeer> open(int64_t size);

  /// Seconds of a product: the median of bursts within about `seconds`.
  double measure(double seconds);

  /// "OpenBLAS 0.3.21".
  const std::string &name() const { return description; }

private:
  using Gemm = void (*)(int order, int transA, int transB, int m, int n, int k, float alpha, const float *a, int lda,
                        const float *b, int ldb, float beta, float *c, int ldc);

  Gemm gemm = nullptr;
  std::string description;
  int size = 0;
  std::vector<float> a, b, c;
};

} // namespace tenon::bench
