# SPDX-License-Identifier: Apache-2.0
"""How close an image is to a reference. The values are those of scikit-image."""
from __future__ import annotations

import json

import numpy as np

from ._backend import core
from .image import Image, _tree


def _array(image):
    return np.ascontiguousarray(image.array if isinstance(image, Image) else image)


def psnr(reference, image, data_range=None) -> float:
    """10 log10(range^2 / mean |image - reference|^2) in dB; range: the largest |reference| unless given."""
    return core.psnr(_array(reference), _array(image), data_range)


def ssim(reference, image, data_range=None) -> float:
    """Structural similarity (Wang et al. 2004), Gaussian window, over the last two axes; real images."""
    return core.ssim(_array(reference), _array(image), data_range)


def nrmse(reference, image) -> float:
    """||image - reference|| / ||reference||."""
    return core.nrmse(_array(reference), _array(image))


def compare(reference, **estimates) -> dict:
    """Estimates (or images) by name against a reference, as `tweedie compare` has them: a dict with a row for each under
    "methods", coverage and correlation of its standard deviation included."""
    entries = []
    for name, estimate in estimates.items():
        mean = getattr(estimate, "mean", None)
        if not isinstance(mean, Image):
            mean, deviation, samples = Image.of(estimate), None, None
        else:
            deviation = estimate.magnitude_standard_deviation or estimate.standard_deviation
            samples = estimate.summary.get("samples")
        entries.append({"name": name, "image": mean._tree(), "standard_deviation": _tree(deviation), "samples": samples})
    return json.loads(core.compare(Image.of(reference)._tree(), entries))
