# SPDX-License-Identifier: Apache-2.0
"""Where the arithmetic runs: in this process, or in one of its own.

Two builds of LibTorch in one process corrupt each other, whichever comes first. Where PyTorch is installed and is not
the LibTorch that this package was built with, the extension module therefore runs in a child process over shared
memory. TWEEDIE_PROCESS=inside or child overrides it.
"""
from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import numpy as np

from . import _build
from .errors import UsageError


def _has_other_torch():
    """Whether an import of torch would bring a LibTorch that is not ours: PyPI's package carries its own, and Debian's
    does not."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    theirs = list((Path(spec.origin).parent / "lib").glob("libtorch_cpu*"))
    ours = Path(_build.TORCH_LIBRARY)
    return bool(theirs) and not any(ours.exists() and library.samefile(ours) for library in theirs)


def _load():
    place = os.environ.get("TWEEDIE_PROCESS", "auto")
    if place not in ("auto", "inside", "child"):
        raise UsageError(f"TWEEDIE_PROCESS: given {place}; required auto, inside or child")
    if place == "inside" or (place == "auto" and not _has_other_torch()):
        from . import _core

        if int(np.__version__.split(".")[0]) >= 2 and not _core.knows_numpy_2:
            raise ImportError(f"tweedie: built with a pybind11 older than 2.12 for a numpy older than 2, given numpy "
                              f"{np.__version__}; required another build: pip install ./wrapping/python")
        return _core, "inside"
    from ._process import RemoteCore

    return RemoteCore(), "child"


core, place = _load()
