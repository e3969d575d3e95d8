# SPDX-License-Identifier: Apache-2.0
"""Whether an uncertainty can be believed: where no truth is known, where one was simulated, and where it has a closed
form."""
from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import priors, program
from . import progress as _progress
from ._backend import core
from ._options import documented, options_text
from .errors import UsageError
from .files import write_mri_scan
from .image import Image
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


@dataclass
class Study:
    """What a command of the program left in its folder. text: what it printed; table: a dict for each row of table.json;
    verdicts: as of a Validation, none where the study judges nothing."""

    folder: Path
    text: str
    table: list
    verdicts: list

    @property
    def report(self) -> Path:
        """The page with pictures and plots."""
        return self.folder / "report.html"

    @property
    def flags(self) -> list:
        """The checks that failed."""
        return [one["check"] for one in self.verdicts if one["verdict"] == "failed"]


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _study(command, words, output, progress, options):
    text = program.run(command, *words, progress=progress, output=os.fspath(output), **options)
    folder = Path(output)
    table, page = _read(folder / "table.json"), folder / "validation.json"
    contents = [one for section in _read(page)["sections"] for one in section["content"]] if page.is_file() else []
    verdicts = [verdict for one in contents if one["kind"] == "verdicts" for verdict in one["verdicts"]]
    return Study(folder, text, table["table"] if isinstance(table, dict) else table, verdicts)


@documented({"Options": "tweedie validate closed-form"}, hidden=("config", "progress"))
def closed_form(output: str | os.PathLike[str], *, progress: Progress = None, **options) -> Study:
    """Every method where the posterior is known, each figure beside what exact draws show, as
    `tweedie validate closed-form` has it. output: folder of the report and its tables."""
    return _study("validate closed-form", (), output, progress, options)


def _simulated(kind, image, prior, output, progress, options):
    given = Image.of(image) if not isinstance(image, (str, os.PathLike)) else image
    return _study(f"validate simulated {kind}", (), output, progress, {**options, "image": given, "prior": prior})


@documented({"Options": "tweedie validate simulated mri"}, hidden=("config", "progress"))
def simulated_mri(image: Image | str | os.PathLike[str], output: str | os.PathLike[str], *, prior: priors.Prior,
                  progress: Progress = None, **options) -> Study:
    """The uncertainty of methods against simulated MRI scans of known images, as `tweedie validate simulated mri` has it.
    image: an Image or a file that the prior has not seen; prior: a model file; output: folder of the report, where the
    same call goes on after a stop."""
    return _simulated("mri", image, prior, output, progress, options)


@documented({"Options": "tweedie validate simulated ct"}, hidden=("config", "progress"))
def simulated_ct(image: Image | str | os.PathLike[str], output: str | os.PathLike[str], *, prior: priors.Prior,
                 progress: Progress = None, **options) -> Study:
    """The same for CT; the image in Hounsfield units."""
    return _simulated("ct", image, prior, output, progress, options)


@documented({"Options": "tweedie validate simulated phase"}, hidden=("config", "progress"))
def simulated_phase(image: Image | str | os.PathLike[str], output: str | os.PathLike[str], *, prior: priors.Prior,
                    progress: Progress = None, **options) -> Study:
    """The same for diffraction patterns."""
    return _simulated("phase", image, prior, output, progress, options)


@documented({"Options": "tweedie validate lesion"}, hidden=("config", "progress", "preset"))
def lesion(scan: MRIScan | str | os.PathLike[str], output: str | os.PathLike[str], *, prior: priors.Prior,
           progress: Progress = None, **options) -> Study:
    """Known inserts in a measurement: shown, weakened or invented, as `tweedie validate lesion` has it. scan: an MRIScan,
    or a file of k-space or projections."""
    options["prior"] = prior
    if not isinstance(scan, MRIScan):
        return _study("validate lesion", (scan,), output, progress, options)
    with tempfile.TemporaryDirectory(prefix="tweedie-") as folder:
        file = Path(folder) / "scan.cfl"
        write_mri_scan(file, scan)
        return _study("validate lesion", (file,), output, progress, options)
