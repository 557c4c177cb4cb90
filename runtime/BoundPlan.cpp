// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Binding of one plan to sizes; done once for each set of sizes a session meets.
#include "runtime/BoundPlan.h"

#include "runtime/ArenaPlan.h"
#include "runtime/SymbolBinding.h"
#include "runtime/artifact/SizeExpression.h"

#include <algorithm>

namespace tenon {

using schema::BufferKind;
using schema::ParameterKind;

namespace {

class Binder {
public:
  Binder(const LoadedProgram &program, uint32_t entry, std::vector<int64_t> symbols)
      : program(program), entry(*program.file.metadata().entries()->Get(entry)), plan(*program.plans[entry]) {
    bound.entry = entry;
    bound.symbols = std::move(symbols);
  }

  Result<BoundPlan> run() {
    // First what the graph demands of its sizes: its words are better than those of what would fail for it.
    for (uint32_t i = 0; i < plan.steps()->size(); ++i)
      if (const schema::Check *check = plan.steps()->Get(i)->action_as_Check())
        if (Status status = bindCheck(*check); !status.ok())
          return Error{status.error().kind, place("step", i) + ": " + status.error().message};
    TENON_TRY(bindOutputs());
    TENON_TRY(bindBuffers());
    for (uint32_t i = 0; i < plan.steps()->size(); ++i) {
      const schema::Step &step = *plan.steps()->Get(i);
      BoundStep &result = bound.steps.emplace_back();
      if (step.name())
        result.name = step.name()->string_view();
      if (Status status = bindStep(step, result); !status.ok())
        return Error{status.error().kind, place("step", i) + ": " + status.error().message};
      if (bound.firstStateWrite > i && writesState(step))
        bound.firstStateWrite = i;
    }
    return std::move(bound);
  }

private:
  std::string place(const char *what, uint32_t index) const {
    return "entry '" + entry.name()->str() + "', " + what + " " + std::to_string(index);
  }

  Result<int64_t> evaluate(const schema::Expr &expression) const {
    return evaluateExpression(expression, bound.symbols);
  }
  Result<int64_t> evaluateOptional(const schema::Expr *expression) const {
    return expression ? evaluate(*expression) : 0;
  }

  Status bindOutputs() {
    for (const schema::Port *output : *entry.outputs()) {
      Shape shape = TENON_TRY(evaluateShape(*output->type(), bound.symbols));
      Result<int64_t> bytes = tensorBytes(static_cast<ElementType>(output->type()->element()), shape);
      if (!bytes.ok())
        return Error{bytes.error().kind, "output '" + output->name()->str() + "': " + bytes.error().message};
      bound.outputShapes.push_back(std::move(shape));
      outputSizes.push_back(static_cast<uint64_t>(*bytes));
      if (__builtin_add_overflow(bound.outputBytes, outputSizes.back(), &bound.outputBytes))
        return invalidArgument("the outputs at these sizes exceed 2^64 bytes");
    }
    return {};
  }

  /// Bytes of the tensor that a buffer outside the arena stands for.
  Result<uint64_t> tensorSize(const schema::Buffer &buffer) const {
    switch (buffer.kind()) {
    case BufferKind::Output:
      return outputSizes[buffer.index()];
    case BufferKind::State:
      return program.states[buffer.index()].bytes;
    case BufferKind::Constant:
      return program.constants[buffer.index()].byteCount();
    default: {
      const schema::TensorType &type = *entry.inputs()->Get(buffer.index())->type();
      Shape shape = TENON_TRY(evaluateShape(type, bound.symbols));
      return static_cast<uint64_t>(TENON_TRY(tensorBytes(static_cast<ElementType>(type.element()), shape)));
    }
    }
  }

  Status bindBuffers() {
    std::vector<ArenaBuffer> requests;
    std::vector<size_t> owners;
    for (uint32_t i = 0; i < plan.buffers()->size(); ++i) {
      const schema::Buffer &buffer = *plan.buffers()->Get(i);
      int64_t bytes = TENON_TRY(evaluate(*buffer.bytes()));
      if (bytes < 0)
        return dataError(place("buffer", i) + " has " + std::to_string(bytes) + " bytes at these sizes");
      bound.bufferBytes.push_back(static_cast<uint64_t>(bytes));
      if (buffer.kind() == BufferKind::Arena) {
        requests.push_back({static_cast<uint64_t>(bytes), buffer.first(), buffer.last()});
        owners.push_back(i);
      } else if (uint64_t expected = TENON_TRY(tensorSize(buffer)); expected != static_cast<uint64_t>(bytes)) {
        return dataError(place("buffer", i) + " has " + std::to_string(bytes) + " bytes, its tensor " +
                         std::to_string(expected));
      }
    }
    bool isCpu = program.device == Device::Cpu;
    ArenaPlan arena = TENON_TRY(planArena(requests, isCpu ? TENON_CPU_POINTER_ALIGNMENT : TENON_PTX_POINTER_ALIGNMENT));
    bound.arenaBytes = arena.bytes;
    bound.arenaOffsets.resize(plan.buffers()->size());
    for (size_t i = 0; i < owners.size(); ++i)
      bound.arenaOffsets[owners[i]] = arena.offsets[i];
    return {};
  }

  bool isState(uint32_t buffer) const { return plan.buffers()->Get(buffer)->kind() == BufferKind::State; }

