// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A kernel of a parsed module to a program.
#include "runtime/sim/Decoder.h"
#include "runtime/sim/BlockOrder.h"
#include "runtime/sim/OpBuilder.h"
#include "runtime/sim/Warp.h"
#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace tenon::sim {
namespace {

// 128 bytes each: 32 MiB a warp.
constexpr uint32_t maximumRows = 1 << 18;

using RuleMap = std::unordered_map<std::string_view, void (*)(OpBuilder &)>;

const RuleMap &rules() {
  static const RuleMap map = [] {
    RuleMap all;
    for (auto family : {integerRules(), integerWideRules(), bitRules(), floatRules(), elementaryRules(), compareRules(),
                        convertRules(), moveRules(), memoryRules(), atomicRules(), asyncCopyRules(), controlRules(),
                        warpRules(), matrixRules(), fragmentRules()})
      for (const InstructionRule &rule : family)
        all.emplace(rule.mnemonic, rule.decode);
    return all;
  }();
  return map;
}

Error located(const Instruction &instruction, const std::string &message) {
  std::string text(instruction.text.substr(0, 120));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
  return dataError("line " + std::to_string(instruction.line) + ": '" + text + "': " + message);
}

/// Moves an argument or a result of a call between two places in local memory.
void copyLocal(Warp &warp, const Op &op, uint32_t mask) {
  auto from = static_cast<uint32_t>(op.immediate), to = static_cast<uint32_t>(op.immediate >> 32);
  for (unsigned lane : Lanes(mask)) {
    size_t base = size_t(lane) * warp.program.localBytes;
    std::memmove(&warp.local[base + to], &warp.local[base + from], op.modifiers);
    std::memmove(&warp.localState[base + to], &warp.localState[base + from], op.modifiers);
  }
}

class Decoder {
public:
  Decoder(const PtxModule &module, const GlobalAddresses &globals) : module(module), layout(program, module, globals) {}

  Status decode(const Function &kernel) {
    program.kernel = &kernel;
    TENON_TRY(collect(kernel));
    TENON_TRY(layout.place(functions));
    for (const Function *function : functions) {
      entries[function] = static_cast<uint32_t>(program.ops.size());
      TENON_TRY(decodeFunction(*function));
    }
    program.entry = entries[&kernel];
    for (size_t i = 0; i < program.ops.size(); ++i)
      program.ops[i].operands = program.operandPool.data() + poolOffsets[i];
    return {};
  }

  Program program;

private:
  struct Frame {
    const Function *function;
    size_t next;
  };
  struct Block {
    uint32_t begin, end;
  };

  Status collect(const Function &kernel);
  Result<const Function *> callee(const Instruction &call) const;
  Status decodeFunction(const Function &function);
  Status findBlocks(const Function &function);
  Result<std::vector<uint32_t>> targetsOf(const Function &function, const Instruction &instruction) const;
  Result<uint32_t> findLabel(const Function &function, uint32_t scope, std::string_view label) const;
  Status decodeInstruction(const Function &function, const Instruction &instruction);
  Status decodeCall(const Function &function, const Instruction &instruction);
  Status copyVariables(const Function &function, const Instruction &instruction, const Operand *list,
                       const std::vector<const Variable *> &formals, bool isResult);
  void emit(const Function &function, const Instruction &instruction, Op op, const std::vector<uint32_t> &rows);

  const PtxModule &module;
  KernelLayout layout;
  std::vector<const Function *> functions; ///< Each after all that it calls.
  std::map<const Function *, uint32_t> entries;
  std::vector<size_t> poolOffsets;

