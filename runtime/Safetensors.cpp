// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The format: u64 header size, little endian; a JSON header; the data. It is described in the safetensors project,
// whose own bounds are kept here.
#include "runtime/Safetensors.h"

#include "runtime/MappedFile.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tenon {
namespace {

constexpr uint64_t maximumHeader = 100'000'000;
/// As for .npy files.
constexpr size_t maximumRank = 64;
constexpr std::string_view metadataKey = "__metadata__";

struct TypeCode {
  std::string_view code;
  ElementType type;
};
constexpr TypeCode typeCodes[] = {
    {"F64", ElementType::F64},
    {"F32", ElementType::F32},
    {"F16", ElementType::F16},
    {"BF16", ElementType::BF16},
    {"F8_E4M3", ElementType::F8E4M3FN},
    {"F8_E5M2", ElementType::F8E5M2},
    {"I64", ElementType::I64},
    {"I32", ElementType::I32},
    {"I16", ElementType::I16},
    {"I8", ElementType::I8},
    {"U8", ElementType::U8},
    {"BOOL", ElementType::I1},
};

/// A name from the file as it may stand in a message: printable, and not too long.
std::string printable(std::string_view name) {
  std::string text = "'";
  for (char c : name.substr(0, 80))
    text += c < ' ' || c > '~' ? '?' : c;
  return text + (name.size() > 80 ? "...'" : "'");
}

/// What the header says of one tensor, before it is compared with the file.
struct Description {
  std::string dtype;
  Shape shape;
  std::vector<uint64_t> offsets;
  bool hasDtype = false, hasShape = false, hasOffsets = false;
};

/// Receives the header's JSON piece by piece, so that nothing is built that the format does not have. Each function
/// returns whether to go on; `problem` then says why not.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
public:
  std::map<std::string, Description, std::less<>> tensors;
  Safetensors::Metadata metadata;
  std::string problem;

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("true or false"); }
  bool number_float(number_float_t, const string_t &) override { return unexpected("a fraction"); }
  bool binary(binary_t &) override { return unexpected("binary data"); }
  bool number_integer(number_integer_t) override { return unexpected("a negative number"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (place == Place::Shape) {
      if (value > uint64_t(INT64_MAX) || current->shape.size() == maximumRank)
        return fail("at most 64 sizes below 2^63 in 'shape'");
      current->shape.push_back(int64_t(value));
      return true;
    }
    if (place != Place::Offsets)
      return unexpected("a number");
    if (current->offsets.size() == 2)
      return fail("two numbers in 'data_offsets'");
    current->offsets.push_back(value);
    return true;
  }

  bool string(string_t &value) override {
    if (place == Place::Metadata)
      return metadata.emplace(lastKey, std::move(value)).second || fail("each key of __metadata__ once");
    if (place != Place::Dtype)
      return unexpected("a string");
    current->dtype = std::move(value);
    place = Place::Tensor;
    return true;
  }

  bool start_object(std::size_t) override {
    if (place == Place::Start)
      place = Place::Names;
    else if (place == Place::Value)
      place = lastKey == metadataKey ? Place::Metadata : Place::Tensor;
    else
      return unexpected("an object");
    return true;
  }

  bool key(string_t &value) override {
    if (place == Place::Names)
      return startEntry(value);
    if (place == Place::Tensor)
      return startField(value);
    lastKey = std::move(value);
    return true;
  }

  bool end_object() override {
    if (place == Place::Tensor && (!current->hasDtype || !current->hasShape || current->offsets.size() != 2))
      return fail("the keys 'dtype', 'shape' and 'data_offsets', the last with two numbers");
    place = place == Place::Names ? Place::End : Place::Names;
    return true;
  }

  bool start_array(std::size_t) override {
    if (place != Place::ShapeValue && place != Place::OffsetsValue)
      return unexpected("an array");
    place = place == Place::ShapeValue ? Place::Shape : Place::Offsets;
    return true;
  }

  bool end_array() override {
    place = Place::Tensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &) override {
    if (problem.empty())
      problem = "the header is no valid JSON at its byte " + std::to_string(position);
    return false;
  }

private:
  /// Where in the header the next piece stands. A ...Value place waits for what its key announced.
  enum class Place { Start, Names, Value, Metadata, Tensor, Dtype, ShapeValue, Shape, OffsetsValue, Offsets, End };

  bool startEntry(string_t &name) {
    bool isNew = name == metadataKey ? !std::exchange(hasMetadata, true) : !tensors.contains(name);
    lastKey = std::move(name);
    place = Place::Value;
    if (isNew && lastKey != metadataKey)
      current = &tensors[lastKey];
    return isNew || fail("each name once");
  }

  bool startField(const string_t &name) {
    bool *seen = name == "dtype"          ? &current->hasDtype
                 : name == "shape"        ? &current->hasShape
                 : name == "data_offsets" ? &current->hasOffsets
                                          : nullptr;
    if (!seen || *seen)
      return fail("each of the keys 'dtype', 'shape' and 'data_offsets' once, found " + printable(name));
    *seen = true;
    place = seen == &current->hasDtype   ? Place::Dtype
            : seen == &current->hasShape ? Place::ShapeValue
                                         : Place::OffsetsValue;
    return true;
  }

  bool fail(const std::string &expected) {
    problem = (place == Place::Start || place == Place::End ? "the header" : "the header's entry " + entryName()) +
              ": expected " + expected;
    return false;
  }

  bool unexpected(std::string_view found) {
    constexpr std::string_view wanted[] = {
        "an object", "a name",          "an object", "a string",     "a key",       "a string with the type",
        "an array",  "sizes, integers", "an array",  "two integers", "nothing more"};
    return fail(std::string(wanted[size_t(place)]) + ", found " + std::string(found));
  }

  std::string entryName() const {
    for (const auto &[name, description] : tensors)
      if (&description == current && place != Place::Metadata)
        return printable(name);
    return printable(lastKey);
  }

  Place place = Place::Start;
  std::string lastKey;
  Description *current = nullptr;
  bool hasMetadata = false;
};

