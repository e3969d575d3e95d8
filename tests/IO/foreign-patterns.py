#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Diffraction patterns as other programs write and read them, with h5py.

    foreign-patterns.py write FOLDER   CXI, NXtomo and NeXus files in several units, and files to refuse
    foreign-patterns.py show FILE      what a file has, one line each
"""

import os
import sys

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"foreign-patterns: {error}; required: the package python3-h5py")
    sys.exit(77)

ROWS, COLUMNS = 6, 8
PATTERNS = np.arange(3 * ROWS * COLUMNS, dtype=np.int32).reshape(3, ROWS, COLUMNS)


def put(group, path, value, units=None):
    data = group.create_dataset(path, data=value)
    if units is not None:
        data.attrs["units"] = units
    return data


def cxi(name, **changes):
    """SI without saying so; the beam meets the detector at 3.25, 2.5 pixels."""
    with h5py.File(name, "w") as file:
        put(file, "cxi_version", 160)
        detector = file.create_group("entry_1/instrument_1/detector_1")
        put(detector, "data", changes.get("data", PATTERNS[:1]))
        put(detector, "distance", 1.5)
        put(detector, "x_pixel_size", 50e-6)
        put(detector, "y_pixel_size", 40e-6)
        put(detector, "corner_position", changes.get("corner", [3.75 * 50e-6, 3.0 * 40e-6, 1.5]))
        if changes.get("basis", True):
            put(detector, "basis_vectors", [[0.0, -40e-6, 0.0], [-50e-6, 0.0, 0.0]])
        mask = np.zeros((ROWS, COLUMNS), np.uint32)
        mask[1, 2], mask[2, 3], mask[3, 4] = 0x80, 0x1 | 0x800, 0x1000  # bad; invalid and corrected; has signal
        put(detector, "mask", changes.get("mask", mask))
        if "no-energy" not in changes:
            put(file, "entry_1/instrument_1/source_1/energy", 1.3e-15)
        file["entry_1/data_1/data"] = h5py.SoftLink("/entry_1/instrument_1/detector_1/data")


def nexus(name, lengths="mm", scale=1e3, energy=(17.0, "keV"), **changes):
    """Units as given; scale: how many of the unit are a metre."""
    with h5py.File(name, "w") as file:
        entry = file.create_group("scan7")
        entry.attrs["NX_class"] = "NXentry"
        put(entry, "definition", changes.get("definition", "NXtomo"))
        instrument = entry.create_group("beamline")
        instrument.attrs["NX_class"] = "NXinstrument"
        detector = instrument.create_group("camera")
        detector.attrs["NX_class"] = "NXdetector"
        data = changes.get("data", PATTERNS)
        detector.create_dataset("data", data=data, chunks=(1, ROWS, COLUMNS), compression="gzip", shuffle=True)
        put(detector, "distance", changes.get("distance", 0.25) * np.float64(scale), lengths)
        put(detector, "x_pixel_size", 6.5e-6 * scale, lengths)
        put(detector, "y_pixel_size", 7.5e-6 * scale, lengths)
        if "keys" in changes:
            put(detector, "image_key", np.array(changes["keys"], np.uint8))
        if "angles" in changes:
            put(entry, "sample/rotation_angle", changes["angles"], "degree")
        if energy is not None:
            put(instrument, "beam/incident_energy", energy[0], energy[1])
        if "wavelength" in changes:
            put(instrument, "beam/incident_wavelength", *changes["wavelength"])
        if "no-units" in changes:
            del detector[changes["no-units"]].attrs["units"]


def tomography(name, **changes):
    """Two projections, two flat and two dark frames, one that is invalid."""
    frames = np.zeros((7, ROWS, COLUMNS), np.float32)
    column = np.arange(COLUMNS, dtype=np.float32)
    frames[0] = frames[2] = 10 + column  # dark: 10 + x, as two that differ by 2
    frames[0] -= 1
    frames[2] += 1
    frames[1] = frames[3] = 10 + column + 100 * (1 + column % 2)  # flat: 100 and 200 above it
    frames[4] = 10 + column + 50 * (1 + column % 2)  # half of the flat
    frames[5] = 10 + column + 200 * (1 + column % 2)  # twice
    frames[6] = -1e9
    nexus(name, data=frames, keys=[2, 1, 2, 1, 0, 0, 3], angles=[0, 0, 0, 0, 5, 10, 15], **changes)


def refused(folder):
    file = lambda name: os.path.join(folder, name)
    nexus(file("furlongs.nxs"), lengths="furlong", scale=1 / 201.168)
    nexus(file("horsepower.nxs"), energy=(1.0, "hp"))
    nexus(file("unitless.nxs"), **{"no-units": "distance"})
    nexus(file("no-energy.nxs"), energy=None)
    nexus(file("contradiction.nxs"), wavelength=(0.8, "angstrom"))
    nexus(file("two-distances.nxs"), distance=np.array([1.0, 2.0]))
    cxi(file("shape.cxi"), data=np.ones((2, 2, ROWS, COLUMNS)))
    cxi(file("complex.cxi"), data=np.ones((1, ROWS, COLUMNS), np.complex64))
    cxi(file("text.cxi"), data=np.full((1, ROWS, COLUMNS), b"abc"))
    cxi(file("zeros.cxi"), data=np.zeros((1, ROWS, COLUMNS)))
    cxi(file("negative.cxi"), data=-PATTERNS[:1])
    cxi(file("not-a-number.cxi"), data=np.where(PATTERNS[:1] == 30, np.nan, PATTERNS[:1]))
    cxi(file("covered.cxi"), mask=np.ones((ROWS, COLUMNS), np.uint32))
    cxi(file("mask-shape.cxi"), mask=np.ones((ROWS, COLUMNS + 1), np.uint32))
    cxi(file("no-energy.cxi"), **{"no-energy": True})
    cxi(file("huge.cxi"))
    cxi(file("chunks.cxi"))
    cxi(file("elsewhere.cxi"))
    cxi(file("raw.cxi"))
    cxi(file("virtual.cxi"))
    cxi(file("plugin.cxi"))
    path = "entry_1/instrument_1/detector_1/data"
    for name in ("huge", "chunks", "elsewhere", "raw", "virtual", "plugin"):
        with h5py.File(file(name + ".cxi"), "a") as opened:
            del opened[path]
            if name == "huge":
                opened.create_dataset(path, (1 << 20, 1 << 20, 1 << 20), "f4")
            elif name == "chunks":  # one of a great many was written
                opened.create_dataset(path, (1000, ROWS, COLUMNS), "f4", chunks=(1, ROWS, COLUMNS))[0] = 1.0
            elif name == "elsewhere":
                opened[path] = h5py.ExternalLink(file("good.cxi"), "/" + path)
            elif name == "raw":  # any file of the reader's as pixels
                opened.create_dataset(path, (1, ROWS, COLUMNS), "u1", external=[(file("text"), 0, h5py.h5f.UNLIMITED)])
            elif name == "virtual":
                layout = h5py.VirtualLayout((1, ROWS, COLUMNS), "i4")
                layout[0] = h5py.VirtualSource(file("good.cxi"), path, (1, ROWS, COLUMNS))[0]
                opened.create_virtual_dataset(path, layout)
            else:
                opened.create_dataset(path, data=PATTERNS[:1], chunks=(1, ROWS, COLUMNS), compression="lzf")
    with open(file("good.cxi"), "rb") as whole, open(file("cut.cxi"), "wb") as cut:
        cut.write(whole.read()[:-300])
    for name in ("text.h5", "text"):
        with open(file(name), "w", encoding="ascii") as text:
            text.write("these are no patterns\n" * 100)


def write(folder):
    file = lambda name: os.path.join(folder, name)
    cxi(file("good.cxi"))
    cxi(file("corner.cxi"), basis=False, corner=[-3.75 * 50e-6, -3.0 * 40e-6, 1.5])
    for unit, scale in (("m", 1.0), ("cm", 1e2), ("mm", 1e3), ("um", 1e6), ("nm", 1e9), ("pm", 1e12),
                        ("angstrom", 1e10), ("\u00b5m", 1e6)):
        nexus(file(f"length-{scale:g}-{len(unit.encode())}.nxs"), lengths=unit, scale=scale)
    nexus(file("energy-eV.nxs"), energy=(17000.0, "eV"))
    nexus(file("energy-J.nxs"), energy=(17000.0 * 1.602176634e-19, "J"))
    nexus(file("energy-wavelength.nxs"), energy=None, wavelength=(72.931881431, "pm"))
    tomography(file("tomography.nxs"))
    nexus(file("distances.nxs"), data=np.concatenate([PATTERNS, PATTERNS + 1000])[:4],
          distance=np.array([0.1, 0.2, 0.2, 0.1]), angles=[0.0, 0.0, 90.0, 90.0])
    refused(folder)


def show(name):
    def line(path, item):
        if isinstance(item, h5py.Dataset):
            units = item.attrs.get("units", "-")
            values = np.atleast_1d(item[()]).ravel()
            first = values[0].decode() if isinstance(values[0], bytes) else values[0]
            text = str(first).split("\n")[0]
            print(path, "x".join(map(str, item.shape)) or "scalar", item.dtype.kind, units, text, repr(values[-1])[:40])
    with h5py.File(name) as file:
        file.visititems(line)
        for path in ("entry_1/data_1/data", "entry/data/data"):
            if path in file:
                print("link", file[path].shape)


{"write": write, "show": show}[sys.argv[1]](sys.argv[2])
