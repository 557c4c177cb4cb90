// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writing and loading artifacts, and refusing all that are not whole.
#include "runtime/artifact/ArtifactFile.h"

#include "runtime/artifact/ArtifactFormat.h"
#include "tests/runtime/TestArtifact.h"

#include <cstring>
#include <functional>
#include <gtest/gtest.h>

using namespace tenon;
using namespace tenon::test;
using schema::BufferKind;

namespace {
std::span<const std::byte> asBytes(const char *text) { return std::as_bytes(std::span(text, std::strlen(text))); }

/// The sample with a small text instead of its kernels, so that every bit can be flipped in little time.
std::vector<std::byte> smallBytes() {
  ArtifactWriter writer;
  writer.addSection(asBytes("code"));
  writer.addSection(asBytes("a constant of more than sixty-four bytes, so that sections are not all of one line"));
  return writer.finish(sampleArtifact()).value();
}

/// The file with other metadata, framed and hashed as they should be.
std::vector<std::byte> reframed(const std::vector<std::byte> &file, std::function<void(schema::ArtifactT &)> change) {
  ArtifactHeader header;
  std::memcpy(&header, file.data(), sizeof(header));
  auto artifact = schema::UnPackArtifact(file.data() + header.metadataOffset);
  change(*artifact);
  flatbuffers::FlatBufferBuilder builder;
  schema::FinishArtifactBuffer(builder, schema::CreateArtifact(builder, artifact.get()));
  std::span<const std::byte> metadata(reinterpret_cast<std::byte *>(builder.GetBufferPointer()), builder.GetSize());
  header.metadataSize = metadata.size();
  header.metadataHash = contentHash(metadata);
  std::vector<std::byte> result(file.begin(), file.begin() + static_cast<ptrdiff_t>(header.metadataOffset));
  std::memcpy(result.data(), &header, sizeof(header));
  result.insert(result.end(), metadata.begin(), metadata.end());
  return result;
}
} // namespace

TEST(Artifact, RoundTrip) {
  std::vector<std::byte> bytes = sampleBytes();
  EXPECT_EQ(bytes, sampleBytes()) << "the same calls must give the same bytes";
  ArtifactFile file = ArtifactFile::fromBytes(bytes).value();
  EXPECT_EQ(file.metadata().entries()->Get(0)->name()->str(), "main");
  EXPECT_TRUE(std::equal(kernelObject().begin(), kernelObject().end(), file.section(0).begin(), file.section(0).end()));
  EXPECT_EQ(file.section(1).size(), 32u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(file.section(1).data()) % artifactAlignment, 0u);
}

TEST(Artifact, EqualSectionsAreStoredOnce) {
  ArtifactWriter writer;
  EXPECT_EQ(writer.addSection(asBytes("one")), 0u);
  EXPECT_EQ(writer.addSection(asBytes("two")), 1u);
  EXPECT_EQ(writer.addSection(asBytes("one")), 0u);
}

TEST(Artifact, EveryFlippedBitIsRefused) {
  std::vector<std::byte> bytes = smallBytes();
  ASSERT_TRUE(ArtifactFile::fromBytes(bytes).ok());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= std::byte(1 << bit % 8);
    Result<ArtifactFile> result = ArtifactFile::fromBytes(bytes);
    ASSERT_FALSE(result.ok()) << "bit " << bit;
    ASSERT_EQ(result.error().kind, ErrorKind::Data);
    bytes[bit / 8] ^= std::byte(1 << bit % 8);
  }
}

TEST(Artifact, EveryTruncationAndExtensionIsRefused) {
  std::vector<std::byte> bytes = smallBytes();
  for (size_t size = 0; size < bytes.size(); ++size)
    ASSERT_FALSE(ArtifactFile::fromBytes({bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size)}).ok()) << size;
  bytes.push_back(std::byte(0));
  EXPECT_FALSE(ArtifactFile::fromBytes(bytes).ok());
}

TEST(Artifact, AnotherVersionIsNamed) {
  std::vector<std::byte> bytes = smallBytes();
  bytes[8] = std::byte(2);
  Result<ArtifactFile> result = ArtifactFile::fromBytes(bytes);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("schema version 2 and this runtime reads version 1"), std::string::npos);
}

