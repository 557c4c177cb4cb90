// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The build passes both as definitions.
#include "runtime/Version.h"

namespace tenon {

std::string_view version() { return TENON_VERSION; }
std::string_view commit() { return TENON_COMMIT; }

} // namespace tenon
