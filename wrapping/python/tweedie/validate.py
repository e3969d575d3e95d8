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
from .progress import Progress
from .scans import CTScan, Estimate, MRIScan, PhaseScan

_KINDS = {"mri": MRIScan, "ct": CTScan, "phase": PhaseScan}


@dataclass
class Validation:
    """verdicts: dicts with check, label, verdict (passed, warned, failed, not tested), value, unit, its band (low, high), p
    and a statement; not_tested: what was not, and why."""

    estimate: Estimate
    verdicts: list
    not_tested: list
    seconds: float

    @property
    def flags(self) -> list:
        """The checks that failed."""
        return [one["check"] for one in self.verdicts if one["verdict"] == "failed"]


@documented({"Checks": "validate data"})
def data(scan: MRIScan | CTScan | PhaseScan, *, prior: priors.Prior, posterior: dict = None,
         progress: Progress = None, **options) -> Validation:
    """Residuals against the noise, held-out data, null space, twice the steps, and whether the prior knows such images,
    as `tweedie validate data` has them. scan: an MRIScan, CTScan or PhaseScan; prior: a model file; posterior:
    a dict of the options of the reconstruct function of its kind."""
    of_prior, _ = priors._of(prior, keeps=False)
    if not of_prior:
        raise UsageError("prior: required a model file, whose card says what it was trained on")
    kind = next((name for name, one in _KINDS.items() if isinstance(scan, one)), None)
    if kind is None:
        raise TypeError(f"scan: given {type(scan).__name__}; required an MRIScan, CTScan or PhaseScan")
    chosen = {**of_prior, **(posterior or {})}
    if kind == "ct" and scan.mu_water is not None:
        chosen.setdefault("mu_water", scan.mu_water)
    text = options_text("validate data", options)
    given = options_text(f"reconstruct {kind} posterior", chosen)
    tree = core.validate_data(kind, scan._tree(), of_prior["prior"], text, given, _progress._of(progress))
    return Validation(Estimate._of(tree["estimate"]), json.loads(tree["verdicts"]), list(tree["not_tested"]),
                      tree["seconds"])