Result<Safetensors::Entry> checkEntry(Description &description, std::span<const std::byte> data) {
  const TypeCode *code = std::find_if(std::begin(typeCodes), std::end(typeCodes),
                                      [&](const TypeCode &each) { return each.code == description.dtype; });
  if (code == std::end(typeCodes))
    return dataError("has the type " + printable(description.dtype) + ", which is not supported");
  uint64_t begin = description.offsets[0], end = description.offsets[1];
  if (begin > end || end > data.size())
    return dataError("claims the bytes " + std::to_string(begin) + " to " + std::to_string(end) + " of " +
                     std::to_string(data.size()) + "; the file may be cut off");
  Result<int64_t> needed = tensorBytes(code->type, description.shape);
  if (!needed.ok() || uint64_t(*needed) != end - begin)
    return dataError("of type " + description.dtype + " and shape " + shapeText(description.shape) + " has " +
                     std::to_string(end - begin) + " bytes" +
                     (needed.ok() ? " instead of " + std::to_string(*needed) : std::string()));
  return Safetensors::Entry{code->type, std::move(description.shape), data.subspan(begin, end - begin)};
}

/// The error where the entries do not cover `data` exactly once.
std::string coverageProblem(const Safetensors::Entries &entries, std::span<const std::byte> data) {
  std::vector<const Safetensors::Entries::value_type *> sorted;
  for (const auto &entry : entries)
    sorted.push_back(&entry);
  auto rangeOf = [&](const auto *entry) {
    size_t begin = size_t(entry->second.bytes.data() - data.data());
    return std::pair(begin, begin + entry->second.bytes.size());
  };
  std::sort(sorted.begin(), sorted.end(), [&](auto *a, auto *b) { return rangeOf(a) < rangeOf(b); });
  size_t covered = 0;
  for (const auto *entry : sorted) {
    auto [begin, end] = rangeOf(entry);
    if (begin != covered)
      return "tensor " + printable(entry->first) + " starts at byte " + std::to_string(begin) +
             " of the data instead of " + std::to_string(covered) + ", so tensors overlap or leave a gap";
    covered = end;
  }
  return covered == data.size()
             ? ""
             : "the tensors end at byte " + std::to_string(covered) + " of " + std::to_string(data.size()) +
                   " of the data, so there is something unknown behind";
}

} // namespace

Result<Safetensors> Safetensors::open(const std::string &path) {
  MappedFile file = TENON_TRY(MappedFile::open(path));
  return parse(file.bytes(), path, file.owner());
}

Result<Safetensors> Safetensors::parse(std::span<const std::byte> bytes, std::string_view name,
                                       std::shared_ptr<const void> owner) {
  std::string prefix = std::string(name) + ": ";
  uint64_t headerSize = 0;
  if (bytes.size() < sizeof(headerSize))
    return dataError(prefix + "expected a .safetensors file, found only " + std::to_string(bytes.size()) + " bytes");
  std::memcpy(&headerSize, bytes.data(), sizeof(headerSize));
  std::span<const std::byte> rest = bytes.subspan(sizeof(headerSize));
  if (headerSize > maximumHeader || headerSize > rest.size())
    return dataError(prefix + "expected a .safetensors header of at most " +
                     std::to_string(std::min<uint64_t>(maximumHeader, rest.size())) + " bytes, found a size of " +
                     std::to_string(headerSize) + "; this is another format, or the file is cut off");
  const char *header = reinterpret_cast<const char *>(rest.data());
  std::span<const std::byte> data = rest.subspan(headerSize);

  HeaderReader reader;
  if (!nlohmann::json::sax_parse(header, header + headerSize, &reader))
    return dataError(prefix + reader.problem);
  Safetensors file;
  for (auto &[tensorName, description] : reader.tensors) {
    Result<Entry> entry = checkEntry(description, data);
    if (!entry.ok())
      return dataError(prefix + "tensor " + printable(tensorName) + " " + entry.error().message);
    file.tensors.emplace(tensorName, std::move(*entry));
  }
  if (std::string problem = coverageProblem(file.tensors, data); !problem.empty())
    return dataError(prefix + problem);
  file.fileName = name;
  file.strings = std::move(reader.metadata);
  file.owner = std::move(owner);
  return file;
}

Result<Tensor> Safetensors::read(std::string_view name) const {
  auto found = tensors.find(name);
  if (found == tensors.end())
    return invalidArgument(fileName + ": there is no tensor " + printable(name));
  const Entry &entry = found->second;
  if (entry.type == ElementType::I1 &&
      std::any_of(entry.bytes.begin(), entry.bytes.end(), [](std::byte value) { return value > std::byte(1); }))
    return dataError(fileName + ": tensor " + printable(name) + " of type BOOL has values other than 0 and 1");
  Tensor tensor = TENON_TRY(Tensor::create(entry.type, entry.shape));
  if (!entry.bytes.empty())
    std::memcpy(tensor.bytes(), entry.bytes.data(), entry.bytes.size());
  return tensor;
}

} // namespace tenon
