// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/cpu/CpuLevel.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

namespace tenon::cpu {

// The x86-64 psABI's micro-architecture levels, https://gitlab.com/x86-psABIs/x86-64-ABI.
static constexpr llvm::StringRef v3[] = {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"};
static constexpr llvm::StringRef v4[] = {"avx",      "avx2",     "bmi1",     "bmi2",     "f16c",     "fma",     "abm",
                                         "movbe",    "avx512f",  "avx512bw", "avx512cd", "avx512dq", "avx512vl"};
// What Zen 4 and later have beside.
static constexpr llvm::StringRef v4Bf16[] = {"avx",      "avx2",     "bmi1",     "bmi2",     "f16c",     "fma",     "abm",
                                             "movbe",    "avx512f",  "avx512bw", "avx512cd", "avx512dq", "avx512vl",
                                             "avx512_bf16"};
static constexpr Level levels[] = {{"x86-64-v4-bf16", "x86-64-v4", "+avx512bf16", 512, v4Bf16, true},
                                   {"x86-64-v4", "x86-64-v4", "", 512, v4, false},
                                   {"x86-64-v3", "x86-64-v3", "", 256, v3, false}};

llvm::ArrayRef<Level> getLevels() { return levels; }

/// LLVM's name of a feature that Linux calls otherwise.
static llvm::StringRef llvmName(llvm::StringRef feature) {
  if (feature == "bmi1")
    return "bmi";
  if (feature == "avx512_bf16")
    return "avx512bf16";
  return feature == "abm" ? "lzcnt" : feature;
}

const Level *findLevel(llvm::StringRef name) {
  llvm::StringMap<bool> host;
  if (name == "native")
    host = llvm::sys::getHostCPUFeatures();
  auto suitsHost = [&](const Level &level) {
    auto isThere = [&](llvm::StringRef feature) { return host.lookup(llvmName(feature)); };
    // Intel's processors have the instruction, but multiply faster without it.
    return llvm::all_of(level.features, isThere) && (!level.hasBf16Dot || llvm::sys::getHostCPUName().starts_with("znver"));
  };
  for (const Level &level : levels)
    if (level.name == name || (name == "native" && suitsHost(level)))
      return &level;
  return nullptr;
}

} // namespace tenon::cpu
