// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds a small graph, compiles it for this machine and runs it on two batches of different sizes.
#include "frontend/Ops.h"

#include <iostream>

using namespace tenon;

int main() {
  auto g = Graph();
  auto x = g.input("x", f32, {"batch", 3});
  auto bias = g.constant(Tensor::of<float>({0.5f, -1.0f, 2.0f}, {3}).value());
  auto y = transpose(relu(x * 2.0 + bias), {1, 0}); // [3, batch]
  auto last = slice(y, {1, 0}, {2, "batch"});       // the last two rows
  auto f = compile(g, {Output("last", last)}).value();

  for (auto tensor :
       {Tensor::of<float>({1, 2, 3}, {1, 3}).value(), Tensor::of<float>({1, 2, 3, -4, -5, -6}, {2, 3}).value()}) {
    auto out = f(tensor).value();
    std::cout << shapeText(out.shape()) << ":";
    for (float value : out.data<float>())
      std::cout << " " << value;
    std::cout << "\n";
  }
}

// Prints:
//   [2, 1]: 3 8
//   [2, 2]: 3 0 8 0
