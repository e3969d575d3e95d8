# SPDX-License-Identifier: Apache-2.0
"""What long calls report."""
from __future__ import annotations

import sys
from typing import Callable, Union

Progress = Union[bool, Callable[[dict], object]]  # what progress= takes


class ProgressBar:
    """progress=True: a line on standard error that grows."""

    def __init__(self, stream=None):
        self._stream = stream or sys.stderr

    def __call__(self, report):
        steps = max(report["steps"], 1)
        share = report["step"] / steps
        bar = "#" * int(30 * share)
        end = "\n" if report["step"] >= steps else ""
        self._stream.write(f"\r{report['task'][:40]:<40} [{bar:<30}] {100 * share:3.0f} %{end}")
        self._stream.flush()


def _of(progress):
    """None, a bar, or the user's function of a dict (task, step, steps, noise_level, elapsed_seconds, note), whose False
    stops the run."""
    if progress is None or progress is False:
        return None
    if progress is True:
        return ProgressBar()
    if not callable(progress):
        raise TypeError(f"progress: given {type(progress).__name__}; required True or a function")
    return progress
