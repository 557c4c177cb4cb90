#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that what is copied to other machines needs nothing there but glibc, and no new one.

deployed_programs_test.py OBJDUMP FILE...
"""
import re
import subprocess
import sys

GLIBC = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2"}
# That of Ubuntu 22.04, the oldest that images with CUDA 12 are commonly made from.
NEWEST_GLIBC = (2, 35)


def problems(objdump, file):
    headers = subprocess.run([objdump, "-p", file], capture_output=True, text=True, check=True).stdout
    needed = re.findall(r"^\s*NEEDED\s+(\S+)$", headers, re.MULTILINE)
    versions = re.findall(r"\bGLIBC_(\d+)\.(\d+)", headers)
    if not needed or not versions:
        yield f"{objdump} tells of no library that it needs"
    for library in needed:
        if library not in GLIBC:
            yield f"it needs {library}"
    for version in {(int(major), int(minor)) for major, minor in versions}:
        if version > NEWEST_GLIBC:
            yield f"it needs glibc {version[0]}.{version[1]}"


def main():
    found = [f"{file}: {problem}" for file in sys.argv[2:] for problem in problems(sys.argv[1], file)]
    print("\n".join(found) or f"{len(sys.argv) - 2} files need glibc alone")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
