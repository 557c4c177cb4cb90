// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loading machine code, and refusing all that is not the compiler's kind of object.
#include "runtime/cpu/ElfImage.h"

#include "runtime/KernelAbi.h"
#include "runtime/MappedFile.h"
#include "tests/runtime/TestArtifact.h"

#include <cstring>
#include <elf.h>
#include <gtest/gtest.h>
#include <random>

using namespace tenon;

static std::vector<std::byte> readObject(const std::string &name) {
  MappedFile file = MappedFile::open(std::string(TENON_TEST_OBJECTS) + "/" + name).value();
  return {file.bytes().begin(), file.bytes().end()};
}

static float lookUp(const ElfImage &image, int64_t index) {
  auto kernel = reinterpret_cast<tenon_cpu_kernel>(const_cast<void *>(image.function("look_up")));
  float result = 0;
  tenon_argument arguments[2];
  arguments[0].pointer = &result;
  arguments[1].size = index;
  const int64_t grid[3] = {1, 1, 1};
  kernel(arguments, grid, 0, 1, nullptr);
  return result;
}

TEST(ElfImage, RunsRelocatedCode) {
  // The second packs its relative relocations.
  for (const char *name : {"kernels.so", "kernels-relr.so"}) {
    Result<ElfImage> image = ElfImage::load(readObject(name));
    ASSERT_TRUE(image.ok()) << name << ": " << image.error().message;
    EXPECT_EQ(lookUp(*image, 0), 1);
    EXPECT_EQ(lookUp(*image, 1), 2);
    EXPECT_NE(image->function("scale"), nullptr);
    EXPECT_EQ(image->function("missing"), nullptr);
  }
}

TEST(ElfImage, OtherKindsOfObjectAreRefused) {
  struct {
    const char *name, *message;
  } cases[] = {{"data.so", "writable data"},
               {"tls.so", "thread-local storage"},
               {"init.so", "initializers"},
               {"undefined.so", "not defined in it"},
               {"needed.so", "depends on another library"}};
  for (const auto &[name, message] : cases) {
    Result<ElfImage> image = ElfImage::load(readObject(name));
    ASSERT_FALSE(image.ok()) << name;
    EXPECT_EQ(image.error().kind, ErrorKind::Data);
    EXPECT_NE(image.error().message.find(message), std::string::npos) << name << ": " << image.error().message;
  }
}

TEST(ElfImage, BadHeadersAreRefused) {
  const std::vector<std::byte> &good = test::kernelObject();
  for (size_t size = 0; size < good.size(); size += size < 1024 ? 1 : 37) {
    // Without its section headers, which come last, the file is whole for a loader.
    if (size > good.size() / 2)
      break;
    EXPECT_FALSE(ElfImage::load(std::span(good).first(size)).ok()) << size;
  }
  auto withField = [&](size_t offset, uint64_t value, size_t width) {
    std::vector<std::byte> bytes = good;
    std::memcpy(bytes.data() + offset, &value, width);
    return ElfImage::load(bytes);
  };
  EXPECT_FALSE(withField(EI_CLASS, ELFCLASS32, 1).ok());
  EXPECT_FALSE(withField(offsetof(Elf64_Ehdr, e_type), ET_EXEC, 2).ok());
  EXPECT_FALSE(withField(offsetof(Elf64_Ehdr, e_machine), EM_AARCH64, 2).ok());
  EXPECT_FALSE(withField(offsetof(Elf64_Ehdr, e_phnum), 0, 2).ok());
  EXPECT_FALSE(withField(offsetof(Elf64_Ehdr, e_phoff), UINT64_MAX - 8, 8).ok());
  for (size_t i = 0; i < 4; ++i) {
    size_t header = sizeof(Elf64_Ehdr) + i * sizeof(Elf64_Phdr);
    Elf64_Phdr program;
    std::memcpy(&program, good.data() + header, sizeof(program));
    if (program.p_type != PT_LOAD)
      continue;
    for (uint64_t value : {uint64_t(1) << 40, UINT64_MAX - 4095}) {
      EXPECT_FALSE(withField(header + offsetof(Elf64_Phdr, p_memsz), value, 8).ok());
      EXPECT_FALSE(withField(header + offsetof(Elf64_Phdr, p_vaddr), value, 8).ok());
      EXPECT_FALSE(withField(header + offsetof(Elf64_Phdr, p_offset), value, 8).ok());
    }
    EXPECT_FALSE(withField(header + offsetof(Elf64_Phdr, p_offset), good.size() - 8, 8).ok());
    EXPECT_FALSE(withField(header + offsetof(Elf64_Phdr, p_flags), PF_R | PF_W | PF_X, 4).ok());
  }
}

TEST(ElfImage, SmallCorruptionsNeverCrashTheLoader) {
  std::vector<std::byte> bytes = readObject("kernels.so");
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= std::byte(1 << bit % 8);
    (void)ElfImage::load(bytes).ok();
    bytes[bit / 8] ^= std::byte(1 << bit % 8);
  }
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::vector<std::byte> copy = bytes;
    for (int j = 0; j < 4; ++j)
      copy[random() % copy.size()] = std::byte(random());
    (void)ElfImage::load(copy).ok();
  }
}