  // Of the function at hand.
  std::vector<Block> blocks;
  std::vector<uint32_t> blockOf;
  std::vector<std::vector<uint32_t>> successors;
};

Result<const Function *> Decoder::callee(const Instruction &call) const {
  for (const Operand &operand : call.operands) {
    if (operand.kind != Operand::Kind::Name)
      continue;
    auto found = module.functionNames.find(operand.name);
    if (found == module.functionNames.end() || !found->second->hasBody)
      return located(call, "there is no body of the function " + std::string(operand.name));
    if (found->second->isEntry)
      return located(call, "a kernel cannot be called");
    return found->second;
  }
  return located(call, "the simulator supports only calls of functions by name");
}

Status Decoder::collect(const Function &kernel) {
  std::map<const Function *, bool> done; // false: on the way down to here.
  std::vector<Frame> frames{{&kernel, 0}};
  done[&kernel] = false;
  while (!frames.empty()) {
    Frame &frame = frames.back();
    const std::vector<Instruction> &body = frame.function->body;
    while (frame.next < body.size() && body[frame.next].mnemonic != "call")
      ++frame.next;
    if (frame.next == body.size()) {
      done[frame.function] = true;
      functions.push_back(frame.function);
      frames.pop_back();
      continue;
    }
    const Instruction &call = body[frame.next++];
    const Function *next = TENON_TRY(callee(call));
    auto [place, isNew] = done.try_emplace(next, false);
    if (isNew)
      frames.push_back({next, 0});
    else if (!place->second)
      return located(call, "the simulator does not support functions that call themselves");
  }
  return {};
}

Result<uint32_t> Decoder::findLabel(const Function &function, uint32_t scope, std::string_view label) const {
  while (true) {
    const Function::BlockScope &block = function.scopes[scope];
    if (auto found = block.labels.find(label); found != block.labels.end())
      return found->second;
    if (scope == 0)
      return dataError("there is no label " + std::string(label));
    scope = block.parent;
  }
}

/// Where an instruction may jump to, as indices of instructions.
Result<std::vector<uint32_t>> Decoder::targetsOf(const Function &function, const Instruction &instruction) const {
  const std::vector<Operand> &operands = instruction.operands;
  std::vector<std::string_view> labels;
  if (instruction.mnemonic == "bra" && operands.size() == 1 && operands[0].kind == Operand::Kind::Name)
    labels.push_back(operands[0].name);
  else if (instruction.mnemonic == "brx" && operands.size() == 2 && operands[1].kind == Operand::Kind::Name)
    for (uint32_t scope = instruction.scope;; scope = function.scopes[scope].parent) {
      auto &tables = function.scopes[scope].branchTables;
      if (auto found = tables.find(operands[1].name); found != tables.end())
        labels = found->second;
      if (scope == 0 || !labels.empty())
        break;
    }
  if (labels.empty())
    return located(instruction, "a jump needs a label or a table of labels");
  std::vector<uint32_t> targets;
  for (std::string_view label : labels) {
    Result<uint32_t> target = findLabel(function, instruction.scope, label);
    if (!target)
      return located(instruction, target.error().message);
    targets.push_back(*target);
  }
  return targets;
}

Status Decoder::findBlocks(const Function &function) {
  const std::vector<Instruction> &body = function.body;
  std::vector<bool> begins(body.size() + 1, false);
  std::vector<std::vector<uint32_t>> targets(body.size());
  begins[0] = true;
  for (uint32_t i = 0; i < body.size(); ++i) {
    bool jumps = body[i].mnemonic == "bra" || body[i].mnemonic == "brx";
    if (jumps)
      targets[i] = TENON_TRY(targetsOf(function, body[i]));
    for (uint32_t target : targets[i])
      begins[target] = true;
    if (jumps || body[i].mnemonic == "ret" || body[i].mnemonic == "exit")
      begins[i + 1] = true;
  }
  blocks.clear();
  blockOf.assign(body.size(), 0);
  for (uint32_t i = 0; i < body.size(); ++i) {
    if (begins[i])
      blocks.push_back({i, i});
    blocks.back().end = i + 1;
    blockOf[i] = static_cast<uint32_t>(blocks.size() - 1);
  }
  successors.assign(blocks.size(), {});
  for (uint32_t i = 0; i < blocks.size(); ++i) {
    const Instruction &last = body[blocks[i].end - 1];
    for (uint32_t target : targets[blocks[i].end - 1])
      successors[i].push_back(blockOf[target]);
    bool ends = last.mnemonic == "bra" || last.mnemonic == "brx" || last.mnemonic == "ret" || last.mnemonic == "exit";
    if ((!ends || last.guard != noRegister) && i + 1 < blocks.size())
      successors[i].push_back(i + 1);
  }
  return {};
}

Status Decoder::decodeFunction(const Function &function) {
  TENON_TRY(findBlocks(function));
  std::vector<uint32_t> order = orderBlocks(successors);
  std::vector<uint32_t> starts(blocks.size());
  auto firstOp = program.ops.size();
  auto firstTable = program.branchTables.size();
  for (size_t i = 0; i < order.size(); ++i) {
    const Block &block = blocks[order[i]];
    starts[order[i]] = static_cast<uint32_t>(program.ops.size());
    for (uint32_t at = block.begin; at < block.end; ++at)
      TENON_TRY(decodeInstruction(function, function.body[at]));
    // Where the text would run into the next block, that block may now be elsewhere.
    uint32_t next = order[i] + 1;
    bool runsOn = !successors[order[i]].empty() && successors[order[i]].back() == next;
    if (runsOn && (i + 1 == order.size() || order[i + 1] != next)) {
      Op jump;
      jump.flow = Flow::Jump;
      jump.target = blocks[next].begin;
      Instruction unguarded = function.body[block.end - 1];
      unguarded.guard = noRegister;
      emit(function, unguarded, jump, {});
      program.origin.back() = &function.body[block.end - 1];
    }
  }
  for (size_t i = firstOp; i < program.ops.size(); ++i)
    if (program.ops[i].flow == Flow::Jump)
      program.ops[i].target = starts[blockOf[program.ops[i].target]];
  for (size_t i = firstTable; i < program.branchTables.size(); ++i)
    for (uint32_t &target : program.branchTables[i])
      target = starts[blockOf[target]];
  return {};
}

void Decoder::emit(const Function &function, const Instruction &instruction, Op op, const std::vector<uint32_t> &rows) {
  if (instruction.guard != noRegister) {
    op.guard = layout.registerRow(function, instruction.guard);
    op.guardNegated = instruction.guardNegated;
  }
  poolOffsets.push_back(program.operandPool.size());
  program.operandPool.insert(program.operandPool.end(), rows.begin(), rows.end());
  program.ops.push_back(op);
  program.origin.push_back(&instruction);
}

Status Decoder::decodeInstruction(const Function &function, const Instruction &instruction) {
  if (instruction.mnemonic == "call")
    return decodeCall(function, instruction);
  auto rule = rules().find(instruction.mnemonic);
  if (rule == rules().end())
    return located(instruction, "the simulator does not know this instruction");
  OpBuilder builder(layout, function, instruction);
  rule->second(builder);
  builder.finish();
  if (builder.failed())
    return located(instruction, builder.error);
  if (program.rows > maximumRows)
    return located(instruction, "the kernel uses more registers than the simulator can hold, " +
                                    std::to_string(maximumRows) + " of 32 bits");
  if (builder.op.flow == Flow::Jump) {
    builder.op.target = TENON_TRY(targetsOf(function, instruction)).front();
  } else if (builder.op.flow == Flow::JumpIndexed) {
    builder.op.target = static_cast<uint32_t>(program.branchTables.size());
    program.branchTables.push_back(TENON_TRY(targetsOf(function, instruction)));
  }
  emit(function, instruction, builder.op, builder.rows);
  return {};
}

/// Copies each actual parameter to the formal one, or each formal result to the actual.
Status Decoder::copyVariables(const Function &function, const Instruction &instruction, const Operand *list,
                              const std::vector<const Variable *> &formals, bool isResult) {
  size_t count = list ? list->elements.size() : 0;
  if (count != formals.size())
    return located(instruction, std::to_string(count) + (isResult ? " results" : " arguments") +
                                    ", but the function has " + std::to_string(formals.size()));
  for (size_t i = 0; i < count; ++i) {
    const Operand &actual = list->elements[i];
    if (actual.kind != Operand::Kind::Symbol || actual.variable->space != Space::Param ||
        layout.isKernelParameter(*actual.variable) || actual.variable->bytes != formals[i]->bytes)
      return located(instruction, "argument or result " + std::to_string(i + 1) + " must be a .param variable of " +
                                      std::to_string(formals[i]->bytes) + " bytes");
    uint64_t from = layout.addressOf(isResult ? *formals[i] : *actual.variable);
    uint64_t to = layout.addressOf(isResult ? *actual.variable : *formals[i]);
    Op copy;
    copy.run = copyLocal;
    copy.immediate = to << 32 | from;
    copy.modifiers = static_cast<uint32_t>(actual.variable->bytes);
    emit(function, instruction, copy, {});
  }
  return {};
}

/// `call (result), function, (arguments)`, of which both lists may be missing.
Status Decoder::decodeCall(const Function &function, const Instruction &instruction) {
  const Function *target = TENON_TRY(callee(instruction));
  const Operand *results = nullptr, *arguments = nullptr;
  size_t nameAt = 0;
  const std::vector<Operand> &operands = instruction.operands;
  while (operands[nameAt].kind != Operand::Kind::Name)
    ++nameAt;
  if (nameAt == 1)
    results = &operands[0];
  if (operands.size() == nameAt + 2)
    arguments = &operands[nameAt + 1];
  bool known =
      instruction.modifiers.empty() || (instruction.modifiers.size() == 1 && instruction.modifiers[0] == "uni");
  if (!known || nameAt > 1 || operands.size() > nameAt + 2 || (results && results->kind != Operand::Kind::Vector) ||
      (arguments && arguments->kind != Operand::Kind::Vector))
    return located(instruction, "the simulator does not know this form of call");
  TENON_TRY(copyVariables(function, instruction, arguments, target->parameters, false));
  Op call;
  call.flow = Flow::Call;
  call.target = entries[target];
  call.results = 1;
  emit(function, instruction, call, {layout.returnRow(*target)});
  return copyVariables(function, instruction, results, target->results, true);
}

} // namespace

Result<Program> decodeKernel(const PtxModule &module, const Function &kernel, const GlobalAddresses &globals) {
  Decoder decoder(module, globals);
  if (Status status = decoder.decode(kernel); !status)
    return status.error();
  return std::move(decoder.program);
}

} // namespace tenon::sim
