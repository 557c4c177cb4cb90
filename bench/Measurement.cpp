// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs between brackets, and compilers by the clock.
#include "bench/Measurement.h"

#include "bench/GraphRun.h"

namespace tenon::bench {
namespace {

/// Seconds of runs between two readings.
constexpr double runSeconds = 0.02;

/// A kernel on some threads, with the loops that limit it there.
struct Side {
  GraphRun run;
  Bracket bracket;

  static Result<Side> create(const Row &row, Compiler &compiler, unsigned threads) {
    std::string artifact = TENON_TRY(compiler.artifact(row.kernel.graph));
    GraphRun run =
        TENON_TRY(GraphRun::create(artifact, workingSet(row.level, row.threads), threads, row.kernel.inputShare));
    Load load{run.bytes(), run.footprint(), run.outputElements(), threads};
    Bracket bracket = TENON_TRY(Bracket::create(row.kernel, load));
    return Side{std::move(run), std::move(bracket)};
  }
};

class RunMeasurement : public Measurement {
public:
  RunMeasurement(std::vector<Side> sides, unsigned threads) : sides(std::move(sides)), threads(threads) {}

  Result<Sample> sample() override {
    if (last.empty())
      last = TENON_TRY(readBrackets());
    Sample sample;
    sample.before = last;
    for (Side &side : sides)
      sample.seconds.push_back(TENON_TRY(side.run.measure(runSeconds)));
    last = sample.after = TENON_TRY(readBrackets());
    std::vector<double> fractions;
    for (size_t i = 0; i < sides.size(); ++i)
      fractions.push_back((sample.before[i].limit + sample.after[i].limit) / 2 / sample.seconds[i]);
    // Threads that reach the same part of their limit as one alone are as fast as many, were the limit that much
    // higher.
    sample.value = sides.size() == 1 ? fractions[0] : threads * fractions[1] / fractions[0];
    return sample;
  }

  Setting setting() const override {
    const Side &side = sides.back();
    return {side.run.sizes(), side.run.level(), side.run.bytes(), side.bracket.names()};
  }

private:
  Result<std::vector<Bracket::Reading>> readBrackets() const {
    std::vector<Bracket::Reading> readings;
    for (const Side &side : sides)
      readings.push_back(TENON_TRY(side.bracket.measure()));
    return readings;
  }

  std::vector<Side> sides;
  double threads;
  std::vector<Bracket::Reading> last;
};

class CompileMeasurement : public Measurement {
public:
  CompileMeasurement(const Row &row, Compiler &compiler) : graph(row.kernel.graph), compiler(compiler) {}

  Result<Sample> sample() override {
    ProcessTimes times = TENON_TRY(compiler.timeCold(graph));
    return Sample{times.wall, {times.wall, times.cpu}, {}, {}};
  }

private:
  std::string graph;
  Compiler &compiler;
};

} // namespace

Result<std::unique_ptr<Measurement>> createMeasurement(const Row &row, Compiler &compiler) {
  if (row.judge == Judge::Seconds)
    return std::unique_ptr<Measurement>(new CompileMeasurement(row, compiler));
  std::vector<Side> sides;
  if (row.judge == Judge::Scaling)
    sides.push_back(TENON_TRY(Side::create(row, compiler, 1)));
  sides.push_back(TENON_TRY(Side::create(row, compiler, row.threads)));
  return std::unique_ptr<Measurement>(new RunMeasurement(std::move(sides), row.threads));
}

} // namespace tenon::bench
