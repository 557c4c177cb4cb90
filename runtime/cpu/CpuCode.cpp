// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Choosing, loading and looking up of machine code.
#include "runtime/cpu/CpuCode.h"

#include "runtime/LoadedProgram.h"
#include "runtime/cpu/CpuExecutor.h"
#include "runtime/cpu/CpuFeatures.h"

namespace tenon {

Result<uint32_t> chooseCpuTarget(const schema::Artifact &artifact) {
  std::string missing, level;
  for (uint32_t i = 0; i < artifact.targets()->size(); ++i) {
    const schema::Target &target = *artifact.targets()->Get(i);
    if (target.kind() != schema::TargetKind::Cpu)
      continue;
    missing.clear();
    level = target.level()->str();
    if (target.features())
      for (const flatbuffers::String *feature : *target.features())
        if (!hostCpu().features.contains(feature->string_view()))
          missing += (missing.empty() ? "" : ", ") + feature->str();
    if (missing.empty())
      return i;
  }
  if (level.empty())
    return environmentError("it has no code for a CPU; compile it with a target such as x86-64-v3");
  return environmentError("this CPU (" + hostCpu().model + ") lacks what even its least demanding code, " + level +
                          ", needs: " + missing + "; compile it for a lower target");
}

Result<std::unique_ptr<const DeviceCode>> CpuCode::load(const LoadedProgram &program) {
  auto code = std::make_unique<CpuCode>();
  code->image = TENON_TRY(ElfImage::load(program.file.section(program.target->code())));
  for (const schema::Plan *plan : program.plans) {
    std::vector<tenon_cpu_kernel> &kernels = code->kernels.emplace_back();
    for (const schema::Kernel *kernel : *plan->kernels()) {
      const void *address = code->image.function(kernel->symbol()->string_view());
      if (!address)
        return dataError("its machine code has no function '" + kernel->symbol()->str() + "'");
      kernels.push_back(reinterpret_cast<tenon_cpu_kernel>(const_cast<void *>(address)));
    }
  }
  return std::unique_ptr<const DeviceCode>(std::move(code));
}

Result<std::unique_ptr<Executor>> CpuCode::makeExecutor(const LoadedProgram &program,
                                                        const SessionOptions &options) const {
  return CpuExecutor::create(program, *this, options);
}

std::string CpuCode::deviceName() const { return hostCpu().model; }

} // namespace tenon
