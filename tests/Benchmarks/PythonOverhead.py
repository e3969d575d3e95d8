#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the Python package costs beside the C++ that it calls, on one core: the least of several turns.

    PYTHONPATH=build/wrapping/python tests/Benchmarks/PythonOverhead.py build/applications/tweedie [data/priors/brain-t1.safetensors]

Of a call: its time over the seconds that the program's own summary says of the same run, which leaves out start-up and
files; the two are run in turn and give the same arrays. Of a function of Python as denoiser: the time of a call with x and
its result as they are, in copies of x.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np

import tweedie

TURNS = 5


def scan_of(folder, side):
    y, x = np.mgrid[-1:1:side * 1j, -1:1:side * 1j]
    image = np.where(x**2 / 0.6 + y**2 / 0.8 < 1, 0.8, 0.0) - np.where((x - 0.2)**2 + (y + 0.1)**2 < 0.05, 0.4, 0.0)
    scan = tweedie.simulate.mri(image.astype(np.float32), coils=8, acceleration=4.0)[0]
    tweedie.write_mri_scan(folder / "scan", scan)
    return tweedie.read_mri_scan(folder / "scan")


def program(folder, flags):
    """Seconds of the run itself, and its image."""
    out = folder / "out.nii.gz"
    subprocess.run([sys.argv[1], "reconstruct", "mri", folder / "scan", *flags, "--part", "complex", "--output", out,
                    "--overwrite"], check=True, capture_output=True)
    return json.loads((folder / "out.summary.json").read_text())["wall-seconds"], tweedie.read_image(out).array


def of_calls(folder, prior):
    scan = scan_of(folder, 192)
    runs = {"sense": ([], {}), "tv": (["--lambda", "0.01", "--iterations", "100"], {"lambda_": 0.01, "iterations": 100})}
    if prior:
        runs["rmp"] = (["--prior", prior, "--steps", "20"], {"prior": tweedie.load_prior(prior), "steps": 20})
    for method, (flags, options) in runs.items():
        best, inner = np.full(3, np.inf), None
        for _ in range(TURNS):
            seconds, image = program(folder, ["--method", method, *flags])
            begin = time.perf_counter()
            found = tweedie.reconstruct.mri(scan, method=method, **options)
            best = np.minimum(best, [seconds, time.perf_counter() - begin, found.summary["wall-seconds"]])
            assert np.array_equal(image, found.mean.array)
        print(f"{method}: the program {1e3 * best[0]:.2f} ms, the call {1e3 * best[1]:.2f} ms, of them in C++ "
              f"{1e3 * best[2]:.2f}: {best[1] / best[0]:.3f}; over its own C++ {best[1] / best[2]:.3f}", flush=True)


def of_functions():
    prior = tweedie.denoiser(lambda x, sigma: x, variance=1.0)
    for side in (256, 1024, 2048):
        x = np.random.default_rng(0).standard_normal((4, 1, 1, side, side)).astype(np.float32)
        target, best = np.empty_like(x), np.full(2, np.inf)
        for _ in range(3 * TURNS):
            begin = time.perf_counter()
            np.copyto(target, x)
            middle = time.perf_counter()
            prior(x, 0.5)
            best = np.minimum(best, [middle - begin, time.perf_counter() - middle])
        print(f"function, {x.nbytes >> 20} MB: {1e3 * best[1]:.2f} ms, {best[1] / best[0]:.1f} copies ({1e3 * best[0]:.2f} ms)")


def main():
    print(f"arithmetic {tweedie.where()}")
    with tempfile.TemporaryDirectory() as folder:
        of_calls(Path(folder), sys.argv[2] if len(sys.argv) > 2 else None)
    of_functions()


if __name__ == "__main__":
    main()
