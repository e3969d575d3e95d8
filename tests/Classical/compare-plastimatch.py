#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cone beams beside plastimatch: its projection matrices see points where ours do, its radiographs ("drr", rays cut exactly
into voxels) are our projections of the same head of Hounsfield units, and its "fdk" makes of them what ours makes. Skipped
where plastimatch or numpy is missing.

    TWEEDIE_BUILD=build/release compare-plastimatch.py

What plastimatch 1.9.4 does, found by trying:
- a file's matrix takes millimetres of the patient to pixels, with the two numbers of its first line added after the
  division; column and row are in this order in all options, whatever the help says; row 0 is at the top;
- -a and -N stand the source at (sad, 0, 0), the patient's left, and turn it towards the front (-y); -y is taken for
  radians; -n points to the source, --vup to row 0;
- attenuation is 0.022 / mm (1 + HU / 1000), and none at -800 HU and below; pixels are ten times too small for lengths in
  mm; the outermost voxels are cut at their centres: they are air here;
- "fdk" takes the nearest pixel and has a scale of its own, with -1000 for nothing. A factor and a constant are fitted.
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
    print(f"compare-plastimatch: skipped: {error}; required: python3-numpy")
    sys.exit(0)
if not shutil.which("plastimatch"):
    print("compare-plastimatch: skipped: no plastimatch; required: the package plastimatch")
    sys.exit(0)

from metaimage import read, tweedie, write

SIZE, SPACING = (56, 48, 40), (3.0, 3.0, 3.5)
ORIGIN = [-0.5 * (n - 1) * s for n, s in zip(SIZE, SPACING)]
COLUMNS, ROWS, PITCH, ROW_PITCH, SID, SDD, MU_WATER = 80, 60, 5.0, 6.0, 600.0, 1000.0, 0.022
PIXEL_BOUND = 1e-3  # pixels; plastimatch makes its matrices in single precision
BOUND = 0.02  # NRMSE; cut rays see steps where Joseph's interpolate: most, 0.016, along the voxels' axes; mirrored over 0.1
FDK_BOUND = 0.05  # NRMSE; the nearest pixel is up to half of one away, at the edges
PATIENT_FROM_SCANNER = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


def grid():
    return np.meshgrid(*(o + s * np.arange(n) for o, s, n in zip(ORIGIN[::-1], SPACING[::-1], SIZE[::-1])), indexing="ij")


def head():
    """Attenuation, [z, y, x]: four bodies with soft edges at places of no symmetry."""
    z, y, x = grid()
    total = 0.0
    for value, centre, axes in ((0.02, (4, -3, 2), (60, 50, 45)), (0.01, (30, -12, 10), (12, 16, 11)),
                                (-0.01, (-20, 15, -8), (14, 9, 12)), (0.015, (-10, -25, 15), (7, 8, 7))):
        radius = np.sqrt(sum(((p - c) / a)**2 for p, c, a in zip((x, y, z), centre, axes)))
        total = total + value / (1.0 + np.exp((radius - 1.0) * min(axes) / 3.0))
    return np.where(total < 0.21 * MU_WATER, 0.0, total)


