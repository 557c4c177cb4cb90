// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/LaunchStats.h"

#include "ir/tenon/TenonOps.h"
#include "ir/tile/TileDialect.h"

using namespace mlir;

namespace tenon {

std::vector<LaunchStats> getLaunchStats(ModuleOp module) {
  std::vector<LaunchStats> stats;
  module.walk([&](LaunchOp launch) {
    auto kernel = SymbolTable::lookupNearestSymbolFrom<tile::KernelOp>(launch, launch.getKernelAttr());
    if (!kernel)
      return;
    DimExpr::Substitution sizes;
    for (auto [symbol, value] :
         llvm::zip(kernel.getSymbols().getAsRange<SymbolAttr>(), launch.getSizes().getShape()))
      sizes[symbol.getName().str()] = value;
    tile::Traffic traffic = tile::getTraffic(kernel);
    DimExpr inputs, outputs;
    for (Value input : launch.getInputs())
      inputs = inputs + getBytes(input.getType());
    for (Value output : launch.getOutputs())
      outputs = outputs + getBytes(output.getType());
    stats.push_back({launch->getParentOfType<EntryOp>().getSymName().str(), launch.getKernel().str(),
                     traffic.read.substitute(sizes), traffic.written.substitute(sizes), inputs, outputs});
  });
  return stats;
}

} // namespace tenon
