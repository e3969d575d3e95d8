#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Filtered backprojection of "tweedie reconstruct ct" beside scikit-image's iradon, both with the ramp and linear
interpolation: PSNR of a head phantom from the same analytic line integrals, within the circle that all views see. Skipped
where the package is missing.

    TWEEDIE_BUILD=build/release compare-fbp-skimage.py
"""

import pathlib
import sys
import tempfile

try:
    import numpy as np
    from skimage.transform import iradon
except (ImportError, ValueError) as error:  # ValueError: made for another numpy
    print(f"compare-fbp-skimage: skipped: {error}; required: the Python package scikit-image")
    sys.exit(0)

from metaimage import Ellipses, read, tweedie, write

SIZE = 257  # odd: the axis of iradon is the middle of the middle pixel, as ours
BOUND = 0.3  # dB; the issue's, and what other places of a pixel's weight make
HEAD = Ellipses((2.0, 0, 0, 88, 117, 0), (-0.98, 0, -2.3, 84, 111, 0), (-0.2, 28, 0, 14, 40, -18), (-0.2, -28, 0, 20, 52, 18),
                (0.1, 0, 45, 27, 32, 0), (0.1, 0, 13, 6, 6, 0), (0.1, -10, -77, 6, 3, 0), (0.1, 8, -77, 3, 6, 0))


def sinogram(views):
    """[view, column]: lines at the distance t = x cos + y sin, theta = 180 k / views degrees."""
    theta = np.pi * np.arange(views)[:, None] / views
    t = np.arange(SIZE)[None, :] - SIZE // 2
    return HEAD.integrals(t * np.cos(theta), t * np.sin(theta), -np.sin(theta), np.cos(theta))


def psnr(image, truth, inside):
    return 10.0 * np.log10(truth.max()**2 / np.mean((image - truth)[inside]**2))


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    truth = HEAD.image(SIZE, 1.0)
    at = np.arange(SIZE) - SIZE // 2
    inside = at[:, None]**2 + at[None, :]**2 < (SIZE // 2 - 1)**2
    for views in (60, 180, 360, 720):
        lines = sinogram(views)
        theirs = iradon(lines.T, theta=180.0 * np.arange(views) / views, filter_name="ramp", circle=True)
        geometry, stack, ours = (folder / f"{views}.{kind}" for kind in ("xml", "mha", "out.mha"))
        # A gantry turns the other way round than theta: u = x cos - y sin.
        tweedie("geometry", "ct", "--type", "parallel", "--views", views, "--arc", -180, "--output", geometry)
        write(stack, lines[:, None, :], (1, 1, 1), (-(SIZE // 2), 0, 0))
        tweedie("reconstruct", "ct", stack, "--geometry", geometry, "--method", "fbp", "--size", f"{SIZE},{SIZE}", "--spacing",
                "1,1", "--units", "mu", "--output", ours, "--progress", "none")
        found, other = psnr(read(ours)[0], truth, inside), psnr(theirs, truth, inside)
        print(f"fbp, {views} views: PSNR {found:.2f} dB, scikit-image {other:.2f} dB (bound {BOUND} dB below)")
        if not found > other - BOUND:
            sys.exit(f"{views} views: not within the bound")
