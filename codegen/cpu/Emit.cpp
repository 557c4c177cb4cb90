// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/cpu/Emit.h"

#include "lld/Common/CommonLinkerContext.h"
#include "lld/Common/Driver.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm-c/Target.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include <mutex>

LLD_HAS_DRIVER(elf)

using namespace mlir;

namespace tenon::cpu {

static std::unique_ptr<llvm::TargetMachine> createMachine(const Level &level, std::string &error) {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
  });
  llvm::Triple triple("x86_64-unknown-linux-gnu");
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  llvm::TargetOptions options;
  // No contraction: a multiplication and an addition round twice unless the program says fma.
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  // Code generation at this level is as fast as at Default on nearly all kernels and takes half the time.
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, level.name, "", options, llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::Less));
}

/// LLVM IR of the module, prepared for `machine`.
static std::unique_ptr<llvm::Module> translate(ModuleOp module, llvm::LLVMContext &context,
                                               llvm::TargetMachine &machine) {
  std::unique_ptr<llvm::Module> result = translateModuleToLLVMIR(module, context, "kernels");
  if (!result)
    return nullptr;
  result->setTargetTriple(machine.getTargetTriple());
  result->setDataLayout(machine.createDataLayout());
  for (llvm::Function &function : *result) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("prefer-vector-width", "512");
    function.addFnAttr(llvm::Attribute::NoUnwind);
    // Freestanding: a loop must not become a call of memset.
    function.addFnAttr("no-builtins");
  }
  llvm::PassBuilder builder(&machine);
  llvm::FunctionAnalysisManager functions;
  llvm::LoopAnalysisManager loops;
  llvm::CGSCCAnalysisManager cgscc;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(cgscc);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, cgscc, modules);
  llvm::ModulePassManager passes;
  passes.addPass(llvm::createModuleToFunctionPassAdaptor(llvm::EarlyCSEPass()));
  passes.run(*result, modules);
  return result;
}

static LogicalResult generate(ModuleOp module, const Level &level, llvm::CodeGenFileType type,
                              llvm::SmallVectorImpl<char> &output) {
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(level, error);
  if (!machine)
    return module.emitError("cannot generate code for ") << level.name << ": " << error;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code = translate(module, context, *machine);
  if (!code)
    return module.emitError("cannot translate to LLVM IR");
  llvm::raw_svector_ostream stream(output);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr, type))
    return module.emitError("LLVM's back end cannot write this kind of file");
  passes.run(*code);
  return success();
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

FailureOr<std::string> emitAssembly(ModuleOp module, const Level &level) {
  llvm::SmallVector<char> text;
  if (failed(generate(module, level, llvm::CodeGenFileType::AssemblyFile, text)))
    return failure();
  return std::string(text.data(), text.size());
}

/// A file that is gone when this is.
class TemporaryFile {
public:
  ~TemporaryFile() {
    if (!path.empty())
      llvm::sys::fs::remove(path);
  }
  std::error_code create(llvm::StringRef suffix) { return llvm::sys::fs::createTemporaryFile("tenon", suffix, path); }
  const char *name() { return path.c_str(); }

private:
  llvm::SmallString<128> path;
};

static LogicalResult link(ModuleOp module, TemporaryFile &object, TemporaryFile &library) {
  // lld keeps global state: one link at a time.
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  const char *arguments[] = {"ld.lld", "-shared", "-nostdlib", "-z", "defs", "-z", "now", "-z", "noexecstack",
                             "--strip-all", "--hash-style=sysv", "--build-id=none", "-o", library.name(),
                             object.name()};
  std::string messages;
  llvm::raw_string_ostream stream(messages);
  bool linked = lld::elf::link(arguments, stream, stream, /*exitEarly=*/false, /*disableOutput=*/false);
  lld::CommonLinkerContext::destroy();
  if (!linked)
    return module.emitError("the kernels do not link: ") << messages;
  return success();
}

FailureOr<std::vector<std::byte>> emitSharedObject(ModuleOp module, const Level &level) {
  llvm::SmallVector<char> code;
  if (failed(generate(module, level, llvm::CodeGenFileType::ObjectFile, code)))
    return failure();
  TemporaryFile object, library;
  std::error_code error = object.create("o");
  if (!error)
    error = library.create("so");
  if (!error) {
    llvm::raw_fd_ostream stream(object.name(), error);
    stream.write(code.data(), code.size());
    stream.close();
    error = stream.error();
  }
  if (error)
    return module.emitError("cannot write a temporary file: ") << error.message();
  if (failed(link(module, object, library)))
    return failure();
  auto buffer = llvm::MemoryBuffer::getFile(library.name(), /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return module.emitError("cannot read the linked kernels: ") << buffer.getError().message();
  auto *bytes = reinterpret_cast<const std::byte *>((*buffer)->getBufferStart());
  return std::vector<std::byte>(bytes, bytes + (*buffer)->getBufferSize());
}

} // namespace tenon::cpu
