#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An iteration of hybrid input-output beside the same in NumPy with SciPy's transforms, as scripts write it, 256x256, on
one core. Processor time; ours and the other are run in turn, and the least time of each counts.

    PhaseIterationRatio.py build/tests/Benchmarks/TweedieBenchmarks
"""

import json
import os
import subprocess
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import scipy.fft

SIDE = 256
TURNS = 5
ITERATIONS = 20


def ours():
    command = [sys.argv[1], f"--benchmark_filter=^PhaseIteration/side:{SIDE}/real:1/", "--benchmark_format=json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(answer)["benchmarks"][0]["iteration_ms"]


def loop(g, amplitude, support, forward, back):
    for _ in range(ITERATIONS):
        spectrum = forward(g)
        p = back(amplitude * np.exp(1j * np.angle(spectrum))).real
        g = np.where(support & (p >= 0), p, g - 0.9 * p)
    return g


def timed(*arguments):
    begin = time.process_time()
    loop(*arguments)
    return 1e3 * (time.process_time() - begin) / ITERATIONS


def main():
    random = np.random.default_rng(1)
    support = np.zeros((SIDE, SIDE), bool)
    support[: SIDE // 2, : SIDE // 2] = True
    x = (random.random((SIDE, SIDE)) * support).astype(np.float32)
    transforms = {
        "fft2": (scipy.fft.fft2, scipy.fft.ifft2),
        "rfft2": (scipy.fft.rfft2, lambda spectrum: scipy.fft.irfft2(spectrum, s=(SIDE, SIDE))),
    }
    for name, (forward, back) in transforms.items():
        amplitude = np.abs(forward(x))
        best = np.full(2, np.inf)
        for _ in range(TURNS):
            best = np.minimum(best, [ours(), timed(x, amplitude, support, forward, back)])
        print(f"{name}: {best[0]:.2f} and {best[1]:.2f} ms, {best[1] / best[0]:.1f} x", flush=True)


if __name__ == "__main__":
    main()
