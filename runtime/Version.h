// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which Tenon this is.
#pragma once

#include <string_view>

namespace tenon {

/// "0.1.0".
std::string_view version();
/// The commit that was checked out when the build was configured, or "unknown".
std::string_view commit();

} // namespace tenon
