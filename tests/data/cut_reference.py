#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cuts single cases out of the reference data, in the same form: how tests/data/reference was made.

usage: cut_reference.py REFERENCE OUTPUT GROUP/CASE...
"""
import json
import sys
from pathlib import Path


def read_safetensors(path):
    """Name to (description, bytes)."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    return {
        name: (entry, content[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]])
        for name, entry in header.items()
    }


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, (entry, content) in tensors.items():
        header[name] = {**entry, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def main():
    reference, output, *chosen = sys.argv[1:]
    source, target = Path(reference, "ops"), Path(output, "ops")
    target.mkdir(parents=True, exist_ok=True)
    rows = [row for row in json.loads((source / "cases.json").read_text()) if f"{row['group']}/{row['case']}" in chosen]
    if len(rows) != len(chosen):
        sys.exit(f"{source}/cases.json has {len(rows)} of the {len(chosen)} cases")
    for group in {row["group"] for row in rows}:
        tensors = read_safetensors(source / f"{group}.safetensors")
        cases = [row["case"] for row in rows if row["group"] == group]
        # A name is `case.in.x`; case names have no dot.
        kept = {name: tensors[name] for name in sorted(tensors) if name.split(".")[0] in cases}
        write_safetensors(target / f"{group}.safetensors", kept)
    lines = ",\n".join(json.dumps(row) for row in rows)
    (target / "cases.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
