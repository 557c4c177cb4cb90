#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prepares a few cases with tools/gpu_check and runs them on the simulator, and on a driver that the simulator stands behind.

gpu_check_test.py --bin DIR --driver DIR: where the programs are, and the libcuda.so.1 of tests/cuda/FakeDriver.cpp.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "tools/gpu_check"
# All that a machine with a GPU must have beside bash; all of it is in coreutils.
PROGRAMS = ("date", "dirname", "mktemp", "rm", "timeout")
CASES = """
# A comment, and cases of each kind, small enough that the simulator does not mind to repeat them.
chain bench/graphs/chain_bf16.mlir check N=1 N=1001 time N=2000
product tools/gpu_cases/product_bf16_sizes.mlir check M=5,K=16,N=8 time M=16,K=16,N=16
norm tools/gpu_cases/rms_norm_rows.mlir check N=3,C=100
"""


def run(*command, path=None, **environment):
    variables = {**os.environ, **environment}
    if path:
        variables["PATH"] = str(path)
    return subprocess.run(list(map(str, command)), env=variables, capture_output=True, text=True)


class GpuCheckTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.scratch)
        cls.bash = shutil.which("bash")
        cls.programs = cls.scratch / "programs"
        cls.programs.mkdir()
        for program in PROGRAMS:
            (cls.programs / program).symlink_to(shutil.which(program))
        cls.folder = cls.scratch / "folder"
        done = cls.prepare(CASES, cls.folder)
        assert done.returncode == 0, done.stderr

    @classmethod
    def prepare(cls, cases, folder):
        (cls.scratch / "cases.txt").write_text(cases)
        return run(SCRIPT, "--prepare", "--bin", OPTIONS.bin, "--cases", cls.scratch / "cases.txt", "--folder", folder)

    def check(self, *arguments, folder=None, **environment):
        """A run of the prepared script with the programs of a machine that has little; and its JSON."""
        file = self.scratch / "results.json"
        file.unlink(missing_ok=True)
        script = (folder or self.folder) / "gpu_check"
        done = run(self.bash, script, *arguments, "--json", file, path=self.programs, **environment)
        return done, json.loads(file.read_text()) if file.exists() else None

    def copy(self):
        folder = Path(tempfile.mkdtemp(dir=self.scratch)) / "folder"
        return shutil.copytree(self.folder, folder)

    def test_simulator(self):
        done, results = self.check("--device", "sim")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertEqual(
            [(row["kind"], row["case"], row["sizes"]) for row in results["rows"]],
            [
                ("check", "chain", {"N": 1}),
                ("check", "chain", {"N": 1001}),
                ("check", "product", {"M": 5, "K": 16, "N": 8}),
                ("check", "norm", {"N": 3, "C": 100}),
            ],
        )
        self.assertEqual((results["schema_version"], results["run"], results["failed"]), (1, 4, 0))
        self.assertEqual(results["device_name"], "Tenon PTX simulator (sm_80)")
        self.assertRegex(results["date"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        for row in results["rows"]:
            self.assertEqual((row["status"], row["message"], row["run"]["device"]), (0, "", "sim"))
            self.assertTrue(row["run"]["check"][0]["within"])
            self.assertNotIn("timing", row["run"])
        self.assertIn("4 right, 0 failed on Tenon PTX simulator (sm_80), CUDA 13.0; results in ", done.stdout)

    def test_driver(self):
        done, results = self.check(LD_LIBRARY_PATH=OPTIONS.driver)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        rows = {(row["kind"], row["case"], row["sizes"].get("N")): row["run"] for row in results["rows"]}
        self.assertEqual((len(rows), results["device"], results["driver_version"]), (6, "cuda", "13.0"))
        self.assertEqual(rows["check", "chain", 1001]["timing"]["runs"], 20)
        timed = rows["time", "chain", 2000]
        self.assertNotIn("check", timed)
        self.assertEqual(timed["timing"]["bytes"], 2 * 2 * 2000)
        # "chain  N=2000  ok  0.0123  45%": milliseconds and percent, in digits that bash has moved.
        line = next(line.split() for line in done.stdout.splitlines() if line.split()[:2] == ["chain", "N=2000"])
        self.assertEqual(line[3], f"{timed['timing']['best_seconds'] * 1e3:.4f}")
        self.assertEqual(line[4], f"{timed['timing']['fraction_of_copy'] * 100:.0f}%")

    def test_wrong_output(self):
        folder = self.copy()
        output = folder / "chain/N=1001/y.npy"
        content = bytearray(output.read_bytes())
        content[-1] ^= 0x40
        output.write_bytes(content)
        done, results = self.check("--device", "sim", folder=folder)
        self.assertEqual(done.returncode, 1)
        self.assertEqual([row["status"] for row in results["rows"]], [0, 1, 0, 0])
        wrong = results["rows"][1]
        self.assertEqual(results["failed"], 1)
        self.assertFalse(wrong["run"]["check"][0]["within"])
        self.assertRegex(wrong["message"], "output 'y' differs from .* at \\[1000\\]")
        self.assertRegex(done.stdout, r"chain +N=1001 +FAILED .*differs from")

    def test_no_gpu(self):
        done, results = self.check(LD_LIBRARY_PATH=OPTIONS.driver, TENON_FAKE_CUDA="no-device")
        self.assertEqual((done.returncode, results["failed"], results["device_name"]), (1, 6, ""))
        for row in results["rows"]:
            self.assertIsNone(row["run"])
            self.assertIn("the NVIDIA driver shows no GPU", row["message"])

    def test_refusals(self):
        taken = self.scratch / "taken"
        taken.mkdir(exist_ok=True)
        (taken / "precious").touch()
        chain = "chain bench/graphs/chain_f32.mlir "
        for cases, folder, message in (
            (CASES, taken, "exists and was not made by --prepare"),
            ("# nothing\n", "new", "has no case"),
            ("chain\n", "new", "case chain in .* has no graph"),
            ("../chain x.mlir check N=1\n", "new", "is no name of lower-case letters"),
            (chain + "N=1\n", "new", "expected check, time or sizes, found 'N=1'"),
            (chain + "check N=-1\n", "new", "expected check, time or sizes, found 'N=-1'"),
            (chain + "check M=1\n", "new", "size N is not given"),
            # Inputs, outputs and bounds of 4, 4 and 8 bytes an element.
            (chain + "check N=2500000\n", "new", "the folder takes 4[0-9]* bytes, more than 40000000"),
        ):
            done = self.prepare(cases, self.scratch / folder)
            self.assertEqual(done.returncode, 1, cases)
            self.assertRegex(done.stderr, message)
            self.assertFalse((self.scratch / "new").exists())
        self.assertEqual([path.name for path in taken.iterdir()], ["precious"])
        self.assertEqual([path.name for path in self.scratch.glob("*.*") if path.is_dir()], [])
        done = run(SCRIPT, "--folder", taken)
        self.assertEqual(done.returncode, 1)
        self.assertIn("was not prepared; run tools/gpu_check --prepare", done.stderr)

    def test_usage(self):
        done = run(SCRIPT, "--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Examples:\n  tools/gpu_check --prepare", done.stdout)
        for arguments in (
            ["--nonsense"], ["--device"], ["--device", "cpu"], ["--prepare", "--device", "sim"], ["--bin", "x"],
        ):  # fmt: skip
            done = run(SCRIPT, *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertTrue(done.stderr.startswith("gpu_check: error: "), done.stderr)

    def test_list(self):
        """The committed list has what it is meant to have; the graphs of most are run above."""
        cases = {}
        for line in (ROOT / "tools/gpu_cases/cases.txt").read_text().splitlines():
            if line and not line.startswith("#"):
                name, graph, *words = line.split()
                self.assertTrue((ROOT / graph).is_file(), graph)
                self.assertIn("check", words)
                self.assertIn("time", words)
                self.assertNotIn(name, cases)
                cases[name] = graph
        self.assertEqual(
            {path.name for path in (ROOT / "tools/gpu_cases").glob("*.mlir")},
            {Path(graph).name for graph in cases.values() if graph.startswith("tools/gpu_cases/")},
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=Path)
    parser.add_argument("--driver", required=True, type=Path)
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
