#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A command of the program tweedie as a module of 3D Slicer; made by make_modules.py. Slicer takes a script for such a
module by its first line, and runs it by its own Python."""

import os
import sys

PROGRAM = "@PROGRAM@"
COMMAND = ["@COMMAND@"]


def outside(inside):
    """The environment that Slicer was started in: its launcher keeps it as APPLAUNCHER_0_NAME. What Slicer adds are its own
    libraries, in place of which the program would load none of those that it was built with."""
    before = "APPLAUNCHER_0_"
    kept = {name[len(before):]: value for name, value in inside.items() if name.startswith(before)}
    mine = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "ITK_AUTOLOAD_PATH")
    return kept or {name: value for name, value in inside.items() if name not in mine}


try:
    os.execve(PROGRAM, [PROGRAM, *COMMAND, *sys.argv[1:]], outside(os.environ))
except OSError as error:
    sys.exit(f"{PROGRAM}: {error.strerror}; required the program tweedie: run make_modules.py again")
