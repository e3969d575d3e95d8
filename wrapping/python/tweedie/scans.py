# SPDX-License-Identifier: Apache-2.0
"""Measurements as values."""
from __future__ import annotations

import json
import os
from dataclasses import dataclass, field

import numpy as np

from ._backend import core
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


def _make_images(scan):
    """Arrays among what is an image."""
    for name in scan._IMAGES:
        value = getattr(scan, name)
        if value is not None and not isinstance(value, Image):
            setattr(scan, name, Image(value))


def _of(cls, tree):
    return cls(**{name: Image._of(value) if name in cls._IMAGES else value for name, value in tree.items()})


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
        _make_images(self)

    def _tree(self):
        tree = {name: _tree(getattr(self, name)) for name in self._IMAGES}
        tree.update(image_grid=_grid_tree(self.image_grid), dwell_time=float(self.dwell_time), noise=self.noise,
                    scale=float(self.scale), warnings=list(self.warnings))
        return tree

    @classmethod
    def _of(cls, tree):
        return _of(cls, tree)


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
class PhaseScan:
    """Diffraction patterns and how they were made. Lengths in metres, those of grids in mm.

    patterns: [pattern, object, y, x], amplitudes |A x| or counts; spacing: the detector's pitch. experiment: fourier (far
    field of an isolated object), coded (behind known codes) or near-field. image_grid: of the objects; z as in patterns.
    codes: complex, [pattern, 1, y, x]; support, mask: 0/1. counts_per_unit: the mean count where |A x|^2 = 1. scale: what
    a prior's unit is in units of x; hounsfield_per_unit: of an attenuation, x = (HU + 1000) / that.
    """

    patterns: Image
    image_grid: dict
    experiment: str = "fourier"
    is_counts: bool = False
    mask: Image = None
    codes: Image = None
    support: Image = None
    wavelength: float = 0.0
    distances: tuple = ()
    source_distance: float = None
    beam_centre: tuple = (0.0, 0.0)
    is_real: bool = True
    is_non_negative: bool = True
    noise: float = None
    counts_per_unit: float = None
    dark: float = 0.0
    scale: float = 1.0
    hounsfield_per_unit: float = None
    warnings: list = field(default_factory=list)

    _IMAGES = ("patterns", "mask", "codes", "support")

    def __post_init__(self):
        _make_images(self)

    def _tree(self):
        tree = dict(vars(self))
        tree.update({name: _tree(tree[name]) for name in self._IMAGES}, image_grid=_grid_tree(self.image_grid),
                    distances=[float(d) for d in self.distances],
                    beam_centre=tuple(float(c) for c in self.beam_centre))
        return tree

    @classmethod
    def _of(cls, tree):
        return _of(cls, tree)


@dataclass
class RestorationMeasurement:
    """A degraded image, slice by slice:  y = A(x) + n.

    image_grid: of the image to restore; options: the task and its numbers; mask, kernel: 0/1 of inpainting, of a blur.
    noise: E|n|^2 = noise^2 in units of the data; counts_per_unit: the data are counts over that, Poisson. scale: what a
    prior's unit is in units of the data. operator_network: a TorchScript file that is A; it runs its code, and no file
    of data names it.
    """

    data: Image
    image_grid: dict
    options: dict
    mask: Image = None
    kernel: Image = None
    scale: float = 1.0
    noise: float = None
    counts_per_unit: float = None
    operator_network: str = ""
    operator_fingerprint: str = ""
    warnings: list = field(default_factory=list)

    _IMAGES = ("data", "mask", "kernel")

    def __post_init__(self):
        _make_images(self)

    def _tree(self):
        tree = dict(vars(self))
        tree.update({name: _tree(tree[name]) for name in self._IMAGES}, image_grid=_grid_tree(self.image_grid),
                    options=json.dumps(self.options), operator_network=os.fspath(self.operator_network))
        return tree

    @classmethod
    def _of(cls, tree):
        return _of(cls, {**tree, "options": json.loads(tree["options"])})


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

    def _tree(self):
        return {name: json.dumps(value) if name == "summary" else _tree(value) for name, value in vars(self).items()}

    def report(self, path, *, reference=None, part="magnitude", statement="", units="a.u.", beside=None, caption="") -> None:
        """Writes the report of `tweedie reconstruct --report`: a page that needs no network (.html), or a file (.pdf).
        reference: what was measured, where it is known, on the same grid. part: magnitude, complex or phase. beside: a
        dict of images by name, shown with that caption."""
        core.write_report(os.fspath(path), self._tree(), part, _told(reference, statement, units, beside, caption))

    def write_dicom(self, folder, source, *, series="", reference=None, statement="", units="a.u.", beside=None, caption="",
                    overwrite=False) -> list:
        """Writes mean, standard deviation, 90 % interval and report as DICOM into a new folder, in the study of the
        series of the folder `source`, whose patient and place they take. Returns the names of the files."""
        more = _told(reference, statement, units, beside, caption)
        return core.write_dicom_estimate(os.fspath(folder), os.fspath(source), series, self._tree(), more, overwrite)

    def in_hounsfield(self, mu_water=0.02) -> "Estimate":
        """Of an attenuation in 1/mm: 1000 (mu / mu_water - 1), and deviations times 1000 / mu_water."""
        return Estimate._of(core.in_hounsfield(self._tree(), float(mu_water)))


def _told(reference, statement, units, beside, caption):
    pictures = [(str(name), Image.of(image)._tree()) for name, image in (beside or {}).items()]
    return {"statement": statement, "units": units, "beside": pictures, "caption": caption,
            "reference": _tree(None if reference is None else Image.of(reference))}
