// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Measures compiled kernels against the limits of this machine.
#include "bench/Bench.h"

int main(int argc, char **argv) { return tenon::bench::benchMain(argc, argv); }
