// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The runtime alone: runs and inspects artifacts where no compiler is installed.
#include "runtime/Program.h"
#include "runtime/command/InspectCommand.h"
#include "runtime/command/RunCommand.h"

int main(int argc, char **argv) {
  tenon::CommandLine commandLine("tenon-run", "Runs models that `tenon compile` has made");
  tenon::addRunCommand(commandLine, {.load = tenon::Program::load, .check = {}, .inputs = "An artifact, model.tenon"});
  tenon::addInspectCommand(commandLine);
  return commandLine.main(argc, argv);
}
