// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Groups of elementwise ops and views.
#include "codegen/schedule/ElementwiseEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace tenon::schedule {

SmallVector<Value> splitBlock(OpBuilder &builder, Location loc, ArrayRef<DimExpr> counts) {
  MLIRContext *context = builder.getContext();
  Value rest = tile::BlockOp::create(builder, loc);
  SmallVector<Value> coordinates(counts.size());
  for (size_t d = counts.size(); d-- > 0;) {
    coordinates[d] = rest;
    if (counts[d] == DimExpr(1)) {
      coordinates[d] = arith::ConstantIndexOp::create(builder, loc, 0);
      continue;
    }
    if (llvm::any_of(counts.take_front(d), [](const DimExpr &count) { return count != DimExpr(1); })) {
      Value count = tile::SizeOp::create(builder, loc, DimAttr::get(context, counts[d]));
      coordinates[d] = arith::RemUIOp::create(builder, loc, rest, count);
      rest = arith::DivUIOp::create(builder, loc, rest, count);
    }
  }
  return coordinates;
}

FailureOr<tile::KernelOp> buildMap(KernelOp kernel, const Blocking &blocking, OpBuilder &builder) {
  ElementwiseEmitter emitter(kernel, builder);
  if (failed(emitter.check()))
    return failure();
  emitter.mergeDimensions();
  BlockShape block = chooseMapBlock(blocking, emitter.getSizes(), emitter.findTransposed());
  SmallVector<DimExpr> counts;
  DimExpr grid(1);
  for (auto [size, edge] : llvm::zip(emitter.getSizes(), block)) {
    counts.push_back(ceilDiv(size, DimExpr(edge)));
    grid = grid * counts.back();
  }
  OpBuilder::InsertionGuard guard(builder);
  tile::KernelOp program = emitter.open(block, grid);
  SmallVector<Value> indices = splitBlock(builder, kernel.getLoc(), counts);
  for (auto [index, edge, count] : llvm::zip(indices, block, counts))
    if (count != DimExpr(1)) {
      Value size = arith::ConstantIndexOp::create(builder, kernel.getLoc(), edge);
      index = arith::MulIOp::create(builder, kernel.getLoc(), index, size);
    }
  emitter.setIndices(indices);
  emitter.emitResults();
  return program;
}

} // namespace tenon::schedule
