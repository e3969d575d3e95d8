#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One set of files of a cone-beam scan, geometry and projections, through the FDK of RTK (the Python package itk-rtk) and
of "tweedie reconstruct ct": the volumes lie over each other, and differ little where all views see. Skipped where the
package is missing.

    TWEEDIE_BUILD=build/release compare-fdk-rtk.py
"""

import pathlib
import sys
import tempfile

try:
    import itk
    import numpy as np
    from itk import RTK as rtk
except ImportError as error:
    print(f"compare-fdk-rtk: skipped: {error}; required: the Python package itk-rtk (pip install itk-rtk)")
    sys.exit(0)

from metaimage import read, tweedie, write

KIND = itk.Image[itk.F, 3]
SIZE, SPACING, VIEWS, PIXELS, PITCH = 64, 4.0, 120, 80, 7.0
BOUND = 0.02  # NRMSE; RTK interpolates the filtered projections bilinearly in single precision, as we do
ORIGIN = -0.5 * (SIZE - 1) * SPACING


def constant(size, spacing, origin):
    """[z, y, x] of zeros."""
    image = itk.image_from_array(np.zeros(size, np.float32))
    image.SetSpacing(spacing)
    image.SetOrigin(origin)
    return image


def project(image, geometry):
    """Four bodies, at places of no symmetry, added to a stack of projections."""
    for value, centre, axes in ((0.02, (10, 5, -15), (80, 60, 70)), (0.01, (40, -10, 20), (15, 20, 12)),
                                (-0.012, (-20, 25, -40), (20, 8, 14)), (0.03, (-35, -20, 25), (6, 10, 8))):
        step = rtk.RayEllipsoidIntersectionImageFilter[KIND, KIND].New()
        step.SetInput(image)
        step.SetGeometry(geometry)
        step.SetDensity(value)
        step.SetCenter([float(c) for c in centre])
        step.SetAxis([float(a) for a in axes])
        step.Update()
        image = step.GetOutput()
        image.DisconnectPipeline()
    return image


def compare(what, ours, theirs, inside):
    error = np.sqrt(np.mean((ours - theirs)[inside]**2) / np.mean(theirs[inside]**2))
    print(f"fdk, {what}: NRMSE to RTK {error:.2e} (bound {BOUND})")
    if not error < BOUND:
        sys.exit(f"fdk, {what}: not within the bound")


def both(folder, what, options):
    geometry, stack = folder / f"{what}.xml", folder / f"{what}.mha"
    tweedie("geometry", "ct", "--type", "cone", "--views", VIEWS, "--sid", 600, "--sdd", 1200, *options, "--output", geometry)
    scan = rtk.read_geometry(str(geometry))
    first = -0.5 * (PIXELS - 1) * PITCH
    lines = project(constant((VIEWS, PIXELS, PIXELS), [PITCH, PITCH, 1.0], [first, first, 0.0]), scan)
    itk.imwrite(lines, str(stack))
    if "--arc" in options:
        weights = rtk.ParkerShortScanImageFilter[KIND].New()
        weights.SetInput(lines)
        weights.SetGeometry(scan)
        weights.InPlaceOff()
        weights.Update()
        lines = weights.GetOutput()
    fdk = rtk.FDKConeBeamReconstructionFilter[KIND].New()
    fdk.SetInput(0, constant((SIZE, SIZE, SIZE), [SPACING] * 3, [ORIGIN] * 3))
    fdk.SetInput(1, lines)
    fdk.SetGeometry(scan)
    fdk.Update()
    theirs = np.array(itk.array_from_image(fdk.GetOutput()), float)
    # The same voxels in the patient's system: (x, y, z) -> (x, -z, y).
    like, here = folder / f"{what}-like.mha", folder / f"{what}-here.mha"
    write(like, theirs, [SPACING] * 3, (ORIGIN, -ORIGIN, ORIGIN), (1, 0, 0, 0, 0, 1, 0, -1, 0))
    common = ("reconstruct", "ct", stack, "--geometry", geometry, "--method", "fdk", "--units", "mu", "--progress", "none")
    tweedie(*common, "--like", like, "--output", here)
    at = ORIGIN + SPACING * np.arange(SIZE)
    z, y, x = np.meshgrid(at, at, at, indexing="ij")
    inside = (x**2 + z**2 < 115.0**2) & (np.abs(y) < 100.0)  # what every view sees of 128 mm at the axis
    compare(f"{what}, voxel for voxel", read(here), theirs, inside)
    axial = folder / f"{what}-axial.mha"
    tweedie(*common, "--size", f"{SIZE},{SIZE}", "--spacing", f"{SPACING},{SPACING}", "--output", axial)
    compare(f"{what}, axial slices", read(axial).transpose(1, 0, 2)[::-1], theirs, inside)


with tempfile.TemporaryDirectory() as name:
    both(pathlib.Path(name), "circle", ("--projection-offset-y", 4))
    both(pathlib.Path(name), "short-scan", ("--arc", 220))
