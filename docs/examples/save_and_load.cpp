// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiles a graph into a file and runs the file. The second half needs the runtime alone: no compiler.
#include "frontend/Ops.h"

#include <iostream>
#include <string>

using namespace tenon;

static Status compileTo(const std::string &path) {
  auto g = Graph();
  auto x = g.input("x", f32, {"n"});
  auto f = TENON_TRY(compile(g, {Output("silu", silu(x)), Output("square", x * x)}));
  return f.save(path);
}

static Status run(const std::string &path) {
  auto program = TENON_TRY(Program::load(path));
  for (const EntryDescription &entry : program.entries())
    for (const TensorDescription &output : entry.outputs)
      std::cout << entry.name << " gives " << output.text() << "\n";

  auto session = TENON_TRY(Session::create(program));
  auto x = TENON_TRY(Tensor::of<float>({-1, 0, 2}, {3}));
  auto outputs = TENON_TRY(session.run("main", {&x, 1}));
  for (const Tensor &output : outputs) {
    std::cout << "values:";
    for (float value : output.data<float>())
      std::cout << " " << value;
    std::cout << "\n";
  }
  // A mistake comes back as a value that says what was expected.
  auto wrong = TENON_TRY(Tensor::of<double>({1}, {1}));
  std::cout << session.run("main", {&wrong, 1}).error().message << "\n";
  return {};
}

int main(int argc, char **argv) {
  std::string path = argc > 1 ? argv[1] : "model.tenon";
  compileTo(path).value();
  run(path).value();
}

// Prints:
//   main gives silu: f32 [n]
//   main gives square: f32 [n]
//   values: -0.268941 0 1.76159
//   values: 1 0 4
//   input 'x' is f64 [1], entry 'main' expects f32 [n]