TEST(Artifact, MistakesInTheMetadataAreNamed) {
  using schema::ArtifactT, schema::Action, schema::ExprOp;
  auto plan = [](ArtifactT &a) -> schema::PlanT & { return *a.entries[0]->plans[0]; };
  auto firstLaunch = [=](ArtifactT &a) -> schema::LaunchT & { return *plan(a).steps[0]->action.AsLaunch(); };
  struct {
    std::function<void(ArtifactT &)> change;
    const char *message;
  } cases[] = {
      {[](ArtifactT &a) { a.targets[0]->kind = schema::TargetKind(7); }, "unknown kind 7"},
      {[](ArtifactT &a) { a.targets[0]->abi = 9; }, "ABI version 9"},
      {[](ArtifactT &a) { a.targets[0]->code = 2; }, "section 2 of 2"},
      {[](ArtifactT &a) { a.targets[0]->level = ""; }, "level is empty"},
      {[](ArtifactT &a) { a.sections[1]->offset += 64; }, "out of place"},
      {[](ArtifactT &a) { a.sections[1]->size = UINT64_MAX; }, "out of place"},
      {[](ArtifactT &a) { a.constants[0]->section = -1; }, "either in a section or in an external file"},
      {[](ArtifactT &a) { a.constants[0]->section = 5; }, "section 5 of 2"},
      {[](ArtifactT &a) { a.constants[0]->type->element = schema::ElementType(13); }, "unknown element type 13"},
      {[](ArtifactT &a) { a.constants[0]->type->shape[0] = expr({symbol(0)}); }, "symbol 0 of 0"},
      {[](ArtifactT &a) { a.states[0]->initial = 1; }, "constant 1 of 1"},
      {[](ArtifactT &a) { a.entries.clear(); }, "no entries"},
      {[](ArtifactT &a) { a.entries[0]->name = "a\nb"; }, "not printable"},
      {[](ArtifactT &a) { a.entries[0]->inputs[1]->name = "x"; }, "have the name 'x'"},
      {[](ArtifactT &a) { a.entries[0]->symbols[0]->maximum = -1; }, "no size can be"},
      {[](ArtifactT &a) { a.entries[0]->symbols[0]->divisor = 0; }, "no size can be"},
      {[](ArtifactT &a) {
         for (auto &input : a.entries[0]->inputs)
           input->type->shape[0] = expr({symbol(0), 1, ExprOp::Add});
       },
       "'N' is not by itself a dimension"},
      {[](ArtifactT &a) {
         a.entries[0]->states = {0, 0};
       },
       "or twice"},
      {[](ArtifactT &a) { a.entries[0]->plans.clear(); }, "0 plans for 1 targets"},
      {[](ArtifactT &a) { a.entries[0]->plans[0]->target = 1; }, "plan for target 1 of 1"},
      {[=](ArtifactT &a) { plan(a).kernels[0]->parameters[2] = schema::ParameterKind::TensorMap; }, "parameter 2"},
      {[=](ArtifactT &a) { plan(a).kernels[0]->parameters.pop_back(); }, "4 arguments to a kernel of 3"},
      {[=](ArtifactT &a) { plan(a).kernels[0]->parameters[2] = schema::ParameterKind::Scalar; }, "argument 2 is not"},
      {[=](ArtifactT &a) { plan(a).kernels[0]->workspace_bytes = UINT64_MAX; }, "workspace"},
      {[=](ArtifactT &a) { plan(a).buffers[2]->last = 6; }, "from step 0 through 6 of 6"},
      {[=](ArtifactT &a) { plan(a).buffers[2]->last = 0; }, "it uses buffer 2, which lives from step 0 through 0"},
      {[=](ArtifactT &a) { plan(a).buffers[0]->index = 2; }, "tensor 2 of 2"},
      {[=](ArtifactT &a) { plan(a).buffers[1]->index = 0; }, "same tensor"},
      {[=](ArtifactT &a) { plan(a).buffers[0]->kind = BufferKind(5); }, "unknown kind 5"},
      {[=](ArtifactT &a) {
         plan(a).buffers[0]->bytes = expr({1, 2});
       },
       "leaves 2 values"},
      {[](ArtifactT &a) { a.entries[0]->states.clear(); }, "does not list"},
      {[=](ArtifactT &a) { firstLaunch(a).arguments[0]->writes = true; }, "an input or a constant"},
      {[=](ArtifactT &a) { firstLaunch(a).arguments[1]->writes = false; }, "no step has written"},
      {[=](ArtifactT &a) { firstLaunch(a).arguments[1]->buffer = 99; }, "buffer 99 of 9"},
      {[=](ArtifactT &a) { firstLaunch(a).arguments[2]->size = nullptr; }, "it has no size"},
      {[=](ArtifactT &a) { firstLaunch(a).variants.clear(); }, "no variants"},
      {[=](ArtifactT &a) { firstLaunch(a).variants[0]->kernel = 6; }, "kernel 6 of 6"},
      {[=](ArtifactT &a) { firstLaunch(a).variants[0]->grid.pop_back(); }, "2 sizes, expected 3"},
      {[=](ArtifactT &a) { plan(a).steps[2]->action.Set(schema::LoopT()); }, "action of type 4"},
      {[=](ArtifactT &a) { plan(a).steps[5]->action.AsCopy()->destination = 8; }, "to itself"},
      {[=](ArtifactT &a) { plan(a).steps.push_back(check({1}, {1}, "late")); }, "after a step that writes a state"},
      {[=](ArtifactT &a) { plan(a).steps[3] = check({1}, {1}, "sums"); }, "no step writes output 'sums'"},
  };
  std::vector<std::byte> good = smallBytes();
  for (const auto &[change, message] : cases) {
    Result<ArtifactFile> result = ArtifactFile::fromBytes(reframed(good, change));
    ASSERT_FALSE(result.ok()) << message;
    EXPECT_NE(result.error().message.find(message), std::string::npos) << result.error().message << "\n" << message;
  }
}

