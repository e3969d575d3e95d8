#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""First reconstruction: a brain from a quarter of its k-space, its standard deviation, and the methods of today beside it."""
import numpy as np

import tweedie
from gallery import PRIORS, brain_slices, main, pictures


def run(small=False):
    image = brain_slices(95, 96, small)
    scan, reference = tweedie.simulate.mri(image, acceleration=4, coils=8, noise=0.03, seed=1)
    sense = tweedie.reconstruct.mri(scan, method="sense")
    tv = tweedie.reconstruct.mri(scan, method="tv", lambda_=0.01)
    found = tweedie.reconstruct.mri(scan, prior=PRIORS / "brain-t1.safetensors", samples=2 if small else 8,
                                    steps=3 if small else 30, seed=1)
    table = tweedie.metrics.compare(reference, sense=sense, tv=tv, posterior=found)
    numbers = {f"PSNR of {row['name']} [dB]": row["psnr"] for row in table["methods"]}
    numbers["share of pixels in their 90 % interval"] = table["methods"][-1]["coverage-90"]
    return {"numbers": numbers, "reference": reference, "estimates": {"SENSE": sense, "TV": tv, "posterior mean": found}}


def draw(found, path):
    truth = np.abs(found["reference"].array[0])
    means = {name: np.abs(one.mean.array[0]) for name, one in found["estimates"].items()}
    spread = found["estimates"]["posterior mean"].magnitude_standard_deviation.array[0]
    top, high = truth.max(), 0.1 * truth.max()
    pictures(path, [{"reference": (truth, 0, top, "gray"), **{name: (mean, 0, top, "gray") for name, mean in means.items()}},
                    {"standard deviation": (spread, 0, high, "inferno"),
                     **{f"|error| of {name}": (np.abs(mean - truth), 0, high, "inferno") for name, mean in means.items()}}])


if __name__ == "__main__":
    main(run, draw)
