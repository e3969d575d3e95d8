#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Beside SigPy and deepinv (pip install sigpy deepinv torch): the same scan through their operators and solvers, and our
operator as a physics of deepinv."""
import time

import numpy as np

import tweedie
from gallery import PRIORS, brain_slices, main, pictures


def as_physics(op):
    """A LinearOperator of tweedie for deepinv: batches of real and imaginary parts [batch, 2, ...]."""
    import deepinv
    import torch

    def through(function, shape):
        def call(x, **_):
            planes = [function((one[0] + 1j * one[1]).numpy().reshape(shape)) for one in x.detach()]
            return torch.from_numpy(np.stack([[plane.real, plane.imag] for plane in planes]))
        return call

    return deepinv.physics.LinearPhysics(A=through(op.forward, op.domain_shape), A_adjoint=through(op.adjoint, op.range_shape),
                                         img_size=(2, *op.domain_shape), max_iter=500, tol=1e-9)


def run(small=False):
    import deepinv
    import sigpy.mri.app
    import torch

    torch.set_num_threads(1)
    image = brain_slices(95, 96, small, side=128)
    scan, reference = tweedie.simulate.mri(image, acceleration=3, coils=8, noise=0.03, seed=1)
    kspace, maps, mask = scan.kspace.array[:, 0], scan.sensitivities.array[:, 0], scan.mask.array.reshape(image.array.shape)
    weight = 0.01                                        # of |x|^2 beside |A x - y|^2

    ours, seconds = timed(lambda: tweedie.reconstruct.mri(scan, method="sense", lambda_=weight, tolerance=1e-7, iterations=200))
    ours = ours.mean.array[0]
    sigpy_app = sigpy.mri.app.SenseRecon(kspace, maps, lamda=weight, weights=mask[0], max_iter=200, tol=1e-8, show_pbar=False)
    theirs, their_seconds = timed(sigpy_app.run)

    op = tweedie.operators.mri(scan)
    physics = as_physics(op)

    def pair(x, kind=np.float32):
        return torch.from_numpy(np.stack([x.real, x.imag])[None].astype(kind))

    data, zero = pair(kspace.reshape(op.range_shape), float), torch.zeros(1, 2, *op.domain_shape, dtype=torch.float64)
    by_deepinv = physics.prox_l2(zero, data, 1 / weight, solver="lsqr")[0].numpy().squeeze((1, 2))
    by_deepinv = by_deepinv[0] + 1j * by_deepinv[1]
    native = deepinv.physics.MultiCoilMRI(mask=torch.from_numpy(mask), coil_maps=torch.from_numpy(maps)[None], img_size=ours.shape)
    x = np.ascontiguousarray(reference.array[0])
    forward = native.A(pair(x))[0].numpy()
    norm = np.linalg.norm
    found = tweedie.reconstruct.mri(scan, prior=PRIORS / "brain-t1.safetensors", steps=3 if small else 40, seed=1)
    return {"numbers": {"our SENSE beside SigPy's": float(norm(ours - theirs) / norm(ours)),
                        "our SENSE beside deepinv's solver on our operator": float(norm(ours - by_deepinv) / norm(ours)),
                        "our operator beside deepinv's own": float(
                            norm(forward[0] + 1j * forward[1] - op.forward(x[None, None])[:, 0]) / norm(kspace)),
                        "adjointness by deepinv": float(physics.adjointness_test(torch.randn(1, 2, *op.domain_shape))),
                        "seconds of SENSE: ours, SigPy": f"{seconds:.3f}, {their_seconds:.3f}"},
            "reference": reference.array[0], "planes": {"SENSE, ours": ours, "SENSE, SigPy": theirs,
                                                        "our operator, deepinv's solver": by_deepinv,
                                                        "posterior mean": found.mean.array[0]}}


def timed(work):
    begin = time.perf_counter()
    return work(), time.perf_counter() - begin


def draw(found, path):
    truth = np.abs(found["reference"])
    pictures(path, [{"reference": (truth, 0, truth.max(), "gray"),
                     **{name: (np.abs(plane), 0, truth.max(), "gray") for name, plane in found["planes"].items()}}])


if __name__ == "__main__":
    main(run, draw)
