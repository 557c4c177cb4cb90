// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The C interface of BLAS, without its headers.
#include "bench/Peer.h"

#include "bench/calibration/Burst.h"

#include <dlfcn.h>

namespace tenon::bench {

Result<BlasPeer> BlasPeer::open(int64_t size) {
  // Never closed: its threads may outlive every measurement.
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return environmentError("OpenBLAS is not there");
  auto gemm = reinterpret_cast<Gemm>(dlsym(library, "cblas_sgemm"));
  auto setThreads = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"));
  auto describe = reinterpret_cast<char *(*)()>(dlsym(library, "openblas_get_config"));
  if (!gemm || !setThreads || !describe || size > 1 << 14)
    return environmentError("libopenblas.so.0 lacks cblas_sgemm");
  setThreads(1);
  BlasPeer peer;
  peer.gemm = gemm;
  std::string config = describe();
  peer.description = config.substr(0, config.find(' ', config.find(' ') + 1));
  peer.size = static_cast<int>(size);
  auto elements = static_cast<size_t>(size * size);
  peer.c.resize(elements);
  // Any numbers but zeros and subnormals take the same time.
  for (size_t i = 0; i < elements; ++i) {
    peer.a.push_back(static_cast<float>(i % 7) - 2.5f);
    peer.b.push_back(static_cast<float>(i % 5) - 1.5f);
  }
  return peer;
}

double BlasPeer::measure(double seconds) {
  constexpr int rowMajor = 101, plain = 111; // CblasRowMajor, CblasNoTrans.
  return medianBurst(seconds, [&] {
    gemm(rowMajor, plain, plain, size, size, size, 1, a.data(), size, b.data(), size, 0, c.data(), size);
  });
}

} // namespace tenon::bench
