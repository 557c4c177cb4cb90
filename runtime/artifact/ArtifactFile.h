// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An artifact that has passed every check, ready to be read.
#pragma once

#include "runtime/Result.h"
#include "runtime/schema/Artifact_generated.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tenon {

/// A verified artifact: magic, version, layout, hashes of metadata and sections, FlatBuffers structure, and everything
/// verifyArtifact() checks. A cheap handle; the metadata are a private copy, the sections are mapped where they came
/// from a file. Each section starts at an address that is a multiple of 64.
class ArtifactFile {
public:
  /// Errors begin with the file's name.
  static Result<ArtifactFile> open(const std::string &path);
  static Result<ArtifactFile> fromBytes(std::vector<std::byte> bytes);

  const schema::Artifact &metadata() const { return *schema::GetArtifact(metadataBytes.get()); }
  std::span<const std::byte> section(uint32_t index) const {
    const schema::Section *section = metadata().sections()->Get(index);
    return file.subspan(section->offset(), section->size());
  }
  /// The whole file.
  std::span<const std::byte> bytes() const { return file; }
  /// Keeps bytes() alive.
  std::shared_ptr<const std::byte> owner() const { return fileOwner; }

private:
  static Result<ArtifactFile> verified(std::span<const std::byte> file, std::shared_ptr<const std::byte> owner,
                                       const std::string &name);

  std::span<const std::byte> file;
  std::shared_ptr<const std::byte> fileOwner;
  std::shared_ptr<std::byte> metadataBytes;
};

} // namespace tenon
