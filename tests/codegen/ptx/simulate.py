#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the graphs of graphs/ on the PTX simulator and compares them with the reference interpreter.

A graph's lines `// sizes: M=3 N=5` say which sizes it runs with, each with two seeds. With the first the simulator
completes asynchronous copies at the last moment, with the second at once: both orders are possible on a GPU.

usage: simulate.py TENON [GRAPH...]
"""
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODES = ((1, "cp-async=late"), (2, "cp-async=eager"))
# Two cores that are busy otherwise take 2 s for the largest of these; more is a hang.
TIMEOUT = 300


def run(cache, tenon, graph, sizes, seed, mode):
    """The problem of one run, or nothing."""
    command = [tenon, "run", str(graph), "--device", "sim", "--random", str(seed), "--check", "--json"]
    for size in sizes.split():
        command += ["--size", size]
    environment = os.environ | {"TENON_SIM": f"threads=1,{mode}", "TENON_CACHE_DIR": cache}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return f"TENON_SIM={mode} {' '.join(command)}: no end after {TIMEOUT} s"
    if done.returncode or '"device": "sim"' not in done.stdout:
        return f"TENON_SIM={mode} {' '.join(command)}: exit status {done.returncode}: {done.stderr.strip()}"
    return ""


def main():
    tenon, *names = sys.argv[1:]
    graphs = [HERE / "graphs" / f"{name}.mlir" for name in names] or sorted((HERE / "graphs").glob("*.mlir"))
    cases = [(tenon, graph, sizes, seed, mode)
             for graph in graphs
             for sizes in re.findall(r"^// sizes:(.*)$", graph.read_text(), re.MULTILINE)
             for seed, mode in MODES]
    without = [graph.name for graph in graphs if not any(case[1] == graph for case in cases)]
    # Each graph is compiled once.
    with tempfile.TemporaryDirectory() as cache, ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        problems = [problem for problem in pool.map(lambda case: run(cache, *case), cases) if problem]
    problems += [f"{name}: has no line '// sizes:'" for name in without]
    print("\n".join(problems + [f"{len(graphs)} graphs, {len(cases)} runs, {len(problems)} failures"]))
    return 1 if problems or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
