// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/SlowPath.h"

#include <cmath>

using namespace mlir;

namespace tenon {

static constexpr StringLiteral mark = "slow path (";

static StringRef nameOf(SlowPathKind kind) {
  switch (kind) {
  case SlowPathKind::Copied:
    return "copied";
  case SlowPathKind::Masked:
    return "masked";
  case SlowPathKind::NotFused:
    return "not fused";
  case SlowPathKind::NotOnMatrixUnit:
    return "not on the matrix unit";
  case SlowPathKind::NotPipelined:
    return "not pipelined";
  case SlowPathKind::NotVectorized:
    return "not vectorized";
  case SlowPathKind::Padded:
    return "padded";
  }
  llvm_unreachable("kinds are complete");
}

// The remark's arguments: mark, kind, text between, percent, text between, sentence.
void reportSlowPath(Operation *op, SlowPathKind kind, double share, const Twine &text) {
  std::string sentence = text.str();
  emitRemark(op->getLoc()) << StringRef(mark) << nameOf(kind) << ", about " << int64_t(std::lround(share * 100)) << "% of the kernel's time): "
                           << sentence;
}

double estimate(const DimExpr &expr) {
  constexpr int64_t unknown = 1024;
  std::set<std::string> symbols;
  expr.collectSymbols(symbols);
  std::map<std::string, int64_t, std::less<>> sizes;
  for (const std::string &symbol : symbols)
    sizes[symbol] = unknown;
  return double(expr.evaluate(sizes).value_or(0));
}

double shareOfMoving(const DimExpr &bytes, const DimExpr &flops, double bytesPerSecond, double flopsPerSecond) {
  double moving = estimate(bytes) / bytesPerSecond, computing = estimate(flops) / flopsPerSecond;
  return moving + computing > 0 ? moving / (moving + computing) : 0;
}

SlowPathCollector::SlowPathCollector(MLIRContext *context, std::function<void(const SlowPath &)> onSlowPath)
    : handler(context, [this, onSlowPath = std::move(onSlowPath)](Diagnostic &diagnostic) -> LogicalResult {
        auto arguments = diagnostic.getArguments();
        if (diagnostic.getSeverity() != DiagnosticSeverity::Remark || arguments.size() != 6 ||
            arguments[0].getKind() != DiagnosticArgument::DiagnosticArgumentKind::String ||
            arguments[0].getAsString() != mark)
          return failure();
        SlowPath path{arguments[1].getAsString().str(), arguments[5].getAsString().str(), diagnostic.getLocation(),
                      double(arguments[3].getAsInteger()) / 100};
        if (seen.insert({path.location.getAsOpaquePointer(), path.text}).second)
          onSlowPath(path);
        return success();
      }) {}

} // namespace tenon
