#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""data/import-head-ct.py on a project made here: every voxel at its place, and nothing left of what is refused."""
import gzip
import io
import plistlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

IMPORTER = Path(__file__).resolve().parents[2] / "data" / "import-head-ct.py"
SHAPE = (3, 4, 5)  # z, y, x


def value(z, y, x):
    return 100 * z + 10 * y + x - 1024


def project(path, count=60, modality="CT"):
    """An InVesalius project whose slices are upside down, as they are there."""
    z, y, x = SHAPE
    pixels = [value(k, y - 1 - j, i) for k in range(z) for j in range(y) for i in range(x)]
    main = {
        "modality": modality,
        "matrix": {"dtype": "int16", "filename": "matrix.dat", "shape": list(SHAPE)},
        "spacing": [0.5, 0.5, 2.0],
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, data in (("main.plist", plistlib.dumps(main)), ("matrix.dat", struct.pack("<60h", *pixels)[: 2 * count])):
            entry = tarfile.TarInfo("folder/" + name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


class ImportHeadCT(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.source = Path(self.folder.name) / "head.inv3"
        self.output = Path(self.folder.name) / "head.nii.gz"

    def run_importer(self, output=None):
        command = [sys.executable, "-B", IMPORTER, output or self.output, "--project", self.source]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_every_voxel_is_at_its_place(self):
        project(self.source)
        self.assertEqual(self.run_importer().returncode, 0)
        data = gzip.decompress(self.output.read_bytes())
        self.assertEqual(struct.unpack_from("<8h", data, 40), (3, 5, 4, 3, 1, 1, 1, 1))
        affine = [struct.unpack_from("<4f", data, 280 + 16 * row) for row in range(3)]
        # x to the left, y to the back, z to the head; NIfTI's axes are right, front and head.
        self.assertEqual(affine, [(-0.5, 0, 0, 1.0), (0, -0.5, 0, 0.75), (0, 0, 2.0, -2.0)])
        found = struct.unpack_from("<60h", data, 352)
        expected = tuple(value(k, j, i) for k in range(3) for j in range(4) for i in range(5))
        self.assertEqual(found, expected)
        first = self.output.read_bytes()
        self.run_importer()
        self.assertEqual(self.output.read_bytes(), first)

    def refuses(self, text, output=None):
        result = self.run_importer(output)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(text, result.stderr)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        left = {path.name for path in Path(self.folder.name).iterdir()}
        self.assertLessEqual(left, {self.source.name})

    def test_refuses_what_is_none(self):
        self.refuses("cannot be read")
        self.source.write_bytes(b"no archive")
        self.refuses("cannot be read")
        project(self.source, count=59)
        self.refuses("118 bytes of pixels")
        project(self.source, modality="MR")
        self.refuses("MR of type int16")
        project(self.source)
        self.refuses(".nii.gz", self.output.with_suffix(".mha"))
        self.source.write_bytes(self.source.read_bytes()[:100])
        self.refuses("cannot be read")


if __name__ == "__main__":
    unittest.main()