TEST(Artifact, MistakesInPlansOfGpusAreNamed) {
  using schema::ArtifactT, schema::Dim3;
  auto forGpu = [](ArtifactT &a) {
    a.targets[0]->kind = schema::TargetKind::Ptx;
    a.targets[0]->level = "sm_80";
    for (auto &kernel : a.entries[0]->plans[0]->kernels) {
      kernel->block = std::make_unique<Dim3>(8, 2, 64);
      kernel->workspace_bytes = 0;
    }
  };
  auto kernel = [](ArtifactT &a) -> schema::KernelT & { return *a.entries[0]->plans[0]->kernels[1]; };
  struct {
    std::function<void(ArtifactT &)> change;
    const char *message;
  } cases[] = {
      {[](ArtifactT &a) { a.targets[0]->level = "gfx90a"; }, "its level is 'gfx90a', expected that of a GPU"},
      {[](ArtifactT &a) { a.targets[0]->level = "sm_8"; }, "expected that of a GPU"},
      {[=](ArtifactT &a) { kernel(a).block = nullptr; }, "kernel 1: its block must have 1 to 1024 threads"},
      {[=](ArtifactT &a) { kernel(a).block = std::make_unique<Dim3>(0, 1, 1); }, "1 to 1024 threads"},
      {[=](ArtifactT &a) { kernel(a).block = std::make_unique<Dim3>(1, 1025, 1); }, "1 to 1024 threads"},
      {[=](ArtifactT &a) { kernel(a).block = std::make_unique<Dim3>(1 << 31, 1 << 31, 4); }, "1 to 1024 threads"},
      {[=](ArtifactT &a) { kernel(a).block = std::make_unique<Dim3>(32, 33, 1); }, "1 to 1024 threads"},
      {[=](ArtifactT &a) { kernel(a).block = std::make_unique<Dim3>(1, 1, 65); }, "at most 64 in z"},
      {[=](ArtifactT &a) { kernel(a).cluster = std::make_unique<Dim3>(3, 3, 1); }, "cluster must have 1 to 8 blocks"},
      {[=](ArtifactT &a) { kernel(a).cluster = std::make_unique<Dim3>(2, 0, 1); }, "cluster must have 1 to 8 blocks"},
      {[=](ArtifactT &a) { kernel(a).shared_bytes = (227 << 10) + 1; }, "232449 bytes of shared memory"},
      {[=](ArtifactT &a) { kernel(a).workspace_bytes = 64; }, "it wants a workspace"},
      {[=](ArtifactT &a) { kernel(a).parameters[0] = schema::ParameterKind(4); }, "parameter 0 is of kind 4"},
  };
  std::vector<std::byte> good = smallBytes();
  ASSERT_TRUE(ArtifactFile::fromBytes(reframed(good, forGpu)).ok());
  for (const auto &[change, message] : cases) {
    Result<ArtifactFile> result = ArtifactFile::fromBytes(reframed(good, [&, change = change](ArtifactT &artifact) {
      forGpu(artifact);
      change(artifact);
    }));
    ASSERT_FALSE(result.ok()) << message;
    EXPECT_NE(result.error().message.find(message), std::string::npos) << result.error().message << "\n" << message;
  }
}

TEST(Artifact, MetadataThatAreNoFlatBufferAreRefused) {
  std::vector<std::byte> bytes = smallBytes();
  ArtifactHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  std::span<std::byte> metadata(bytes.data() + header.metadataOffset, header.metadataSize);
  std::fill(metadata.begin(), metadata.end(), std::byte(0x7f));
  header.metadataHash = contentHash(metadata);
  std::memcpy(bytes.data(), &header, sizeof(header));
  Result<ArtifactFile> result = ArtifactFile::fromBytes(bytes);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("malformed"), std::string::npos);
}

TEST(Artifact, TheWriterRefusesWhatTheReaderWould) {
  schema::ArtifactT artifact = sampleArtifact();
  artifact.entries[0]->plans[0]->buffers[2]->last = 77;
  Result<std::vector<std::byte>> result = ArtifactWriter().finish(std::move(artifact));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::Internal);
}
