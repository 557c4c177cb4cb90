// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Membership is read from /proc, the mount is assumed where every distribution has it.
#include "runtime/Cgroup.h"

#include <fstream>

namespace tenon {

std::vector<std::string> cgroupFolders(const std::string &controller) {
  const std::string root = "/sys/fs/cgroup";
  // The second is for version 1, where each controller has a tree of its own.
  std::vector<std::string> folders = {root, root + "/" + controller};
  std::ifstream membership("/proc/self/cgroup"); // Lines such as "0::/user.slice/a.scope" and "4:cpu,cpuacct:/a".
  for (std::string line; std::getline(membership, line);) {
    size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos)
      continue;
    std::string controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
    if (!controllers.empty() && ("," + controllers + ",").find("," + controller + ",") == std::string::npos)
      continue;
    for (; path.size() > 1 && path.starts_with('/'); path.resize(path.rfind('/')))
      folders.push_back(root + (controllers.empty() ? "" : "/" + controller) + path);
  }
  return folders;
}

} // namespace tenon
