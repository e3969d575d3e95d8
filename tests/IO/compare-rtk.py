#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CT geometry files between "tweedie geometry ct" and RTK (the Python package itk-rtk), both ways: projection matrices of
files of ours, of RTK and of matrices alone, and the rays of a bent detector with an offset. Skipped where the package is
missing.

    TWEEDIE_BUILD=build/release compare-rtk.py
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

try:
    import itk
    import numpy as np
    from itk import RTK as rtk
except ImportError as error:
    print(f"compare-rtk: skipped: {error}; required: the Python package itk-rtk (pip install itk-rtk)")
    sys.exit(0)

PROGRAM = pathlib.Path(os.environ["TWEEDIE_BUILD"]).resolve() / "applications" / "tweedie"
BOUND = 1e-9  # relative, of matrices; double precision leaves 1e-13, the 15 digits that RTK writes 1e-12
NUMBERS = ("sid", "sdd", "gantry-angle", "projection-offset-x", "projection-offset-y", "out-of-plane-angle",
           "in-plane-angle", "source-offset-x", "source-offset-y")  # as AddProjection takes them


def tweedie(*words):
    subprocess.run([PROGRAM, "geometry", "ct", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def matrices(geometry):
    return [itk.array_from_matrix(geometry.GetMatrix(k)) for k in range(len(geometry.GetGantryAngles()))]


def written(path):
    """The matrices that stand in a file."""
    root = xml.etree.ElementTree.parse(path).getroot()
    return [np.array(m.text.split(), float).reshape(3, 4) for m in root.iter("Matrix")]


def difference(found, expected):
    """The largest of all rows: of the part that turns against its length, of the shift against that times a metre."""
    assert len(found) == len(expected) > 0, (len(found), len(expected))
    worst = 0.0
    for a, b in zip(found, expected):
        for row_a, row_b in zip(a, b):
            size = np.linalg.norm(row_b[:3])
            worst = max(worst, np.abs(row_a[:3] - row_b[:3]).max() / (size or 1.0),
                        abs(row_a[3] - row_b[3]) / (1000.0 * size or 1.0))
    return worst


def check(what, found, bound=BOUND):
    print(f"geometry, {what}: {found:.1e} (bound {bound:.0e})")
    if not found < bound:
        sys.exit(f"{what}: not within the bound")


def made_here(folder):
    """What the program makes, against projections that RTK is told one by one."""
    cases = (("parallel", {"arc": 180, "projection-offset-x": 7.5}),
             ("fan", {"arc": 220, "first-angle": 33, "projection-offset-x": -20}),
             ("fan-equiangular", {"arc": 360, "projection-offset-x": 60}),
             ("cone", {"arc": -300, "out-of-plane-angle": 4, "in-plane-angle": -7, "source-offset-x": 2,
                       "source-offset-y": -3, "projection-offset-y": 11}),
             ("helical", {"arc": 1440, "table-feed": 30, "detector-radius": 700, "projection-offset-x": 3}))
    for kind, options in cases:
        path = folder / f"{kind}.xml"
        flags = [word for name, value in options.items() for word in (f"--{name}", value)]
        tweedie("--type", kind, "--views", 73, "--sid", 600, "--sdd", 1100, *flags, "--output", path)
        expected = rtk.ThreeDCircularProjectionGeometry.New()
        for k in range(73):
            feed = (k - 36) * options["arc"] / 73 * options.get("table-feed", 0) / 360
            numbers = {"sid": 600.0, "sdd": 0.0 if kind == "parallel" else 1100.0,
                       "gantry-angle": options.get("first-angle", 0) + k * options["arc"] / 73}
            numbers.update({name: float(options.get(name, 0)) for name in NUMBERS[3:]})
            numbers["source-offset-y"] += feed
            numbers["projection-offset-y"] += feed
            expected.AddProjection(*(numbers[name] for name in NUMBERS))
        found = rtk.read_geometry(str(path))
        check(f"{kind}, RTK reads it", difference(matrices(found), matrices(expected)))
        check(f"{kind}, matrices of the file", difference(written(path), matrices(expected)))


def made_by_rtk(folder):
    """Nine random numbers a view, read and written by the program, read again by RTK; and the same by matrices alone."""
    random = np.random.default_rng(1)
    for kind in ("cone", "bent", "parallel"):
        geometry = rtk.ThreeDCircularProjectionGeometry.New()
        geometry.SetRadiusCylindricalDetector(800.0 if kind == "bent" else 0.0)
        for _ in range(50):
            sid = random.uniform(400, 900)
            angles = random.uniform((-720, -80, -180), (720, 80, 180))
            offsets = random.uniform(-60, 60, 4) * (1, 1, kind != "parallel", kind != "parallel")
            sdd = 0.0 if kind == "parallel" else sid + random.uniform(10, 900)
            geometry.AddProjection(sid, sdd, angles[0], *offsets[:2], *angles[1:], *offsets[2:])
        theirs, ours, bare = (folder / f"{kind}-{name}.xml" for name in ("theirs", "ours", "bare"))
        rtk.write_geometry(geometry, str(theirs))
        tweedie(theirs, "--output", ours)
        found = rtk.read_geometry(str(ours))
        assert found.GetRadiusCylindricalDetector() == geometry.GetRadiusCylindricalDetector()
        check(f"{kind} by RTK, written anew", difference(matrices(found), matrices(geometry)))
        if kind != "bent":
            bare.write_text(re.sub(r"<\w+>[^<>]*</(?!Matrix)\w+>", "", theirs.read_text()))
            tweedie(bare, "--output", ours, "--overwrite")
            found = rtk.read_geometry(str(ours))
            check(f"{kind} by matrices alone", difference(matrices(found), matrices(geometry)))


def rays_of_a_bent_detector(folder):
    """Chords of a sphere in the middle row of an equiangular fan with an offset, by RTK from our file and by equal
    angles."""
    tweedie("--type", "fan-equiangular", "--views", 1, "--sid", 600, "--sdd", 1000, "--projection-offset-x", 50,
            "--output", folder / "bent.xml")
    kind = itk.Image[itk.F, 3]
    image = itk.image_from_array(np.zeros((1, 1, 801), np.float32))
    image.SetOrigin([-400.0, 0.0, 0.0])
    rays = rtk.RayEllipsoidIntersectionImageFilter[kind, kind].New()
    rays.SetInput(image)
    rays.SetGeometry(rtk.read_geometry(str(folder / "bent.xml")))
    rays.SetDensity(1.0)
    rays.SetCenter([20.0, 0.0, 30.0])
    rays.SetAxis([100.0] * 3)
    rays.Update()
    found = itk.array_from_image(rays.GetOutput())[0, 0]
    angle = (np.arange(801) - 400.0 + 50.0) / 1000.0
    distance = np.sin(angle) * (30.0 - 600.0) + np.cos(angle) * 20.0
    expected = 2.0 * np.sqrt(np.maximum(100.0**2 - distance**2, 0.0))
    # In single precision of 1 m; where a ray grazes the sphere the root makes more of it.
    check("bent detector, chords in mm", np.abs(found - expected)[expected > 20.0].max(), 1e-4)


with tempfile.TemporaryDirectory() as name:
    made_here(pathlib.Path(name))
    made_by_rtk(pathlib.Path(name))
    rays_of_a_bent_detector(pathlib.Path(name))
