// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/ptx/ThreadIndex.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace tenon::ptx {

ThreadIndex::ThreadIndex(OpBuilder &builder, Location loc)
    : loc(loc), thread(NVVM::ThreadIdXOp::create(builder, loc, builder.getI32Type())), last(thread.getDefiningOp()) {}

Value ThreadIndex::remember(std::vector<uint32_t> key, llvm::function_ref<Value(OpBuilder &)> emit) {
  auto [found, isNew] = known.try_emplace(std::move(key));
  if (isNew) {
    OpBuilder builder(last->getContext());
    builder.setInsertionPointAfter(last);
    found->second = emit(builder);
    last = found->second.getDefiningOp();
  }
  return found->second;
}

Value ThreadIndex::apply(const LinearMap &map) {
  std::vector<uint32_t> key(map.images().begin(), map.images().end());
  return remember(std::move(key), [&](OpBuilder &builder) -> Value {
    auto constant = [&](int64_t value) -> Value { return arith::ConstantIntOp::create(builder, loc, value, 32); };
    Value sum;
    for (const Diagonal &step : map.diagonals()) {
      Value shifted = thread;
      if (step.shift > 0)
        shifted = arith::ShLIOp::create(builder, loc, thread, constant(step.shift));
      else if (step.shift < 0)
        shifted = arith::ShRUIOp::create(builder, loc, thread, constant(-step.shift));
      Value part = arith::AndIOp::create(builder, loc, shifted, constant(step.mask));
      sum = sum ? arith::XOrIOp::create(builder, loc, sum, part).getResult() : part;
    }
    return sum ? sum : constant(0);
  });
}

Value ThreadIndex::isZero(uint32_t mask) {
  // No map has a single image of all ones.
  return remember({~uint32_t(0), mask}, [&](OpBuilder &builder) -> Value {
    auto constant = [&](int64_t value) -> Value { return arith::ConstantIntOp::create(builder, loc, value, 32); };
    Value bits = arith::AndIOp::create(builder, loc, thread, constant(mask));
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, bits, constant(0));
  });
}

} // namespace tenon::ptx
