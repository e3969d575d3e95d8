#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Type stubs of the package: its sources without bodies, and in place of **options the options of C++, which are listed
there alone.

    make-stubs.py SOURCES MODULE PROGRAM OUTPUT        SOURCES: the folder tweedie, MODULE: the file of tweedie._core

What the program says of its commands is written beside them, which the package reads where it calls one."""
import argparse
import ast
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

HEAD = "# SPDX-License-Identifier: Apache-2.0\n# Made by the build.\n"


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def is_public(name):
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def optional(annotation, default):
    """T | None for a default of None."""
    if annotation is None or not (isinstance(default, ast.Constant) and default.value is None):
        return annotation
    text = ast.unparse(annotation)
    return annotation if text.endswith("None") else ast.parse(f"{text} | None", mode="eval").body


class Stub(ast.NodeTransformer):
    """Of one module. fields: those of a call by its name; tools: tweedie._fields."""

    def __init__(self, fields, tools, constants):
        self._fields, self._tools, self._constants = fields, tools, constants

    def visit_FunctionDef(self, node):
        if not is_public(node.name):
            return None
        arguments = node.args
        plain = arguments.posonlyargs + arguments.args
        for argument, default in zip(plain[len(plain) - len(arguments.defaults):], arguments.defaults):
            argument.annotation = optional(argument.annotation, default)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
            argument.annotation = optional(argument.annotation, default)
        decorators = []
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "documented":
                self._add_options(node, decorator)
            else:
                decorators.append(decorator)
        node.decorator_list = decorators
        documentation = ast.get_docstring(node)
        node.body = [ast.Expr(ast.Constant(documentation if documentation else ...))]
        return node

    def visit_ClassDef(self, node):
        if not is_public(node.name):
            return None
        body = []
        for item in node.body:
            if isinstance(item, ast.AnnAssign):
                item.annotation, item.value = optional(item.annotation, item.value), item.value and ast.Constant(...)
            if isinstance(item, ast.Assign):
                continue
            item = self.visit(item) if isinstance(item, ast.FunctionDef) else item
            body += [item] if item is not None else []
        node.body = body
        return node

    def _add_options(self, node, decorator):
        calls = decorator.args[0]
        calls = self._constants[calls.id] if isinstance(calls, ast.Name) else ast.literal_eval(calls)
        hidden = next((ast.literal_eval(word.value) for word in decorator.keywords if word.arg == "hidden"), ())
        arguments = node.args
        taken = [argument.arg for argument in arguments.args + arguments.kwonlyargs] + list(hidden)
        for name, annotation, default in self._tools.keywords(map(self._fields, calls.values()), taken):
            arguments.kwonlyargs.append(ast.arg(name, ast.parse(annotation, mode="eval").body))
            arguments.kw_defaults.append(ast.parse(repr(default), mode="eval").body)
        arguments.kwarg = None


def constants_of(tree):
    """Literals of the module."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                pass
    return found


def imports_of(tree):
    """Those that a stub may need: names of the package that begin with _ have none."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level and node.module:
            node.names = [name for name in node.names if is_public(name.name)]
        if isinstance(node, ast.Import) or isinstance(node, ast.ImportFrom) and node.names and \
                node.module not in ("_backend", "_options"):
            found.append(node)
    return found + ast.parse("from typing import Literal, Sequence").body


def stub_of(text, fields, tools):
    tree = ast.parse(text)
    constants = constants_of(tree)
    body = imports_of(tree)
    transformer = Stub(fields, tools, constants)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            node = transformer.visit(node)
            body += [node] if node is not None else []
        elif isinstance(node, ast.Assign) and is_public(node.targets[0].id):
            body.append(node)
    tree.body = body
    return HEAD + ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def commands_of(program):
    """What a program says of each of its commands."""
    ask = lambda *words: subprocess.run([program, *words], check=True, stdout=subprocess.PIPE, text=True).stdout
    lines = [line.split()[1:] for line in ask("--modules").splitlines()]
    return {" ".join(words): json.loads(ask(*words, "--schema")) for words in lines}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("module", type=Path)
    parser.add_argument("program", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    core = load(given.module, "_core")
    tools = load(given.sources / "_fields.py", "_fields")
    commands = commands_of(given.program)
    (given.output / "_commands.json").write_text(json.dumps(commands) + "\n", encoding="utf-8")

    def fields(call):
        program, _, command = call.partition(" ")
        return commands[command]["options"] if program == "tweedie" else json.loads(core.schema(call))

    for path in sorted(given.sources.glob("*.py")):
        if is_public(path.stem):
            text = stub_of(path.read_text(encoding="utf-8"), fields, tools)
            (given.output / f"{path.stem}.pyi").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
