// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Choosing a target, compiling PTX through the driver, uploading constants.
#include "runtime/cuda/CudaCode.h"

#include "runtime/LoadedProgram.h"
#include "runtime/cuda/CudaExecutor.h"

#include <algorithm>
#include <cstring>

namespace tenon {

Status requirePtxTarget(const schema::Artifact &artifact) {
  for (const schema::Target *target : *artifact.targets())
    if (target->kind() == schema::TargetKind::Ptx)
      return {};
  return environmentError("it has no code for a GPU; compile it with `tenon compile --target sm_80`");
}

Result<uint32_t> choosePtxTarget(const schema::Artifact &artifact, const CudaDevice &device) {
  std::string levels;
  for (uint32_t i = 0; i < artifact.targets()->size(); ++i) {
    const schema::Target &target = *artifact.targets()->Get(i);
    if (target.kind() != schema::TargetKind::Ptx)
      continue;
    PtxLevel level = *parsePtxLevel(target.level()->string_view()); // The verifier has read it too.
    if (level.runsOn(device.capability()))
      return i;
    levels += (levels.empty() ? "" : ", ") + target.level()->str() + " (needs " +
              (level.exact ? "exactly " : "at least ") + level.capability.text() + ")";
  }
  return environmentError("this GPU (" + device.name() + ") has compute capability " + device.capability().text() +
                          ", the model's code is for " + levels + "; compile it for a level that this GPU runs");
}

/// One sentence of a log: its lines, without what is blank.
static std::string joinLines(std::string_view log) {
  std::string text;
  for (char c : log.substr(0, log.find('\0')))
    if (bool blank = static_cast<unsigned char>(c) <= ' '; !blank)
      text += c;
    else if (!text.empty() && text.back() != ' ')
      text += c == '\n' ? "; " : " ";
  while (text.ends_with(' ') || text.ends_with(';'))
    text.pop_back();
  return text;
}

Status CudaCode::loadModule(const LoadedProgram &program) {
  std::span<const std::byte> section = program.file.section(program.target->code());
  std::string text(reinterpret_cast<const char *>(section.data()), section.size());
  if (text.find('\0') != std::string::npos)
    return dataError("its PTX contains a byte 0, expected text");
  char log[8192] = {};
  CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log) - 1)};
  CUresult code = gpu->driver().cuModuleLoadDataEx(&module, text.c_str(), 2, options, values);
  if (code == CUDA_SUCCESS)
    return {};
  module = nullptr;
  std::string reason = joinLines(log);
  return environmentError("the driver of " + gpu->name() + " refuses the PTX for " + program.target->level()->str() +
                          ": " + (reason.empty() ? gpu->driver().describe(code) : reason));
}

Result<CUfunction> CudaCode::loadFunction(const schema::Kernel &kernel) {
  std::string name = "kernel '" + kernel.name()->str() + "'";
  for (uint32_t i = 0; i < kernel.parameters()->size(); ++i)
    if (static_cast<schema::ParameterKind>(kernel.parameters()->Get(i)) == schema::ParameterKind::TensorMap)
      return dataError(name + " takes a tensor map, which this version cannot pass; compile the model for sm_80");
  CUfunction function = nullptr;
  CUresult code = gpu->driver().cuModuleGetFunction(&function, module, kernel.symbol()->c_str());
  if (code == CUDA_ERROR_NOT_FOUND)
    return dataError("its PTX has no entry '" + kernel.symbol()->str() + "'");
  TENON_TRY(gpu->check(code, name + " cannot be loaded"));

  uint32_t wanted = kernel.shared_bytes(), &allowed = sharedBytes[function];
  if (wanted > gpu->sharedBytesPerBlock())
    return environmentError(name + " needs " + std::to_string(wanted) +
                            " bytes of shared memory, a block of this GPU (" + gpu->name() + ") has " +
                            std::to_string(gpu->sharedBytesPerBlock()));
  if (wanted > allowed)
    TENON_TRY(gpu->check(gpu->driver().cuFuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                                                          static_cast<int>(wanted)),
                         name + " cannot have " + std::to_string(wanted) + " bytes of dynamic shared memory"));
  allowed = std::max(allowed, wanted);
  return function;
}

Status CudaCode::loadFunctions(const LoadedProgram &program) {
  for (const schema::Plan *plan : program.plans) {
    std::vector<CUfunction> &list = functions.emplace_back();
    for (const schema::Kernel *kernel : *plan->kernels())
      list.push_back(TENON_TRY(loadFunction(*kernel)));
  }
  return {};
}

Status CudaCode::uploadConstants(const LoadedProgram &program) {
  constants.resize(program.constants.size());
  std::vector<bool> used(constants.size());
  for (const schema::Plan *plan : program.plans)
    for (const schema::Buffer *buffer : *plan->buffers())
      if (buffer->kind() == schema::BufferKind::Constant)
        used[buffer->index()] = true;
  for (const StateLayout &state : program.states)
    if (state.initial >= 0)
      used[static_cast<size_t>(state.initial)] = true;
  for (size_t i = 0; i < constants.size(); ++i) {
    const Tensor &constant = program.constants[i];
    if (!used[i] || constant.byteCount() == 0)
      continue;
    std::string name = "constant " + std::to_string(i);
    Result<CudaMemory> memory = CudaMemory::allocate(gpu, constant.byteCount());
    if (!memory.ok())
      return Error{memory.error().kind, name + ": " + memory.error().message};
    constants[i] = *std::move(memory);
    TENON_TRY(gpu->check(
        gpu->driver().cuMemcpyHtoDAsync_v2(constants[i].address(), constant.bytes(), constant.byteCount(), nullptr),
        name + " cannot be uploaded"));
  }
  return gpu->check(gpu->driver().cuCtxSynchronize(), "the constants cannot be uploaded");
}

Result<std::unique_ptr<const DeviceCode>> CudaCode::load(const LoadedProgram &program,
                                                         std::shared_ptr<const CudaDevice> device) {
  std::unique_ptr<CudaCode> code(new CudaCode(std::move(device)));
  TENON_TRY(code->gpu->activate());
  TENON_TRY(code->loadModule(program));
  TENON_TRY(code->loadFunctions(program));
  TENON_TRY(code->uploadConstants(program));
  return std::unique_ptr<const DeviceCode>(std::move(code));
}

CudaCode::~CudaCode() {
  if (module && gpu->activate().ok())
    gpu->driver().cuModuleUnload(module);
}

Result<std::unique_ptr<Executor>> CudaCode::makeExecutor(const LoadedProgram &program,
                                                         const SessionOptions &options) const {
  return CudaExecutor::create(program, *this, options);
}

} // namespace tenon
