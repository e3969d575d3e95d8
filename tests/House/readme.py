#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the documents: every relative link leads somewhere, every command of the README names a verb and flags that the
program knows, and its C++ is that of an example program."""

import argparse
import itertools
import re
import shlex
import subprocess
import sys
from pathlib import Path

OBJECTS = ("mri", "ct", "phase", "restoration", "closed-form", "data", "lesion", "simulated")


def broken_links(root):
    faults = []
    folders = ["", "*/", "modules/*/", "applications/*/", "tests/*/"]
    for path in sorted(path for folder in folders for path in root.glob(folder + "README.md")):
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
            if "://" not in link and not (path.parent / link).exists():
                faults.append(f"{path.relative_to(root)}: link to {link}, which does not exist")
    return faults


def commands(text):
    """The lines "tweedie ..." of shell blocks, with continued lines joined, as lists of words."""
    found = []
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.replace("\\\n", " ").split("\n"):
            words = shlex.split(line, comments=True)
            if words and words[0] == "tweedie":
                found.append(words[1:])
    return found


def unknown_flags(program, words):
    """Flags of a command that the help of its verb does not show."""
    verb = [words[0], *itertools.takewhile(OBJECTS.__contains__, words[1:3])]
    help_run = subprocess.run([program, *verb, "--help"], capture_output=True, text=True, check=False)
    if help_run.returncode != 0:
        return [f"tweedie {' '.join(verb)} --help: exit {help_run.returncode}: {help_run.stderr.strip()}"]
    flags = [word.split("=")[0] for word in words if word.startswith("--") and word != "--help"]
    return [f"tweedie {' '.join(verb)}: the program does not know {flag}" for flag in flags
            if not re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", help_run.stdout)]


def foreign_code(root):
    """Lines of a C++ block of the README that no example program holds."""
    examples = "".join(path.read_text(encoding="utf-8") for path in root.glob("modules/*/examples/*.cxx"))
    known = {line.strip() for line in examples.split("\n")} | {"..."}
    blocks = re.findall(r"```cpp\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return [f"README.md: no example program holds the line: {line.strip()}" for block in blocks
            for line in block.split("\n") if line.strip() not in known]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--program", help="the built program; without it only links are checked")
    arguments = parser.parse_args()

    faults = broken_links(arguments.source) + foreign_code(arguments.source)
    found = commands((arguments.source / "README.md").read_text(encoding="utf-8"))
    if arguments.program:
        for words in found:
            faults += unknown_flags(arguments.program, words)
    for fault in faults:
        print(fault)
    print(f"{len(found)} commands, {len(faults)} faults")
    return 1 if faults or len(found) < 5 else 0


if __name__ == "__main__":
    sys.exit(main())
