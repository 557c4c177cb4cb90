// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The format is described in NumPy's documentation, numpy.lib.format.
#include "runtime/Npy.h"

#include "runtime/AtomicFile.h"
#include "runtime/MappedFile.h"

#include <cctype>
#include <optional>

namespace tenon {
namespace {

constexpr char magic[] = {'\x93', 'N', 'U', 'M', 'P', 'Y'};
/// NumPy itself refuses headers beyond 10,000 characters and arrays of more than 64 dimensions.
constexpr size_t maximumHeader = 10000;
constexpr size_t maximumRank = 64;

struct TypeCode {
  std::string_view code;
  ElementType type;
};
/// The first code of a type is the one that is written. NumPy prints one-byte types with '|'.
constexpr TypeCode typeCodes[] = {
    {"<f8", ElementType::F64},  {"<f4", ElementType::F32}, {"<f2", ElementType::F16}, {"<V2", ElementType::BF16},
    {"|V2", ElementType::BF16}, {"<i8", ElementType::I64}, {"<i4", ElementType::I32}, {"<i2", ElementType::I16},
    {"|i1", ElementType::I8},   {"<i1", ElementType::I8},  {"|u1", ElementType::U8},  {"<u1", ElementType::U8},
    {"|b1", ElementType::I1},   {"<b1", ElementType::I1},
};

struct Header {
  std::string descr;
  bool fortranOrder = false;
  Shape shape;
};

/// Parses the header, a Python dictionary literal with three keys. Each function returns whether it found what it looks
/// for; `problem` then says what the first failure was.
class HeaderParser {
public:
  explicit HeaderParser(std::string_view text) : text(text) {}

  std::optional<Header> parse() {
    Header header;
    bool seen[3] = {};
    if (!expect('{'))
      return fail("a '{'");
    while (!expect('}')) {
      std::string key;
      if (!string(key) || !expect(':'))
        return fail("a quoted key and ':'");
      int index = key == "descr" ? 0 : key == "fortran_order" ? 1 : key == "shape" ? 2 : -1;
      if (index < 0 || seen[index])
        return fail("each of the keys descr, fortran_order and shape once");
      seen[index] = true;
      if (index == 0 && !string(header.descr))
        return fail("a plain type code (structured types are not supported)");
      if (index == 1 && !boolean(header.fortranOrder))
        return fail("True or False");
      if (index == 2 && !tuple(header.shape))
        return fail("a tuple of at most 64 sizes below 2^63");
      if (!expect(',')) {
        if (!expect('}'))
          return fail("',' or '}'");
        break;
      }
    }
    skipSpace();
    if (at != text.size())
      return fail("nothing after the '}'");
    if (!seen[0] || !seen[1] || !seen[2])
      return fail("all of the keys descr, fortran_order and shape");
    return header;
  }

  std::string problem() const {
    return "expected " + expected + " at character " + std::to_string(at) + " of the header";
  }

private:
  std::nullopt_t fail(std::string what) {
    expected = std::move(what);
    return std::nullopt;
  }
  void skipSpace() {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t'))
      ++at;
  }
  bool expect(char c) {
    skipSpace();
    if (at >= text.size() || text[at] != c)
      return false;
    ++at;
    return true;
  }
  bool string(std::string &value) {
    skipSpace();
    if (at >= text.size() || (text[at] != '\'' && text[at] != '"'))
      return false;
    size_t end = text.find(text[at], at + 1);
    if (end == std::string_view::npos)
      return false;
    value = text.substr(at + 1, end - at - 1);
    at = end + 1;
    return true;
  }
  bool boolean(bool &value) {
    skipSpace();
    for (bool candidate : {false, true}) {
      std::string_view word = candidate ? "True" : "False";
      if (text.substr(at).starts_with(word)) {
        at += word.size();
        value = candidate;
        return true;
      }
    }
    return false;
  }
  bool number(int64_t &value) {
    skipSpace();
    if (at >= text.size() || text[at] < '0' || text[at] > '9')
      return false;
    value = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
      if (__builtin_mul_overflow(value, int64_t(10), &value) || __builtin_add_overflow(value, text[at] - '0', &value))
        return false;
    return true;
  }
  bool tuple(Shape &shape) {
    if (!expect('('))
      return false;
    while (!expect(')')) {
      int64_t size = 0;
      if (shape.size() == maximumRank || !number(size))
        return false;
      shape.push_back(size);
      if (!expect(','))
        return expect(')');
    }
    return true;
  }