def plastimatch(verb, *words):
    subprocess.run(["plastimatch", verb, "-A", "cpu", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def radiographs(folder, image, *options):
    """Line integrals [view, row, column], rows upwards, and a file's matrix and centre of each."""
    detector = ("-r", f"{COLUMNS} {ROWS}", "-z", f"{COLUMNS * PITCH} {ROWS * ROW_PITCH}")
    plastimatch("drr", "-i", "exact", "-P", "preprocess", "-t", "pfm", *detector, "--sad", SID, "--sid", SDD, *options, "-O",
                folder / "drr", image)
    lines, matrices = [], []
    for path in sorted(folder.glob("drr*.pfm")):
        kind, size, scale, values = path.read_bytes().split(b"\n", 3)
        assert (kind, size.split(), float(scale)) == (b"Pf", [b"%d" % COLUMNS, b"%d" % ROWS], -1.0), (kind, size, scale)
        lines.append(10.0 * np.frombuffer(values, "<f4").reshape(ROWS, COLUMNS)[::-1])
        numbers = [float(word) for word in path.with_suffix(".txt").read_text().split()[:14]]
        matrices.append((np.reshape(numbers[2:], (3, 4)), np.array(numbers[:2])))
    return np.array(lines, float), matrices


def matrices_of(geometry):
    """From millimetres of the patient to those of the detector."""
    back = np.eye(4)
    back[:3, :3] = PATIENT_FROM_SCANNER.T
    found = re.findall(r"<Matrix>(.*?)</Matrix>", geometry.read_text(), re.DOTALL)
    return [np.reshape([float(word) for word in text.split()], (3, 4)) @ back for text in found]


def furthest(ours, theirs):
    """Pixels between the places of points inside the head."""
    points = np.array([(x, y, z, 1) for x in (-50, 0, 35) for y in (-40, 0, 45) for z in (-30, 0, 40)], float).T
    worst = 0.0
    for a, (b, centre) in zip(ours, theirs):
        here, there = a @ points, b @ points
        column = here[0] / here[2] / PITCH + 0.5 * (COLUMNS - 1)
        row = 0.5 * (ROWS - 1) - here[1] / here[2] / ROW_PITCH
        place = there[:2] / there[2] + centre[:, None]
        worst = max(worst, np.abs(place - [column, row]).max())
    return worst


def nrmse(found, truth):
    return np.sqrt(np.mean((found - truth)**2) / np.mean(truth**2))


def require(what, isMet):
    if not isMet:
        sys.exit(f"plastimatch, {what}: not within the bound")


def project(folder, what, image, options, *theirs):
    """Both projections, compared; the geometry and plastimatch's."""
    here = folder / what
    here.mkdir()
    geometry, stack = here / "g.xml", here / "p.mha"
    tweedie("geometry", "ct", "--type", "cone", "--sid", SID, "--sdd", SDD, *options, "--output", geometry)
    ours = matrices_of(geometry)
    if not theirs:  # one view, turned as ours is
        source, up = ours[0][2, :3], -ours[0][1, :3]
        theirs = ("-n", " ".join(map(str, source)), "--vup", " ".join(map(str, up)))
    lines, matrices = radiographs(here, image, *theirs)
    assert len(lines) == len(ours), (len(lines), len(ours))
    away = furthest(ours, matrices)
    detector = ("--detector", COLUMNS, "--rows", ROWS, "--pitch", PITCH, "--row-pitch", ROW_PITCH)
    tweedie("simulate", "ct", "--image", image, "--geometry", geometry, "--output", stack, *detector, "--oversample", 1,
            "--mu-water", MU_WATER, "--progress", "none")
    found = read(stack)
    error = max(nrmse(a, b) for a, b in zip(found, lines))
    mirrored = min(nrmse(found, lines[:, :, ::-1]), nrmse(found, lines[:, ::-1]))
    print(f"plastimatch, {what}: points within {away:.1e} pixels (bound {PIXEL_BOUND}); largest NRMSE of a view {error:.4f} "
          f"(bound {BOUND}); mirrored {mirrored:.3f}")
    require(what, away < PIXEL_BOUND and error < BOUND < 0.5 * mirrored)
    return geometry, lines


def reconstruct(folder, image, truth, geometry, lines):
    stack, out, other = (folder / name for name in ("lines.mha", "ours.mha", "theirs.mha"))
    write(stack, lines, (PITCH, ROW_PITCH, 1), (-0.5 * (COLUMNS - 1) * PITCH, -0.5 * (ROWS - 1) * ROW_PITCH, 0))
    tweedie("reconstruct", "ct", stack, "--geometry", geometry, "--method", "fdk", "--units", "mu", "--like", image, "--output",
            out, "--progress", "none")
    extent = " ".join(str(n * s) for n, s in zip(SIZE, SPACING))
    plastimatch("fdk", "-I", geometry.parent, "-r", " ".join(map(str, SIZE)), "-z", extent, "-O", other)
    z, y, x = grid()
    inside = (x**2 + y**2 < 75.0**2) & (np.abs(z) < 20.0)  # about the plane of the sources
    ours, theirs, truth = read(out)[inside], read(other)[inside], truth[inside]
    theirs = np.polyval(np.polyfit(theirs, ours, 1), theirs)
    between, here, there = nrmse(ours, theirs), nrmse(ours, truth), nrmse(theirs, truth)
    print(f"plastimatch, fdk: NRMSE to plastimatch's {between:.3f} (bound {FDK_BOUND}); of ours {here:.3f}, of its {there:.3f}")
    require("fdk", between < FDK_BOUND and here < there)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    image, truth = folder / "head.mha", head()
    write(image, 1000.0 * (truth / MU_WATER - 1.0), SPACING, ORIGIN)
    circle = ("--first-angle", 90, "--arc", -360)
    displaced = ("--projection-offset-x", 20, "--projection-offset-y", -12)
    centre = f"{0.5 * (COLUMNS - 1) - 20 / PITCH} {0.5 * (ROWS - 1) - 12 / ROW_PITCH}"
    project(folder, "displaced", image, ("--views", 8, *circle, *displaced), "-a", "8", "-N", "45", "-c", centre)
    project(folder, "tilted", image, ("--views", 1, "--first-angle", 50, "--out-of-plane-angle", 20, "--in-plane-angle", 15))
    reconstruct(folder, image, truth, *project(folder, "circle", image, ("--views", 45, *circle), "-a", "45", "-N", "8"))
