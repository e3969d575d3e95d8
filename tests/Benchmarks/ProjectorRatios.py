#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Joseph's projector of the benchmarks beside the CPU projectors of astra-toolbox ("line", "linear") and itk-rtk (Joseph),
forward and back, and filtered backprojection beside theirs (FBP, FDK), on one core. Processor time; ours and the other are run in turn, and the least time of each counts. A
package that is missing is said and left out.

    ProjectorRatios.py build/tests/Benchmarks/TweedieBenchmarks
"""

import json
import os
import subprocess
import sys
import time

for name in ("OMP_NUM_THREADS", "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS"):
    os.environ[name] = "1"

import numpy as np

TURNS = 5


def counters(pattern):
    """Of the one benchmark that fits."""
    command = [sys.argv[1], f"--benchmark_filter=^{pattern}/", "--benchmark_format=json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(answer)["benchmarks"][0]


def ours(case):
    """Milliseconds of one thread, forward and back."""
    result = counters(f"{case}/threads:1")
    return result["forward_ms"], result["back_ms"]


def timed(function):
    begin = time.process_time()
    function()
    return 1e3 * (time.process_time() - begin)


def compare(case, other, forward, back):
    best = np.full(4, np.inf)
    forward(), back()
    for _ in range(TURNS):
        best = np.minimum(best, [*ours(case), timed(forward), timed(back)])
    print(f"{case} and {other}: forward {best[0]:.1f} and {best[2]:.1f} ms, {best[2] / best[0]:.1f} x; "
          f"back {best[1]:.1f} and {best[3]:.1f} ms, {best[3] / best[1]:.1f} x", flush=True)


def compare_whole(case, other, run):
    """A reconstruction as a whole."""
    best = np.full(2, np.inf)
    run()
    for _ in range(TURNS):
        best = np.minimum(best, [counters(case)["whole_ms"], timed(run)])
    print(f"{case} and {other}: {best[0]:.1f} and {best[1]:.1f} ms, {best[1] / best[0]:.1f} x", flush=True)


def astra_cases():
    import astra

    for case, beam, n, views, columns in (("Parallel256", "parallel", 256, 180, 367), ("Fan256", "fanflat", 256, 180, 367),
                                          ("Parallel512", "parallel", 512, 360, 729), ("Fan512", "fanflat", 512, 360, 729)):
        volume = astra.create_vol_geom(n, n)
        if beam == "parallel":
            angles = np.pi * np.arange(views) / views
            scan = astra.create_proj_geom(beam, 1.0, columns, angles)
        else:
            angles = 2.0 * np.pi * np.arange(views) / views
            scan = astra.create_proj_geom(beam, 2.0, columns, angles, 2.0 * n, 2.0 * n)
        image = astra.data2d.create("-vol", volume, np.random.default_rng(1).standard_normal((n, n), np.float32))
        lines = astra.data2d.create("-sino", scan, 0.0)
        for kind in ("line", "linear") if beam == "parallel" else ("line_fanflat",):
            projector = astra.create_projector(kind, scan, volume)

            def algorithm(name):
                config = astra.astra_dict(name)
                config.update(ProjectorId=projector, ProjectionDataId=lines)
                config["VolumeDataId" if name == "FP" else "ReconstructionDataId"] = image
                return astra.algorithm.create(config)

            forward, back = algorithm("FP"), algorithm("BP")
            compare(case, f"astra {kind}", lambda: astra.algorithm.run(forward), lambda: astra.algorithm.run(back))
            if kind == "line":  # its FBP is for parallel rays only
                whole = algorithm("FBP")
                compare_whole(f"Fbp{case}", f"astra FBP {kind}", lambda: astra.algorithm.run(whole))


def rtk_case():
    import itk
    from itk import RTK as rtk

    kind = itk.Image[itk.F, 3]

    def stack(size, spacing):
        image = itk.image_from_array(np.random.default_rng(1).standard_normal(size).astype(np.float32))
        image.SetSpacing(spacing)
        image.SetOrigin([-0.5 * (n - 1) * s for n, s in zip(size[::-1], spacing)])
        return image

    geometry = rtk.ThreeDCircularProjectionGeometry.New()
    for view in range(90):
        geometry.AddProjection(256.0, 512.0, 4.0 * view)
    volume, projections = stack((128, 128, 128), (1.0, 1.0, 1.0)), stack((90, 128, 128), (2.0, 2.0, 1.0))

    def run(name, first, second):
        step = getattr(rtk, name)[kind, kind].New()
        step.SetInput(0, first)
        step.SetInput(1, second)
        step.SetGeometry(geometry)
        step.SetNumberOfWorkUnits(1)
        step.InPlaceOff()  # else the input is gone
        step.Update()

    def fdk():
        whole = rtk.FDKConeBeamReconstructionFilter[kind].New()
        whole.SetInput(0, itk.image_duplicator(volume))  # else the input is gone
        whole.SetInput(1, projections)
        whole.SetGeometry(geometry)
        whole.Update()

    compare_whole("FdkCone128", "rtk FDK", fdk)
    compare("Cone128", "rtk Joseph", lambda: run("JosephForwardProjectionImageFilter", projections, volume),
            lambda: run("JosephBackProjectionImageFilter", volume, projections))


for cases in (astra_cases, rtk_case):
    try:
        cases()
    except ImportError as error:
        print(f"skipped: {error}; required: pip install astra-toolbox itk-rtk")
