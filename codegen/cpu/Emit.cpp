// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/cpu/Emit.h"

#include "lld/Common/CommonLinkerContext.h"
#include "lld/Common/Driver.h"
#include "llvm-c/Target.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/ADT/StringExtras.h"
#include <deque>
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
      triple, level.processor, level.attributes, options, llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::Less));
}

/// Sets what code generation wants to know, and removes what was computed twice.
static void prepare(llvm::Module &module, llvm::TargetMachine &machine) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("target-features", machine.getTargetFeatureString());
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
  passes.run(module, modules);
}

/// Code of each kernel, as `print` writes it.
static FailureOr<std::vector<std::string>>
generate(ModuleOp module, const Level &level, const CodeOptions &options,
         llvm::function_ref<bool(llvm::TargetMachine &, llvm::Module &, llvm::raw_pwrite_stream &)> print) {
  return generateKernels(module, options, [&](llvm::Module &code, std::string &error) -> std::string {
    std::unique_ptr<llvm::TargetMachine> machine = createMachine(level, error);
    if (!machine)
      return "";
    prepare(code, *machine);
    llvm::SmallVector<char> output;
    llvm::raw_svector_ostream stream(output);
    if (!print(*machine, code, stream))
      error = "LLVM's back end cannot write this kind of file";
    return std::string(output.data(), output.size());
  });
}

static bool emitFile(llvm::TargetMachine &machine, llvm::Module &code, llvm::raw_pwrite_stream &stream,
                     llvm::CodeGenFileType type) {
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type))
    return false;
  passes.run(code);
  return true;
}

FailureOr<std::string> emitLlvmIr(ModuleOp module, const Level &level) {
  auto texts = generate(module, level, {}, [](llvm::TargetMachine &, llvm::Module &code, llvm::raw_pwrite_stream &stream) {
    code.print(stream, nullptr);
    return true;
  });
  if (failed(texts))
    return failure();
  return llvm::join(*texts, "\n");
}

FailureOr<std::string> emitAssembly(ModuleOp module, const Level &level) {
  auto texts = generate(module, level, {}, [](llvm::TargetMachine &machine, llvm::Module &code, llvm::raw_pwrite_stream &stream) {
    return emitFile(machine, code, stream, llvm::CodeGenFileType::AssemblyFile);
  });
  if (failed(texts))
    return failure();
  return llvm::join(*texts, "\n");
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

static LogicalResult link(ModuleOp module, std::deque<TemporaryFile> &objects, TemporaryFile &library) {
  // lld keeps global state: one link at a time.
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  std::vector<const char *> arguments = {"ld.lld", "-shared",       "-nostdlib",      "-z",
                                         "defs",   "-z",            "now",            "-z",
                                         "noexecstack", "--strip-all", "--hash-style=sysv", "--build-id=none",
                                         "-o",     library.name()};
  for (TemporaryFile &object : objects)
    arguments.push_back(object.name());
  std::string messages;
  llvm::raw_string_ostream stream(messages);
  bool linked = lld::elf::link(arguments, stream, stream, /*exitEarly=*/false, /*disableOutput=*/false);
  lld::CommonLinkerContext::destroy();
  if (!linked)
    return module.emitError("the kernels do not link: ") << messages;
  return success();
}

FailureOr<std::vector<std::byte>> emitSharedObject(ModuleOp module, const Level &level, const CodeOptions &options) {
  auto codes = generate(module, level, options, [](llvm::TargetMachine &machine, llvm::Module &code, llvm::raw_pwrite_stream &stream) {
    return emitFile(machine, code, stream, llvm::CodeGenFileType::ObjectFile);
  });
  if (failed(codes))
    return failure();
  std::deque<TemporaryFile> objects;
  TemporaryFile library;
  std::error_code error = library.create("so");
  for (const std::string &code : *codes) {
    if (!error)
      error = objects.emplace_back().create("o");
    if (error)
      break;
    llvm::raw_fd_ostream stream(objects.back().name(), error);
    stream << code;
    stream.close();
    error = stream.error();
    stream.clear_error();
  }
  if (error)
    return module.emitError("cannot write a temporary file: ") << error.message();
  if (failed(link(module, objects, library)))
    return failure();
  auto buffer = llvm::MemoryBuffer::getFile(library.name(), /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return module.emitError("cannot read the linked kernels: ") << buffer.getError().message();
  auto *bytes = reinterpret_cast<const std::byte *>((*buffer)->getBufferStart());
  return std::vector<std::byte>(bytes, bytes + (*buffer)->getBufferSize());
}

} // namespace tenon::cpu
