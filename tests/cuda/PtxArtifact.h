// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The artifacts of tests/runtime/TestArtifact.h for a GPU too, around the kernels of kernels.ptx.
#pragma once

#include "runtime/Session.h"
#include "tests/runtime/TestArtifact.h"

namespace tenon::test {

/// The text of kernels.ptx.
const std::string &kernelText();

/// The kernels that only the GPU has, by index into a plan's list, behind those of KernelIndex.
enum PtxKernelIndex : uint32_t { LastShared = Misalignment + 1, Overrun };

/// Adds a PTX target whose code is section 2, and for each entry a copy of its first plan for it, with all kernels of
/// kernels.ptx.
void addPtxTarget(schema::ArtifactT &artifact, const std::string &level = "sm_80");
/// The first PTX plan of the first entry.
schema::PlanT &ptxPlan(schema::ArtifactT &artifact);

/// The sample with its CPU target and a PTX target.
schema::ArtifactT ptxSample();
/// As fileOf(), with the text as section 2.
std::vector<std::byte> ptxFileOf(schema::ArtifactT artifact, const std::string &text = kernelText());

/// An artifact of one entry "main" whose only output y, f32 of `shape`, is written by one launch of a GPU's kernel.
schema::ArtifactT singleLaunch(uint32_t kernel, const std::vector<int64_t> &shape, const Items &gridX,
                               std::vector<std::unique_ptr<schema::ArgumentT>> arguments);

Result<Program> loadFor(Device device, schema::ArtifactT artifact, const std::string &text = kernelText());
/// The message of the error that loading for a device gives.
std::string loadError(Device device, schema::ArtifactT artifact, const std::string &text = kernelText());
Session sessionFor(Device device, schema::ArtifactT artifact, SessionOptions options = {});

} // namespace tenon::test
