// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finding sizes, and timing runs of them.
#include "bench/GraphRun.h"

#include "bench/calibration/Burst.h"
#include "runtime/RandomTensor.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tenon::bench {

/// The inputs at `size`, and one run, which also shows how large the outputs are.
Status GraphRun::resize(const Program &program, const Kernel &kernel, int64_t size) {
  const EntryDescription *entry = TENON_TRY(program.entry(""));
  for (const SymbolDescription &symbol : entry->symbols) {
    auto fixed = kernel.sizes.find(symbol.name);
    symbols[symbol.name] = fixed == kernel.sizes.end() ? size : fixed->second;
  }
  std::vector<Shape> shapes = TENON_TRY(program.inputShapes("", symbols));
  inputs.clear();
  touched = held = elements = 0;
  for (size_t i = 0; i < shapes.size(); ++i) {
    inputs.push_back(TENON_TRY(randomTensor(1, i, entry->inputs[i].type, shapes[i])));
    auto bytes = static_cast<double>(inputs[i].byteCount());
    held += bytes;
    touched += bytes * (i == 0 ? kernel.inputShare : 1);
  }
  auto outputs = TENON_TRY(session.run("", inputs));
  for (const Tensor &output : outputs) {
    held += static_cast<double>(output.byteCount());
    touched += static_cast<double>(output.byteCount());
    elements += static_cast<double>(output.elementCount());
  }
  return {};
}

Result<GraphRun> GraphRun::create(const std::string &artifact, const Kernel &kernel, uint64_t workingSet,
                                  unsigned threads) {
  Program program = TENON_TRY(Program::load(artifact));
  GraphRun run(TENON_TRY(Session::create(program, {.threads = threads})));
  run.code = program.level();
  constexpr int64_t unit = 16; // The smallest size and a divisor of all.
  TENON_TRY(run.resize(program, kernel, unit));
  const EntryDescription *entry = TENON_TRY(program.entry(""));
  if (std::all_of(entry->symbols.begin(), entry->symbols.end(),
                  [&](const SymbolDescription &symbol) { return kernel.sizes.contains(symbol.name); }))
    return run;
  double base = run.held;
  TENON_TRY(run.resize(program, kernel, 2 * unit));
  double growth = (run.held - base) / unit;
  if (!(growth > 0))
    return invalidArgument("the graph of '" + artifact + "' does not grow with its sizes; give it a symbol");
  double wanted = (static_cast<double>(workingSet) - base) / growth / unit;
  TENON_TRY(run.resize(program, kernel, unit + unit * static_cast<int64_t>(std::clamp(std::round(wanted), 0.0, 1e12))));
  return run;
}

Result<double> GraphRun::measureOnce() {
  auto start = std::chrono::steady_clock::now();
  TENON_TRY(session.run("", inputs));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Result<double> GraphRun::measure(double seconds) {
  Status status;
  int passes = 1;
  auto burst = [&] {
    for (int i = 0; i < passes && status.ok(); ++i)
      if (auto outputs = session.run("", inputs); !outputs.ok())
        status = std::move(outputs).error();
  };
  double once = medianBurst(0, burst);
  passes = static_cast<int>(std::clamp(2e-4 / std::max(once, 1e-9), 1.0, 1e6));
  double time = medianBurst(seconds, burst) / passes;
  if (!status.ok())
    return std::move(status).error();
  return time;
}

} // namespace tenon::bench
