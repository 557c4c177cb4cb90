// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/command/ExpectedOutputs.h"

#include "runtime/Npy.h"

#include <optional>

namespace tenon {

Result<CheckReport> compareWithFiles(std::span<const TensorDescription> outputs, std::span<const Tensor> values,
                                     const std::map<std::string, std::string> &expected,
                                     const std::map<std::string, std::string> &allowed) {
  CheckReport report;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::string &name = outputs[i].name;
    auto file = expected.find(name), bound = allowed.find(name);
    if (file == expected.end())
      continue;
    Tensor wanted = TENON_TRY(readNpy(file->second));
    std::optional<Tensor> bounds;
    if (bound != allowed.end())
      bounds = TENON_TRY(readNpy(bound->second));
    Deviation deviation = TENON_TRY(compareTensors(name, values[i], wanted, bounds ? &*bounds : nullptr));
    report.push_back({name, values[i].shape(), deviation});
  }
  return report;
}

} // namespace tenon
