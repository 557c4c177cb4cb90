// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shorthand for the schema's object API.
#include "tests/runtime/TestArtifact.h"

#include "runtime/KernelAbi.h"
#include "runtime/MappedFile.h"

#include <array>
#include <bit>

namespace tenon::test {

using namespace schema;

std::unique_ptr<ExprT> expr(const Items &items) {
  auto result = std::make_unique<ExprT>();
  for (const ExprItem &item : items)
    result->steps.emplace_back(item.op, item.value);
  return result;
}

std::unique_ptr<TensorTypeT> type(schema::ElementType element, const std::vector<Items> &shape) {
  auto result = std::make_unique<TensorTypeT>();
  result->element = element;
  for (const Items &dimension : shape)
    result->shape.push_back(expr(dimension));
  return result;
}

std::unique_ptr<PortT> port(std::string name, schema::ElementType element, const std::vector<Items> &shape) {
  auto result = std::make_unique<PortT>();
  result->name = std::move(name);
  result->type = type(element, shape);
  return result;
}

std::unique_ptr<BufferT> buffer(BufferKind kind, uint32_t index, const Items &bytes, uint32_t first, uint32_t last) {
  auto result = std::make_unique<BufferT>();
  result->kind = kind;
  result->index = index;
  result->bytes = expr(bytes);
  result->first = first;
  result->last = last;
  return result;
}

static std::unique_ptr<ArgumentT> pointer(uint32_t buffer, bool writes) {
  auto result = std::make_unique<ArgumentT>();
  result->kind = ParameterKind::Pointer;
  result->buffer = buffer;
  result->writes = writes;
  return result;
}
std::unique_ptr<ArgumentT> reads(uint32_t buffer) { return pointer(buffer, false); }
std::unique_ptr<ArgumentT> writes(uint32_t buffer) { return pointer(buffer, true); }

std::unique_ptr<ArgumentT> size(const Items &items) {
  auto result = std::make_unique<ArgumentT>();
  result->kind = ParameterKind::Size;
  result->size = expr(items);
  return result;
}

std::unique_ptr<ArgumentT> scalar(float value) {
  auto result = std::make_unique<ArgumentT>();
  result->kind = ParameterKind::Scalar;
  result->bits = std::bit_cast<uint32_t>(value);
  return result;
}

std::unique_ptr<VariantT> variant(uint32_t kernel, const Items &gridX, std::vector<Items> conditions) {
  auto result = std::make_unique<VariantT>();
  result->kernel = kernel;
  result->grid.push_back(expr(gridX));
  result->grid.push_back(expr({1}));
  result->grid.push_back(expr({1}));
  for (const Items &condition : conditions)
    result->conditions.push_back(expr(condition));
  return result;
}

std::unique_ptr<StepT> launch(std::string name, std::vector<std::unique_ptr<VariantT>> variants,
                              std::vector<std::unique_ptr<ArgumentT>> arguments) {
  LaunchT launch;
  launch.variants = std::move(variants);
  launch.arguments = std::move(arguments);
  auto step = std::make_unique<StepT>();
  step->name = std::move(name);
  step->action.Set(std::move(launch));
  return step;
}

std::unique_ptr<StepT> copy(uint32_t source, uint32_t destination) {
  CopyT copy;
  copy.source = source;
  copy.destination = destination;
  auto step = std::make_unique<StepT>();
  step->name = "copy";
  step->action.Set(std::move(copy));
  return step;
}

std::unique_ptr<StepT> check(const Items &left, const Items &right, std::string message) {
  CheckT check;
  check.left = expr(left);
  check.right = expr(right);
  check.message = std::move(message);
  auto step = std::make_unique<StepT>();
  step->action.Set(std::move(check));
  return step;
}

const std::vector<std::byte> &kernelObject() {
  static const std::vector<std::byte> object = [] {
    MappedFile file = MappedFile::open(TENON_TEST_OBJECTS "/kernels.so").value();
    return std::vector<std::byte>(file.bytes().begin(), file.bytes().end());
  }();
  return object;
}

void addKernels(PlanT &plan) {
  using enum ParameterKind;
  auto add = [&](const char *name, std::vector<ParameterKind> parameters, uint64_t workspace) {
    auto kernel = std::make_unique<KernelT>();
    kernel->name = kernel->symbol = name;
    kernel->parameters = std::move(parameters);
    kernel->workspace_bytes = workspace;
    plan.kernels.push_back(std::move(kernel));
  };
  add("scale", {Pointer, Pointer, Size, Scalar}, 0);
  add("add", {Pointer, Pointer, Pointer, Size}, 0);
  add("block_sum", {Pointer, Pointer, Size}, 32);
  add("coordinates", {Pointer}, 0);
  add("look_up", {Pointer, Size}, 0);
  add("misalignment", {Pointer, Pointer}, 8);
}

ArtifactT emptyArtifact() {
  ArtifactT artifact;
  artifact.producer = "tests";
  auto target = std::make_unique<TargetT>();
  target->kind = TargetKind::Cpu;
  target->level = "x86-64";
  target->features = {"sse2"};
  target->abi = TENON_KERNEL_ABI_VERSION;
  artifact.targets.push_back(std::move(target));
  return artifact;
}

std::unique_ptr<EntryT> emptyEntry(std::string name) {
  auto entry = std::make_unique<EntryT>();
  entry->name = std::move(name);
  entry->plans.push_back(std::make_unique<PlanT>());
  addKernels(*entry->plans[0]);
  return entry;
}

ArtifactT sampleArtifact() {
  using schema::ElementType;
  const Items n = {symbol(0)}, bytes = {symbol(0), 4, ExprOp::Mul}, blocks = {symbol(0), 64, ExprOp::CeilDiv};
  const Items sumBytes = {symbol(0), 64, ExprOp::CeilDiv, 4, ExprOp::Mul};
  ArtifactT artifact = emptyArtifact();

  auto constant = std::make_unique<ConstantT>();
  constant->name = "increment";
  constant->type = type(ElementType::F32, {{8}});
  constant->section = 1;
  artifact.constants.push_back(std::move(constant));
  auto state = std::make_unique<StateT>();
  state->name = "total";
  state->type = type(ElementType::F32, {{8}});
  artifact.states.push_back(std::move(state));

  auto entry = emptyEntry("main");
  auto symbolN = std::make_unique<SymbolT>();
  symbolN->name = "N";
  symbolN->maximum = int64_t(1) << 40;
  entry->symbols.push_back(std::move(symbolN));
  entry->inputs = list(port("x", ElementType::F32, {n}), port("y", ElementType::F32, {n}));
  entry->outputs = list(port("z", ElementType::F32, {n}), port("sums", ElementType::F32, {blocks}));
  entry->states = {0};

  PlanT &plan = *entry->plans[0];
  plan.buffers = list(buffer(BufferKind::Input, 0, bytes), buffer(BufferKind::Input, 1, bytes),
                      buffer(BufferKind::Arena, 0, bytes, 0, 1), buffer(BufferKind::Arena, 0, bytes, 1, 3),
                      buffer(BufferKind::Output, 0, bytes), buffer(BufferKind::Output, 1, sumBytes),
                      buffer(BufferKind::State, 0, {32}), buffer(BufferKind::Constant, 0, {32}),
                      buffer(BufferKind::Arena, 0, {32}, 4, 5));
  plan.steps = list(launch("double x", list(variant(Scale, blocks)), list(reads(0), writes(2), size(n), scalar(2))),
                    launch("add y", list(variant(Add, blocks)), list(reads(2), reads(1), writes(3), size(n))),
                    launch("triple", list(variant(Scale, blocks)), list(reads(3), writes(4), size(n), scalar(3))),
                    launch("sum blocks", list(variant(BlockSum, blocks)), list(reads(3), writes(5), size(n))),
                    launch("add increment", list(variant(Add, {1})), list(reads(6), reads(7), writes(8), size({8}))),
                    copy(8, 6));
  auto &first = *plan.steps[0]->action.AsLaunch();
  first.bytes_read = expr(bytes);
  first.bytes_written = expr(bytes);
  first.flops = expr(n);
  artifact.entries.push_back(std::move(entry));
  return artifact;
}

std::vector<std::byte> fileOf(ArtifactT artifact) {
  static const std::array<float, 8> increment = {0, 1, 2, 3, 4, 5, 6, 7};
  ArtifactWriter writer;
  writer.addSection(kernelObject());
  writer.addSection(std::as_bytes(std::span(increment)));
  return writer.finish(std::move(artifact)).value();
}

std::vector<std::byte> sampleBytes() { return fileOf(sampleArtifact()); }

} // namespace tenon::test
