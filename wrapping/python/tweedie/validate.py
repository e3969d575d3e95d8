# SPDX-License-Identifier: Apache-2.0
"""Whether an uncertainty can be believed, where no truth is known."""
from __future__ import annotations

import json
from dataclasses import dataclass

from . import priors
from . import progress as _progress
from ._backend import core
from ._options import documented, options_text
from .errors import UsageError
from .scans import Estimate, MRIScan


@dataclass
class Validation:
    """verdicts: dicts with key, label, state (passed, warned, failed), value, its band and a sentence; not_tested: what
    was not, and why."""

    estimate: Estimate
    verdicts: list
    not_tested: list
    seconds: float

    @property
    def flags(self):
        """Keys of the verdicts that failed."""
        return [verdict["key"] for verdict in self.verdicts if verdict["state"] == "failed"]


@documented({"Checks": "validate data"})
def data(scan: MRIScan, *, prior, posterior=None, progress=None, **options) -> Validation:
    """Residuals against the noise, held-out lines, null space, twice the steps, and whether the prior knows such images,
    as `tweedie validate data` has them. prior: the path of a model file; posterior: a dict of the options of
    reconstruct.mri."""
    path, handle = priors._of(prior)
    if handle is not None or not path:
        raise UsageError("prior: required the path of a model file, whose card says what it was trained on")
    text = options_text("validate data", options)
    given = options_text("reconstruct mri posterior", {**(posterior or {}), "prior": path})
    tree = core.validate_mri(scan._tree(), text, given, _progress._of(progress))
    return Validation(Estimate._of(tree["estimate"]), json.loads(tree["verdicts"]), list(tree["not_tested"]),
                      tree["seconds"])
