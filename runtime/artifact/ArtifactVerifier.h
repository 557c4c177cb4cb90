// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an artifact must satisfy beyond being a well-formed FlatBuffer, so that executors need not check again.
#pragma once

#include "runtime/Result.h"
#include "runtime/schema/Artifact_generated.h"

namespace tenon {

/// Checks every index, enumerator, name and expression, and everything the schema's comments promise. Data names the
/// place. `artifact` must have passed the FlatBuffers verifier; whether sections lie within a file is not checked here.
Status verifyArtifact(const schema::Artifact &artifact);

} // namespace tenon