  std::string_view text;
  size_t at = 0;
  std::string expected;
};

std::string printable(std::string_view text) {
  std::string result;
  for (char c : text.substr(0, 40))
    result += std::isprint(static_cast<unsigned char>(c)) ? c : '?';
  return result;
}

/// Copies column-major elements into row-major order, element by element.
void transposeFromFortran(std::span<const std::byte> source, Tensor &tensor) {
  const Shape &shape = tensor.shape();
  size_t width = storedBits(tensor.type()) / 8;
  std::vector<int64_t> stride(shape.size(), 1), position(shape.size(), 0);
  for (size_t d = 1; d < shape.size(); ++d)
    stride[d] = stride[d - 1] * shape[d - 1];
  int64_t offset = 0;
  for (int64_t i = 0; i < tensor.elementCount(); ++i) {
    std::memcpy(tensor.bytes() + static_cast<size_t>(i) * width, source.data() + static_cast<size_t>(offset) * width,
                width);
    for (size_t d = shape.size(); d-- > 0;) {
      offset += stride[d];
      if (++position[d] < shape[d])
        break;
      offset -= stride[d] * shape[d];
      position[d] = 0;
    }
  }
}

struct Layout {
  Header header;
  size_t dataOffset = 0;
};

Result<Layout> parseLayout(std::span<const std::byte> bytes, const std::string &name) {
  auto byteAt = [&](size_t i) { return std::to_integer<size_t>(bytes[i]); };
  if (bytes.size() < 10 || std::memcmp(bytes.data(), magic, sizeof(magic)) != 0)
    return dataError(name + " is not a .npy file: it does not begin with \\x93NUMPY");
  size_t version = byteAt(6);
  if (version < 1 || version > 3 || byteAt(7) != 0)
    return dataError(name + " is a .npy file of version " + std::to_string(version) + "." + std::to_string(byteAt(7)) +
                     ", only 1.0, 2.0 and 3.0 can be read");
  size_t length = byteAt(8) | byteAt(9) << 8, start = 10;
  if (version > 1) {
    if (bytes.size() < 12)
      return dataError(name + " ends within its header");
    length |= byteAt(10) << 16 | byteAt(11) << 24;
    start = 12;
  }
  if (length > maximumHeader)
    return dataError(name + " has a header of " + std::to_string(length) + " bytes, at most " +
                     std::to_string(maximumHeader) + " are allowed");
  if (length > bytes.size() - start)
    return dataError(name + " ends within its header");
  HeaderParser parser({reinterpret_cast<const char *>(bytes.data()) + start, length});
  std::optional<Header> header = parser.parse();
  if (!header)
    return dataError(name + " has a malformed header: " + parser.problem());
  return Layout{std::move(*header), start + length};
}

} // namespace

Result<Tensor> parseNpy(std::span<const std::byte> bytes, std::string_view fileName) {
  std::string name = "'" + std::string(fileName) + "'";
  Layout layout = TENON_TRY(parseLayout(bytes, name));
  const Header &header = layout.header;

  const TypeCode *code = nullptr;
  for (const TypeCode &candidate : typeCodes)
    if (!code && candidate.code == header.descr)
      code = &candidate;
  if (!code)
    return dataError(name + " holds elements of type '" + printable(header.descr) +
                     "', expected little-endian f8 f4 f2 i8 i4 i2, i1, u1, b1, or V2 for bf16; convert it with astype");

  Result<int64_t> size = tensorBytes(code->type, header.shape);
  if (!size.ok())
    return dataError(name + ": " + size.error().message);
  std::span<const std::byte> data = bytes.subspan(layout.dataOffset);
  if (static_cast<uint64_t>(*size) != data.size())
    return dataError(name + " should hold " + std::to_string(*size) + " bytes of data for shape " +
                     shapeText(header.shape) + ", it holds " + std::to_string(data.size()));
  if (code->type == ElementType::I1)
    for (size_t i = 0; i < data.size(); ++i)
      if (std::to_integer<unsigned>(data[i]) > 1)
        return dataError(name + " is of booleans, but byte " + std::to_string(i) + " of its data is neither 0 nor 1");

  auto tensor = TENON_TRY(Tensor::create(code->type, header.shape));
  if (header.fortranOrder && tensor.rank() > 1)
    transposeFromFortran(data, tensor);
  else if (!data.empty())
    std::memcpy(tensor.bytes(), data.data(), data.size());
  return tensor;
}

Result<Tensor> readNpy(const std::string &path) {
  MappedFile file = TENON_TRY(MappedFile::open(path));
  return parseNpy(file.bytes(), path);
}

Status writeNpy(const std::string &path, const Tensor &tensor) {
  std::string_view code;
  for (const TypeCode &candidate : typeCodes)
    if (code.empty() && candidate.type == tensor.type())
      code = candidate.code;
  if (code.empty())
    return invalidArgument("'" + path + "' cannot hold " + std::string(elementTypeName(tensor.type())) +
                           " elements: NumPy has no such type; cast the output first");
  std::string header = "{'descr': '" + std::string(code) + "', 'fortran_order': False, 'shape': (";
  for (int64_t dimension : tensor.shape())
    header += std::to_string(dimension) + ", ";
  if (tensor.rank() > 1)
    header.resize(header.size() - 2); // A tuple of one keeps its comma.
  header += "), }";
  // The data start at a multiple of 64, after 10 bytes and a header that ends with a newline.
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  if (header.size() > 65535)
    return invalidArgument("'" + path + "' cannot hold a tensor of rank " + std::to_string(tensor.rank()));
  std::string start(magic, sizeof(magic));
  start += {'\x01', '\x00', static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  start += header;
  return writeFileAtomically(path, {std::as_bytes(std::span(start)), {tensor.bytes(), tensor.byteCount()}});
}

} // namespace tenon
