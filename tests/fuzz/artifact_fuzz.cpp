// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Any bytes as the metadata of an artifact, with the frame and the hashes put right so that the checks behind them are
// reached; what is accepted is loaded and bound to sizes, but no kernel is launched.
#include "runtime/Session.h"
#include "runtime/artifact/ArtifactFormat.h"
#include "tests/runtime/TestArtifact.h"

#include <cstdlib>
#include <cstring>

using namespace tenon;

/// Gives each section that lies within the file the hash of its content.
static void fixSectionHashes(std::vector<std::byte> &file, size_t metadataOffset) {
  auto *metadata = reinterpret_cast<const uint8_t *>(file.data() + metadataOffset);
  flatbuffers::Verifier verifier(metadata, file.size() - metadataOffset, 12, 100000);
  if (!schema::VerifyArtifactBuffer(verifier))
    return;
  for (const schema::Section *section : *schema::GetArtifact(metadata)->sections()) {
    if (section->offset() > metadataOffset || section->size() > metadataOffset - section->offset())
      continue;
    ContentHash hash = contentHash(std::span(file).subspan(section->offset(), section->size()));
    std::memcpy(const_cast<schema::Hash *>(section->hash()), &hash, sizeof(hash));
  }
}

static std::vector<std::byte> frame(std::span<const std::byte> metadata) {
  std::vector<std::byte> file(sizeof(ArtifactHeader));
  file.insert(file.end(), test::kernelObject().begin(), test::kernelObject().end());
  file.resize(alignArtifact(file.size()) + 32, std::byte(0)); // The constant: zeros.
  ArtifactHeader header = {};
  std::memcpy(header.magic, artifactMagic, sizeof(artifactMagic));
  header.version = artifactSchemaVersion;
  header.metadataOffset = alignArtifact(file.size());
  header.metadataSize = metadata.size();
  file.resize(header.metadataOffset);
  file.insert(file.end(), metadata.begin(), metadata.end());
  fixSectionHashes(file, header.metadataOffset);
  header.metadataHash = contentHash(std::span(file).subspan(header.metadataOffset));
  std::memcpy(file.data(), &header, sizeof(header));
  return file;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Result<Program> program = Program::fromBytes(frame(std::as_bytes(std::span(data, size))));
  if (!program.ok()) {
    if (program.error().message.empty())
      std::abort();
    return 0;
  }
  Result<Session> session = Session::create(*program, {.threads = 1, .memoryLimit = 16 << 20});
  if (!session.ok())
    return 0;
  for (const EntryDescription &entry : program->entries())
    for (int64_t value : {int64_t(0), int64_t(1), int64_t(96), INT64_MAX / 8}) {
      Sizes sizes;
      for (const SymbolDescription &symbol : entry.symbols)
        sizes[symbol.name] = value;
      (void)session->peakMemory(entry.name, sizes).ok();
      (void)program->inputShapes(entry.name, sizes).ok();
    }
  return 0;
}
