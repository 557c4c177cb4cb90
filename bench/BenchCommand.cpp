// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows as google-benchmark's benchmarks, and what becomes of their results.
#include "bench/BenchCommand.h"

#include "bench/Report.h"
#include "runtime/AtomicFile.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <regex>

namespace tenon {
namespace bench {
namespace {
namespace fs = std::filesystem;

/// Samples of a row: enough for quartiles, few enough for some minutes for the table. Processes are less noisy.
/// Pairs are single runs.
constexpr int runSamples = 11, pairSamples = 41, processSamples = 5;

int samplesOf(Judge judge) {
  return isOfCompiler(judge) ? processSamples : judge == Judge::Surcharge ? pairSamples : runSamples;
}

struct Options {
  std::string filter, json, tenon, graphs = TENON_BENCH_GRAPHS, results = "docs/results";
  bool accept = false, list = false;
};

/// The compiler is this program, started anew.
std::string thisProgram() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).string();
}

/// Why this machine cannot be judged by a row; empty where it can.
std::string lackFor(const Row &row, const Machine &machine) {
  if (row.threads > machine.cores)
    return "needs " + std::to_string(row.threads) + " cores";
  for (const Demand &demand : row.kernel.demands)
    if (auto loop = loopOf(demand.limit); !loop.ok())
      return loop.error().message;
  return "";
}

std::string today() {
  std::time_t now = std::time(nullptr);
  std::tm parts = {};
  gmtime_r(&now, &parts);
  char text[16];
  std::strftime(text, sizeof(text), "%Y-%m-%d", &parts);
  return text;
}

/// Prints each row's result as it comes.
class TableReporter : public benchmark::BenchmarkReporter {
public:
  explicit TableReporter(const std::vector<RowResult> &results) : results(results) {}
  bool ReportContext(const Context &) override { return true; }
  void ReportRuns(const std::vector<Run> &) override {
    std::fputs(rowLine(results.back()).c_str(), stdout);
    std::fflush(stdout);
  }

private:
  const std::vector<RowResult> &results;
};

class Bench {
public:
  Bench(const CommandLine &commandLine, Options options) : commandLine(commandLine), options(std::move(options)) {}

  Status operator()() {
    std::vector<Row> rows = TENON_TRY(chosenRows());
    if (options.list) {
      for (const Row &row : rows)
        std::printf("%s\n", row.name().c_str());
      return {};
    }
    std::string program = options.tenon.empty() ? thisProgram() : options.tenon;
    Compiler compiler = TENON_TRY(Compiler::create(std::move(program), options.graphs));
    report.machine = thisMachine();
    report.loadBefore = loadAverage();
    if (report.loadBefore > 0.5)
      commandLine.warn("others keep " + std::to_string(report.loadBefore).substr(0, 4) +
                       " cores busy; figures of several threads, of L3 and of memory suffer");
    if (std::any_of(rows.begin(), rows.end(), [](const Row &row) { return !isOfCompiler(row.judge); })) {
      report.calibration = TENON_TRY(calibrate(report.machine.cores));
      std::fputs((calibrationTable(report.calibration) + "\n").c_str(), stdout);
    }
    std::fputs(rowHeader().c_str(), stdout);
    for (const Row &row : rows)
      registerRow(row, compiler);
    TableReporter reporter(report.rows);
    benchmark::RunSpecifiedBenchmarks(&reporter, ".");
    benchmark::ClearRegisteredBenchmarks();
    if (CommandLine::interrupted())
      return Error{ErrorKind::Cancelled, "interrupted"};
    report.loadAfter = loadAverage();
    TENON_TRY(write());
    std::fputs(missTable(report.rows).c_str(), stdout);
    return verdict();
  }

private:
  Result<std::vector<Row>> chosenRows() const {
    std::vector<Row> rows = acceptedRows();
    std::regex filter(options.filter); // Known to be one.
    std::erase_if(rows, [&](const Row &row) { return !std::regex_search(row.name(), filter); });
    if (rows.empty())
      return invalidArgument("no row matches '" + options.filter + "'; --list prints the names of all");
    return rows;
  }

