// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/command/CachedCompile.h"

#include "frontend/cache/ArtifactCache.h"
#include "frontend/text/ReadModule.h"

namespace tenon {

CachedCompiler::CachedCompiler(CommandLine &commandLine) : commandLine(commandLine) {
  commandLine.app().add_option("--cache-dir", folder,
                               "Folder of compiled graphs, \"off\" for none; by default TENON_CACHE_DIR, else "
                               "tenon in XDG_CACHE_HOME, else ~/.cache/tenon");
}

Result<std::vector<std::byte>> CachedCompiler::compile(const std::string &path,
                                                       const std::vector<std::string> &targets) const {
  std::string text = TENON_TRY(readText(path));
  CacheKey key;
  for (const std::string &name : targets) {
    std::string error;
    Target target = findTarget(name, error);
    if (!error.empty())
      return invalidArgument(error);
    key.add("target", target.name().str());
  }
  key.add("graph", text);
  Result<std::optional<ArtifactCache>> cache = ArtifactCache::openDefault(folder);
  if (!cache.ok()) {
    if (cache.error().kind != ErrorKind::Environment)
      return cache.error();
    commandLine.warn("compiling without a cache: " + cache.error().message);
    cache = std::optional<ArtifactCache>();
  }
  if (*cache)
    if (auto found = (*cache)->find(key)) {
      commandLine.explain(path + " was compiled before: taken from " + (*cache)->folder());
      return std::move(*found);
    }
  Input input = TENON_TRY(parseInput(std::move(text), path));
  CompileOptions options;
  options.targets = targets;
  std::vector<std::byte> bytes = TENON_TRY(compileInput(input, options));
  if (*cache)
    if (Status stored = (*cache)->insert(key, bytes); !stored.ok())
      commandLine.warn("the compiled graph is not cached: " + stored.error().message);
  return bytes;
}

} // namespace tenon
