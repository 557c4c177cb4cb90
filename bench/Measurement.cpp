// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs between brackets, and compilers by the clock.
#include "bench/Measurement.h"

#include "bench/GraphRun.h"
#include "bench/Peer.h"

#include <algorithm>

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
    GraphRun run = TENON_TRY(GraphRun::create(artifact, row.kernel, workingSet(row.level, row.threads), threads));
    Load load{run.bytes(), run.footprint(), run.outputElements(), threads};
    Bracket bracket = TENON_TRY(Bracket::create(row.kernel, load));
    return Side{std::move(run), std::move(bracket)};
  }
};

class RunMeasurement : public Measurement {
public:
  RunMeasurement(std::vector<Side> sides, unsigned threads) : sides(std::move(sides)), threads(threads) {}

  /// Where a row has a peer, it is measured in turn.
  void addPeer(int64_t size) {
    auto found = BlasPeer::open(size);
    if (found.ok())
      peer = std::move(*found);
    peerName = found.ok() ? peer->name() : std::move(found).error().message;
  }

  Result<Sample> sample() override {
    if (last.empty())
      last = TENON_TRY(readBrackets());
    Sample sample;
    sample.before = last;
    for (Side &side : sides)
      sample.seconds.push_back(TENON_TRY(side.run.measure(runSeconds)));
    if (peer)
      sample.peerSeconds = peer->measure(runSeconds);
    last = sample.after = TENON_TRY(readBrackets());
    std::vector<double> fractions;
    for (size_t i = 0; i < sides.size(); ++i) {
      double limit = (sample.before[i].limit + sample.after[i].limit) / 2;
      fractions.push_back(limit / sample.seconds[i]);
      if (peer)
        sample.peerValue = limit / sample.peerSeconds;
    }
    // Threads that reach the same part of their limit as one alone are as fast as many, were the limit that much
    // higher.
    sample.value = sides.size() == 1 ? fractions[0] : threads * fractions[1] / fractions[0];
    return sample;
  }

  Setting setting() const override {
    const Side &side = sides.back();
    return {side.run.sizes(), side.run.level(), side.run.bytes(), side.bracket.names(), peerName};
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
  std::optional<BlasPeer> peer;
  std::string peerName;
};

/// Two graphs in turn, each first as often as second.
class PairMeasurement : public Measurement {
public:
  PairMeasurement(GraphRun plain, GraphRun full) : plain(std::move(plain)), full(std::move(full)) {}

  Result<Sample> sample() override {
    plainFirst = !plainFirst;
    double first = TENON_TRY((plainFirst ? plain : full).measureOnce());
    double second = TENON_TRY((plainFirst ? full : plain).measureOnce());
    if (!plainFirst)
      std::swap(first, second);
    return Sample{.value = second / first, .seconds = {first, second}};
  }

  Setting setting() const override { return {full.sizes(), full.level(), full.bytes(), {}, {}}; }

private:
  GraphRun plain, full;
  bool plainFirst = false;
};

class CompileMeasurement : public Measurement {
public:
  CompileMeasurement(const Row &row, Compiler &compiler)
      : graph(row.kernel.graph), isWarm(row.judge == Judge::Warm), compiler(compiler) {}

  Result<Sample> sample() override {
    ProcessTimes times = TENON_TRY(isWarm ? compiler.timeWarm(graph) : compiler.timeCold(graph));
    return Sample{.value = times.wall, .seconds = {times.wall, times.cpu}};
  }

private:
  std::string graph;
  bool isWarm;
  Compiler &compiler;
};

Result<GraphRun> createRun(const Row &row, const std::string &graph, Compiler &compiler) {
  std::string artifact = TENON_TRY(compiler.artifact(graph));
  return GraphRun::create(artifact, row.kernel, workingSet(row.level, row.threads), row.threads);
}

} // namespace

Result<std::unique_ptr<Measurement>> createMeasurement(const Row &row, Compiler &compiler) {
  if (isOfCompiler(row.judge))
    return std::unique_ptr<Measurement>(new CompileMeasurement(row, compiler));
  if (row.judge == Judge::Surcharge) {
    GraphRun plain = TENON_TRY(createRun(row, row.plain, compiler));
    GraphRun full = TENON_TRY(createRun(row, row.kernel.graph, compiler));
    return std::unique_ptr<Measurement>(new PairMeasurement(std::move(plain), std::move(full)));
  }
  std::vector<Side> sides;
  if (row.judge == Judge::Scaling)
    sides.push_back(TENON_TRY(Side::create(row, compiler, 1)));
  sides.push_back(TENON_TRY(Side::create(row, compiler, row.threads)));
  auto measurement = std::make_unique<RunMeasurement>(std::move(sides), row.threads);
  bool isOfBlas = row.kernel.squareProduct && row.kernel.demands[0].limit == Limit::Fma;
  if (isOfBlas && row.judge == Judge::Fraction)
    measurement->addPeer(row.kernel.squareProduct);
  return std::unique_ptr<Measurement>(std::move(measurement));
}

} // namespace tenon::bench