  void registerRow(const Row &row, Compiler &compiler) {
    benchmark::RegisterBenchmark(row.name().c_str(),
                                 [this, row, &compiler](benchmark::State &state) {
                                   report.rows.push_back(measure(row, compiler, state));
                                   if (report.rows.back().samples.empty())
                                     state.SkipWithError(report.rows.back().message.c_str());
                                 })
        ->Iterations(samplesOf(row.judge))
        ->UseManualTime();
  }

  RowResult measure(const Row &row, Compiler &compiler, benchmark::State &state) const {
    RowResult result;
    result.row = row;
    result.message = lackFor(row, report.machine);
    if (!result.message.empty()) {
      result.verdict = Verdict::Skipped;
      return result;
    }
    Status status;
    if (auto measurement = createMeasurement(row, compiler); measurement.ok()) {
      result.setting = (*measurement)->setting();
      status = takeSamples(**measurement, result.samples, state);
    } else {
      status = std::move(measurement).error();
    }
    result.spread = spreadOf(result.samples);
    result.verdict = judge(row, result.samples);
    if (!status.ok()) {
      result.verdict = Verdict::Failed;
      result.message = status.error().message;
      result.samples.clear();
    }
    return result;
  }

  static Status takeSamples(Measurement &measurement, std::vector<Sample> &samples, benchmark::State &state) {
    TENON_TRY(measurement.sample()); // Caches, threads and the clock settle.
    for (auto _ : state) {
      if (CommandLine::interrupted())
        return Error{ErrorKind::Cancelled, "interrupted"};
      samples.push_back(TENON_TRY(measurement.sample()));
      state.SetIterationTime(samples.back().seconds.back());
    }
    return {};
  }

  /// A part of the table is no acceptance: it goes only where --json says.
  Status write() const {
    std::string path = options.json;
    if (path.empty() && options.accept && options.filter.empty()) {
      std::error_code error;
      fs::create_directories(options.results, error);
      if (error)
        return environmentError("folder '" + options.results + "' cannot be made: " + error.message());
      path = options.results + "/" + today() + "-" + report.machine.slug() + ".json";
    }
    if (path.empty())
      return {};
    std::string text = reportJson(report, today());
    TENON_TRY(writeFileAtomically(path, {std::as_bytes(std::span(text))}));
    std::fprintf(stderr, "written: %s\n", path.c_str());
    return {};
  }

  Status verdict() const {
    size_t misses = 0, failures = 0;
    for (const RowResult &row : report.rows) {
      misses += row.verdict == Verdict::Miss;
      failures += row.verdict == Verdict::Failed;
    }
    std::string count = " of " + std::to_string(report.rows.size()) + " rows ";
    if (failures)
      return environmentError(std::to_string(failures) + count + "could not be measured; the table says why");
    if (misses && options.accept)
      return dataError(std::to_string(misses) + count + "miss what they must reach");
    return {};
  }

  const CommandLine &commandLine;
  Options options;
  Report report;
};

} // namespace
} // namespace bench

void addBenchCommand(CommandLine &commandLine) {
  CLI::App &command = commandLine.addCommand("bench", "Measure compiled kernels against the limits of this machine",
                                             "tenon bench --filter 'gelu|chain' --json figures.json");
  auto options = std::make_shared<bench::Options>();
  command.add_option("--filter", options->filter, "Only rows whose name this regular expression finds")
      ->check([](const std::string &text) {
        try {
          std::regex{text};
          return std::string();
        } catch (const std::regex_error &error) {
          return "'" + text + "' is no regular expression: " + error.what();
        }
      });
  command.add_flag("--accept", options->accept, "Fail where a row misses what it must reach, and keep the figures");
  command.add_option("--json", options->json, "File for all samples and brackets; with --accept instead of --results");
  command.add_option("--results", options->results, "Folder for the figures of --accept")->capture_default_str();
  command.add_option("--tenon", options->tenon, "The compiler; by default this program");
  command.add_option("--graphs", options->graphs, "Folder with the graphs of the rows")->capture_default_str();
  command.add_flag("--list", options->list, "Print the names of the rows, and exit");
  command.callback([&commandLine, options] {
    commandLine.setAction([&commandLine, options] { return bench::Bench(commandLine, *options)(); });
  });
}

} // namespace tenon
