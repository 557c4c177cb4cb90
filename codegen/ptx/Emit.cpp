// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No pipeline of LLVM's optimizations: on matrix loops it gains nothing and unrolls what was unrolled on purpose.
#include "codegen/ptx/Emit.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm-c/Target.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Target/TargetMachine.h"
#include <mutex>

using namespace mlir;

namespace tenon::ptx {

static std::unique_ptr<llvm::TargetMachine> createMachine(const Level &level, std::string &error) {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
  llvm::Triple triple("nvptx64-nvidia-cuda");
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  llvm::TargetOptions options;
  // No contraction: a multiplication and an addition round twice unless the program says fma.
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, level.name, level.version, options, std::nullopt, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

/// Inline assembly and matrix instructions must not move into branches.
static void markConvergent(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction))
        if (call->isInlineAsm() || (call->getCalledFunction() && call->getCalledFunction()->getName().contains(".mma.")))
          call->setConvergent();
}

/// The assembler unrolls loops of products until their registers spill: what is to be unrolled has been.
static void forbidUnrolling(llvm::Module &module) {
  llvm::LLVMContext &context = module.getContext();
  llvm::MDNode *disable = llvm::MDNode::get(context, llvm::MDString::get(context, "llvm.loop.unroll.disable"));
  for (llvm::Function &function : module) {
    llvm::SmallVector<std::pair<const llvm::BasicBlock *, const llvm::BasicBlock *>> edges;
    if (!function.isDeclaration())
      llvm::FindFunctionBackedges(function, edges);
    for (auto [from, to] : edges) {
      llvm::MDNode *loop = llvm::MDNode::getDistinct(context, {nullptr, disable});
      loop->replaceOperandWith(0, loop);
      const_cast<llvm::BasicBlock *>(from)->getTerminator()->setMetadata(llvm::LLVMContext::MD_loop, loop);
    }
  }
}

/// LLVM's errors would otherwise end the process.
class DiagnosticCollector : public llvm::DiagnosticHandler {
public:
  explicit DiagnosticCollector(std::string &messages) : messages(messages) {}
  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() == llvm::DS_Error) {
      llvm::raw_string_ostream stream(messages);
      llvm::DiagnosticPrinterRawOStream printer(stream);
      info.print(printer);
      stream << "; ";
    }
    return true;
  }

private:
  std::string &messages;
};

static void prepare(llvm::Module &module, llvm::TargetMachine &machine) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  markConvergent(module);
  forbidUnrolling(module);
}

/// Known before translation, or accesses of 64 bits would be split.
static LogicalResult setDataLayout(ModuleOp module, const Level &level) {
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(level, error);
  if (!machine)
    return module.emitError("cannot generate code for ") << level.name << ": " << error;
  module->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(),
                  StringAttr::get(module.getContext(), machine->createDataLayout().getStringRepresentation()));
  return success();
}

static std::string generatePtx(llvm::Module &code, const Level &level, std::string &error) {
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(level, error);
  if (!machine)
    return "";
  code.getContext().setDiagnosticHandler(std::make_unique<DiagnosticCollector>(error), /*RespectFilters=*/true);
  prepare(code, *machine);
  llvm::SmallVector<char> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile)) {
    error = "LLVM's back end cannot write PTX";
    return "";
  }
  passes.run(code);
  return std::string(text.data(), text.size());
}

FailureOr<std::string> emitPtx(ModuleOp module, const Level &level, const CodeOptions &options) {
  if (failed(setDataLayout(module, level)))
    return failure();
  auto texts = generateKernels(module, options, [&](llvm::Module &code, std::string &error) {
    return generatePtx(code, level, error);
  });
  if (failed(texts))
    return failure();
  // One module has one head, and declares its shared memory once.
  std::string result;
  llvm::StringSet<> declared;
  for (const std::string &text : *texts) {
    auto [head, body] = StringRef(text).split(".address_size 64\n");
    if (body.empty() && texts->size() > 1)
      return module.emitError("LLVM's PTX does not begin as expected");
    if (result.empty())
      result = (head + ".address_size 64\n").str();
    for (StringRef line : llvm::split(body, '\n'))
      if (!line.starts_with(".extern .shared") || declared.insert(line).second)
        result += (line + "\n").str();
  }
  return result;
}

FailureOr<std::string> emitLlvmIr(ModuleOp module, const Level &level) {
  if (failed(setDataLayout(module, level)))
    return failure();
  auto texts = generateKernels(module, {}, [&](llvm::Module &code, std::string &error) {
    std::string text;
    if (std::unique_ptr<llvm::TargetMachine> machine = createMachine(level, error)) {
      prepare(code, *machine);
      llvm::raw_string_ostream stream(text);
      code.print(stream, nullptr);
    }
    return text;
  });
  if (failed(texts))
    return failure();
  return llvm::join(*texts, "\n");
}

} // namespace tenon::ptx
