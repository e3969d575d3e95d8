#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A prior of your own: any function of numpy arrays. This one is a formula, so that what comes out can be held to it; a
network of PyTorch, JAX or ONNX takes its place as it is."""
import numpy as np
from scipy.sparse.linalg import LinearOperator, cg

import tweedie
from gallery import brain_slices, main, pictures


def run(small=False):
    image = brain_slices(95, 96, small, side=96)
    scan, reference = tweedie.simulate.mri(image, acceleration=3, coils=8, noise=0.05, phase="none", seed=1)

    # x = F^H k, k ~ N(0, 2 S): what slices further up and down have in each frequency, in the units of the data.
    others = np.concatenate([brain_slices(first, first + 8, small, side=96).array for first in (70, 110)]) / scan.scale
    power = np.mean(np.abs(np.fft.fft2(others, norm="ortho"))**2, axis=0) / 2 + 1e-6

    def denoise(x, sigma):                               # x: [batch, 1, 1, y, x];  E[x0 | x0 + sigma n = x]
        gain = power / (power + np.reshape(sigma, (-1, 1, 1, 1, 1))**2)
        return np.fft.ifft2(gain * np.fft.fft2(x)).astype(x.dtype)

    prior = tweedie.denoiser(denoise, variance=float(power.mean()), exact=True)
    op, data = tweedie.operators.mri(scan), scan.kspace.array
    data = np.ascontiguousarray(data).reshape(op.range_shape)
    samples = 4 if small else 64
    found = tweedie.reconstruct.linear(data, op, prior=prior, noise=scan.noise, method="daps", samples=samples,
                                       steps=5 if small else 80, image=image, seed=1)

    # The same by the formula: (A^H A + noise^2 / (2 S)) x = A^H y.
    def normal(v):
        x = v.reshape(op.domain_shape).astype(np.complex64)
        return (op.normal(x) + np.fft.ifft2(scan.noise**2 / (2 * power) * np.fft.fft2(x))).ravel()

    size = op.shape[1]
    exact = cg(LinearOperator((size, size), normal, dtype=np.complex64), op.adjoint(data).ravel(), maxiter=300)[0]
    exact = exact.reshape(found.mean.array.shape)
    distance = np.linalg.norm(found.mean.array - exact) / np.linalg.norm(found.standard_deviation.array)
    return {"numbers": {"distance of the mean from the formula [standard deviations]": float(distance),
                        "expected of so many samples": samples**-0.5},
            "reference": reference, "mean": found.mean, "exact": exact, "deviation": found.standard_deviation}


def draw(found, path):
    truth = np.abs(found["reference"].array[0])
    mean, exact = np.abs(found["mean"].array[0]), np.abs(found["exact"][0])
    top = truth.max()
    pictures(path, [{"reference": (truth, 0, top, "gray"), "mean of the samples": (mean, 0, top, "gray"),
                     "mean by the formula": (exact, 0, top, "gray"),
                     "standard deviation": (found["deviation"].array[0], 0, 0.2 * top, "inferno")}])


if __name__ == "__main__":
    main(run, draw)
