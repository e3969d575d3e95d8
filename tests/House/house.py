#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the source tree keeps to the rules of the design; one line per fault, exit 1 if there is one."""

import argparse
import sys
from pathlib import Path

import include_graph
import style_checks
from tree import Tree

CHECKS = {
    "edges": [include_graph.check_edges, include_graph.check_design],
    "includes": [style_checks.check_includes, include_graph.check_torch_free],
    "sizes": [style_checks.check_sizes],
    "layout": [style_checks.check_layout, style_checks.check_headers, style_checks.check_build,
               style_checks.check_scripts],
    "calls": [style_checks.check_calls],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("check", choices=[*CHECKS, "all"])
    parser.add_argument("--source", default=Path(__file__).resolve().parents[2], help="root of the source tree")
    parser.add_argument("--output", help="folder for include-graph.dot and include-graph.svg")
    arguments = parser.parse_args()

    tree = Tree(arguments.source)
    if arguments.output:
        output = Path(arguments.output)
        (output / "include-graph.dot").write_text(include_graph.dot(tree))
        (output / "include-graph.svg").write_text(include_graph.svg(tree))
        print(f"wrote {output / 'include-graph.svg'}")
    names = CHECKS if arguments.check == "all" else [arguments.check]
    faults = [fault for name in names for check in CHECKS[name] for fault in check(tree)]
    for fault in faults:
        print(fault)
    print(f"{arguments.check}: {len(tree.modules)} modules, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
