#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The descriptions for 3D Slicer read by ctk-cli, a parser of other people for them: it takes every verb without a warning
but that of figures which Slicer reads back, and finds the parameters, arguments and figures that our tests find. Skipped
where the package is missing.

    TWEEDIE_BUILD=build/release compare-slicer-xml.py
"""

import io
import logging
import os
import sys

try:
    from ctk_cli import CLIModule
except ImportError as error:
    print(f"compare-slicer-xml: skipped: {error}; required the Python package ctk-cli")
    sys.exit(0)

from slicer_form import Module, run

PROGRAM = os.path.join(os.environ["TWEEDIE_BUILD"], "applications/tweedie")
# A figure has neither flag nor index in Slicer's own examples, and with either Slicer would pass it as an argument.
EXPECTED = "cannot be passed (missing"


def warnings_of(text):
    """(the module as ctk-cli has it, what it says of it)"""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("ctk_cli")
    logger.addHandler(handler)
    logger.propagate = False
    module = CLIModule(stream=io.StringIO(text))
    module.classifyParameters()
    logger.removeHandler(handler)
    return module, stream.getvalue().splitlines()


wrong = count = 0
for line in run([PROGRAM, "--modules"]).stdout.splitlines():
    name, *words = line.split()
    text = run([PROGRAM, *words, "--xml"]).stdout
    ours = Module(text)
    theirs, said = warnings_of(text)
    figures = [parameter.name for parameter in ours.parameters if parameter.is_result()]
    unexpected = [warning for warning in said if EXPECTED not in warning]
    parameters = list(theirs.parameters())
    same = [(p.name, p.typ, p.channel, p.hidden) for p in parameters] == [
        (p.name, p.tag, p.channel, p.attributes.get("hidden") == "true") for p in ours.parameters]
    arguments, options, outputs = theirs.classifyParameters()
    whole = len(arguments) + len(options) + len(outputs) == len(parameters) and [p.name for p in outputs] == figures
    numbers = all(p.default is None or isinstance(p.default, (int, float)) for p in parameters if p.typ in ("integer", "double"))
    good = not unexpected and len(said) == len(figures) and same and whole and numbers
    print(f"{name}: {len(parameters)} parameters, {len(arguments)} arguments, {len(figures)} figures"
          f"{'' if good else ': WRONG ' + '; '.join(unexpected)}")
    wrong, count = wrong + (not good), count + 1
print(f"{count} modules, {wrong} not as ctk-cli has them")
sys.exit(1 if wrong or count == 0 else 0)
