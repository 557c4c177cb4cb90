#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs tools/demo with programs that are built already, and looks for what it promises to show.

check_demo.py BIN: the folder with the programs.
"""
import re
import subprocess
import sys
from pathlib import Path

DEMO = Path(__file__).resolve().parent.parent.parent / "tools/demo"
# Each as often as it must occur.
PROMISES = {
    r"^x86-64-\S+ +main +contract_\S+ .*batch": 2,  # kernels and bytes, for this CPU
    r"^sm_80 +main +contract_\S+ .*batch": 2,
    r"^time: \S+ ms, best of ": 1,
    r"^bandwidth: \S+ GB/s read and written, \d+% of a copy's": 1,
    r"^arithmetic: \S+ GFLOP/s, \d+% of f32 multiply-adds": 1,
    r"^check y: largest error \S+, allowed \S+$": 2,
    r"^ +\d+ +\d[\d.e-]* +\d+ +\d+ +\d+ +\S+  contract_": 2,  # times of the kernels on the CPU
    r"^ +\d+ +- +\d+ +\d+ +\d+ +-  contract_": 2,  # none of those on the simulator
    r"^simulated: no times$": 1,
    r"^both runs are within the bounds of the oracle": 1,
}


def main():
    done = subprocess.run([DEMO, "--bin", sys.argv[1]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout)
    failed = done.returncode != 0
    if failed:
        print(f"tools/demo ended with status {done.returncode}")
    for promise, count in PROMISES.items():
        found = len(re.findall(promise, done.stdout, re.MULTILINE))
        if found != count:
            print(f"expected {count} lines like '{promise}', found {found}")
            failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main())
