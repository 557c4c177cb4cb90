// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No pipeline of LLVM's optimizations: on matrix loops it gains nothing and unrolls what was unrolled on purpose.
#include "codegen/ptx/Emit.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm-c/Target.h"
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

static std::unique_ptr<llvm::Module> translate(ModuleOp module, llvm::LLVMContext &context,
                                               llvm::TargetMachine &machine) {
  // Known before translation, or accesses of 64 bits would be split.
  module->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(),
                  StringAttr::get(module.getContext(), machine.createDataLayout().getStringRepresentation()));
  std::unique_ptr<llvm::Module> result = translateModuleToLLVMIR(module, context, "kernels");
  if (!result)
    return nullptr;
  result->setTargetTriple(machine.getTargetTriple());
  result->setDataLayout(machine.createDataLayout());
  markConvergent(*result);
  return result;
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

FailureOr<std::string> emitPtx(ModuleOp module, const Level &level) {
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(level, error);
  if (!machine)
    return module.emitError("cannot generate code for ") << level.name << ": " << error;
  llvm::LLVMContext context;
  context.setDiagnosticHandler(std::make_unique<DiagnosticCollector>(error), /*RespectFilters=*/true);
  std::unique_ptr<llvm::Module> code = translate(module, context, *machine);
  if (!code)
    return module.emitError("cannot translate to LLVM IR");
  llvm::SmallVector<char> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile))
    return module.emitError("LLVM's back end cannot write PTX");
  passes.run(*code);
  if (!error.empty())
    return module.emitError("LLVM cannot generate code for ") << level.name << ": " << error;
  return std::string(text.data(), text.size());
}

FailureOr<std::vector<std::byte>> emitModule(ModuleOp module, const Level &level) {
  FailureOr<std::string> text = emitPtx(module, level);
  if (failed(text))
    return failure();
  auto *bytes = reinterpret_cast<const std::byte *>(text->data());
  return std::vector<std::byte>(bytes, bytes + text->size());
}

FailureOr<std::string> emitLlvmIr(ModuleOp module, const Level &level) {
  std::string error, text;
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(level, error);
  if (!machine)
    return module.emitError("cannot generate code for ") << level.name << ": " << error;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code = translate(module, context, *machine);
  if (!code)
    return module.emitError("cannot translate to LLVM IR");
  llvm::raw_string_ostream stream(text);
  code->print(stream, nullptr);
  return text;
}

} // namespace tenon::ptx
