# SPDX-License-Identifier: Apache-2.0
"""Measurements to images: posterior mean and standard deviation under a prior, or a classical method."""
from __future__ import annotations

import dataclasses

from . import priors
from . import progress as _progress
from ._backend import core
from ._options import documented, options_text
from .errors import UsageError
from .image import Image, _tree
from .operators import LinearOperator
from .progress import Progress
from .scans import CTScan, Estimate, MRIScan, PhaseScan, RestorationMeasurement, _grid_tree


def methods(kind: str) -> dict:
    """Names and descriptions. kind: mri, ct, phase, restoration (classical methods), posterior."""
    return dict(core.methods(kind))


def _started(start):
    """What was given for start=: (options, image). A text is one of zero, mean, noise; anything else an image."""
    if start is None:
        return {}, None
    if isinstance(start, str):
        if start not in ("zero", "mean", "noise"):
            raise UsageError(f"start: given {start}; required zero, mean, noise, or an image")
        return {"start": start}, None
    return {"start": "image"}, Image.of(start)


def _run(kind, scan, method, prior, options, progress, start, *more):
    """A scan through the classical or the posterior method of that name."""
    posterior, classical = f"reconstruct {kind} posterior", f"reconstruct {kind} classical"
    given = {"method": method, **options}
    if method in methods(kind):
        if prior is not None or start is not None:
            raise UsageError(f"prior, start: given with {method}, which is classical; required a posterior method: "
                             + ", ".join(methods("posterior")))
        text = options_text(classical, given, [posterior])
        call = getattr(core, f"reconstruct_{kind}_classical")
        return Estimate._of(call(scan._tree(), text, _progress._of(progress)))
    if method not in methods("posterior"):
        raise UsageError(f"method: given {method}; required one of " + ", ".join([*methods(kind), *methods("posterior")]))
    of_prior, handle = priors._of(prior, keeps=kind == "mri")
    if not of_prior and handle is None:
        raise UsageError(f"prior: given none; required for {method}: a path, a Denoiser, or denoiser(function, variance)")
    chosen, image = _started(start)
    text = options_text(posterior, {**of_prior, **given, **chosen}, [classical])
    call = getattr(core, f"reconstruct_{kind}_posterior")
    return Estimate._of(call(scan._tree(), text, handle, *more, _progress._of(progress), _tree(image)))


@documented({"Posterior methods": "reconstruct mri posterior", "Classical methods": "reconstruct mri classical"},
            hidden=("prior", "start"))
def mri(scan: MRIScan, *, method: str = "rmp", prior: priors.Prior = None, progress: Progress = None, start=None,
        **options) -> Estimate:
    """An MRIScan to an Estimate. prior: a path, a Denoiser, or what denoiser(function, variance) makes, of complex
    slices in units of the image's 99.9th percentile. start: zero, mean, noise, or an image, which enters at start_sigma."""
    return _run("mri", scan, method, prior, options, progress, start)


@documented({"Posterior methods": "reconstruct ct posterior", "Classical methods": "reconstruct ct classical"},
            hidden=("prior", "start"))
def ct(scan: CTScan, *, method: str = "fbp", prior: priors.Prior = None, image_grid=None, attenuation_at_one: float = None,
       progress: Progress = None, start=None, **options) -> Estimate:
    """A CTScan to an Estimate in 1/mm. image_grid: an Image or a dict (size, spacing, origin, direction), for a scan
    that does not say it. prior: a path, or a Denoiser of real slices whose 0 is air and whose 1 is attenuation_at_one
    in 1/mm."""
    if image_grid is not None:
        scan = dataclasses.replace(scan, image_grid=_grid_tree(image_grid))
    if isinstance(prior, priors.Denoiser) and not prior._options and attenuation_at_one is None:
        raise UsageError("attenuation_at_one: given none; required with a Denoiser: what its 1 is, in 1/mm")
    if scan.mu_water is not None and method not in methods("ct"):
        options.setdefault("mu_water", scan.mu_water)
    return _run("ct", scan, method, prior, options, progress, start, float(attenuation_at_one or 0.0))


@documented({"Posterior methods": "reconstruct phase posterior", "Classical methods": "reconstruct phase classical"},
            hidden=("prior", "start"))
def phase(scan: PhaseScan, *, method: str = "rmp", prior: priors.Prior = None, scale: float = None,
          progress: Progress = None, start=None, **options) -> Estimate:
    """A PhaseScan to its objects. prior: a path, or a Denoiser of images whose 1 is `scale` in units of the object (the
    scan's where none is given). start: zero, mean, noise, or an image with a channel for each chain, as keep_starts=True
    leaves them in the samples of a classical method."""
    if scale is not None and (not isinstance(prior, priors.Denoiser) or prior._options):
        raise UsageError("scale: given without a Denoiser of your own; required one, as model files know theirs")
    return _run("phase", scan, method, prior, options, progress, start, None if scale is None else float(scale))


@documented({"Posterior methods": "reconstruct restoration posterior",
             "Classical methods": "reconstruct restoration classical"}, hidden=("prior", "start"))
def restoration(measurement: RestorationMeasurement, *, method: str = "rmp", prior: priors.Prior = None,
                progress: Progress = None, start=None, **options) -> Estimate:
    """A degraded image to the image. prior: a path, or a Denoiser in units of the measurement's scale."""
    return _run("restoration", measurement, method, prior, options, progress, start)


@documented({"Task": "simulate restoration task"})
def describe_restoration(image, *, mask=None, kernel=None, **options) -> RestorationMeasurement:
    """A degraded image that somebody else made: the task, and its mask (not 0 where measured) or kernel. Its scale is the
    99.9th percentile; set noise where it is known."""
    text = options_text("simulate restoration task", options)
    parts = [None if part is None else Image.of(part) for part in (mask, kernel)]
    return RestorationMeasurement._of(core.describe_restoration(Image.of(image)._tree(), text, *map(_tree, parts)))


@documented({"Options": "reconstruct linear posterior"}, hidden=("prior", "start"))
def linear(data, operator: LinearOperator, *, prior: priors.Prior, noise: float, scale: float = 1.0, image=None,
           progress: Progress = None, start=None, **options) -> Estimate:
    """The posterior of x for y = A x + n, n white and Gaussian, under a prior of x / scale.

    data: y, of the operator's range; noise: the standard deviation of a sample (complex: E|n|^2 = noise^2). image: whose
    spacing, origin and direction the result gets."""
    of_prior, handle = priors._of(prior)
    chosen, first = _started(start)
    text = options_text("reconstruct linear posterior", {**of_prior, **options, **chosen, "noise": noise})
    grid = _grid_tree(image if image is not None else {"size": (1, 1, 1)})
    return Estimate._of(core.reconstruct_linear(operator._handle, operator._sample(data), grid, float(scale), handle, text,
                                                _progress._of(progress), _tree(first)))
