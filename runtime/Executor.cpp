// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What all devices do in the same way.
#include "runtime/Executor.h"

namespace tenon {

Result<std::vector<Tensor>> Executor::makeOutputs(const BoundPlan &plan) {
  const auto &ports = *program.file.metadata().entries()->Get(plan.entry)->outputs();
  std::vector<Tensor> outputs;
  for (uint32_t i = 0; i < ports.size(); ++i) {
    auto type = static_cast<ElementType>(ports.Get(i)->type()->element());
    if (i < lastOutputs.size() && lastOutputs[i].type() == type && lastOutputs[i].shape() == plan.outputShapes[i] &&
        lastOutputs[i].isUnique())
      outputs.push_back(lastOutputs[i]);
    else
      outputs.push_back(TENON_TRY(Tensor::create(type, plan.outputShapes[i])));
  }
  lastOutputs = outputs;
  return outputs;
}

Status Executor::runSteps(BoundPlan &plan, const RunOptions &run) {
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const BoundStep &step = plan.steps[i];
    if (run.cancel && run.cancel->load(std::memory_order_relaxed) && i <= plan.firstStateWrite)
      return Error{ErrorKind::Cancelled, "the run was cancelled before step " + std::to_string(i) + " of " +
                                             std::to_string(plan.steps.size())};
    if (run.progress)
      run.progress(i, plan.steps.size(), step.name);
    if (Status status = executeStep(plan, i, run); !status.ok())
      return Error{status.error().kind, "entry '" + program.entries[plan.entry].name + "', step " + std::to_string(i) +
                                            (step.name.empty() ? "" : " '" + std::string(step.name) + "'") + ": " +
                                            status.error().message};
  }
  return {};
}

} // namespace tenon
