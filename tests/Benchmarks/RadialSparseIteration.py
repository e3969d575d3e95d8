#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Total variation and l1-wavelets along radial readouts: what is left of the objective, against processor time, for
"tweedie reconstruct mri" and "bart pics -t". 256 x 256, a head, 8 coils, noise 0.02, 40, 24 and 16 readouts, lambda
0.004, one core. The objective 1/2 |A x - y|^2 + lambda R(x) is summed here, by the definition, in double precision, from
the files that both programs read; the least one known is that of the longest run of ours. BART minimises the same, with
its own transform (0.1 % off in scale) and for wavelets its own boundary: its runs are compared where they come to.
  RadialSparseIteration.py path/to/tweedie [path/to/another/tweedie]     # a second one, an older build, is timed beside
"""
import gzip
import os
import resource
import struct
import subprocess
import sys
import tempfile

import numpy as np

SIZE, COILS, WEIGHT = 256, 8, 0.004
HEAD = "/usr/share/mricron/templates/ch2.nii.gz"


def write_head(path):
    """Slice 90 of the head in the middle of SIZE x SIZE pixels, as NIfTI."""
    with gzip.open(HEAD) as file:
        data = file.read()
    sizes = [int(n) for n in struct.unpack_from("<8h", data, 40)]
    kind, offset = struct.unpack_from("<h", data, 70)[0], int(struct.unpack_from("<f", data, 108)[0])
    volume = np.frombuffer(data[offset:], {2: np.uint8, 4: np.int16, 16: np.float32}[kind])
    volume = volume[: sizes[1] * sizes[2] * sizes[3]].reshape(sizes[3], sizes[2], sizes[1])
    image = np.zeros((SIZE, SIZE), np.float32)
    rows, columns = volume.shape[1:]
    image[(SIZE - rows) // 2 :, (SIZE - columns) // 2 :][:rows, :columns] = volume[90]
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, SIZE, SIZE, 1, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 16, 32)
    struct.pack_into("<8f", header, 76, *[1.0] * 8)
    struct.pack_into("<f", header, 108, 352.0)
    struct.pack_into("<2h", header, 252, 0, 1)
    for row in range(3):
        struct.pack_into("<4f", header, 280 + 16 * row, *[float(row == column) for column in range(3)], 0.0)
    header[344:348] = b"n+1\0"
    with open(path, "wb") as file:
        file.write(bytes(header) + image.tobytes())


def read_array(name):
    with open(name + ".hdr") as file:
        sizes = [int(n) for n in file.read().split("\n")[1].split()]
    return np.fromfile(name + ".cfl", np.complex64).reshape(sizes[::-1]).squeeze()


class Objective:
    """1/2 |A x - y|^2 + lambda R(x), A by its defining sum."""

    def __init__(self, scan, penalty):
        self.maps = read_array(scan + "_sensitivities").astype(complex)
        self.data = read_array(scan).reshape(COILS, -1)
        places = read_array(scan + "_trajectory").real.reshape(-1, 3).astype(float)
        pixels = np.arange(SIZE) - SIZE // 2
        self.waves = [np.exp(-2j * np.pi * np.outer(places[:, axis], pixels) / SIZE) for axis in (0, 1)]
        self.penalty = penalty

    def __call__(self, name):
        image = read_array(name).astype(complex)
        along_x, along_y = self.waves
        seen = np.array([((along_y @ (image * m)) * along_x).sum(1) / SIZE for m in self.maps])
        return 0.5 * (abs(seen - self.data) ** 2).sum() + WEIGHT * self.penalty(image)


def total_variation(image):
    down, right = np.zeros_like(image), np.zeros_like(image)
    down[:-1], right[:, :-1] = image[1:] - image[:-1], image[:, 1:] - image[:, :-1]
    return np.sqrt(abs(down) ** 2 + abs(right) ** 2).sum()


def wavelets(image):
    """Daubechies' four coefficients, four levels."""
    root = np.sqrt(3.0)
    low = np.array([1 + root, 3 + root, 3 - root, 1 - root]) / (4 * np.sqrt(2.0))
    high = low[::-1] * [1, -1, 1, -1]
    result = image.copy()

    def halve(x):
        return np.concatenate([sum(f[j] * np.roll(x, -j, 0)[::2] for j in range(4)) for f in (low, high)])

    for level in range(4):
        side = SIZE >> level
        result[:side, :side] = halve(halve(result[:side, :side].T).T)
    return abs(result).sum()


def seconds(command):
    """Processor time of a command that must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def ours(program, scan, method, iterations, output):
    return seconds([program, "reconstruct", "mri", scan, "--method", method, "--lambda", str(WEIGHT), "--iterations",
                    str(iterations), "--tolerance", "1e-12", "--part", "complex", "--output", output + ".cfl",
                    "--overwrite", "--progress", "none"])


def theirs(scan, method, iterations, rho, output):
    special = ["-e", "-n"] if method == "wavelet" else ["-u", str(rho)]
    penalty = ("W:3:0:" if method == "wavelet" else "T:3:0:") + str(WEIGHT)
    return seconds(["bart", "pics", "-w", "1", *special, "-i", str(iterations), "-R", penalty, "-t",
                    scan + "_trajectory", scan, scan + "_sensitivities", output])


def main():
    programs = [os.path.abspath(path) for path in sys.argv[1:]]
    if not programs:
        sys.exit(__doc__)
    os.environ.update(OMP_NUM_THREADS="1", LC_ALL="C")
    os.chdir(tempfile.mkdtemp())
    write_head("head.nii")
    for spokes in (40, 24, 16):
        scan = f"scan{spokes}"
        seconds([programs[0], "trajectory", "--kind", "radial", "--size", str(SIZE), "--readouts", str(spokes),
                 "--output", "k.cfl", "--overwrite"])
        seconds([programs[0], "simulate", "mri", "--image", "head.nii", "--trajectory", "k.cfl", "--coils", str(COILS),
                 "--noise", "0.02", "--seed", "1", "--output", scan, "--progress", "none"])
        for method, penalty in (("tv", total_variation), ("wavelet", wavelets)):
            objective = Objective(scan, penalty)
            runs = []
            for number, program in enumerate(programs):
                for iterations in (64, 128, 256, 512):
                    time = ours(program, scan, method, iterations, "image")
                    runs.append((f"tweedie {number + 1}", iterations, time, objective("image")))
            for rho in (0.1, 1) if method == "tv" else (0,):
                for iterations in (30, 100):
                    time = theirs(scan, method, iterations, rho, "image")
                    name = "bart pics" + (f" -u {rho}" if method == "tv" else "")
                    runs.append((name, iterations, time, objective("image")))
            ours(programs[0], scan, method, 1024, "image")
            least = objective("image")
            for name, iterations, time, value in runs:
                print(f"{spokes} readouts, {method}: {name}, {iterations} iterations, {time:.2f} s, "
                      f"objective {value / least - 1:.1e} above the least", flush=True)


main()
