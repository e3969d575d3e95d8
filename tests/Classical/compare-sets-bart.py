#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several sets of coil maps (soft SENSE) against BART, on a scan whose field of view along y, 128 pixels, is smaller than
the object, 156: ellipses in front of eight loops on points of half a pixel, whose k-space is summed at the frequencies
that are measured, every second line and 24 at the centre, with noise. No transform of either program has a part in it.

1. "tweedie coils --map-sets 2", with and without --maps-soft-crop, against "bart ecalib -m2 (-S)": the part of either
   program's maps outside the other's plane, and the weights, where eigenvalues are far from the limit.
2. "tweedie reconstruct mri --method sense" of both sets of BART's maps against "bart pics -l2": relative difference.
3. The ghost: error of the root of the sum of squares within the part of the object that nothing is folded onto, of one
   set and of two, each program with its own maps.
4. Joint wavelets of both sets of BART's maps against "bart pics -R W:3:16", by the same error.

    TWEEDIE_BUILD=build/release compare-sets-bart.py
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from metaimage import tweedie

SIZE, COILS, STEP, CENTER = 128, 8, 2, 24
LAMBDA, WAVELET = 0.01, 0.02
BOUND = 1e-4  # of 2: ten times what single precision leaves after some tens of steps, as in compare-sense-bart.sh
# Of 1: BART stops after 30 steps, which leaves (0.7 / 0.95)^30 = 1e-4 of other vectors, times how much the start had.
ANGLE, WEIGHT = 0.02, 0.02


def bart(*words):
    return subprocess.run(["bart", *map(str, words)], check=True, capture_output=True, text=True).stdout


def read_cfl(path):
    lines = pathlib.Path(f"{path}.hdr").read_text().splitlines()
    sizes = [int(n) for n in lines[1].split()]
    while len(sizes) > 2 and sizes[-1] == 1:
        sizes.pop()
    return np.fromfile(f"{path}.cfl", np.complex64).reshape(sizes, order="F")


def write_cfl(path, array):
    sizes = list(array.shape) + [1] * (16 - array.ndim)
    pathlib.Path(f"{path}.hdr").write_text("# Dimensions\n" + " ".join(map(str, sizes)) + "\n")
    np.asarray(array, np.complex64).ravel(order="F").tofile(f"{path}.cfl")


def inside(y, x, center, axes):
    return (((y - center[0]) / axes[0])**2 + ((x - center[1]) / axes[1])**2 < 1.0).astype(float)


def object_at(y, x):
    return (inside(y, x, (0, 0), (78, 48)) - 0.3 * inside(y, x, (0, 0), (72, 42)) + 0.5 * inside(y, x, (-12, 16), (14, 10))
            - 0.4 * inside(y, x, (16, -12), (18, 10)) + 0.3 * inside(y, x, (60, 8), (12, 8)))


def coils_at(y, x):
    maps = []
    for coil in range(COILS):
        angle = 2 * np.pi * (coil + 0.3) / COILS
        dy, dx = y - 88 * np.sin(angle), x - 68 * np.cos(angle)
        maps.append(np.exp(1j * (angle + 0.01 * (dy * np.cos(angle) - dx * np.sin(angle)))) / (1 + (dy**2 + dx**2) / 3600))
    return np.stack(maps)


