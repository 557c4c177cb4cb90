#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles the graphs of graphs/ for sm_80 and assembles their PTX, without a GPU.

ptxas must give no warning, no spill, no local memory and no message that it had to change the code (C75..), and the
registers, shared memory and longest loops of registers.txt. Another version of ptxas than the table's chooses other
registers: these are then not compared. Without ptxas the exit status is 77.

usage: assemble.py TENON [--update]
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE / "registers.txt"
SKIPPED = 77
HEAD = """\
# What ptxas {version} makes of graphs/ for sm_80; `assemble.py TENON --update` writes this table.
# Shared memory in bytes; the longest loop in instructions of PTX, 0 where there is none.
#{:<29} {:<52} {:>9} {:>6} {:>4}
"""
ROW = "{:<30} {:<52} {:>9} {:>6} {:>4}\n"


def find_ptxas():
    return shutil.which("ptxas") or shutil.which("ptxas", path=f"{os.environ.get('CUDA_HOME', '/usr/local/cuda')}/bin")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout + done.stderr


def find_problems(log):
    """What ptxas says that it must not say."""
    bad = r"warning|error|\bC75\d\d\b|[1-9]\d* bytes (stack frame|spill)|cumulative stack|\blmem\b"
    return [line for line in log.splitlines() if re.search(bad, line, re.IGNORECASE)]


def read_registers(log):
    """Registers of each kernel."""
    pairs = re.findall(r"Compiling entry function '(\S+)'.*?Used (\d+) registers", log, re.DOTALL)
    return {name: int(registers) for name, registers in pairs}


def longest_loops(ptx):
    """Instructions from the target of a branch backwards to the branch, of each kernel; the most of all its loops."""
    result, kernel, labels, count = {}, "", {}, 0
    for line in map(str.strip, ptx.splitlines()):
        if entry := re.match(r"\.visible \.entry (\w+)\(", line):
            kernel, labels, count = entry[1], {}, 0
            result[kernel] = 0
        elif label := re.match(r"(\$\w+):", line):
            labels[label[1]] = count
        elif line.endswith(";") and not line.startswith("."):
            count += 1
            branch = re.search(r"\bbra(?:\.uni)?\s+(\$\w+);", line)
            if branch and branch[1] in labels:
                result[kernel] = max(result[kernel], count - labels[branch[1]])
    return result


def assemble(graph, tenon, ptxas, folder):
    """Rows of one graph, and problems."""
    ptx, artifact = folder / f"{graph.stem}.ptx", folder / f"{graph.stem}.tenon"
    run(tenon, "compile", graph, "--target", "sm_80", "--emit", "ptx", "-o", ptx)
    run(tenon, "compile", graph, "--target", "sm_80", "-o", artifact)
    plan = json.loads(run(tenon, "inspect", "--json", artifact))["entries"][0]["plans"][0]
    shared = {kernel["symbol"]: kernel["shared_bytes"] for kernel in plan["kernels"]}
    log = run(ptxas, "-arch=sm_80", "-v", "--warn-on-spills", "--warn-on-local-memory-usage", ptx, "-o", "/dev/null")
    loops = longest_loops(ptx.read_text())
    rows = {(graph.stem, kernel): (registers, shared[kernel], loops[kernel])
            for kernel, registers in read_registers(log).items()}
    problems = [f"{graph.name}: {line}" for line in find_problems(log)]
    if set(shared) != {kernel for _, kernel in rows}:
        problems.append(f"{graph.name}: the artifact has other kernels than the PTX")
    return rows, problems


def read_table():
    """The version of ptxas and the rows."""
    version, rows = "", {}
    for line in TABLE.read_text().splitlines() if TABLE.exists() else []:
        if line.startswith("#"):
            version = version or line.split()[3]
        elif line:
            graph, kernel, *numbers = line.split()
            rows[graph, kernel] = tuple(map(int, numbers))
    return version, rows


def compare(rows, version):
    """Differences from the table."""
    known, table = read_table()
    first = 0 if known == version else 1
    if first:
        print(f"registers are not compared: the table is of ptxas {known}, this is {version}")
    names = ("registers", "bytes of shared memory", "instructions in the longest loop")
    problems = []
    for key in sorted(rows.keys() | table.keys()):
        found, expected = rows.get(key), table.get(key)
        if found is None or expected is None:
            problems.append(f"{' '.join(key)} is only in {'the table' if found is None else 'the graphs'}")
            continue
        problems += [f"{' '.join(key)} has {a} {name}, the table {b}"
                     for a, b, name in list(zip(found, expected, names))[first:] if a != b]
    if problems:
        problems.append("if that is meant, run tests/codegen/ptx/assemble.py TENON --update and commit registers.txt")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tenon", help="the program")
    parser.add_argument("--update", action="store_true", help="write registers.txt")
    arguments = parser.parse_args()
    ptxas = find_ptxas()
    if not ptxas:
        print("skipped: ptxas is not installed; it is part of the CUDA toolkit")
        return SKIPPED
    version = re.search(r"release ([\d.]+)", run(ptxas, "--version"))[1]
    rows, problems = {}, []
    graphs = sorted((HERE / "graphs").glob("*.mlir"))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        done = pool.map(lambda graph: assemble(graph, arguments.tenon, ptxas, Path(folder)), graphs)
        for new_rows, new_problems in done:
            rows.update(new_rows)
            problems += new_problems
    if arguments.update:
        text = "".join(ROW.format(*key, *numbers) for key, numbers in sorted(rows.items()))
        TABLE.write_text(HEAD.format("graph", "kernel", "registers", "shared", "loop", version=version) + text)
    else:
        problems += compare(rows, version)
    print("\n".join(problems) if problems else f"{len(rows)} kernels assembled by ptxas {version}")
    return 1 if problems else 0


if __name__ == "__main__":
    os.environ["TENON_CACHE_DIR"] = "off"
    sys.exit(main())
