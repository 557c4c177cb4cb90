// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Something to load, built with several names and build ids.
int tenon_loaded_object = 1;
