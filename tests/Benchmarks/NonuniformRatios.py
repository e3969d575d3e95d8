#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Fourier transform at 206k radial frequencies of a 256x256 image beside finufft's and sigpy's, forward and back,
single precision, one core. finufft at the widest tolerance whose measured error is not above ours (its error against its
own double precision), points set beforehand as ours are; sigpy at its default. Processor time; the programs are run in
turn, and the least time of each counts. A package that is missing is said and left out.

    NonuniformRatios.py build/tests/Benchmarks/TweedieBenchmarks
"""

import json
import os
import subprocess
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

TURNS = 5
PIXELS, READOUTS = 256, 402
SAMPLES = 2 * PIXELS

angle = np.pi * np.arange(READOUTS) / READOUTS
radius = (np.arange(SAMPLES) - SAMPLES // 2) * PIXELS / SAMPLES
kx, ky = np.outer(np.cos(angle), radius).ravel(), np.outer(np.sin(angle), radius).ravel()
random = np.random.default_rng(1)
image = (random.standard_normal((PIXELS, PIXELS)) + 1j * random.standard_normal((PIXELS, PIXELS))).astype(np.complex64)
values = (random.standard_normal(kx.size) + 1j * random.standard_normal(kx.size)).astype(np.complex64)


def ours(digits):
    command = [sys.argv[1], f"--benchmark_filter=^NonuniformFourier/.*digits:{digits}/", "--benchmark_format=json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(answer)["benchmarks"][0]


def timed(function):
    begin = time.process_time()
    function()
    return 1e3 * (time.process_time() - begin)


def compare(digits, name, forward, back, note):
    best = np.full(4, np.inf)
    forward(), back()
    for _ in range(TURNS):
        mine = ours(digits)
        best = np.minimum(best, [mine["forward_ms"], mine["back_ms"], min(timed(forward) for _ in range(5)),
                                 min(timed(back) for _ in range(5))])
    print(f"tolerance 1e-{digits}, error {mine['error']:.1e}, and {name}{note}: forward {best[0]:.1f} and {best[2]:.1f} "
          f"ms, {best[2] / best[0]:.2f} x; back {best[1]:.1f} and {best[3]:.1f} ms, {best[3] / best[1]:.2f} x", flush=True)


def finufft_cases():
    import finufft

    points = [2.0 * np.pi * k / PIXELS for k in (ky, kx)]
    exact = finufft.nufft2d2(*points, image.astype(np.complex128), eps=1e-13, isign=-1, nthreads=1)
    single = [p.astype(np.float32) for p in points]

    def plans(eps):
        kinds = []
        for kind, sign in ((2, -1), (1, 1)):
            plan = finufft.Plan(kind, (PIXELS, PIXELS), eps=eps, isign=sign, dtype="complex64", nthreads=1)
            plan.setpts(*single)
            kinds.append(plan)
        return kinds

    def error(eps):
        found = plans(eps)[0].execute(image)
        return np.linalg.norm(found - exact) / np.linalg.norm(exact)

    for digits in (3, 5, 6):
        allowed = ours(digits)["error"]
        tolerances = np.geomspace(1e-2, 2e-7, 41)
        errors = [error(e) for e in tolerances]
        allowed = max(allowed, 1.1 * min(errors))  # its points are in single precision, which ends before ours
        eps = next(e for e, found in zip(tolerances, errors) if found <= allowed)
        forward, back = plans(eps)
        compare(digits, "finufft", lambda: forward.execute(image), lambda: back.execute(values),
                f" (eps {eps:.1e}, error {error(eps):.1e})")


def sigpy_case():
    import sigpy

    points = np.stack([ky, kx], -1).astype(np.float32)
    compare(3, "sigpy", lambda: sigpy.nufft(image, points),
            lambda: sigpy.nufft_adjoint(values, points, oshape=image.shape), "")


for cases in (finufft_cases, sigpy_case):
    try:
        cases()
    except ImportError as error:
        print(f"skipped: {error}; required: pip install finufft sigpy")
