// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes a few good inputs for each fuzz target, from which libFuzzer starts.
#include "runtime/AtomicFile.h"
#include "runtime/MappedFile.h"
#include "runtime/Npy.h"
#include "runtime/RandomTensor.h"
#include "runtime/artifact/ArtifactFormat.h"
#include "tests/runtime/TestArtifact.h"

#include <cstring>
#include <filesystem>

using namespace tenon;
using namespace tenon::test;

static void write(const std::string &path, std::span<const std::byte> bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  writeFileAtomically(path, {bytes}).value();
}

/// The part of an artifact that the target is given: the target frames it itself.
static std::span<const std::byte> metadataOf(const std::vector<std::byte> &file) {
  ArtifactHeader header;
  std::memcpy(&header, file.data(), sizeof(header));
  return std::span(file).subspan(header.metadataOffset);
}

static void writeArtifacts(const std::string &folder) {
  write(folder + "/sample", metadataOf(sampleBytes()));
  schema::ArtifactT artifact = sampleArtifact();
  schema::PlanT &plan = *artifact.entries[0]->plans[0];
  plan.steps.insert(plan.steps.begin(), check({symbol(0), 3, schema::ExprOp::Mod}, {0}, "N must be a multiple of 3"));
  for (auto &buffer : plan.buffers)
    if (buffer->kind == schema::BufferKind::Arena)
      ++buffer->first, ++buffer->last;
  plan.steps[1]->action.AsLaunch()->variants.push_back(
      variant(Scale, {symbol(0), 1, schema::ExprOp::Max}, {{symbol(0), 2, schema::ExprOp::Mod}}));
  artifact.states[0]->initial = 0;
  write(folder + "/variants", metadataOf(fileOf(std::move(artifact))));

  artifact = sampleArtifact();
  artifact.targets[0]->kind = schema::TargetKind::Ptx;
  artifact.targets[0]->level = "sm_90a";
  for (auto &kernel : artifact.entries[0]->plans[0]->kernels) {
    kernel->block = std::make_unique<schema::Dim3>(64, 1, 1);
    kernel->cluster = std::make_unique<schema::Dim3>(2, 1, 1);
    kernel->shared_bytes = 4096;
    kernel->workspace_bytes = 0;
  }
  write(folder + "/gpu", metadataOf(fileOf(std::move(artifact))));
}

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  std::string corpus = argv[1];
  writeArtifacts(corpus + "/artifact");
  for (const char *object : {"kernels", "kernels-relr", "data", "init"})
    write(corpus + "/elf/" + object,
          MappedFile::open(std::string(TENON_TEST_OBJECTS) + "/" + object + ".so").value().bytes());
  std::filesystem::create_directories(corpus + "/npy");
  for (ElementType type : {ElementType::F32, ElementType::BF16, ElementType::I1})
    writeNpy(corpus + "/npy/" + std::string(elementTypeName(type)), randomTensor(1, 0, type, {2, 3}).value()).value();
  write(corpus + "/size_expression/sum", std::as_bytes(std::span("\x01\x00\x00\x02\x02", 5)));
  return 0;
}
