#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs an example in an empty folder and compares what it prints with the comment at the end of its source:

    // Prints:
    //   [2, 1]: 3 8

usage: check_output.py SOURCE PROGRAM [ARGUMENTS...]; exit status 1 where they differ or the program fails.
"""
import difflib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

MARK = "// Prints:\n"
PREFIX = "//   "


def expected_lines(source):
    _, mark, comment = Path(source).read_text(encoding="utf-8").partition(MARK)
    if not mark:
        sys.exit(f"{source}: has no line '{MARK.strip()}'")
    return [line.removeprefix(PREFIX) for line in comment.splitlines()]


def main():
    source, program, *arguments = sys.argv[1:]
    expected = expected_lines(source)
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([os.path.abspath(program), *arguments], cwd=folder, capture_output=True, text=True)
    printed = run.stdout.splitlines()
    if run.returncode != 0 or printed != expected:
        print("\n".join(difflib.unified_diff(expected, printed, source, "printed", lineterm="")))
        print(f"exit status {run.returncode}\n{run.stderr}", end="")
        return 1
    print(f"{source}: {len(expected)} lines as written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
