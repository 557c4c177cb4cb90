# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Settings of all lit suites. tenon_lit_suite() in cmake/TenonTests.cmake passes the parameters: bin, the build's
# programs; llvm_bin, FileCheck and not; work, where tests write.
import os

import lit.formats

config.name = "tenon"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
# Graphs are inputs of other tests.
config.excludes = ["Inputs", "graphs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = lit_config.params["work"]
# The build's own programs come first, so that an installed Tenon is never what is tested.
config.environment["PATH"] = os.pathsep.join(
    [lit_config.params["bin"], lit_config.params["llvm_bin"], config.environment["PATH"]]
)
# The user's cache is left alone.
config.environment["TENON_CACHE_DIR"] = "off"
config.substitutions.append(("%plugin", os.path.join(lit_config.params["bin"], "..", "lib", "libnegate_plugin.so")))
