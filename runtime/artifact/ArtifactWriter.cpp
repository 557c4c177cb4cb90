// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layout of the file: header, sections, metadata.
#include "runtime/artifact/ArtifactWriter.h"

#include "runtime/artifact/ArtifactFormat.h"
#include "runtime/artifact/ArtifactVerifier.h"

#include <algorithm>
#include <cstring>

namespace tenon {

uint32_t ArtifactWriter::addSection(std::span<const std::byte> bytes) {
  auto same = std::find_if(sections.begin(), sections.end(), [&](std::span<const std::byte> other) {
    return other.size() == bytes.size() && std::equal(other.begin(), other.end(), bytes.begin());
  });
  if (same == sections.end())
    same = sections.insert(sections.end(), bytes);
  return static_cast<uint32_t>(same - sections.begin());
}

Result<std::vector<std::byte>> ArtifactWriter::finish(schema::ArtifactT metadata) const {
  uint64_t end = sizeof(ArtifactHeader);
  metadata.sections.clear();
  for (std::span<const std::byte> bytes : sections) {
    auto section = std::make_unique<schema::SectionT>();
    ContentHash hash = contentHash(bytes);
    section->offset = alignArtifact(end);
    section->size = bytes.size();
    section->hash = std::make_unique<schema::Hash>(hash.low, hash.high);
    end = section->offset + section->size;
    metadata.sections.push_back(std::move(section));
  }

  flatbuffers::FlatBufferBuilder builder;
  schema::FinishArtifactBuffer(builder, schema::CreateArtifact(builder, &metadata));
  std::span<const std::byte> encoded(reinterpret_cast<const std::byte *>(builder.GetBufferPointer()),
                                     builder.GetSize());
  if (Status status = verifyArtifact(*schema::GetArtifact(encoded.data())); !status.ok())
    return internalError("an artifact was put together wrongly: " + status.error().message);

  ArtifactHeader header = {};
  std::memcpy(header.magic, artifactMagic, sizeof(artifactMagic));
  header.version = artifactSchemaVersion;
  header.metadataOffset = alignArtifact(end);
  header.metadataSize = encoded.size();
  header.metadataHash = contentHash(encoded);

  std::vector<std::byte> file(header.metadataOffset + encoded.size());
  std::memcpy(file.data(), &header, sizeof(header));
  for (size_t i = 0; i < sections.size(); ++i)
    std::copy(sections[i].begin(), sections[i].end(),
              file.begin() + static_cast<ptrdiff_t>(metadata.sections[i]->offset));
  std::memcpy(file.data() + header.metadataOffset, encoded.data(), encoded.size());
  return file;
}

} // namespace tenon
