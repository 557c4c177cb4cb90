// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ir/tenon/TenonOps.h"
#include "passes/Passes.h"

using namespace mlir;

namespace tenon {
#define GEN_PASS_DEF_EXPANDCOMPOSITESPASS
#include "passes/Passes.h.inc"

namespace {
struct ExpandComposites : impl::ExpandCompositesPassBase<ExpandComposites> {
  void runOnOperation() override {
    SmallVector<CompositeOpInterface> composites;
    auto collect = [&] { getOperation().walk([&](CompositeOpInterface op) { composites.push_back(op); }); };
    // An expansion may hold composites itself.
    for (collect(); !composites.empty(); collect()) {
      for (CompositeOpInterface op : composites) {
        OpBuilder builder(op);
        SmallVector<Value> values = op.expand(builder);
        if (TypeRange(values) != op->getResultTypes()) {
          op->emitOpError("expands to values of types (") << TypeRange(values) << ")";
          return signalPassFailure();
        }
        op->replaceAllUsesWith(values);
        op->erase();
        ++expanded;
      }
      composites.clear();
    }
  }
};
} // namespace
} // namespace tenon
