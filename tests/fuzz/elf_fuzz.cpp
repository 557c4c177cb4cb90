// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Any bytes as machine code: loaded or refused. Nothing of it is run.
#include "runtime/cpu/ElfImage.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  tenon::Result<tenon::ElfImage> image = tenon::ElfImage::load(std::as_bytes(std::span(data, size)));
  if (image.ok() ? image->function("") != nullptr : image.error().message.empty())
    std::abort();
  return 0;
}
