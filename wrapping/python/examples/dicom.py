#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""DICOM in and out: a noisy series becomes one with less noise, a map of its standard deviation and a report, in the same
study."""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import tweedie
from gallery import BRAIN, PRIORS, ROOT, main, pictures


def run(small=False):
    with tempfile.TemporaryDirectory() as folder:
        # For those who have no scanner at hand: slices of a brain as a series.
        series, result = Path(folder) / "series", Path(folder) / "result"
        subprocess.run([sys.executable, ROOT / "data" / "make-dicom-series.py", BRAIN, series, "--slices",
                        "95:95" if small else "94:97"], check=True, capture_output=True)

        image = tweedie.read_dicom(series)
        noisy = tweedie.simulate.restoration(image, task="denoise", noise=0.1, seed=1)
        found = tweedie.reconstruct.restoration(noisy, prior=PRIORS / "brain-t1-magnitude.safetensors", method="rmp",
                                                samples=2 if small else 8, steps=2 if small else 20, seed=1)
        files = found.write_dicom(result, series, statement="Retrospective: noise was added to reconstructed images.")

        # Any other program reads it; here with pydicom, and where it stands in the patient.
        mean = tweedie.Image.from_pydicom(result / "mean")
        shift = np.abs(mean.affine - image.affine).max()
    return {"numbers": {"files": len(files), "largest difference of place and orientation [mm]": float(shift),
                        "PSNR of the noisy slices [dB]": tweedie.metrics.psnr(image, noisy.data),
                        "PSNR of the posterior mean [dB]": tweedie.metrics.psnr(image, mean)},
            "image": image, "noisy": noisy.data, "mean": mean, "deviation": found.standard_deviation}


def draw(found, path):
    middle = len(found["image"].array) // 2
    planes = {name: found[name].array[middle] for name in ("image", "noisy", "mean", "deviation")}
    top = planes["image"].max()
    pictures(path, [{"of the scanner": (planes["image"], 0, top, "gray"), "with noise": (planes["noisy"], 0, top, "gray"),
                     "posterior mean": (planes["mean"], 0, top, "gray"),
                     "standard deviation": (planes["deviation"], 0, 0.1 * top, "inferno")}])


if __name__ == "__main__":
    main(run, draw)
