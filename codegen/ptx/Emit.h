// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the LLVM dialect to PTX.
#pragma once

#include "codegen/MachineCode.h"
#include "codegen/ptx/PtxLevel.h"
#include "mlir/IR/BuiltinOps.h"
#include <cstddef>
#include <string>
#include <vector>

namespace tenon::ptx {

/// Attribute of a kernel's function: bytes of dynamic shared memory that a launch must give it.
inline constexpr llvm::StringLiteral sharedBytesAttr = "tenon.shared_bytes";

/// PTX text of `module`'s kernels. Fails after an error at the module.
mlir::FailureOr<std::string> emitPtx(mlir::ModuleOp module, const Level &level, const CodeOptions &options);
/// The module as LLVM IR, for people.
mlir::FailureOr<std::string> emitLlvmIr(mlir::ModuleOp module, const Level &level);

} // namespace tenon::ptx
