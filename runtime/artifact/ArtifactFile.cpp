// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks from the outside in: nothing is read before what describes it has been verified.
#include "runtime/artifact/ArtifactFile.h"

#include "runtime/MappedFile.h"
#include "runtime/Tensor.h"
#include "runtime/artifact/ArtifactFormat.h"
#include "runtime/artifact/ArtifactVerifier.h"

#include <algorithm>
#include <cstring>

namespace tenon {
namespace {

/// Far above what the largest model needs (about 200 bytes a step), far below what would hurt.
constexpr uint64_t maximumMetadata = uint64_t(256) << 20;
constexpr flatbuffers::uoffset_t maximumTables = 4'000'000;
/// Deepest path: artifact, entry, plan, step, launch, variant, expression; a tensor map's sizes are one less.
constexpr flatbuffers::uoffset_t maximumDepth = 12;

Result<ArtifactHeader> verifyHeader(std::span<const std::byte> file) {
  ArtifactHeader header;
  if (file.size() < sizeof(header) || std::memcmp(file.data(), artifactMagic, sizeof(artifactMagic)) != 0)
    return dataError("it does not begin as an artifact does, with TENONART and a header of 64 bytes");
  std::memcpy(&header, file.data(), sizeof(header));
  if (header.version != artifactSchemaVersion)
    return dataError("it has schema version " + std::to_string(header.version) + " and this runtime reads version " +
                     std::to_string(artifactSchemaVersion) + "; compile the model again or use the matching tenon-run");
  if (header.reserved != 0 || header.padding[0] != 0 || header.padding[1] != 0)
    return dataError("its header is corrupt: reserved bytes are not 0");
  if (header.metadataSize > maximumMetadata || header.metadataOffset > file.size() ||
      header.metadataSize != file.size() - header.metadataOffset || header.metadataOffset % artifactAlignment != 0 ||
      header.metadataOffset < sizeof(header))
    return dataError("its header places " + std::to_string(header.metadataSize) + " bytes of metadata at " +
                     std::to_string(header.metadataOffset) + " in a file of " + std::to_string(file.size()) +
                     " bytes; the file is truncated or corrupt");
  if (contentHash(file.subspan(header.metadataOffset)) != header.metadataHash)
    return dataError("its metadata are corrupt: their hash differs from the one in the header");
  return header;
}

Status verifyZeros(std::span<const std::byte> gap) {
  if (std::any_of(gap.begin(), gap.end(), [](std::byte b) { return b != std::byte(0); }))
    return dataError("it is corrupt: bytes between its parts are not 0");
  return {};
}

/// Sections follow each other as the writer lays them out, up to the metadata, and have the hashes they should have.
Status verifySections(const schema::Artifact &metadata, std::span<const std::byte> file, uint64_t metadataOffset) {
  uint64_t end = sizeof(ArtifactHeader);
  for (uint32_t i = 0; i < metadata.sections()->size(); ++i) {
    const schema::Section &section = *metadata.sections()->Get(i);
    uint64_t start = alignArtifact(end);
    if (section.offset() != start || start > metadataOffset || section.size() > metadataOffset - start)
      return dataError("section " + std::to_string(i) + " of " + std::to_string(section.size()) + " bytes at " +
                       std::to_string(section.offset()) + " is out of place");
    TENON_TRY(verifyZeros(file.subspan(end, start - end)));
    end = start + section.size();
    if (contentHash(file.subspan(start, section.size())) != ContentHash{section.hash()->low(), section.hash()->high()})
      return dataError("section " + std::to_string(i) + " is corrupt: its hash differs from the one in the metadata");
  }
  if (alignArtifact(end) != metadataOffset)
    return dataError("its metadata do not follow its last section");
  return verifyZeros(file.subspan(end, metadataOffset - end));
}

} // namespace

Result<ArtifactFile> ArtifactFile::verified(std::span<const std::byte> file, std::shared_ptr<const std::byte> owner,
                                            const std::string &name) {
  auto refuse = [&](const Error &error) { return Error{error.kind, name + " cannot be loaded: " + error.message}; };
  Result<ArtifactHeader> header = verifyHeader(file);
  if (!header.ok())
    return refuse(header.error());

  ArtifactFile artifact;
  artifact.file = file;
  artifact.fileOwner = std::move(owner);
  artifact.metadataBytes = TENON_TRY(allocateStorage(header->metadataSize));
  std::memcpy(artifact.metadataBytes.get(), file.data() + header->metadataOffset, header->metadataSize);
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t *>(artifact.metadataBytes.get()), header->metadataSize,
                                 maximumDepth, maximumTables);
  if (!schema::VerifyArtifactBuffer(verifier))
    return refuse(dataError("its metadata are malformed"));

  Status status = verifySections(artifact.metadata(), file, header->metadataOffset);
  if (status.ok())
    status = verifyArtifact(artifact.metadata());
  if (!status.ok())
    return refuse(status.error());
  return artifact;
}

Result<ArtifactFile> ArtifactFile::open(const std::string &path) {
  MappedFile mapped = TENON_TRY(MappedFile::open(path));
  return verified(mapped.bytes(), mapped.owner(), "'" + path + "'");
}

Result<ArtifactFile> ArtifactFile::fromBytes(std::vector<std::byte> bytes) {
  // A vector's memory is aligned to 16 bytes only; kernels want their constants at multiples of 64.
  auto storage = TENON_TRY(allocateStorage(bytes.size()));
  std::copy(bytes.begin(), bytes.end(), storage.get());
  return verified({storage.get(), bytes.size()}, storage, "the artifact");
}

} // namespace tenon
