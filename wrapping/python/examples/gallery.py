# SPDX-License-Identifier: Apache-2.0
"""What the examples share: their data, their command line and their figures."""
import argparse
from pathlib import Path

import numpy as np

import tweedie

ROOT = Path(__file__).resolve().parents[3]
PRIORS = ROOT / "data" / "priors"
BRAIN = Path("/usr/share/mricron/templates/ch2.nii.gz")  # Debian's mricron-data: Colin27, T1-weighted


def brain_slices(first, last, small=False, side=160):
    """Axial slices of a brain, its central part; small: a part of that, for tests."""
    if not BRAIN.is_file():
        raise SystemExit(f"{BRAIN}: no such file; required Debian's package mricron-data")
    volume = tweedie.read_image(BRAIN)
    side = 48 if small else side
    z, y, x = volume.array.shape
    top, left = max((y - side) // 2, 0), max((x - side) // 2, 0)
    part = volume.array[first:last, top:top + side, left:left + side]
    origin = volume.origin + volume.direction @ (np.array([left, top, first]) * volume.spacing)
    return tweedie.Image(np.ascontiguousarray(part), volume.spacing, tuple(origin), volume.direction)


def pictures(path, rows, title=""):
    """Rows of named planes; {"name": (plane, low, high, map)} or a plane, shown from 0 to its largest value."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    count = max(len(row) for row in rows)
    figure, axes = plt.subplots(len(rows), count, figsize=(2.2 * count, 2.45 * len(rows)), squeeze=False)
    for axis in axes.ravel():
        axis.axis("off")
    for row, names in zip(axes, rows):
        for axis, (name, plane) in zip(row, names.items()):
            plane, low, high, colours = plane if isinstance(plane, tuple) else (plane, 0.0, None, "gray")
            plane = np.abs(plane) if np.iscomplexobj(plane) else plane
            axis.imshow(plane, cmap=colours, vmin=low, vmax=plane.max() if high is None else high)
            axis.set_title(name, fontsize=9)
    figure.suptitle(title, fontsize=9)
    figure.tight_layout()
    save(figure, path)


def save(figure, path):
    from PIL import Image

    figure.savefig(path, dpi=72, format="png")
    with Image.open(path) as picture:  # of 96 colours: a third of the bytes
        small = picture.convert("RGB").quantize(96, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, format="PNG", optimize=True)


def main(run, draw):
    """Runs an example; --figure draws what it found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true", help="a part of the data and few steps, for tests")
    parser.add_argument("--figure", type=Path)
    given = parser.parse_args()
    found = run(given.small)
    for name, value in found["numbers"].items():
        print(f"{name}: {value:.4g}" if isinstance(value, float) else f"{name}: {value}")
    if given.figure:
        draw(found, given.figure)
