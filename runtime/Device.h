// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kinds of machine that run a program.
#pragma once

#include <cstdint>

namespace tenon {

enum class Device : uint8_t {
  Cpu,  ///< This process, on a pool of threads.
  Cuda, ///< The first GPU that the NVIDIA driver shows (CUDA_VISIBLE_DEVICES chooses).
  Sim,  ///< The PTX simulator in the driver's place: the same path, checked, without a GPU.
};

} // namespace tenon