def simulate(random):
    """k-space [x, y, 1, coil], the truth and the region [y, x]."""
    y, x = (np.arange(n) * 0.5 - n * 0.25 for n in (4 * SIZE, 2 * SIZE))
    seen = object_at(y[:, None], x) * coils_at(y[:, None], x)
    lines = (np.arange(2 * SIZE) - SIZE) / 2  # of twice the field of view
    samples = np.arange(SIZE) - SIZE / 2
    waves_y = np.exp(-2j * np.pi * np.outer(lines, y) / SIZE)
    waves_x = np.exp(-2j * np.pi * np.outer(samples, x) / SIZE)
    kspace = waves_y @ seen @ waves_x.T / (4 * SIZE)
    pixels = np.arange(2 * SIZE) - SIZE
    whole = np.exp(2j * np.pi * np.outer(pixels, lines) / SIZE) @ kspace @ np.exp(
        2j * np.pi * np.outer(samples, samples) / SIZE) / (2 * SIZE)
    truth = np.sqrt(np.sum(np.abs(whole[:, SIZE // 2:-SIZE // 2])**2, 0))
    cut = kspace[:, ::2]
    cut = cut + 0.002 * truth.max() * (random.standard_normal(cut.shape) + 1j * random.standard_normal(cut.shape)) / np.sqrt(2)
    measured = (np.arange(SIZE) % STEP == 0) | (np.abs(np.arange(SIZE) + 0.5 - SIZE / 2) < CENTER / 2)
    region = (object_at(samples[:, None], samples) > 0) & (np.abs(samples[:, None]) < 44)
    return (cut * measured[:, None]).transpose(2, 1, 0)[:, :, None], truth, region


def outside(a, b):
    """The part of the unit vectors a outside the plane of the orthonormal b, largest: [x, y, coil, set]."""
    kept = np.einsum("xycs,xyct->xyst", b.conj(), a)
    return np.sqrt(np.maximum(0, np.sum(np.abs(a)**2, 2) - np.sum(np.abs(kept)**2, 2)))


failed = []


def judge(text, value, bound):
    print(f"{text}: {value:.2e} (bound {bound:g})")
    if not value < bound:
        failed.append(text)


def ours(*words):
    tweedie("reconstruct", "mri", "kspace", "--noise", 1, *words, "--output", "image", "--part", "complex", "--overwrite",
            "--progress", "none")
    return read_cfl("image")


def theirs(maps, *words):
    bart("pics", "-w", 1, *words, "kspace", maps, "pics")
    return read_cfl("pics")


def compare_maps():
    for sets in (1, 2):
        bart("ecalib", f"-m{sets}", "kspace", f"theirs{sets}", f"values{sets}")
    bart("ecalib", "-m2", "-S", "kspace", "soft")
    tweedie("coils", "kspace", "--map-sets", 2, "--output", "ours2.cfl", "--progress", "none")
    tweedie("coils", "kspace", "--map-sets", 2, "--maps-soft-crop", "--output", "oursoft.cfl", "--progress", "none")
    values = read_cfl("values2").real.reshape(SIZE, SIZE, 2)
    maps = [read_cfl(name)[:, :, 0] for name in ("ours2", "theirs2")]
    plane = values[:, :, 1] > 0.95
    line = (values[:, :, 0] > 0.95) & (values[:, :, 1] < 0.7)
    for mask, sets, text in ((plane, 2, "both sets"), (line, 1, "the first set")):
        a, b = (m[mask][:, :, :sets][:, None] for m in maps)
        judge(f"maps, {text}, {np.sum(mask)} pixels: largest part outside BART's", outside(a, b).max(), ANGLE)
    weights = [np.sqrt(np.sum(np.abs(read_cfl(name)[:, :, 0])**2, 2)) for name in ("oursoft", "soft")]
    apart = np.abs(values[:, :, 0] - values[:, :, 1]) > 0.2  # else the two programs call different vectors the first
    judge("maps, soft: largest difference of a weight", np.abs(weights[0] - weights[1])[apart].max(), WEIGHT)


def compare_images():
    for name in ("theirs2", "soft"):
        b = theirs(name, "-l2", "-r", LAMBDA, "-i", 80)
        ours("--sensitivities", name, "--method", "sense", "--lambda", LAMBDA, "--tolerance", 1e-6, "--set-images", "sets.cfl")
        error = np.linalg.norm(read_cfl("sets") - b) / np.linalg.norm(b)
        judge(f"sense, both images of the maps {name}: relative difference to bart pics", error, BOUND)


def compare_ghosts(truth, region):

    def error(image):
        magnitude = np.sqrt(np.sum(np.abs(image.reshape(SIZE, SIZE, -1))**2, 2)).T
        return np.linalg.norm((magnitude - truth)[region]) / np.linalg.norm(truth[region])

    sense = "--method", "sense", "--lambda", LAMBDA, "--tolerance", 1e-6
    own = [error(ours("--map-sets", sets, *sense)) for sets in (1, 2)]
    other = [error(theirs(f"theirs{sets}", "-l2", "-r", LAMBDA, "-i", 80)) for sets in (1, 2)]
    for program, errors in (("tweedie", own), ("bart", other)):
        print(f"NRMSE beside the fold, {program}: one set {errors[0]:.4f}, two sets {errors[1]:.4f}")
    judge("two sets over one, ours", own[1] / own[0], 0.33)
    judge("two sets, ours over BART's", own[1] / other[1], 1.05)
    ours("--sensitivities", "theirs2", "--method", "wavelet", "--lambda", WAVELET, "--iterations", 2000, "--set-images", "sets.cfl")
    wavelets = [error(read_cfl("sets")), error(theirs("theirs2", "-e", "-n", "-i", 300, "-R", f"W:3:16:{WAVELET}"))]
    print(f"joint wavelets, NRMSE beside the fold: tweedie {wavelets[0]:.4f}, bart {wavelets[1]:.4f}")
    judge("joint wavelets, ours over BART's", wavelets[0] / wavelets[1], 1.05)


with tempfile.TemporaryDirectory() as name:
    os.chdir(name)
    data, image, inner = simulate(np.random.default_rng(1))
    write_cfl("kspace", data)
    compare_maps()
    compare_images()
    compare_ghosts(image, inner)
    os.chdir("/")
sys.exit("failed: " + "; ".join(failed) if failed else 0)
