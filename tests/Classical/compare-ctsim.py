#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Parallel projections that ctsim makes of ellipses (phm2pj) through "tweedie reconstruct ct --method fbp": the ellipses are
where they were put. Skipped where ctsim or numpy is missing.

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
BOUND = 0.06  # NRMSE: 0.04 are the rims, which FBP blurs by a pixel; a mirrored image has five times as much


def printed(path):
    """Projections [view, column], first place and step of the detector, as pjinfo prints them, to four decimals."""
    text = subprocess.run(["pjinfo", "--dump", path], check=True, capture_output=True, text=True).stdout
    start, step = (float(re.search(rf"{name}\s*=\s*(\S+)", text).group(1)) for name in ("detStart", "detInc"))
    rows = re.findall(r"View \d+: angle \S+\s*\n([^\n]*)", text)
    return np.array([row.split() for row in rows], float), start, step


def error(found, truth):
    return np.sqrt(np.mean((found - truth)**2) / np.mean(truth**2))


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    phantom, file, stack, geometry, image = (folder / n for n in ("body.txt", "lines.pj", "p.mha", "g.xml", "out.mha"))
    phantom.write_text("".join(f"ellipse {x} {y} {a} {b} {angle} {value}\n" for value, x, y, a, b, angle in BODY))
    # One view more than half a turn has: pjinfo leaves the last one out.
    more = ("--phmfile", phantom, "--rotangle", str(0.5 * (VIEWS + 1) / VIEWS))
    subprocess.run(["phm2pj", file, str(COLUMNS), str(VIEWS + 1), *more], check=True, stdout=subprocess.DEVNULL)
    lines, start, _ = printed(file)
    step = -2.0 * start / COLUMNS  # four decimals are few for a step; the first edge is at -half of the width
    assert lines.shape == (VIEWS, COLUMNS), lines.shape
    write(stack, lines[:, None, :], (step, 1, 1), (-0.5 * (COLUMNS - 1) * step, 0, 0))
    # Its views turn the other way round than a gantry: u = x cos + y sin.
    tweedie("geometry", "ct", "--type", "parallel", "--views", VIEWS, "--arc", -180, "--output", geometry)
    tweedie("reconstruct", "ct", stack, "--geometry", geometry, "--method", "fbp", "--size", f"{SIZE},{SIZE}", "--spacing",
            "0.25,0.25", "--units", "mu", "--output", image, "--progress", "none")
    found, truth = read(image)[0], Ellipses(*BODY).image(SIZE, 0.25)
    here, mirrored = error(found, truth), error(found[:, ::-1], truth)
    print(f"ctsim, parallel: NRMSE of the image {here:.3f} (bound {BOUND}); mirrored {mirrored:.3f}")
    if not here < BOUND or not mirrored > 3.0 * here:
        sys.exit("ctsim, parallel: not within the bound")
