// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Load, relocate, protect; the format is that of the System V ABI, generic part and AMD64 supplement. All numbers of
// the file are offsets from the image's base and are checked against its bounds at each use.
#include "runtime/cpu/ElfImage.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <elf.h>
#include <optional>
#include <sys/mman.h>
#include <vector>

namespace tenon {
namespace {

constexpr uint64_t pageSize = 4096;
constexpr size_t maximumProgramHeaders = 32;
constexpr uint64_t maximumSymbols = 65536;
/// What zero fill and gaps between segments may add to the file's size: a page for each segment's ends and for padding.
constexpr uint64_t maximumSlack = 2 * maximumProgramHeaders * pageSize;

uint64_t pageFloor(uint64_t value) { return value / pageSize * pageSize; }
uint64_t pageCeiling(uint64_t value) { return pageFloor(value + pageSize - 1); }

struct Segment {
  uint64_t start, end; // Where it lies in the image, in bytes.
  uint32_t flags;
};

/// The entries of the dynamic section that matter, by tag; 0 where missing.
struct Dynamic {
  uint64_t symbols = 0, strings = 0, stringsSize = 0, hash = 0, gnuHash = 0;
  uint64_t rela = 0, relaSize = 0, relr = 0, relrSize = 0, plt = 0, pltSize = 0;
};

class Loader {
public:
  explicit Loader(std::span<const std::byte> file) : file(file) {}

  Status run() {
    TENON_TRY(readHeaders());
    TENON_TRY(readSegments());
    TENON_TRY(mapSegments());
    TENON_TRY(readDynamic());
    TENON_TRY(countSymbols());
    TENON_TRY(relocateAll());
    TENON_TRY(exportFunctions());
    return protect();
  }

  std::shared_ptr<std::byte> memory;
  std::map<std::string, const void *, std::less<>> functions;

private:
  static Error bad(const std::string &what) { return dataError("the machine code is not valid: " + what); }

  /// A copy of a structure at an offset of the image, or nothing where it does not lie within one segment's content.
  template <class T> std::optional<T> read(uint64_t offset) const {
    if (!contains(offset, sizeof(T), 0))
      return std::nullopt;
    T value;
    std::memcpy(&value, memory.get() + offset, sizeof(T));
    return value;
  }

  /// Whether a range lies within one segment that has all of `flags`.
  bool contains(uint64_t offset, uint64_t size, uint32_t flags) const {
    return std::any_of(segments.begin(), segments.end(), [&](const Segment &segment) {
      return (segment.flags & flags) == flags && offset >= segment.start && offset <= segment.end &&
             size <= segment.end - offset;
    });
  }

  Status readHeaders() {
    Elf64_Ehdr header;
    if (file.size() < sizeof(header))
      return bad("it ends within its header");
    std::memcpy(&header, file.data(), sizeof(header));
    const unsigned char expected[] = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT};
    if (std::memcmp(header.e_ident, expected, sizeof(expected)) != 0 || header.e_type != ET_DYN ||
        header.e_machine != EM_X86_64 || header.e_version != EV_CURRENT)
      return bad("it is no 64-bit little-endian x86-64 ELF shared object");
    if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0 || header.e_phnum > maximumProgramHeaders)
      return bad("it has " + std::to_string(header.e_phnum) + " program headers, expected 1 to " +
                 std::to_string(maximumProgramHeaders));
    uint64_t size = header.e_phnum * sizeof(Elf64_Phdr);
    if (header.e_phoff > file.size() || size > file.size() - header.e_phoff)
      return bad("its program headers lie beyond its end");
    programHeaders.resize(header.e_phnum);
    std::memcpy(programHeaders.data(), file.data() + header.e_phoff, size);
    return {};
  }

  Status readSegments() {
    for (const Elf64_Phdr &program : programHeaders)
      switch (program.p_type) {
      case PT_LOAD:
        TENON_TRY(addSegment(program));
        break;
      case PT_DYNAMIC:
        if (dynamicSize)
          return bad("it has two dynamic sections");
        dynamicStart = program.p_vaddr;
        dynamicSize = program.p_memsz;
        break;
      case PT_GNU_RELRO:
        if (relroEnd || program.p_memsz > maximumImage() || program.p_vaddr > maximumImage())
          return bad("it has two relocated segments or one out of bounds");
        relroStart = program.p_vaddr;
        relroEnd = program.p_vaddr + program.p_memsz;
        break;
      case PT_GNU_STACK:
        if (program.p_flags & PF_X)
          return bad("it wants an executable stack");
        break;
      case PT_NULL:
      case PT_NOTE:
      case PT_PHDR:
      case PT_GNU_PROPERTY:
      case PT_GNU_EH_FRAME:
        break;
      case PT_TLS:
        return bad("it has thread-local storage");
      default:
        return bad("it has a program header of the unknown type " + std::to_string(program.p_type));
      }
    if (segments.empty() || !dynamicSize)
      return bad("it has nothing to load or no dynamic section");
    return verifyWritable();
  }

