// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading and writing .npy files, good and bad.
#include "runtime/Npy.h"

#include "runtime/RandomTensor.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

using namespace tenon;

/// A file of version 1 with that header and data.
static std::string npy(const std::string &header, const std::string &data) {
  std::string text("\x93NUMPY\x01\0", 8);
  text += static_cast<char>(header.size() & 255);
  text += static_cast<char>(header.size() >> 8);
  return text + header + data;
}

static Result<Tensor> parse(const std::string &text) { return parseNpy(std::as_bytes(std::span(text)), "t.npy"); }

static std::string temporaryPath(const std::string &name) {
  return (std::filesystem::path(testing::TempDir()) / (name + std::to_string(::getpid()))).string();
}

TEST(Npy, EveryTypeAndRankSurvivesTheRoundTrip) {
  std::string path = temporaryPath("roundtrip.npy");
  for (ElementType type : {ElementType::F64, ElementType::F32, ElementType::F16, ElementType::BF16, ElementType::I64,
                           ElementType::I32, ElementType::I16, ElementType::I8, ElementType::I1, ElementType::U8})
    for (Shape shape : {Shape{}, Shape{5}, Shape{0}, Shape{2, 3}, Shape{1, 2, 3, 4}}) {
      Tensor tensor = randomTensor(1, 0, type, shape).value();
      ASSERT_TRUE(writeNpy(path, tensor).ok());
      Result<Tensor> read = readNpy(path);
      ASSERT_TRUE(read.ok()) << read.error().message;
      EXPECT_EQ(read->type(), type);
      EXPECT_EQ(read->shape(), shape);
      EXPECT_EQ(std::memcmp(read->bytes(), tensor.bytes(), tensor.byteCount()), 0);
      EXPECT_EQ((std::filesystem::file_size(path) - tensor.byteCount()) % 64, 0u);
    }
  std::filesystem::remove(path);
}

TEST(Npy, FortranOrderIsTransposed) {
  std::string data{0, 1, 2, 3, 4, 5};
  Tensor tensor = parse(npy("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3), }\n", data)).value();
  // Column-major data 0..5 of shape (2, 3) is [[0, 2, 4], [1, 3, 5]].
  EXPECT_EQ(std::vector<int8_t>(tensor.data<int8_t>().begin(), tensor.data<int8_t>().end()),
            (std::vector<int8_t>{0, 2, 4, 1, 3, 5}));
}

TEST(Npy, KeysMayComeInAnyOrder) {
  EXPECT_TRUE(parse(npy("{\"shape\":(1,),\"descr\":\"|u1\",\"fortran_order\":False}", "x")).ok());
  EXPECT_TRUE(parse(npy("{'shape': (), 'descr': '<V2', 'fortran_order': False}", "xy")).ok());
}

TEST(Npy, BadFilesAreRefusedWithASentence) {
  const char *good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }";
  struct {
    std::string file, message;
  } cases[] = {
      {"", "not a .npy file"},
      {"PK\x03\x04 and more", "not a .npy file"},
      {std::string("\x93NUMPY\x04\0\x01\0{", 11), "version 4.0"},
      {npy(good, "abc"), "should hold 4 bytes of data for shape [1], it holds 3"},
      {npy(good, "abcde"), "it holds 5"},
      {npy(good, "abcd").substr(0, 30), "ends within its header"},
      {std::string("\x93NUMPY\x02\0\xff\xff\xff\x7f{", 13), "header of 2147483647 bytes"},
      {npy("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "abcd"), "type '>f4'"},
      {npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "abcd"), "structured"},
      {npy("{'descr': '<f4', 'fortran_order': 1, 'shape': (1,), }", "abcd"), "True or False"},
      {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", ""), "tuple"},
      {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", ""), "tuple"},
      {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", ""), "impossible"},
      {npy("{'descr': '<f4', 'fortran_order': False}", "abcd"), "all of the keys"},
      {npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "abcd"), "once"},
      {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1", "abcd"), "nothing after"},
      {npy("{'descr': '|b1', 'fortran_order': False, 'shape': (1,)}", "\x02"), "neither 0 nor 1"},
  };
  for (const auto &[file, message] : cases) {
    Result<Tensor> result = parse(file);
    ASSERT_FALSE(result.ok()) << message;
    EXPECT_EQ(result.error().kind, ErrorKind::Data);
    EXPECT_NE(result.error().message.find(message), std::string::npos) << result.error().message;
    EXPECT_NE(result.error().message.find("t.npy"), std::string::npos);
  }
}

TEST(Npy, AFailedWriteLeavesTheOldFile) {
  std::string path = temporaryPath("old.npy");
  ASSERT_TRUE(writeNpy(path, Tensor::of<float>({1}, {1}).value()).ok());
  Result<void> result = writeNpy(path, Tensor::zeros(ElementType::I4, {2}).value());
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("i4"), std::string::npos);
  EXPECT_TRUE(readNpy(path).ok());
  std::filesystem::remove(path);
  EXPECT_FALSE(readNpy(path).ok());
  EXPECT_FALSE(readNpy(testing::TempDir()).ok());
  EXPECT_FALSE(writeNpy("/nonexistent/x.npy", Tensor::of<float>({1}, {1}).value()).ok());
}
