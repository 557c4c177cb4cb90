// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading .safetensors files, good and bad.
#include "runtime/Safetensors.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

using namespace tenon;

static std::string file(const std::string &header, const std::string &data) {
  uint64_t size = header.size();
  return std::string(reinterpret_cast<const char *>(&size), sizeof(size)) + header + data;
}

static Result<Safetensors> parse(const std::string &text) {
  return Safetensors::parse(std::as_bytes(std::span(text)), "t.safetensors");
}

TEST(Safetensors, ReadsEveryType) {
  std::string header, data;
  std::pair<const char *, unsigned> types[] = {{"F64", 8}, {"F32", 4},  {"F16", 2},     {"BF16", 2},
                                               {"I64", 8}, {"I32", 4},  {"I16", 2},     {"I8", 1},
                                               {"U8", 1},  {"BOOL", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1}};
  for (auto [type, size] : types) {
    header += std::string(header.empty() ? "{" : ",") + "\"" + type + "\":{\"shape\":[2,3],\"dtype\":\"" + type +
              "\",\"data_offsets\":[" + std::to_string(data.size()) + "," + std::to_string(data.size() + 6 * size) +
              "]}";
    data += std::string(6 * size, '\1');
  }
  // Scalars and empty tensors have no gap between them.
  std::string end = std::to_string(data.size());
  header += ",\"none\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[" + end + "," + end +
            "]},\"__metadata__\":{\"a\":\"b\"}}  ";
  std::string text = file(header, data); // outlives the views into it
  Result<Safetensors> parsed = parse(text);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const Safetensors &read = *parsed;
  EXPECT_EQ(read.entries().size(), 13u);
  EXPECT_EQ(read.metadata().at("a"), "b");
  for (auto [type, size] : types) {
    Tensor tensor = read.read(type).value();
    EXPECT_EQ(tensor.shape(), (Shape{2, 3}));
    EXPECT_EQ(tensor.byteCount(), 6 * size);
    EXPECT_EQ(tensor.bytes()[0], std::byte(1));
  }
  EXPECT_EQ(read.read("F8_E4M3")->type(), ElementType::F8E4M3FN);
  EXPECT_EQ(read.read("none")->elementCount(), 0);
  EXPECT_EQ(read.read("x").error().message, "t.safetensors: there is no tensor 'x'");
  EXPECT_TRUE(parse(file("{}", "")).value().entries().empty());
}

TEST(Safetensors, BoolsAreZeroOrOne) {
  std::string text = file("{\"a\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}", "\1\2");
  Result<Tensor> read = parse(text).value().read("a");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message, "t.safetensors: tensor 'a' of type BOOL has values other than 0 and 1");
}

