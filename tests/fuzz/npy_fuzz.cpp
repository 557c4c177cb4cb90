// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Any bytes as a .npy file: read or refused, and never more memory than the file justifies.
#include "runtime/Npy.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  tenon::Result<tenon::Tensor> tensor = tenon::parseNpy(std::as_bytes(std::span(data, size)), "fuzz");
  if (tensor.ok() ? tensor->byteCount() > size : tensor.error().message.empty())
    std::abort();
  return 0;
}
