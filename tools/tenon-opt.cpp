// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// mlir-opt over Tenon's dialects and passes; --list-phases prints the compiler's phases.
#include "codegen/Pipeline.h"
#include "codegen/Registration.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/FormatVariadic.h"

int main(int argc, char **argv) {
  if (argc == 2 && llvm::StringRef(argv[1]) == "--list-phases") {
    for (const tenon::PhaseInfo &phase : tenon::listPhases())
      llvm::outs() << llvm::formatv("{0,-12}{1}\n", phase.name, phase.summary);
    return 0;
  }
  mlir::DialectRegistry registry;
  tenon::registerDialects(registry);
  tenon::registerPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Tenon's optimizer driver\n", registry));
}
