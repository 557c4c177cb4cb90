#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that public headers can be used by a program that knows nothing of the compiler inside.

Each given header, and each header of the project that it includes, must compile alone with each compiler, and what it
includes must come from the project or the standard library: never from LLVM or MLIR.
"""
import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

# .../include/llvm/IR/Value.h, .../include/llvm-22/llvm/IR/Value.h; not what clang brings of its own.
FOREIGN = re.compile(r"include/(?:[^/]+/)?(?:llvm|mlir|lld|clang|llvm-c|mlir-c)/")
FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-x", "c++"]


def run(compiler, header, includes, mode):
    """The compiler in a mode (-fsyntax-only or -M) on a source that includes the header twice."""
    source = f'#include "{header}"\n#include "{header}"\n'
    command = [compiler, *FLAGS, *(f"-I{path}" for path in includes), mode, "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True)


def included_files(compiler, header, includes):
    listing = run(compiler, header, includes, "-M")
    if listing.returncode != 0:
        sys.exit(f"{header}: {compiler} cannot list what it includes\n{listing.stderr}")
    return listing.stdout.replace("\\\n", " ").split(":", 1)[1].split()


def name_in_project(path, includes):
    for root in includes:
        if Path(path).is_relative_to(root):
            return Path(path).relative_to(root).as_posix()
    return None


def find_headers(headers, compiler, includes):
    """The headers of the project that are included, and what must not be."""
    found, violations = set(headers), []
    for header in headers:
        for path in included_files(compiler, header, includes):
            name = name_in_project(path, includes)
            if name and name.endswith(".h"):
                found.add(name)
            elif not name and FOREIGN.search(path):
                violations.append(f"{header}: includes {path}; programs that use Tenon need not have it")
    return sorted(found), violations


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--include", action="append", required=True)
    parser.add_argument("--compiler", action="append", required=True)
    parser.add_argument("headers", nargs="+")
    arguments = parser.parse_args()
    headers, violations = find_headers(arguments.headers, arguments.compiler[0], arguments.include)
    for compiler in arguments.compiler:
        if not shutil.which(compiler):
            print(f"{compiler} is not installed: its part is left out")
            continue
        for header in headers:
            result = run(compiler, header, arguments.include, "-fsyntax-only")
            if result.returncode != 0:
                violations.append(f"{header}: does not compile alone with {compiler}\n{result.stderr}")
    print("\n".join(violations), end="\n" if violations else "")
    print(f"{len(headers)} headers: {' '.join(headers)}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
