# SPDX-License-Identifier: Apache-2.0
"""Keyword arguments from the options structs of C++: their names, defaults and help are listed there, once."""
from __future__ import annotations

import difflib
import functools
import inspect
import json
from pathlib import Path

from ._backend import core
from ._fields import keywords, python_name
from .errors import UsageError


@functools.lru_cache(maxsize=None)
def commands():
    """What the program says of its commands."""
    return json.loads((Path(__file__).parent / "_commands.json").read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=None)
def schema(call):
    """The fields of a call: dicts with name, type, help, unit, default, minimum, maximum, choices. "tweedie compare": of a
    command of the program."""
    program, _, command = call.partition(" ")
    return tuple(commands()[command]["options"] if program == "tweedie" else json.loads(core.schema(call)))


def _plain(value):
    """Numbers of numpy and tuples as JSON has them."""
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        return value.item()
    if hasattr(value, "tolist"):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value


def _refuse(name, calls, known):
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "required one of " + ", ".join(known)
    raise UsageError(f"{name}: no option of {calls}; {hint}")


def options_text(call, given, others=()):
    """JSON of keyword arguments. others: calls whose options have no effect here. Raises UsageError for names that no
    call has, with the nearest one."""
    known = {python_name(field["name"]): field for field in schema(call)}
    result = {}
    for name, value in given.items():
        if name not in known:
            for other in others:
                if name in {python_name(field["name"]) for field in schema(other)}:
                    raise UsageError(f"{name}: given, but it is an option of {other}; required one of {call}")
            _refuse(name, call, known)
        value = _plain(value)
        if known[name]["type"] in ("floats", "texts") and not isinstance(value, list):
            value = [value]
        result[known[name]["name"]] = value
    return json.dumps(result)


def options_texts(calls, given):
    """The same for each of several calls, which share no name: every option goes where it belongs."""
    names = [[python_name(field["name"]) for field in schema(call)] for call in calls]
    together = [name for some in names for name in some]
    for name in given:
        if name not in together:
            _refuse(name, " and ".join(calls), together)
    return [options_text(call, {name: value for name, value in given.items() if name in some})
            for call, some in zip(calls, names)]


def _line(field):
    """One line of a docstring."""
    text = field["help"]
    ends = []
    if field["choices"]:
        ends.append("one of " + ", ".join(field["choices"]))
    if field["minimum"] is not None:
        ends.append(("above " if field["exclusive-minimum"] else "at least ") + f"{field['minimum']:g}")
    if field["maximum"] is not None:
        ends.append(f"at most {field['maximum']:g}")
    unit = f" [{field['unit']}]" if field["unit"] else ""
    limits = f" ({'; '.join(ends)})" if ends else ""
    return f"    {python_name(field['name'])}: {text}{unit}{limits}; default {field['default']!r}"


def documented(calls, hidden=()):
    """Gives a function with **options the signature and the docstring of the options of its calls."""

    def decorate(function):
        plain = inspect.signature(function)
        parameters = [p for p in plain.parameters.values() if p.kind is not p.VAR_KEYWORD]
        lines = [inspect.getdoc(function) or ""]
        for title, call in calls.items():
            lines += ["", title + ":"]
            lines += [_line(field) for field in schema(call) if python_name(field["name"]) not in hidden]
        taken = {p.name for p in parameters} | set(hidden)
        for name, annotation, default in keywords(map(schema, calls.values()), taken):
            parameters.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation))
        function.__doc__ = "\n".join(lines)
        function.__signature__ = plain.replace(parameters=parameters)
        return function

    return decorate
