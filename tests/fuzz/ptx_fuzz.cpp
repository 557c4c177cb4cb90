// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PTX text of arbitrary bytes, parsed, decoded and run for a moment: no crash, and errors lie within the text. Bytes
// that do not begin with a directive are taken as the body of a kernel.
#include "runtime/sim/Decoder.h"
#include "runtime/sim/Launch.h"
#include "runtime/sim/PtxParser.h"
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <random>
#include <sstream>

using namespace tenon;
using namespace tenon::sim;

namespace {

const char *const before = R"(.version 7.0
.target sm_80
.address_size 64
.extern .shared .align 16 .b8 d[];
.global .align 8 .b8 g[64];
.func (.param .b32 r) f(.param .b32 x) { .reg .b32 %a; ld.param.b32 %a, [x]; st.param.b32 [r], %a; ret; }
.visible .entry k(.param .u64 p, .param .align 8 .b8 q[16]) {
.reg .pred %p<9>; .reg .b16 %h<9>; .reg .b32 %r<20>; .reg .b64 %l<20>; .reg .f32 %f<20>; .reg .f64 %d<9>;
.shared .align 16 .b8 s[1024]; .local .align 16 .b8 w[64]; .param .b32 a; .param .b32 b;
mov.u32 %r1, %tid.x; mov.u32 %r2, s; mov.u64 %l1, g; shl.b32 %r3, %r1, 4; add.u32 %r4, %r2, %r3; mov.f32 %f1, 0f3F800000;
)";

/// Errors begin with "line N: " for a line of the text, and are one line.
void checkError(const std::string &message, size_t lines) {
  size_t line = 0;
  if (message.rfind("line ", 0) != 0)
    std::abort();
  for (size_t i = 5; i < message.size() && message[i] >= '0' && message[i] <= '9'; ++i)
    line = line * 10 + static_cast<size_t>(message[i] - '0');
  if (line < 1 || line > lines || message.find('\n') != std::string::npos)
    std::abort();
}

void runShortly(const Program &program, const DeviceMemory &memory, bool checkRaces) {
  constexpr uint32_t manyRows = 4096, manyBytes = 65536;
  if (program.rows > manyRows || program.localBytes > manyBytes || program.staticSharedBytes > manyBytes)
    return;
  Options options;
  options.threads = 1;
  options.instructionLimit = 600;
  options.checkRaces = checkRaces;
  options.countBankConflicts = true;
  Launch launch(program, memory, options);
  launch.grid = {2, 1, 1};
  launch.block = {64, 1, 1};
  launch.dynamicSharedBytes = 64;
  launch.parameters.assign(program.parameterBytes, 0);
  runLaunch(launch);
  if (launch.fault && launch.fault->message.empty())
    std::abort();
}

/// Moves, copies or drops a line, or changes a number in it: most such changes leave text that still runs.
void mutateLine(std::vector<std::string> &lines, std::minstd_rand &random) {
  constexpr const char *numbers[] = {"0", "1", "5", "16", "32", "1024", "4096", "65536", "4294967280", "-16"};
  size_t at = random() % lines.size();
  switch (random() % 4) {
  case 0:
    lines.insert(lines.begin() + static_cast<ptrdiff_t>(random() % lines.size()), lines[at]);
    break;
  case 1:
    std::swap(lines[at], lines[random() % lines.size()]);
    break;
  case 2:
    if (lines.size() > 1)
      lines.erase(lines.begin() + static_cast<ptrdiff_t>(at));
    break;
  default:
    std::vector<size_t> places;
    for (size_t i = 0; i < lines[at].size(); ++i)
      if (std::isdigit(static_cast<unsigned char>(lines[at][i])))
        places.push_back(i);
    if (!places.empty())
      lines[at].replace(places[random() % places.size()], 1, numbers[random() % std::size(numbers)]);
  }
}

} // namespace

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maximum);

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maximum, unsigned seed) {
  std::minstd_rand random(seed);
  if (random() % 3 == 0 || size == 0)
    return LLVMFuzzerMutate(data, size, maximum);
  std::istringstream text(std::string(reinterpret_cast<const char *>(data), size));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);)
    lines.push_back(line + "\n");
  for (unsigned i = 0; i <= random() % 4; ++i)
    mutateLine(lines, random);
  std::string result;
  for (const std::string &line : lines)
    result += line;
  size_t length = std::min(result.size(), maximum);
  std::copy_n(result.begin(), length, data);
  return length;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  if (text.empty() || text[0] != '.')
    text = before + text + "\nret; }";
  size_t lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  Result<PtxModule> module = parsePtx(std::move(text));
  if (!module) {
    checkError(module.error().message, lines);
    return 0;
  }
  DeviceMemory memory;
  GlobalAddresses addresses;
  for (const Variable *variable : module->globals)
    if (variable->space != Space::Shared && variable->bytes <= 4096)
      if (const Allocation *allocation = memory.allocate(variable->bytes)) {
        addresses.emplace(variable, allocation->address);
        std::fill_n(allocation->shadow.get(), variable->bytes, uint8_t(1));
      }
  for (const Function &function : module->functions) {
    if (!function.isEntry || !function.hasBody)
      continue;
    Result<Program> program = decodeKernel(*module, function, addresses);
    if (program)
      runShortly(*program, memory, size % 2 == 0);
    else
      checkError(program.error().message, lines);
  }
  return 0;
}
