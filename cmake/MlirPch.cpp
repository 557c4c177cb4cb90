// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A source file for the target that owns the precompiled header.
