# SPDX-License-Identifier: Apache-2.0
"""For the comparisons beside: images of float numbers in MetaImage files, and analytic ellipses."""

import os
import pathlib
import subprocess
import zlib

import numpy as np

PROGRAM = pathlib.Path(os.environ.get("TWEEDIE_BUILD", ".")).resolve() / "applications" / "tweedie"


def tweedie(*words):
    command = [PROGRAM, *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})


def write(path, array, spacing, origin, direction=(1, 0, 0, 0, 1, 0, 0, 0, 1)):
    """array: [z, y, x]; spacing and origin: x, y, z; direction: the axes x, y, z one after the other."""
    array = np.ascontiguousarray(array, "<f4")
    lines = {"ObjectType": "Image", "NDims": 3, "BinaryData": "True", "BinaryDataByteOrderMSB": "False",
             "TransformMatrix": " ".join(map(str, direction)), "Offset": " ".join(map(str, origin)),
             "ElementSpacing": " ".join(map(str, spacing)), "DimSize": " ".join(map(str, array.shape[::-1])),
             "ElementType": "MET_FLOAT", "ElementDataFile": "LOCAL"}
    header = "".join(f"{name} = {value}\n" for name, value in lines.items())
    pathlib.Path(path).write_bytes(header.encode() + array.tobytes())


def read(path):
    """[z, y, x], double."""
    content, fields = pathlib.Path(path).read_bytes(), {}
    while "ElementDataFile" not in fields:
        line, content = content.split(b"\n", 1)
        name, value = line.decode().split("=", 1)
        fields[name.strip()] = value.strip()
    assert fields["ElementType"] == "MET_FLOAT" and fields["ElementDataFile"] == "LOCAL", fields
    data = zlib.decompress(content) if fields.get("CompressedData") == "True" else content
    sizes = [int(n) for n in fields["DimSize"].split()]
    return np.frombuffer(data, "<f4").reshape(sizes[::-1]).astype(float)


class Ellipses:
    """Rows of value, centre x, y, half axes, angle in degrees; y upwards."""

    def __init__(self, *rows):
        self.rows = rows

    def integrals(self, px, py, dx, dy):
        """Along rays through (px, py) of the unit directions (dx, dy)."""
        total = 0.0
        for value, x, y, a, b, angle in self.rows:
            c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            ox, oy = (c * (px - x) + s * (py - y)) / a, (c * (py - y) - s * (px - x)) / b
            ex, ey = (c * dx + s * dy) / a, (c * dy - s * dx) / b
            square, dot, rest = ex * ex + ey * ey, ox * ex + oy * ey, ox * ox + oy * oy - 1.0
            total = total + value * 2.0 * np.sqrt(np.maximum(0.0, dot * dot - square * rest)) / square
        return total

    def image(self, size, spacing, fine=8):
        """Means over pixels, [row, column], rows downwards."""
        at = ((np.arange(size * fine) + 0.5) / fine - 0.5 * size) * spacing
        px, py = np.meshgrid(at, -at)
        total = np.zeros_like(px)
        for value, x, y, a, b, angle in self.rows:
            c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            total += value * (((c * (px - x) + s * (py - y)) / a)**2 + ((c * (py - y) - s * (px - x)) / b)**2 <= 1.0)
        return total.reshape(size, fine, size, fine).mean((1, 3))
