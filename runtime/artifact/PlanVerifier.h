// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks of one plan, as a part of verifyArtifact().
#pragma once

#include "runtime/Result.h"
#include "runtime/schema/Artifact_generated.h"

#include <string>
#include <vector>

namespace tenon {

/// Most buffers of a plan: packing an arena takes time quadratic in them.
inline constexpr uint32_t maximumBuffers = 32768;

/// Checks kernels, buffers and steps of a plan of `entry`, whose own parts and target index have been checked already.
/// Errors name the place within the plan.
Status verifyPlan(const schema::Artifact &artifact, const schema::Entry &entry, const schema::Plan &plan);

/// Whether text from an artifact is fit to be printed as a name: not empty, no control characters, at most 4096 bytes.
bool isPrintableName(const flatbuffers::String &name);

} // namespace tenon
