#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plants each violation that check_layers knows in a small tree."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
from check_layers import LICENCE, check_tree


class CheckLayersTest(unittest.TestCase):
    def violations(self, name, text, comment="// "):
        """What is found in a tree of one file, with the licence in front."""
        with tempfile.TemporaryDirectory() as root:
            path = Path(root, name)
            path.parent.mkdir(parents=True)
            path.write_text((comment + LICENCE + "\n" if comment else "") + text)
            return check_tree(root)[0]

    def assert_clean(self, name, text):
        self.assertEqual(self.violations(name, text), [])

    def assert_found(self, name, text, *parts, comment="// "):
        found = self.violations(name, text, comment)
        self.assertEqual(len(found), 1, found)
        for part in parts:
            self.assertIn(part, found[0])

    def test_edges(self):
        self.assert_found("ir/A.cpp", '#include "passes/B.h"\n', "ir/A.cpp:2: ir includes passes/B.h", "no other folder")
        self.assert_found("passes/A.h", '\n#include "codegen/B.h"\n', "passes/A.h:3:", "it may include ir/")
        self.assert_found("runtime/x/A.cpp", '#include "ir/B.h"\n', "runtime includes ir/B.h")
        self.assert_found("codegen/A.cpp", '#include "frontend/B.h"\n', "codegen includes frontend/B.h")
        self.assert_found("frontend/A.td", 'include "passes/B.td"\n', "frontend includes passes/B.td")
        self.assert_found("codegen/A.cpp", '#include "tests/B.h"\n', "codegen includes tests/B.h")
        self.assert_found("strange/A.cpp", '#include "ir/B.h"\n', "no row in EDGES")
        self.assert_found("ir/A.cpp", '#include "passes/Passes.h.inc"\n', "passes/Passes.h.inc")
        self.assert_found("ir/A.cpp", '#include "B.h"\n', "from the repository's root")
        self.assert_clean("codegen/A.cpp", '#include "ir/B.h"\n#include "runtime/KernelAbi.h"\n#include "mlir/IR/X.h"\n')
        self.assert_clean("tests/A.cpp", '#include "runtime/B.h"\n#include "codegen/C.h"\n#include <gtest/gtest.h>\n')

    def test_compiler_free_folders(self):
        self.assert_found("runtime/A.cpp", "#include <llvm/ADT/X.h>\n", "without LLVM and MLIR")
        self.assert_found("runtime/sub/A.h", '#include "mlir/IR/X.h"\n', "without LLVM and MLIR")
        self.assert_clean("frontend/A.h", '#include "llvm/IR/X.h"\n')

    def test_target_names(self):
        for text in ("// for x86\n", "NVVM::Op\n", "unsigned warps;\n", 'level == "sm_80"\n', "avx512\n", "amx.tile\n"):
            self.assert_found("ir/tile/A.cpp", text, "must not know a target")
            self.assert_found("codegen/schedule/Map.cpp", text, "must not know a target")
            self.assert_clean("codegen/schedule/hopper/Contract.cpp", text)
            self.assert_clean("codegen/cpu/A.cpp", text)
        self.assert_clean("ir/tile/A.cpp", "streamX, small_1, max\n")

    def test_sizes(self):
        self.assert_found("ir/A.cpp", "\n" * 800, "has 801 lines")
        self.assert_clean("ir/A.cpp", "\n" * 799)

    def test_licence(self):
        self.assert_found("ir/A.cpp", "\n", "lacks the line", comment="")
        self.assert_found("tools/run", "#!/bin/bash\n\n", "lacks the line", comment="")
        self.assert_found(".ci/run", "#!/bin/bash\n\n", "lacks the line", comment="")
        self.assert_found("tests/CMakeLists.txt", "x()\n", "lacks the line", comment="")
        self.assert_clean("tests/data.txt", "")

    def test_ignores_what_is_built(self):
        with tempfile.TemporaryDirectory() as root:
            path = Path(root, "build/release/A.h")
            path.parent.mkdir(parents=True)
            path.write_text("")
            self.assertEqual(check_tree(root), ([], []))


if __name__ == "__main__":
    unittest.main()
