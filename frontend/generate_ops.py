#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the C++ builders of the elementwise ops.

usage: generate_ops.py RECORDS.json HEADER SOURCE

RECORDS.json is what `llvm-tblgen --dump-json` makes of ir/tenon/TenonOps.td.
"""
import json
import sys

# Mnemonics that C++ reserves.
RESERVED = {"and": "bitAnd", "or": "bitOr", "xor": "bitXor", "not": "bitNot"}


def camel(mnemonic):
    first, *rest = RESERVED.get(mnemonic, mnemonic).split("_")
    return first + "".join(word.capitalize() for word in rest)


def elementwise_ops(records):
    """Those with operands: a splat has none and is built by hand."""
    for name in records["!instanceof"]["Tenon_ElementwiseOp"]:
        arguments = [definition["def"] for definition, _ in records[name]["arguments"]["args"]]
        if not all(is_attribute(records, argument) for argument in arguments):
            yield records[name]


def is_attribute(records, definition):
    return "Attr" in records[definition]["!superclasses"]


def describe(records, record):
    operands, attributes = [], []
    for definition, name in record["arguments"]["args"]:
        if is_attribute(records, definition["def"]):
            enum = records[definition["def"]]["enum"]["def"]
            attributes.append((records[enum]["className"], name))
        else:
            operands.append(name)
    traits = [records[trait["def"]] for trait in record["traits"]]
    inferred = any(trait.get("trait") in ("SameOperandsAndResultType", "InferTypeOpInterface::Trait") or
                   "AllTypesMatch" in trait["!superclasses"] for trait in traits)
    return operands, attributes, inferred


def enum_text(records, name):
    cases = [records[case["def"]] for case in records[name]["enumerants"]]
    body = ", ".join(f"{case['symbol']} = {case['value']}" for case in cases)
    return f"/// {records[name]['summary'].capitalize()}.\nenum class {records[name]['className']} : uint32_t {{ {body} }};\n"


def main():
    records = json.load(open(sys.argv[1]))
    header, source, enums = [], [], {}
    for record in elementwise_ops(records):
        operands, attributes, inferred = describe(records, record)
        for definition, _ in record["arguments"]["args"]:
            if is_attribute(records, definition["def"]):
                enums[records[definition["def"]]["enum"]["def"]] = None
        function = camel(record["opName"])
        parameters = [f"{kind} {name}" for kind, name in attributes] + [f"const Value &{name}" for name in operands]
        if not inferred:
            parameters.append("ElementType to")
        values = ", ".join(operands)
        extras = [f'{{"{name}", uint32_t({name})}}' for _, name in attributes]
        target = "std::nullopt" if inferred else "to"
        summary = record["summary"]
        header.append(f"/// {summary[0].upper() + summary[1:]}.\n"
                      f"Value {function}({', '.join(parameters)}, Place place = Place::current());\n")
        source.append(f"Value {function}({', '.join(parameters)}, Place place) {{\n"
                      f'  return detail::buildElementwise("tenon.{record["opName"]}", {{{values}}}, '
                      f"{{{', '.join(extras)}}}, {target}, place);\n}}\n")
    with open(sys.argv[2], "w") as file:
        file.write("\n".join([enum_text(records, name) for name in enums] + header))
    with open(sys.argv[3], "w") as file:
        file.write("\n".join(source))


if __name__ == "__main__":
    main()