  uint64_t maximumImage() const { return pageCeiling(file.size()) + maximumSlack; }

  Status addSegment(const Elf64_Phdr &program) {
    if (program.p_filesz > program.p_memsz || program.p_offset > file.size() ||
        program.p_filesz > file.size() - program.p_offset)
      return bad("a segment lies beyond its end");
    if (program.p_vaddr > maximumImage() || program.p_memsz > maximumImage() - program.p_vaddr)
      return bad("a segment is much larger than the file, or far from the others");
    if ((program.p_flags & PF_W) && (program.p_flags & PF_X))
      return bad("a segment is both writable and executable");
    Segment segment{program.p_vaddr, program.p_vaddr + program.p_memsz, program.p_flags};
    // A page has one protection, so segments must not share one.
    if (!segments.empty() && segment.start < pageCeiling(segments.back().end))
      return bad("its segments overlap or are not in order");
    segments.push_back(segment);
    contents.push_back(file.subspan(program.p_offset, program.p_filesz));
    return {};
  }

  /// Kernels have no state: all that is writable is so only until it has been relocated.
  Status verifyWritable() const {
    for (const Segment &segment : segments)
      if ((segment.flags & PF_W) && (segment.start < relroStart || segment.end > pageCeiling(relroEnd)))
        return bad("it has writable data");
    return {};
  }

