// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The .safetensors reader on arbitrary bytes: no crash, and what it accepts can be read.
#include "runtime/Safetensors.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // Half of the inputs are a header alone: the size in front and zeros behind are supplied.
  std::vector<uint8_t> framed;
  std::span<const uint8_t> bytes(data, size);
  if (size && data[0] == '{') {
    framed.resize(8);
    std::memcpy(framed.data(), &size, sizeof(size));
    framed.insert(framed.end(), data, data + size);
    framed.resize(framed.size() + 16);
    bytes = framed;
  }
  tenon::Result<tenon::Safetensors> file = tenon::Safetensors::parse(std::as_bytes(bytes), "input");
  if (!file.ok()) {
    if (file.error().message.empty() || file.error().message.find('\n') != std::string::npos)
      std::abort();
    return 0;
  }
  for (const auto &[name, entry] : file->entries()) {
    tenon::Result<tenon::Tensor> tensor = file->read(name);
    if (tensor.ok() && tensor->byteCount() != entry.bytes.size())
      std::abort();
  }
  return 0;
}
