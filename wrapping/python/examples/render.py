#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the figures of the examples and writes them, with their code, into the package's README.

    PYTHONPATH=build/release/wrapping/python wrapping/python/examples/render.py [first own_prior ...]
    wrapping/python/examples/render.py --text        the code alone
"""
import ast
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
NAMES = ["first", "own_prior", "own_operator", "dicom", "validate", "compare"]


def figure_of(name):
    return HERE / "figures" / f"{name.replace('_', '-')}.png"


def block(name):
    """What the README shows of an example: what it is, its run function, its figure and its numbers."""
    text = (HERE / f"{name}.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    code = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "run")
    title = " ".join(ast.get_docstring(tree).split())
    figure = figure_of(name).relative_to(README.parent)
    numbers = figure_of(name).with_suffix(".txt").read_text(encoding="utf-8")
    return (f"**[{name}.py](examples/{name}.py)** - {title}\n\n```python\n{ast.get_source_segment(text, code)}\n```\n\n"
            f"![{name}]({figure})\n\n```text\n{numbers}```\n")


def filled(text):
    """The README with the examples as they are."""
    for name in NAMES:
        text = re.sub(rf"(<!-- example {name} -->\n).*?(<!-- end -->)", lambda m, n=name: m[1] + block(n) + m[2], text,
                      flags=re.DOTALL)
    return text


def main():
    names = [name for name in sys.argv[1:] if name in NAMES] or ([] if "--text" in sys.argv else NAMES)
    for name in names:
        run = subprocess.run([sys.executable, HERE / f"{name}.py", "--figure", figure_of(name)], check=True,
                             stdout=subprocess.PIPE, text=True)
        figure_of(name).with_suffix(".txt").write_text(run.stdout, encoding="utf-8")
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
