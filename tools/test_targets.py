#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints the build targets, one a line, that the tests matching a regular expression need.

test_targets.py BUILD RE. What ctest knows comes from BUILD; the names in GoogleTest programs, which ctest knows only once
they are built, come from their sources.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

# TEST(Suite, Name), TEST_F, TEST_P, TYPED_TEST
GOOGLE_TEST = re.compile(r"^\s*(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.MULTILINE)
# In a compiler's command line: -o .../CMakeFiles/TARGET.dir/...
OBJECT_TARGET = re.compile(r" -o \S*CMakeFiles/([^/]+)\.dir/")
# In CTestTestfile.cmake: add_test([=[NAME]=] "PROGRAM" ...
ADDED_TEST = re.compile(r'^add_test\((?:\[=\[)?(.+?)(?:\]=\])? "([^"]+)"', re.MULTILINE)


def targets_of_sources(build, pattern):
    root = Path(__file__).resolve().parent.parent
    for command in json.loads((build / "compile_commands.json").read_text()):
        source = Path(command["file"])
        if not source.is_relative_to(root / "tests"):
            continue
        names = [f"{suite}.{name}" for suite, name in GOOGLE_TEST.findall(source.read_text())]
        if any(pattern.search(name) for name in names):
            yield OBJECT_TARGET.search(command["command"])[1]


def targets_of_tests(build, pattern):
    listing = subprocess.run(
        ["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True
    )
    for test in json.loads(listing.stdout)["tests"]:
        if not pattern.search(test["name"]) or test["name"].endswith("_NOT_BUILT"):
            continue
        properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
        # ctest leaves out the command of a program that is not built yet.
        added = Path(properties["WORKING_DIRECTORY"], "CTestTestfile.cmake").read_text()
        program = Path(test["command"][0] if "command" in test else dict(ADDED_TEST.findall(added))[test["name"]])
        if program.is_relative_to(build.resolve()):
            yield program.name
        for label in properties.get("LABELS", []):
            if label.startswith("builds:"):
                yield label.removeprefix("builds:")


def main():
    build, pattern = Path(sys.argv[1]), re.compile(sys.argv[2])
    targets = {*targets_of_sources(build, pattern), *targets_of_tests(build, pattern)}
    print("\n".join(sorted(targets)), end="\n" if targets else "")


if __name__ == "__main__":
    main()
