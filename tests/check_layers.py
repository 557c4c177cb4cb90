#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the borders between the folders: include edges, target names where none belong, file sizes, licence lines.

Prints each violation as one line and the median file size; exit status 1 if there is a violation.
"""
import argparse
import os
import re
import statistics
import sys
from pathlib import Path

# What each folder may include besides itself. tools, tests and bench may include anything; nothing includes them. A
# generated header counts to the folder that its path names.
EDGES = {
    "ir": (),
    "frontend": ("ir/", "codegen/", "runtime/"),
    "passes": ("ir/",),
    "codegen": ("ir/", "passes/", "runtime/"),
    "runtime": (),
    "models": ("frontend/", "runtime/"),
    "docs": ("frontend/", "runtime/"),
    "cmake": (),
}
FREE = ("tools", "tests", "bench")

# The compiler's libraries, which must not reach what is deployed.
COMPILER_LIBRARIES = ("llvm", "mlir", "lld", "clang", "llvm-c", "mlir-c")
COMPILER_FREE = ("runtime/",)

# One block's program and its schedules are the same for all targets; only folders below codegen/schedule know one.
TARGET_NAMES = re.compile(r"x86|avx|\bamx|nvvm|nvgpu|\bptx|wgmma|warp|\bsm_\d", re.IGNORECASE)

SOURCE_SUFFIXES = {".h", ".c", ".cpp", ".td", ".fbs", ".cmake", ".py"}
INCLUDE = re.compile(r'^\s*#?\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)
LICENCE = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
MAX_LINES = 800


def is_source(path):
    if path.suffix in SOURCE_SUFFIXES or path.name == "CMakeLists.txt":
        return True
    with path.open("rb") as file:
        return path.suffix == "" and file.read(2) == b"#!"


def find_sources(root):
    """Source files by their path from `root`, without what is built or hidden (but for the CI's script)."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if n not in ("build", "gpu", "__pycache__") and (n[0] != "." or n == ".ci"))
        for name in sorted(files):
            path = Path(folder, name)
            if is_source(path):
                yield path.relative_to(root).as_posix()


def check_includes(name, text):
    top = name.split("/")[0] if "/" in name else None
    is_code = Path(name).suffix in (".h", ".c", ".cpp", ".td")
    for match in INCLUDE.finditer(text) if is_code else ():
        quote, target = match.groups()
        line = text.count("\n", 0, match.start(2)) + 1
        target_top = target.split("/")[0]
        if target_top in COMPILER_LIBRARIES and name.startswith(COMPILER_FREE):
            yield f"{name}:{line}: includes {target}; this folder must build without LLVM and MLIR"
        if quote == '"' and "/" not in target:
            yield f"{name}:{line}: includes {target}; write the path from the repository's root"
        if target_top == top or top in FREE or (target_top not in EDGES and target_top not in FREE):
            continue
        if top not in EDGES:
            yield f"{name}:{line}: {top} has no row in EDGES of tests/check_layers.py"
        elif not target.startswith(EDGES[top]) or not EDGES[top]:
            allowed = ", ".join(EDGES[top]) or "no other folder"
            yield f"{name}:{line}: {top} includes {target}; it may include {allowed}"


def is_target_blind(name):
    folder = os.path.dirname(name)
    return folder == "codegen/schedule" or (folder + "/").startswith("ir/tile/")


def check_target_names(name, text):
    if not is_target_blind(name):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if match := TARGET_NAMES.search(line):
            yield f"{name}:{number}: names '{match.group()}'; this part must not know a target"


def check_file(name, text):
    yield from check_includes(name, text)
    yield from check_target_names(name, text)
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        yield f"{name}:{len(lines)}: has {len(lines)} lines, more than {MAX_LINES}; split it by what is in it"
    # The first line, or the second below "#!".
    if not any(LICENCE in line for line in lines[:2]):
        yield f"{name}:1: lacks the line '{LICENCE}'"


def check_tree(root):
    """All violations below `root`, and the line counts of the C++ and TableGen files."""
    violations, sizes = [], []
    for name in find_sources(root):
        text = Path(root, name).read_text(encoding="utf-8")
        violations += check_file(name, text)
        if Path(name).suffix in (".h", ".c", ".cpp", ".td"):
            sizes.append(len(text.splitlines()))
    return violations, sizes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", default=Path(__file__).resolve().parent.parent, type=Path)
    violations, sizes = check_tree(parser.parse_args().root)
    print("\n".join(violations), end="\n" if violations else "")
    if sizes:
        print(f"{len(sizes)} files, median {statistics.median(sizes):.0f} lines, longest {max(sizes)}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
