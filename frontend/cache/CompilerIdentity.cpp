// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Build ids are read from the notes that the loader has mapped, so that a file replaced on disk since does not count.
#include "frontend/cache/CompilerIdentity.h"

#include "runtime/Version.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <link.h>
#include <span>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace tenon {
namespace {

std::string hex(std::span<const unsigned char> bytes) {
  std::string text;
  for (unsigned char byte : bytes)
    text += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  return text;
}

/// The build id among the notes of one segment, or nothing. Name and content of a note are padded to `alignment`.
std::string buildIdIn(std::span<const unsigned char> notes, size_t alignment) {
  auto padded = [&](size_t size) { return (size + alignment - 1) / alignment * alignment; };
  ElfW(Nhdr) note;
  while (notes.size() >= sizeof(note)) {
    std::memcpy(&note, notes.data(), sizeof(note));
    size_t content = padded(sizeof(note) + note.n_namesz), end = content + note.n_descsz;
    if (end > notes.size())
      return {};
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(&notes[sizeof(note)], "GNU", 4) == 0)
      return hex(notes.subspan(content, note.n_descsz));
    notes = notes.subspan(std::min(padded(end), notes.size()));
  }
  return {};
}

bool isMapped(const dl_phdr_info &object, const ElfW(Phdr) & part) {
  std::span segments(object.dlpi_phdr, object.dlpi_phnum);
  return std::any_of(segments.begin(), segments.end(), [&](const ElfW(Phdr) & segment) {
    return segment.p_type == PT_LOAD && part.p_vaddr >= segment.p_vaddr && part.p_memsz <= segment.p_memsz &&
           part.p_vaddr - segment.p_vaddr <= segment.p_memsz - part.p_memsz;
  });
}

std::string buildId(const dl_phdr_info &object) {
  for (const ElfW(Phdr) & segment : std::span(object.dlpi_phdr, object.dlpi_phnum)) {
    if (segment.p_type != PT_NOTE || !isMapped(object, segment))
      continue;
    auto *start = reinterpret_cast<const unsigned char *>(object.dlpi_addr + segment.p_vaddr);
    std::string id = buildIdIn({start, segment.p_memsz}, segment.p_align == 8 ? 8 : 4);
    if (!id.empty())
      return id;
  }
  return {};
}

std::string fileIdentity(const std::string &path) {
  char target[4096];
  ssize_t length = ::readlink(path.c_str(), target, sizeof(target)); // of /proc/self/exe
  std::string text = length > 0 ? std::string(target, static_cast<size_t>(length)) : path;
  struct stat status;
  if (::stat(path.c_str(), &status) == 0)
    return text + " size " + std::to_string(status.st_size) + " changed " + std::to_string(status.st_mtim.tv_sec) +
           "." + std::to_string(status.st_mtim.tv_nsec);
  // An object of which nothing is known may be any: nothing that another process stored is taken for it.
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return text + " unknown, process " + std::to_string(::getpid()) + " at " + std::to_string(now.tv_sec) + "." +
         std::to_string(now.tv_nsec);
}

bool belongsToCompiler(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return name.find("tenon") != name.npos || name.find("mlir") != name.npos || name.find("llvm") != name.npos;
}

int addObject(dl_phdr_info *object, size_t, void *lines) {
  std::string path = object->dlpi_name ? object->dlpi_name : "";
  bool isProgram = path.empty();
  std::string name = isProgram ? "program" : path.substr(path.rfind('/') + 1);
  if (!isProgram && !belongsToCompiler(name))
    return 0;
  std::string id = buildId(*object);
  static_cast<std::vector<std::string> *>(lines)->push_back(
      name + ": " + (id.empty() ? fileIdentity(isProgram ? "/proc/self/exe" : path) : "build id " + id) + "\n");
  return 0;
}

} // namespace

std::string compilerIdentity() {
  std::vector<std::string> lines;
  ::dl_iterate_phdr(addObject, &lines);
  std::sort(lines.begin(), lines.end());
  std::string text = "Tenon " + std::string(version()) + " " + std::string(commit()) + "\n";
  for (const std::string &line : lines)
    text += line;
  return text;
}

} // namespace tenon
