// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The frame of an artifact file around its metadata: see runtime/schema/Artifact.fbs.
#pragma once

#include "runtime/artifact/ContentHash.h"

#include <bit>
#include <cstdint>

namespace tenon {

inline constexpr uint32_t artifactSchemaVersion = 1;
inline constexpr uint64_t artifactAlignment = 64;
inline constexpr char artifactMagic[8] = {'T', 'E', 'N', 'O', 'N', 'A', 'R', 'T'};

/// The first 64 bytes of a file, little endian.
struct ArtifactHeader {
  char magic[8];
  uint32_t version;
  uint32_t reserved;
  uint64_t metadataOffset;
  uint64_t metadataSize;
  ContentHash metadataHash;
  uint64_t padding[2];
};
static_assert(sizeof(ArtifactHeader) == artifactAlignment && std::endian::native == std::endian::little);

/// `size` up to the next multiple of 64. Callers keep `size` below 2^63.
constexpr uint64_t alignArtifact(uint64_t size) {
  return (size + artifactAlignment - 1) / artifactAlignment * artifactAlignment;
}

} // namespace tenon