  Status mapSegments() {
    uint64_t size = pageCeiling(segments.back().end);
    if (size == 0)
      return bad("its segments are empty");
    void *address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address == MAP_FAILED)
      return environmentError("no memory for " + std::to_string(size) + " bytes of machine code");
    memory = std::shared_ptr<std::byte>(static_cast<std::byte *>(address),
                                        [size](std::byte *pointer) { ::munmap(pointer, size); });
    for (size_t i = 0; i < segments.size(); ++i)
      std::copy(contents[i].begin(), contents[i].end(), memory.get() + segments[i].start);
    return {};
  }

  Status readDynamic() {
    for (uint64_t at = 0; at + sizeof(Elf64_Dyn) <= dynamicSize; at += sizeof(Elf64_Dyn)) {
      std::optional<Elf64_Dyn> entry = read<Elf64_Dyn>(dynamicStart + at);
      if (!entry)
        return bad("its dynamic section is out of bounds");
      if (entry->d_tag == DT_NULL)
        return {};
      TENON_TRY(readDynamicEntry(entry->d_tag, entry->d_un.d_val));
    }
    return bad("its dynamic section does not end");
  }

  Status readDynamicEntry(int64_t tag, uint64_t value) {
    switch (tag) {
    case DT_SYMTAB:
      dynamic.symbols = value;
      return {};
    case DT_STRTAB:
      dynamic.strings = value;
      return {};
    case DT_STRSZ:
      dynamic.stringsSize = value;
      return {};
    case DT_HASH:
      dynamic.hash = value;
      return {};
    case DT_GNU_HASH:
      dynamic.gnuHash = value;
      return {};
    case DT_RELA:
      dynamic.rela = value;
      return {};
    case DT_RELASZ:
      dynamic.relaSize = value;
      return {};
    case DT_RELR:
      dynamic.relr = value;
      return {};
    case DT_RELRSZ:
      dynamic.relrSize = value;
      return {};
    case DT_JMPREL:
      dynamic.plt = value;
      return {};
    case DT_PLTRELSZ:
      dynamic.pltSize = value;
      return {};
    case DT_SYMENT:
      return value == sizeof(Elf64_Sym) ? Status() : bad("its symbols have an unknown size");
    case DT_RELAENT:
      return value == sizeof(Elf64_Rela) ? Status() : bad("its relocations have an unknown size");
    case DT_RELRENT:
      return value == sizeof(uint64_t) ? Status() : bad("its relative relocations have an unknown size");
    case DT_PLTREL:
      return value == DT_RELA ? Status() : bad("its relocations have an unknown form");
    case DT_FLAGS:
      return value & (DF_TEXTREL | DF_STATIC_TLS) ? bad("it relocates code or has thread-local storage") : Status();
    case DT_SONAME:
    case DT_PLTGOT:
    case DT_RELACOUNT:
    case DT_FLAGS_1:
      return {};
    case DT_NEEDED:
      return bad("it depends on another library");
    case DT_INIT:
    case DT_FINI:
    case DT_INIT_ARRAY:
    case DT_FINI_ARRAY:
    case DT_PREINIT_ARRAY:
      return bad("it has initializers or finalizers");
    default:
      return bad("its dynamic section has the unknown tag " + std::to_string(tag));
    }
  }

  /// The symbol table has no length of its own; the hash table tells.
  Status countSymbols() {
    if (dynamic.hash) {
      auto count = read<uint32_t>(dynamic.hash + 4);
      symbolCount = count.value_or(0);
    } else if (dynamic.gnuHash) {
      TENON_TRY(countGnuSymbols());
    }
    if (symbolCount == 0 || symbolCount > maximumSymbols ||
        !contains(dynamic.symbols, symbolCount * sizeof(Elf64_Sym), 0) ||
        !contains(dynamic.strings, dynamic.stringsSize, 0))
      return bad("its symbol table is missing or out of bounds");
    return {};
  }

  /// The last symbol is the one at the end of the chain that starts furthest on.
  Status countGnuSymbols() {
    auto header = read<std::array<uint32_t, 4>>(dynamic.gnuHash); // Buckets, first symbol, Bloom filter words, shift.
    if (!header || (*header)[0] > maximumSymbols || (*header)[2] > maximumSymbols)
      return bad("its hash table is out of bounds");
    uint64_t buckets = dynamic.gnuHash + 16 + uint64_t((*header)[2]) * 8;
    uint64_t chains = buckets + uint64_t((*header)[0]) * 4;
    uint32_t first = (*header)[1], last = 0;
    for (uint32_t i = 0; i < (*header)[0]; ++i) {
      auto bucket = read<uint32_t>(buckets + uint64_t(i) * 4);
      if (!bucket)
        return bad("its hash table is out of bounds");
      last = std::max(last, *bucket);
    }
    symbolCount = first;
    if (last == 0)
      return {};
    for (uint64_t i = last; i >= first && i < maximumSymbols; ++i) {
      auto chain = read<uint32_t>(chains + (i - first) * 4);
      if (!chain)
        break;
      if (*chain & 1) {
        symbolCount = i + 1;
        return {};
      }
    }
    return bad("its hash table is out of bounds");
  }

  Status relocateAll() {
    for (auto [start, size] : {std::pair(dynamic.rela, dynamic.relaSize), std::pair(dynamic.plt, dynamic.pltSize)}) {
      if (size % sizeof(Elf64_Rela) != 0 || (size && !contains(start, size, 0)))
        return bad("its relocations are out of bounds");
      for (uint64_t at = 0; at < size; at += sizeof(Elf64_Rela))
        TENON_TRY(relocate(*read<Elf64_Rela>(start + at)));
    }
    return relocateRelative();
  }

  Status relocate(const Elf64_Rela &relocation) {
    uint64_t target = static_cast<uint64_t>(relocation.r_addend);
    switch (ELF64_R_TYPE(relocation.r_info)) {
    case R_X86_64_NONE:
      return {};
    case R_X86_64_RELATIVE:
      break;
    case R_X86_64_64:
    case R_X86_64_GLOB_DAT:
    case R_X86_64_JUMP_SLOT: {
      uint64_t index = ELF64_R_SYM(relocation.r_info);
      if (index == 0 || index >= symbolCount)
        return bad("a relocation names symbol " + std::to_string(index) + " of " + std::to_string(symbolCount));
      auto symbol = *read<Elf64_Sym>(dynamic.symbols + index * sizeof(Elf64_Sym));
      if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx == SHN_ABS || ELF64_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC)
        return bad("a relocation names a symbol that is not defined in it");
      // Of the three, only the first has an addend.
      target = symbol.st_value + (ELF64_R_TYPE(relocation.r_info) == R_X86_64_64 ? target : 0);
      break;
    }
    default:
      return bad("it has a relocation of type " + std::to_string(ELF64_R_TYPE(relocation.r_info)) +
                 ", only those against itself are supported");
    }
    return store(relocation.r_offset, target);
  }

  Status store(uint64_t place, uint64_t target) {
    if (!contains(place, sizeof(uint64_t), PF_W) || target > pageCeiling(segments.back().end))
      return bad("a relocation is out of bounds");
    uint64_t address = reinterpret_cast<uint64_t>(memory.get()) + target;
    std::memcpy(memory.get() + place, &address, sizeof(address));
    return {};
  }

  /// The packed form: an even word is the place of a relocation, an odd one a bitmap of the 63 words that follow.
  Status relocateRelative() {
    if (dynamic.relrSize % 8 != 0 || (dynamic.relrSize && !contains(dynamic.relr, dynamic.relrSize, 0)))
      return bad("its relative relocations are out of bounds");
    uint64_t next = 0;
    for (uint64_t at = 0; at < dynamic.relrSize; at += 8) {
      uint64_t word = *read<uint64_t>(dynamic.relr + at);
      if ((word & 1) == 0) {
        TENON_TRY(addBase(word));
        next = word + 8;
        continue;
      }
      for (uint64_t bit = 0; bit < 63; ++bit)
        if (word >> (bit + 1) & 1)
          TENON_TRY(addBase(next + bit * 8));
      next += 63 * 8;
    }
    return {};
  }

  Status addBase(uint64_t place) {
    auto target = read<uint64_t>(place);
    return target ? store(place, *target) : bad("a relative relocation is out of bounds");
  }

  Status exportFunctions() {
    const char *strings = reinterpret_cast<const char *>(memory.get() + dynamic.strings);
    for (uint64_t i = 1; i < symbolCount; ++i) {
      auto symbol = *read<Elf64_Sym>(dynamic.symbols + i * sizeof(Elf64_Sym));
      if (symbol.st_shndx == SHN_UNDEF)
        return bad("it has an undefined symbol");
      if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || ELF64_ST_BIND(symbol.st_info) == STB_LOCAL)
        continue;
      if (symbol.st_name >= dynamic.stringsSize)
        return bad("a symbol's name is out of bounds");
      std::string_view name(strings + symbol.st_name,
                            ::strnlen(strings + symbol.st_name, dynamic.stringsSize - symbol.st_name));
      if (name.size() == dynamic.stringsSize - symbol.st_name || name.empty())
        return bad("a symbol's name is empty or does not end");
      if (!contains(symbol.st_value, std::max<uint64_t>(symbol.st_size, 1), PF_X))
        return bad("a function is not in executable memory");
      functions.emplace(name, memory.get() + symbol.st_value);
    }
    return {};
  }

  Status protect() const {
    // Gaps between segments become inaccessible.
    uint64_t end = pageCeiling(segments.back().end);
    if (::mprotect(memory.get(), end, PROT_NONE) != 0)
      return environmentError(std::string("machine code could not be protected: ") + std::strerror(errno));
    for (const Segment &segment : segments) {
      uint64_t start = pageFloor(segment.start);
      int protection = (segment.flags & PF_X ? PROT_EXEC : 0) | PROT_READ;
      if (segment.end > segment.start &&
          ::mprotect(memory.get() + start, pageCeiling(segment.end) - start, protection) != 0)
        return environmentError(std::string("memory could not be made executable: ") + std::strerror(errno) +
                                "; a security policy of this system may forbid it");
    }
    return {};
  }

  std::span<const std::byte> file;
  std::vector<Elf64_Phdr> programHeaders;
  std::vector<Segment> segments;
  std::vector<std::span<const std::byte>> contents;
  uint64_t dynamicStart = 0, dynamicSize = 0, relroStart = 0, relroEnd = 0;
  Dynamic dynamic;
  uint64_t symbolCount = 0;
};

} // namespace

Result<ElfImage> ElfImage::load(std::span<const std::byte> file) {
  Loader loader(file);
  TENON_TRY(loader.run());
  ElfImage image;
  image.memory = std::move(loader.memory);
  image.functions = std::move(loader.functions);
  return image;
}

const void *ElfImage::function(std::string_view name) const {
  auto found = functions.find(name);
  return found == functions.end() ? nullptr : found->second;
}

} // namespace tenon
