// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Forked processes report by their exit status; their failures are printed.
#include "tests/frontend/CacheScene.h"

#include "tests/runtime/TestArtifact.h"

#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

namespace tenon::test {

void CacheScene::SetUp() {
  scene = testing::TempDir() + "tenon-cache.XXXXXX";
  ASSERT_NE(::mkdtemp(scene.data()), nullptr);
}

std::vector<std::byte> artifactBytes(unsigned number, size_t padding) {
  static const std::byte code[64] = {};
  schema::ArtifactT artifact = sampleArtifact();
  artifact.producer = "tests " + std::to_string(1000 + number);
  std::vector<std::byte> constant(96 + padding, std::byte(number));
  ArtifactWriter writer;
  writer.addSection(code);
  writer.addSection(constant);
  return writer.finish(std::move(artifact)).value();
}

bool inProcesses(unsigned count, const std::function<void(unsigned)> &work) {
  std::vector<pid_t> children;
  for (unsigned number = 0; number < count; ++number) {
    pid_t child = ::fork();
    if (child == 0) {
      work(number);
      ::_exit(testing::Test::HasFailure());
    }
    children.push_back(child);
  }
  bool good = true;
  for (pid_t child : children) {
    int status = 0;
    good &= child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
  }
  return good;
}

} // namespace tenon::test
