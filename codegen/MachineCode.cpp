// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "codegen/MachineCode.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "runtime/cpu/ThreadCount.h"
#include "llvm/ADT/SetVector.h"
#include <atomic>
#include <chrono>
#include <thread>

using namespace mlir;

namespace tenon {

namespace {

/// A kernel in a context of its own: contexts of LLVM belong to one thread at a time.
struct KernelModule {
  std::string name;
  std::unique_ptr<llvm::LLVMContext> context = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> code;
  std::string result, error;
  double seconds = 0;
};

/// What a function refers to, itself included.
llvm::SetVector<Operation *> collectSymbols(ModuleOp module, LLVM::LLVMFuncOp kernel) {
  llvm::SetVector<Operation *> symbols;
  symbols.insert(kernel);
  for (size_t i = 0; i < symbols.size(); ++i)
    if (std::optional<SymbolTable::UseRange> uses = SymbolTable::getSymbolUses(symbols[i]))
      for (SymbolTable::SymbolUse use : *uses)
        if (Operation *used = module.lookupSymbol(use.getSymbolRef().getRootReference()))
          symbols.insert(used);
  return symbols;
}

FailureOr<std::vector<KernelModule>> splitKernels(ModuleOp module) {
  std::vector<KernelModule> kernels;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (function.isExternal() || function.getLinkage() == LLVM::Linkage::Internal)
      continue;
    OwningOpRef<ModuleOp> part = ModuleOp::create(function.getLoc());
    (*part)->setAttrs(module->getAttrs());
    OpBuilder builder = OpBuilder::atBlockEnd(part->getBody());
    for (Operation *symbol : collectSymbols(module, function))
      builder.clone(*symbol);
    KernelModule &kernel = kernels.emplace_back();
    kernel.name = function.getSymName().str();
    kernel.code = translateModuleToLLVMIR(*part, *kernel.context, kernel.name);
    if (!kernel.code)
      return function.emitError("cannot be translated to LLVM IR");
  }
  // Graphs of copies have no kernels, but a file of code.
  if (kernels.empty()) {
    KernelModule &kernel = kernels.emplace_back();
    kernel.code = std::make_unique<llvm::Module>("empty", *kernel.context);
  }
  return std::move(kernels);
}

} // namespace

FailureOr<std::vector<std::string>>
generateKernels(ModuleOp module, const CodeOptions &options,
                llvm::function_ref<std::string(llvm::Module &, std::string &error)> generate) {
  auto kernels = splitKernels(module);
  if (failed(kernels))
    return failure();
  Result<unsigned> threads = threadCount(options.threads);
  if (!threads.ok())
    return module.emitError(threads.error().message);
  std::atomic<size_t> next = 0;
  auto work = [&] {
    for (size_t i = next++; i < kernels->size(); i = next++) {
      KernelModule &kernel = (*kernels)[i];
      auto start = std::chrono::steady_clock::now();
      kernel.result = generate(*kernel.code, kernel.error);
      kernel.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
  };
  std::vector<std::thread> workers;
  for (size_t i = 1; i < std::min<size_t>(*threads, kernels->size()); ++i)
    workers.emplace_back(work);
  work();
  for (std::thread &worker : workers)
    worker.join();
  std::vector<std::string> results;
  for (KernelModule &kernel : *kernels) {
    if (!kernel.error.empty())
      return module.emitError("kernel ") << kernel.name << ": " << kernel.error;
    if (options.onKernel && !kernel.name.empty())
      options.onKernel(kernel.name, kernel.seconds);
    results.push_back(std::move(kernel.result));
  }
  return results;
}

} // namespace tenon
