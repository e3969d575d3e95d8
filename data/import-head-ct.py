#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the head CT of Debian's package invesalius-examples (Cranium.inv3) as NIfTI, in Hounsfield units.

An InVesalius project is a gzipped tar of property lists and one raw array. Only Python's own modules are needed.
"""
import argparse
import gzip
import os
import plistlib
import struct
import sys
import tarfile
import zlib

PROJECT = "/usr/share/doc/invesalius-examples/examples/Cranium.inv3"


def fail(text):
    sys.exit(f"import-head-ct: {text}")


def read_project(path):
    """The array's bytes, its shape (z, y, x) and its spacing in mm (x, y, z)."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            members = {os.path.basename(member.name): member for member in archive.getmembers()}
            if "main.plist" not in members:
                fail(f"{path}: no main.plist inside; an InVesalius project required")
            main = plistlib.load(archive.extractfile(members["main.plist"]))
            matrix = main["matrix"]
            if main["modality"] != "CT" or matrix["dtype"] != "int16":
                fail(f"{path}: {main['modality']} of type {matrix['dtype']}; CT of type int16 required")
            array = archive.extractfile(members[matrix["filename"]]).read()
    except (OSError, EOFError, tarfile.TarError, zlib.error, KeyError, plistlib.InvalidFileException) as error:
        fail(f"{path}: cannot be read ({error}); Debian's package invesalius-examples has the project")
    shape = matrix["shape"]
    if len(array) != 2 * shape[0] * shape[1] * shape[2]:
        fail(f"{path}: {len(array)} bytes of pixels; {shape} of int16 required")
    return array, shape, main["spacing"]


def nifti(array, shape, spacing):
    """A NIfTI-1 file (Cox et al. 2004). InVesalius turns each slice upside down (the head rest is at row 0); turned
    back, x runs to the left, y to the back and z to the head, as in an axial series. The file does not say which side
    is left. NIfTI's axes are right, front and head, hence the signs; the middle of the volume is the origin."""
    z, y, x = shape
    row = 2 * x
    array = b"".join(array[row * (k * y + j) : row * (k * y + j + 1)] for k in range(z) for j in reversed(range(y)))
    sx, sy, sz = spacing
    rows = [
        (-sx, 0.0, 0.0, sx * (x - 1) / 2),
        (0.0, -sy, 0.0, sy * (y - 1) / 2),
        (0.0, 0.0, sz, -sz * (z - 1) / 2),
    ]
    header = bytearray(348)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, x, y, z, 1, 1, 1, 1)
    struct.pack_into("<hh", header, 70, 4, 16)  # int16
    struct.pack_into("<8f", header, 76, 1.0, sx, sy, sz, 0.0, 0.0, 0.0, 0.0)
    struct.pack_into("<fff", header, 108, 352.0, 1.0, 0.0)  # offset of the data, slope, intercept
    struct.pack_into("<B", header, 123, 2)  # mm
    description = b"Head CT of InVesalius (Cranium), HU"
    header[148 : 148 + len(description)] = description
    struct.pack_into("<hh", header, 252, 0, 1)  # sform: the scanner's axes
    for i, axis in enumerate(rows):
        struct.pack_into("<4f", header, 280 + 16 * i, *axis)
    header[344:348] = b"n+1\0"
    return bytes(header) + b"\0\0\0\0" + array


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", help="NIfTI file to write: .nii.gz")
    parser.add_argument("--project", default=PROJECT, help="InVesalius project [default %(default)s]")
    options = parser.parse_args()
    if not options.output.endswith(".nii.gz"):
        fail(f"{options.output}: not a name that ends in .nii.gz")
    data = nifti(*read_project(options.project))
    partial = options.output + ".part"
    try:
        # No time stamp: the same project gives the same file.
        with open(partial, "wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            packed.write(data)
        os.replace(partial, options.output)
    except OSError as error:
        if os.path.exists(partial):
            os.remove(partial)
        fail(f"{options.output}: cannot be written ({error.strerror})")


if __name__ == "__main__":
    main()
