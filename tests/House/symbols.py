#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that no function of the house is defined in two of its libraries: a program that loads both calls the first.

Inline functions appear in each library that uses them, and are one; a strong definition beside another is two.
"""
import argparse
import subprocess
import sys
from collections import defaultdict


def definitions(library):
    """Exported functions of namespace tweedie: {(name, is strong)}."""
    listing = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--demangle", library], check=True, capture_output=True, text=True
    ).stdout
    found = set()
    for line in listing.splitlines():
        _, kind, name = line.split(maxsplit=2)
        if kind in "TW" and name.startswith("tweedie::"):
            found.add((name, kind == "T"))
    return found


def twice(libraries):
    """The names that one library defines for itself and another one has, too."""
    owners = defaultdict(set)
    strong = set()
    for library, symbols in libraries.items():
        for name, is_strong in symbols:
            owners[name].add(library)
            strong |= {name} if is_strong else set()
    return {name: sorted(owners[name]) for name in sorted(strong) if len(owners[name]) > 1}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("libraries", nargs="+")
    libraries = {library: definitions(library) for library in parser.parse_args().libraries}
    faults = twice(libraries)
    for name, owners in faults.items():
        print(f"{name}: defined in {', '.join(owners)}")
    count = sum(len(symbols) for symbols in libraries.values())
    print(f"symbols: {count} in {len(libraries)} libraries, {len(faults)} faults")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
