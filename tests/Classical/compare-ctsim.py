#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Projections that ctsim makes of ellipses (phm2pj), parallel, of an equiangular and of a flat fan, through "tweedie
reconstruct ct --method fbp": the ellipses are where they were put. Skipped where ctsim or numpy is missing.

    TWEEDIE_BUILD=build/release compare-ctsim.py
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError as error:
    print(f"compare-ctsim: skipped: {error}; required: python3-numpy")
    sys.exit(0)
if not shutil.which("phm2pj"):
    print("compare-ctsim: skipped: no phm2pj; required: the package ctsim")
    sys.exit(0)

from metaimage import Ellipses, read, tweedie, write

BODY = ((1.0, 0, 0, 8, 10, 0), (0.5, 2, 3, 2, 3, 30), (-0.4, -3, -2, 1.5, 1, 0))
COLUMNS, VIEWS, SIZE = 201, 180, 101
BOUND = 0.06  # NRMSE: 0.04 to 0.05 are the rims, which FBP blurs by a pixel; a mirrored image has four times as much


def printed(path):
    """What pjinfo prints before the projections, and these [view, column], to four decimals."""
    text = subprocess.run(["pjinfo", path], check=True, capture_output=True, text=True).stdout
    header = {name: value for name, _, value in (line.partition(": ") for line in text.splitlines())}
    text = subprocess.run(["pjinfo", "--dump", path], check=True, capture_output=True, text=True).stdout
    rows = re.findall(r"View \d+: angle \S+\s*\n([^\n]*)", text)
    return header, np.array([row.split() for row in rows], float)


def error(found, truth):
    return np.sqrt(np.mean((found - truth)**2) / np.mean(truth**2))


def compare(folder, kind, turn, *options):
    """kind: of ctsim; turn: degrees of the views; options: of our geometry."""
    phantom, file, stack, geometry, image = (folder / (kind + n) for n in (".txt", ".pj", "-p.mha", ".xml", ".mha"))
    phantom.write_text("".join(f"ellipse {x} {y} {a} {b} {angle} {value}\n" for value, x, y, a, b, angle in BODY))
    views = VIEWS * turn // 180
    # One view more than the turn has: pjinfo leaves the last one out.
    more = ("--phmfile", phantom, "--geometry", kind, "--rotangle", str(turn / 360 * (views + 1) / views))
    subprocess.run(["phm2pj", file, str(COLUMNS), str(views + 1), *more], check=True, stdout=subprocess.DEVNULL)
    header, lines = printed(file)
    assert lines.shape == (views, COLUMNS), lines.shape
    pitch = -2.0 * float(header["detStart"]) / COLUMNS  # its first edge is at -half of the width
    if kind != "parallel":
        distance = header["Source Detector Length"]
        options = (*options, "--sid", header["Focal Length"], "--sdd", distance)
        pitch *= float(distance) if kind == "equiangular" else 1.0  # an angle is an arc of the detector
    write(stack, lines[:, None, :], (pitch, 1, 1), (-0.5 * (COLUMNS - 1) * pitch, 0, 0))
    # Its views turn the other way round than a gantry: parallel ones have u = x cos + y sin.
    tweedie("geometry", "ct", "--views", views, "--arc", -turn, *options, "--output", geometry)
    tweedie("reconstruct", "ct", stack, "--geometry", geometry, "--method", "fbp", "--size", f"{SIZE},{SIZE}", "--spacing",
            "0.25,0.25", "--units", "mu", "--output", image, "--progress", "none")
    found, truth = read(image)[0], Ellipses(*BODY).image(SIZE, 0.25)
    here, mirrored = error(found, truth), error(found[:, ::-1], truth)
    print(f"ctsim, {kind}: NRMSE of the image {here:.3f} (bound {BOUND}); mirrored {mirrored:.3f}")
    if not here < BOUND or not mirrored > 3.0 * here:
        sys.exit(f"ctsim, {kind}: not within the bound")


with tempfile.TemporaryDirectory() as name:
    compare(pathlib.Path(name), "parallel", 180, "--type", "parallel")
    compare(pathlib.Path(name), "equiangular", 360, "--type", "fan-equiangular")
    compare(pathlib.Path(name), "equilinear", 360, "--type", "fan")
