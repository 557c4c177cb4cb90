// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// mlir-opt over Tenon's dialects and passes.
#include "codegen/Registration.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  tenon::registerDialects(registry);
  tenon::registerPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Tenon's optimizer driver\n", registry));
}
