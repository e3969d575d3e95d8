#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An operator of your own: a camera that shakes and turns, so that every corner of the picture is blurred another way."""
import numpy as np
from scipy.ndimage import convolve, correlate
from scipy.sparse.linalg import lsqr

import tweedie
from gallery import PRIORS, brain_slices, main, pictures


def run(small=False):
    truth = brain_slices(95, 96, small, side=128).array[0] / 255.0
    y, x = np.mgrid[-1:1:truth.shape[0] * 1j, -1:1:truth.shape[1] * 1j]
    weights = [(1 - y) * (1 - x) / 4, (1 - y) * (1 + x) / 4, (1 + y) * (1 - x) / 4, (1 + y) * (1 + x) / 4]
    kernels = [np.eye(9) / 9, np.eye(9)[::-1] / 9, np.ones((1, 9)) / 9, np.ones((9, 1)) / 9]

    def forward(x):                                      # sum_k  k_k * (w_k x)
        return sum(convolve(w * x, k, mode="constant") for w, k in zip(weights, kernels)).astype(x.dtype)

    def adjoint(y):
        return sum(w * correlate(y, k, mode="constant") for w, k in zip(weights, kernels)).astype(y.dtype)

    op = tweedie.operators.operator(forward, adjoint, truth.shape, truth.shape)
    mismatch = op.adjoint_error(double=True)             # rounding, if the two belong together
    noise = 0.02
    data = (forward(truth) + noise * np.random.default_rng(1).standard_normal(truth.shape)).astype(np.float32)
    plain = lsqr(op.scipy(), data.ravel(), damp=0.3, iter_lim=50)[0].reshape(truth.shape)
    found = tweedie.reconstruct.linear(data, op, prior=PRIORS / "brain-t1-magnitude.safetensors", noise=noise, method="daps",
                                       samples=2 if small else 8, steps=3 if small else 30, seed=1)
    mean = found.mean.array[0]
    return {"numbers": {"adjoint error": mismatch, "norm": op.norm(),
                        "PSNR of the data [dB]": tweedie.metrics.psnr(truth, data),
                        "PSNR of LSQR [dB]": tweedie.metrics.psnr(truth, plain.astype(np.float32)),
                        "PSNR of the posterior mean [dB]": tweedie.metrics.psnr(truth, mean)},
            "planes": {"truth": truth, "data": data, "LSQR, damped": plain, "posterior mean": mean},
            "deviation": found.standard_deviation.array[0]}


def draw(found, path):
    top = found["planes"]["truth"].max()
    pictures(path, [{**{name: (plane, 0, top, "gray") for name, plane in found["planes"].items()},
                     "standard deviation": (found["deviation"], 0, 0.15 * top, "inferno")}])


if __name__ == "__main__":
    main(run, draw)
