// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/Graph.h"

#include "codegen/Compile.h"
#include "codegen/ElementTypes.h"
#include "frontend/DiagnosticText.h"
#include "frontend/GraphBuilder.h"

namespace tenon {

using detail::GraphBuilder;

//===- Values and graphs ------------------------------------------------------------------------------------------------===//

ElementType Value::type() const {
  return isEmpty() ? ElementType::F32 : fromMlir(mlir::getElementTypeOrSelf(GraphBuilder::get(*this)));
}
std::string Value::shape() const {
  return isEmpty() ? "[]" : toString(getShape(GraphBuilder::get(*this).getType()));
}
int64_t Value::rank() const {
  return isEmpty() ? 0 : int64_t(getShape(GraphBuilder::get(*this).getType()).size());
}

Graph::Graph() : builder(std::make_shared<GraphBuilder>()) {}
Value Graph::input(const std::string &name, ElementType type, const Dims &shape, Place place) {
  return builder->input(name, type, shape, place);
}
Value Graph::constant(const Tensor &tensor, Place place) { return builder->constant(tensor, place); }
Value Graph::state(const std::string &name, ElementType type, const Dims &shape, Place place) {
  return builder->state(name, type, shape, place);
}
void Graph::update(const Value &state, const Value &newValue, Place place) { builder->update(state, newValue, place); }
void Graph::declareSize(const std::string &name, int64_t minimum, int64_t maximum, int64_t divisor, Place place) {
  builder->declareSize(name, minimum, maximum, divisor, place);
}
void Graph::assumeEqual(const Dim &left, const Dim &right, Place place) { builder->assumeEqual(left, right, place); }

Result<std::string> Graph::text(const std::vector<Output> &outputs) const {
  auto module = TENON_TRY(builder->finish(outputs));
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream);
  return text;
}

Value splat(double value, const Value &like, Place place) {
  auto graph = GraphBuilder::of(like);
  return graph ? graph->splat(value, like, place) : Value();
}
Value broadcast(const Value &x, const Dims &shape, Place place) {
  auto graph = GraphBuilder::of(x);
  return graph ? graph->broadcast(x, shape, place) : Value();
}
Value transpose(const Value &x, const std::vector<int64_t> &permutation, Place place) {
  auto graph = GraphBuilder::of(x);
  return graph ? graph->transpose(x, permutation, place) : Value();
}
Value slice(const Value &x, const Dims &starts, const Dims &sizes, const std::vector<int64_t> &strides,
            Place place) {
  auto graph = GraphBuilder::of(x);
  return graph ? graph->slice(x, starts, sizes, strides, place) : Value();
}

Value dotGeneral(const Value &x, const Value &y, const DotDimensions &dimensions, Place place) {
  auto graph = GraphBuilder::of(x);
  return graph ? graph->dotGeneral(x, y, dimensions, place) : Value();
}
Value matmul(const Value &x, const Value &y, Place place) {
  return dotGeneral(x, y, {{}, {}, {x.rank() - 1}, {0}}, place);
}

static Value reduceBy(Reduction kind, const Value &x, const std::vector<int64_t> &dims, bool keepDims, Place place) {
  auto graph = GraphBuilder::of(x);
  return graph ? graph->reduce(kind, x, dims, keepDims, place) : Value();
}
Value reduceSum(const Value &x, const std::vector<int64_t> &dims, bool keepDims, Place place) {
  return reduceBy(Reduction::add, x, dims, keepDims, place);
}
Value reduceProd(const Value &x, const std::vector<int64_t> &dims, bool keepDims, Place place) {
  return reduceBy(Reduction::multiply, x, dims, keepDims, place);
}
Value reduceMax(const Value &x, const std::vector<int64_t> &dims, bool keepDims, Place place) {
  return reduceBy(Reduction::maximum, x, dims, keepDims, place);
}
Value reduceMin(const Value &x, const std::vector<int64_t> &dims, bool keepDims, Place place) {
  return reduceBy(Reduction::minimum, x, dims, keepDims, place);
}
Value mean(const Value &x, const std::vector<int64_t> &dims, bool keepDims, Place place) {
  auto graph = GraphBuilder::of(x);
  return graph ? graph->mean(x, dims, keepDims, place) : Value();
}
Value rmsNorm(const Value &x, const Value &weight, double eps, Place place) {
  auto graph = GraphBuilder::of(x);
  return graph ? graph->rmsNorm(x, weight, eps, place) : Value();
}

//===- Compilation ------------------------------------------------------------------------------------------------------===//

Result<Function> compile(const Graph &graph, const std::vector<Output> &outputs, const CompileSettings &settings) {
  auto module = TENON_TRY(GraphBuilder::of(graph)->finish(outputs));
  DiagnosticText messages(module->getContext());
  CompileOptions options;
  options.targets = settings.targets;
  options.strict = settings.strict;
  mlir::FailureOr<std::vector<std::byte>> artifact = compileModule(*module, options);
  if (failed(artifact))
    return messages.error();
  auto program = TENON_TRY(Program::fromBytes(std::move(*artifact)));
  return GraphBuilder::load(std::move(program), settings.session);
}

Result<Function> Function::create(Program program, const SessionOptions &options) {
  auto session = TENON_TRY(Session::create(program, options));
  return Function(std::move(program), std::move(session));
}

Result<Function> Function::load(const std::string &path, const SessionOptions &options) {
  auto program = TENON_TRY(Program::load(path));
  return create(std::move(program), options);
}

Status Function::save(const std::string &path) const { return code.save(path); }

Result<std::vector<Tensor>> Function::run(const std::vector<Tensor> &inputs) { return runner.run("main", inputs); }

Result<Tensor> Function::call(const std::vector<Tensor> &inputs) {
  auto outputs = TENON_TRY(run(inputs));
  if (outputs.size() != 1)
    return invalidArgument("the graph has " + std::to_string(outputs.size()) + " results; call run()");
  return std::move(outputs[0]);
}

} // namespace tenon
