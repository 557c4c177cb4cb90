// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the LLVM dialect to machine code.
#pragma once

#include "codegen/MachineCode.h"
#include "codegen/cpu/CpuLevel.h"
#include "mlir/IR/BuiltinOps.h"
#include <cstddef>
#include <string>
#include <vector>

namespace tenon::cpu {

/// A freestanding ELF shared object that exports the functions of `module`. Fails after an error at the module.
mlir::FailureOr<std::vector<std::byte>> emitSharedObject(mlir::ModuleOp module, const Level &level,
                                                         const CodeOptions &options);

/// The module as LLVM IR or as assembly, for people.
mlir::FailureOr<std::string> emitLlvmIr(mlir::ModuleOp module, const Level &level);
mlir::FailureOr<std::string> emitAssembly(mlir::ModuleOp module, const Level &level);

} // namespace tenon::cpu
