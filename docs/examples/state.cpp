// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A graph with state: an exponential moving average that corrects its start, and the number of calls.
#include "frontend/Ops.h"

#include <iostream>

using namespace tenon;

int main() {
  auto g = Graph();
  auto x = g.input("x", f32, {2});
  auto mean = g.state("mean", f32, {2}); // begins as zeros
  auto calls = g.state("calls", f32, {});
  auto newMean = mean * 0.5 + x * 0.5;
  auto newCalls = calls + 1.0;
  g.update(mean, newMean);
  g.update(calls, newCalls);
  // Without the division the first means would be too close to the zeros that the state began with.
  auto corrected = newMean / (1.0 - pow(splat(0.5, newCalls), newCalls));
  auto f = compile(g, {corrected}).value();

  for (float value : {1.0f, 2.0f, 3.0f}) {
    auto out = f(Tensor::of<float>({value, 10 * value}, {2}).value()).value();
    std::cout << out.data<float>()[0] << " " << out.data<float>()[1] << "\n";
  }
  auto count = f.session().readState("calls").value();
  std::cout << "after " << count.data<float>()[0] << " calls\n";
}

// Prints:
//   1 10
//   1.66667 16.6667
//   2.42857 24.2857
//   after 3 calls