TEST(Safetensors, BadFilesAreRefusedWithASentence) {
  auto entry = [](const std::string &dtype, const std::string &shape, const std::string &offsets) {
    return "{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  };
  struct {
    std::string text, message;
  } cases[] = {
      {"abc", "expected a .safetensors file, found only 3 bytes"},
      {std::string(8, '\xff'),
       "expected a .safetensors header of at most 0 bytes, found a size of 18446744073709551615"},
      {file("{", ""), "no valid JSON at its byte 2"},
      {file("[]", ""), "the header: expected an object, found an array"},
      {file(std::string(100000, '['), ""), "the header: expected an object, found an array"},
      {file("{\"a\":" + std::string(100000, '{'), ""), "no valid JSON"},
      {file("{}x", ""), "no valid JSON"},
      {file("{\"a\":1}", ""), "the header's entry 'a': expected an object, found a number"},
      {file("{\"a\":{\"dtype\":{}}}", ""), "entry 'a': expected a string with the type, found an object"},
      {file("{\"a\":{}}", ""), "expected the keys 'dtype', 'shape' and 'data_offsets', the last with two numbers"},
      {file("{\"a\":{\"x\":1}}", ""), "expected each of the keys 'dtype', 'shape' and 'data_offsets' once, found 'x'"},
      {file("{\"a\":" + entry("F32", "[-1]", "[0,4]") + "}", "1234"),
       "expected sizes, integers, found a negative number"},
      {file("{\"a\":" + entry("F32", "[1.5]", "[0,4]") + "}", "1234"), "found a fraction"},
      {file("{\"a\":" + entry("F32", "[9223372036854775808]", "[0,4]") + "}", "1234"), "at most 64 sizes below 2^63"},
      {file("{\"a\":" + entry("F32", "[99999999999999999999]", "[0,4]") + "}", "1234"), "found a fraction"},
      {file("{\"a\":" + entry("F32", "[4294967296,4294967296]", "[0,4]") + "}", "1234"),
       "tensor 'a' of type F32 and shape [4294967296, 4294967296] has 4 bytes"},
      {file("{\"a\":" + entry("F32", "[1]", "[0,4,4]") + "}", "1234"), "expected two numbers in 'data_offsets'"},
      {file("{\"a\":" + entry("F32", "[1]", "[0]") + "}", "1234"), "the last with two numbers"},
      {file("{\"a\":" + entry("F32", "[1]", "[4,0]") + "}", "1234"), "claims the bytes 4 to 0 of 4"},
      {file("{\"a\":" + entry("F32", "[1]", "[0,8]") + "}", "1234"), "claims the bytes 0 to 8 of 4"},
      {file("{\"a\":" + entry("F32", "[2]", "[0,4]") + "}", "1234"), "has 4 bytes instead of 8"},
      {file("{\"a\":" + entry("U32", "[1]", "[0,4]") + "}", "1234"), "has the type 'U32', which is not supported"},
      {file("{\"a\":" + entry("F32", "[1]", "[0,4]") + ",\"b\":" + entry("F32", "[1]", "[2,6]") + "}", "123456"),
       "tensor 'b' starts at byte 2 of the data instead of 4, so tensors overlap or leave a gap"},
      {file("{\"a\":" + entry("F32", "[1]", "[1,5]") + "}", "12345"), "starts at byte 1 of the data instead of 0"},
      {file("{\"a\":" + entry("F32", "[1]", "[0,4]") + "}", "12345"), "the tensors end at byte 4 of 5"},
      {file("{\"a\":" + entry("F32", "[0]", "[0,0]") + ",\"a\":" + entry("F32", "[0]", "[0,0]") + "}", ""),
       "entry 'a': expected each name once"},
      {file("{\"__metadata__\":{\"a\":1}}", ""), "entry 'a': expected a string, found a number"},
      {file("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", ""), "expected each key of __metadata__ once"},
  };
  for (auto &[text, message] : cases) {
    Result<Safetensors> read = parse(text);
    ASSERT_FALSE(read.ok()) << message;
    EXPECT_EQ(read.error().kind, ErrorKind::Data);
    EXPECT_NE(read.error().message.find(message), std::string::npos) << read.error().message << "\nwanted " << message;
    EXPECT_TRUE(read.error().message.starts_with("t.safetensors: "));
  }
}

TEST(Safetensors, EveryTruncationIsRefused) {
  std::string text = file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "12345678");
  EXPECT_TRUE(parse(text).ok());
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(parse(text.substr(0, size)).ok()) << size;
}

TEST(Safetensors, ReadsTheReferenceData) {
  const char *reference = std::getenv("TENON_REFERENCE");
  std::filesystem::path folder = reference ? std::filesystem::path(reference) / "ops" : std::filesystem::path();
  if (!std::filesystem::is_directory(folder))
    GTEST_SKIP() << "TENON_REFERENCE names no folder of reference data with ops in it";
  size_t files = 0, values = 0;
  for (const auto &item : std::filesystem::directory_iterator(folder)) {
    if (item.path().extension() != ".safetensors")
      continue;
    Result<Safetensors> read = Safetensors::open(item.path().string());
    ASSERT_TRUE(read.ok()) << read.error().message;
    ++files;
    for (const auto &[name, entry] : read->entries()) {
      Result<Tensor> tensor = read->read(name);
      ASSERT_TRUE(tensor.ok()) << tensor.error().message;
      values += size_t(tensor->elementCount());
      EXPECT_EQ(tensor->byteCount(), entry.bytes.size());
    }
  }
  EXPECT_GT(files, 0u);
  RecordProperty("files", std::to_string(files));
  RecordProperty("values", std::to_string(values));
}
