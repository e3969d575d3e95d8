#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Validating an uncertainty: with truths at hand, by coverage, ranks and a conformal scale; without, by the data alone."""
import dataclasses

import numpy as np

import tweedie
from gallery import PRIORS, brain_slices, main, save
from tweedie import uncertainty


def run(small=False):
    # Truths: slices of a brain, blurred; half of them calibrate, the others are judged.
    truth = brain_slices(80, 82 if small else 88, small, side=64)
    blurred = tweedie.simulate.restoration(truth, task="blur-gaussian", kernel_size=9, kernel_deviation=1.2, noise=0.03)
    n = 4 if small else 16
    found = tweedie.reconstruct.restoration(blurred, prior=PRIORS / "brain-t1-magnitude.safetensors", method="daps", samples=n,
                                            steps=2 if small else 20, keep_samples=True, seed=1)
    error, deviation = found.mean.array - truth.array, found.standard_deviation.array
    half, factor = len(error) // 2, np.sqrt(1 + 1 / n)   # the mean of n samples has an error of its own
    before = uncertainty.check_deviation(error[half:], deviation[half:], n, factor)
    scores = uncertainty.conformal_scores(truth.array, found.mean.array, factor * deviation)
    scale = uncertainty.conformal_quantile(scores[:half].ravel(), 0.9)
    after = float(np.mean(scores[half:] <= scale))       # pixels depend on each other: 90 % on average over many slices
    ranks = uncertainty.ranks(truth.array.ravel(), found.samples.array.reshape(n, -1).T)

    # No truth: does what was assumed of the noise agree with the data?
    scan = tweedie.simulate.mri(brain_slices(95, 96, small), acceleration=3, coils=4, noise=0.05, seed=2)[0]
    checks = {"prior": PRIORS / "brain-t1.safetensors", "samples": 4, "folds": 0, "double_samples": 0, "classical": False,
              "posterior": {"steps": 3 if small else 40}}
    right = tweedie.validate.data(scan, **checks)
    wrong = tweedie.validate.data(dataclasses.replace(scan, noise=scan.noise / 2), **checks)
    return {"numbers": {"coverage of the 90 % intervals": before["coverage_90"], "conformal scale (Student: 1.7)": scale,
                        "coverage with it, other slices": after,
                        "CRPS": uncertainty.crps(truth.array, found.samples.array),
                        "flags, noise as it is": ", ".join(right.flags) or "none",
                        "flags, half of the noise stated": ", ".join(wrong.flags) or "none"},
            "planes": (truth.array[-1], np.abs(error[-1]), deviation[-1]), "curve": before, "after": after, "ranks": ranks, "n": n}


def draw(found, path):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 5, figsize=(11, 2.5))
    truth, error, deviation = found["planes"]
    high = 3 * np.sqrt(np.mean(error**2))
    for axis, plane, name, top in zip(axes, (truth, error, deviation), ("truth", "|error|", "standard deviation"),
                                      (truth.max(), high, high)):
        axis.imshow(plane, cmap="gray" if name == "truth" else "inferno", vmin=0, vmax=top)
        axis.set_title(name, fontsize=9)
        axis.axis("off")
    axes[3].plot([0, 1], [0, 1], "k:", lw=1)
    axes[3].plot(found["curve"]["level"], found["curve"]["covered"], label="as it is")
    axes[3].plot(0.9, found["after"], "o", label="conformal")
    axes[3].set_title("coverage over level", fontsize=9)
    axes[3].legend(fontsize=7)
    axes[4].hist(found["ranks"], np.arange(found["n"] + 2) - 0.5, density=True)
    axes[4].axhline(1 / (found["n"] + 1), color="k", ls=":", lw=1)
    axes[4].set_title("ranks of the truth", fontsize=9)
    for axis in axes[3:]:
        axis.tick_params(labelsize=7)
    figure.tight_layout()
    save(figure, path)


if __name__ == "__main__":
    main(run, draw)
