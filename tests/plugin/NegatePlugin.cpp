// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pass plugin that changes numbers on purpose: negates every result of tenon.add, `times` times.
#include "ir/tenon/TenonOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

namespace {

struct NegateAdds : PassWrapper<NegateAdds, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(NegateAdds)

  NegateAdds() = default;
  NegateAdds(const NegateAdds &other) : PassWrapper(other) {}
  StringRef getArgument() const final { return "negate-adds"; }
  StringRef getDescription() const final { return "negates every sum"; }

  void runOnOperation() override {
    getOperation().walk([&](tenon::AddOp add) {
      OpBuilder builder(add->getContext());
      builder.setInsertionPointAfter(add);
      Value value = add;
      for (int i = 0; i < times; ++i)
        value = tenon::NegOp::create(builder, add.getLoc(), value.getType(), value);
      add.getResult().replaceUsesWithIf(value, [](OpOperand &use) { return !isa<tenon::NegOp>(use.getOwner()); });
    });
  }

  Option<int> times{*this, "times", llvm::cl::desc("how often"), llvm::cl::init(1)};
};

} // namespace

extern "C" ::mlir::PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "NegateAdds", "1", [] { PassRegistration<NegateAdds>(); }};
}
