// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A compiled model, ready to be run by sessions.
#pragma once

#include "runtime/Device.h"
#include "runtime/Tensor.h"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tenon {

class ArtifactFile;
struct LoadedProgram;

/// Values of an entry's symbols by name.
using Sizes = std::map<std::string, int64_t, std::less<>>;

/// A size that the inputs of a call determine: a multiple of `divisor` within [minimum, maximum].
struct SymbolDescription {
  std::string name;
  int64_t minimum = 0;
  int64_t maximum = 0;
  int64_t divisor = 1;
};

/// An input, output or state. Each dimension is a number or an expression over the entry's symbols: "2*T+1".
struct TensorDescription {
  std::string name;
  ElementType type = ElementType::F32;
  std::vector<std::string> shape;

  /// "x: f32 [B, 784]".
  std::string text() const;
};

struct EntryDescription {
  std::string name;
  std::vector<SymbolDescription> symbols;
  std::vector<TensorDescription> inputs;
  std::vector<TensorDescription> outputs;
  std::vector<TensorDescription> states;
};

struct LoadOptions {
  Device device = Device::Cpu;
  /// Hash constants in the user's own files too, not only their size and time.
  bool verifyExternal = false;
};

/// An artifact with its machine code loaded and its constants mapped. Immutable; a cheap handle that threads may share.
class Program {
public:
  /// Data for a file that is no whole artifact of this version, Environment where the device is missing or lacks what
  /// its code needs, or a file of constants is missing or has changed.
  static Result<Program> load(const std::string &path, const LoadOptions &options = {});
  /// The same from memory. Relative paths of constants are then relative to the current folder.
  static Result<Program> fromBytes(std::vector<std::byte> bytes, const LoadOptions &options = {});

  /// Writes the artifact: load() of the file gives the same program.
  Status save(const std::string &path) const;

  const std::vector<EntryDescription> &entries() const;
  /// The entry of that name, or the only one where the name is empty. InvalidArgument lists the names there are.
  Result<const EntryDescription *> entry(std::string_view name) const;

  /// The shapes of an entry's inputs at given sizes; each symbol must be given, and no other.
  Result<std::vector<Shape>> inputShapes(std::string_view entry, const Sizes &sizes) const;

  /// The code level that was chosen for this machine: "x86-64-v4".
  std::string_view level() const;
  Device device() const;
  /// As its vendor calls it.
  std::string deviceName() const;
  /// The newest CUDA that the driver knows, "12.4"; empty on the CPU.
  std::string driverVersion() const;
  const ArtifactFile &artifact() const;
  /// For executors.
  const LoadedProgram &loaded() const { return *content; }

private:
  static Result<Program> fromArtifact(const ArtifactFile &artifact, const std::string &folder,
                                      const LoadOptions &options);

  std::shared_ptr<const LoadedProgram> content;
};

/// The descriptions of an artifact's entries, whatever machine it is for.
std::vector<EntryDescription> describeEntries(const ArtifactFile &artifact);

} // namespace tenon
