# SPDX-License-Identifier: Apache-2.0
"""Measurements as values."""
from __future__ import annotations

import json
import os
from dataclasses import dataclass, field

import numpy as np

from ._backend import core
from .errors import DataError, FileError
from .image import Image, _tree


def _grid_tree(grid):
    if grid is None:
        return None
    if isinstance(grid, Image):
        return grid._grid()
    grid = dict(grid)
    return {"size": tuple(grid["size"]), "spacing": tuple(grid.get("spacing", (1.0, 1.0, 1.0))),
            "origin": tuple(grid.get("origin", (0.0, 0.0, 0.0))),
            "direction": tuple(np.asarray(grid.get("direction", np.eye(3)), dtype=float).ravel())}


@dataclass
class MRIScan:
    """k-space of an image, slice by slice:  y[c] = M F (S[c] x) + n,  E|n|^2 = noise^2.

    kspace: [coil, z, y, x] complex, on the grid of the image, zero where not sampled, F centred and unitary; or along a
    trajectory [coil, z, readout, sample]. mask: 0/1. sensitivities: [coil, z, y, x] complex. scale: what the data were
    divided by.
    """

    kspace: Image
    mask: Image = None
    sensitivities: Image = None
    noise: float = None
    scale: float = 1.0
    trajectory: Image = None
    density: Image = None
    image_grid: dict = None
    field_map: Image = None
    dwell_time: float = 0.0
    warnings: list = field(default_factory=list)

    _IMAGES = ("kspace", "mask", "trajectory", "density", "field_map", "sensitivities")

    def __post_init__(self):
        for name in self._IMAGES:
            value = getattr(self, name)
            if value is not None and not isinstance(value, Image):
                setattr(self, name, Image(value))

    def _tree(self):
        tree = {name: _tree(getattr(self, name)) for name in self._IMAGES}
        tree.update(image_grid=_grid_tree(self.image_grid), dwell_time=float(self.dwell_time), noise=self.noise,
                    scale=float(self.scale), warnings=list(self.warnings))
        return tree

    @classmethod
    def _of(cls, tree):
        return cls(**{name: Image._of(value) if name in cls._IMAGES else value for name, value in tree.items()})


@dataclass
class CTGeometry:
    """Views of a CT scan. beam: parallel, fan or cone; views: [view, 4, 3] in mm of the scanner's fixed system (IEC
    61217): source (parallel: direction of the rays), detector, unit vectors along u and v."""

    beam: str
    views: np.ndarray
    detector_radius: float = 0.0

    def _tree(self):
        return {"beam": self.beam, "views": np.ascontiguousarray(self.views, dtype=float),
                "detector_radius": float(self.detector_radius)}


@dataclass
class CTScan:
    """Projections [view, v, u] with their geometry: line integrals, or counts of photons."""

    projections: Image
    geometry: CTGeometry
    image_grid: dict = None
    is_counts: bool = False
    photons: float = None
    electronic: float = 0.0
    scatter: float = 0.0
    mu_water: float = None
    warnings: list = field(default_factory=list)

    def __post_init__(self):
        if not isinstance(self.projections, Image):
            self.projections = Image(self.projections)

    def _tree(self):
        return {"projections": self.projections._tree(), "geometry": self.geometry._tree(),
                "image_grid": _grid_tree(self.image_grid), "is_counts": bool(self.is_counts), "photons": self.photons,
                "electronic": float(self.electronic), "scatter": float(self.scatter), "mu_water": self.mu_water,
                "warnings": list(self.warnings)}

    @classmethod
    def _of(cls, tree):
        return cls(**{**tree, "projections": Image._of(tree["projections"]),
                      "geometry": CTGeometry(**tree["geometry"])})


@dataclass
class Estimate:
    """A result: mean, standard_deviation and the others are Images or None; summary: a dict that says how it came about
    and what the standard deviation means."""

    mean: Image
    standard_deviation: Image = None
    magnitude_standard_deviation: Image = None
    phase_standard_deviation: Image = None
    samples: Image = None
    null_space_share: Image = None
    summary: dict = field(default_factory=dict)

    @classmethod
    def _of(cls, tree):
        return cls(**{name: json.loads(value) if name == "summary" else Image._of(value)
                      for name, value in tree.items()})


def _file(function, path, *arguments):
    """A call on a file, whose faults are those of the file."""
    path = os.fspath(path)
    try:
        return function(path, *arguments)
    except DataError as error:
        raise FileError(str(error)) from None


def read_image(path) -> Image:
    """NIfTI, MetaImage, NRRD, ISMRMRD images, PNG, BART, or DICOM. Raises FileError."""
    return Image._of(_file(core.read_image, path))


def write_image(path, image) -> None:
    """In the format that the extension says, whole or not at all."""
    _file(core.write_image, path, Image.of(image)._tree())


def read_dicom(folder, series="") -> Image:
    """One series of a folder of DICOM files, in its own units (HU of CT)."""
    return Image._of(_file(core.read_dicom, folder, series))


def read_mri_scan(path) -> MRIScan:
    """A scan that `tweedie simulate mri` or write_mri_scan made, or BART's k-space (.cfl)."""
    return MRIScan._of(_file(core.read_mri_scan, path))


def write_mri_scan(path, scan: MRIScan) -> None:
    _file(core.write_mri_scan, path, scan._tree())


def read_ct_scan(path, geometry="") -> CTScan:
    """Projections (MHA, NRRD, NIfTI) with RTK's geometry XML, or a DICOM-CT-PD folder."""
    return CTScan._of(_file(core.read_ct_scan, path, os.fspath(geometry)))
