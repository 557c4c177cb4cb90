// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Putting an artifact together.
#pragma once

#include "runtime/Result.h"
#include "runtime/schema/Artifact_generated.h"

#include <cstddef>
#include <span>
#include <vector>

namespace tenon {

/// Collects sections, then lays out one file around the metadata that names them. The same calls give the same bytes.
class ArtifactWriter {
public:
  /// The index of a section with these bytes, which must live until finish(). Equal contents share one section.
  uint32_t addSection(std::span<const std::byte> bytes);

  /// The file's bytes; fills in `metadata.sections`. Internal where the result would not pass the verifier. All fields
  /// that the schema requires must be set.
  Result<std::vector<std::byte>> finish(schema::ArtifactT metadata) const;

private:
  std::vector<std::span<const std::byte>> sections;
};

} // namespace tenon