  bool writesState(const schema::Step &step) const {
    if (const schema::Copy *copy = step.action_as_Copy())
      return isState(copy->destination());
    if (const schema::Launch *launch = step.action_as_Launch())
      return std::any_of(launch->arguments()->begin(), launch->arguments()->end(), [&](const schema::Argument *a) {
        return a->kind() == ParameterKind::Pointer && a->writes() && isState(a->buffer());
      });
    return false;
  }

  Status bindStep(const schema::Step &step, BoundStep &result) {
    if (const schema::Launch *launch = step.action_as_Launch())
      return bindLaunch(*launch, result);
    if (const schema::Copy *copy = step.action_as_Copy())
      return bindCopy(*copy, result);
    return bindCheck(*step.action_as_Check());
  }

  Status bindCheck(const schema::Check &check) {
    Result<int64_t> left = evaluate(*check.left()), right = evaluate(*check.right());
    for (const Result<int64_t> *value : {&left, &right})
      if (!value->ok())
        return Error{value->error().kind, check.message()->str() + ": " + value->error().message};
    if (*left != *right)
      return invalidArgument(check.message()->str() + " (" + std::to_string(*left) + " is not " +
                             std::to_string(*right) + ")");
    return {};
  }

  Status bindCopy(const schema::Copy &copy, BoundStep &result) {
    result.source = copy.source();
    result.destination = copy.destination();
    result.copyBytes = bound.bufferBytes[copy.source()];
    if (result.copyBytes > bound.bufferBytes[copy.destination()])
      return dataError("it copies " + std::to_string(result.copyBytes) + " bytes into a buffer of " +
                       std::to_string(bound.bufferBytes[copy.destination()]));
    result.bytesRead = result.bytesWritten = static_cast<int64_t>(result.copyBytes);
    return {};
  }

  Result<const schema::Variant *> chooseVariant(const schema::Launch &launch) const {
    for (const schema::Variant *variant : *launch.variants()) {
      bool fits = true;
      if (variant->conditions())
        for (const schema::Expr *condition : *variant->conditions())
          fits = fits && TENON_TRY(evaluate(*condition)) == 0;
      if (fits)
        return variant;
    }
    return dataError("no variant of its kernel fits these sizes");
  }

  Status bindLaunch(const schema::Launch &launch, BoundStep &result) {
    const schema::Variant &variant = *TENON_TRY(chooseVariant(launch));
    result.blocks = 1;
    for (uint32_t i = 0; i < 3; ++i) {
      result.grid[i] = TENON_TRY(evaluate(*variant.grid()->Get(i)));
      if (result.grid[i] < 0 || __builtin_mul_overflow(result.blocks, result.grid[i], &result.blocks))
        return dataError("its grid at these sizes is negative or exceeds 2^63 blocks");
    }
    if (result.blocks == 0)
      return {};
    result.kernel = variant.kernel();
    const schema::Kernel &kernel = *plan.kernels()->Get(variant.kernel());
    result.kernelName = kernel.name()->string_view();
    if (program.device != Device::Cpu)
      TENON_TRY(checkGpuGrid(result.grid, kernel));
    uint64_t workspace = (kernel.workspace_bytes() + tensorAlignment - 1) / tensorAlignment * tensorAlignment;
    bound.workspaceBytes = std::max(bound.workspaceBytes, workspace);
    TENON_TRY(bindArguments(launch, result));
    result.bytesRead = TENON_TRY(evaluateOptional(launch.bytes_read()));
    result.bytesWritten = TENON_TRY(evaluateOptional(launch.bytes_written()));
    result.flops = TENON_TRY(evaluateOptional(launch.flops()));
    return {};
  }

  static Status checkGpuGrid(const std::array<int64_t, 3> &grid, const schema::Kernel &kernel) {
    static constexpr std::array<int64_t, 3> most = {0x7fffffff, 65535, 65535};
    auto text = [](int64_t x, int64_t y, int64_t z) {
      return std::to_string(x) + "x" + std::to_string(y) + "x" + std::to_string(z);
    };
    for (size_t i = 0; i < 3; ++i)
      if (grid[i] > most[i])
        return dataError("its grid at these sizes is " + text(grid[0], grid[1], grid[2]) +
                         " blocks, a GPU runs at most " + text(most[0], most[1], most[2]));
    const schema::Dim3 *cluster = kernel.cluster();
    if (cluster && (grid[0] % cluster->x() || grid[1] % cluster->y() || grid[2] % cluster->z()))
      return dataError("its grid at these sizes, " + text(grid[0], grid[1], grid[2]) +
                       " blocks, is no multiple of its cluster of " + text(cluster->x(), cluster->y(), cluster->z()));
    return {};
  }

  Status bindArguments(const schema::Launch &launch, BoundStep &result) {
    for (uint32_t i = 0; i < launch.arguments()->size(); ++i) {
      const schema::Argument &argument = *launch.arguments()->Get(i);
      tenon_argument &value = result.arguments.emplace_back();
      value.bits = argument.bits();
      if (argument.kind() == ParameterKind::Pointer)
        result.pointers.push_back({i, argument.buffer()});
      else if (argument.kind() == ParameterKind::Size)
        value.size = TENON_TRY(evaluate(*argument.size()));
    }
    return {};
  }

  const LoadedProgram &program;
  const schema::Entry &entry;
  const schema::Plan &plan;
  std::vector<uint64_t> outputSizes;
  BoundPlan bound;
};

} // namespace

Result<BoundPlan> bindPlan(const LoadedProgram &program, uint32_t entry, std::vector<int64_t> symbols) {
  return Binder(program, entry, std::move(symbols)).run();
}

} // namespace tenon
