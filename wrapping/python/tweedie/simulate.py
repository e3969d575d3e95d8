# SPDX-License-Identifier: Apache-2.0
"""An image as a scanner would measure it. The data are made on a finer grid, never by the operators that reconstruct."""
from __future__ import annotations

from . import progress as _progress
from ._backend import core
from ._options import documented, options_text, options_texts
from .image import Image, _tree
from .progress import Progress
from .scans import CTGeometry, CTScan, MRIScan, PhaseScan, RestorationMeasurement


@documented({"Options": "simulate mri"})
def mri(image, *, progress: Progress = None, **options) -> tuple[MRIScan, Image]:
    """Undersampled, noisy k-space of a real image. Returns (MRIScan, reference: what a scan without noise and in full
    would show, in the units of the data)."""
    text = options_text("simulate mri", options)
    scan, reference = core.simulate_mri(Image.of(image)._tree(), text, _progress._of(progress))
    return MRIScan._of(scan), Image._of(reference)


@documented({"Options": "geometry ct"})
def ct_geometry(**options) -> CTGeometry:
    """Views on a circle or a helix."""
    return CTGeometry(**core.geometry_ct(options_text("geometry ct", options)))


@documented({"Options": "simulate ct"})
def ct(image, geometry: CTGeometry, *, progress: Progress = None, **options) -> CTScan:
    """Projections of an image in Hounsfield units, or with units="mu" in 1/mm. Returns a CTScan."""
    text = options_text("simulate ct", options)
    return CTScan._of(core.simulate_ct(Image.of(image)._tree(), geometry._tree(), text, _progress._of(progress)))


@documented({"Options": "simulate phase"})
def phase(image, *, codes=None, progress: Progress = None, **options) -> tuple[PhaseScan, Image]:
    """Diffraction patterns of the slices of an image, which are the objects, real or complex. codes: an Image with a
    channel for each pattern in place of drawn ones. Returns (PhaseScan, the objects on the grid of the scan)."""
    text = options_text("simulate phase", options)
    given = None if codes is None else Image.of(codes)
    scan, objects = core.simulate_phase(Image.of(image)._tree(), _tree(given), text, _progress._of(progress))
    return PhaseScan._of(scan), Image._of(objects)


_RESTORATION = {"Degradation": "simulate restoration task", "Noise": "simulate restoration noise"}


@documented(_RESTORATION)
def restoration(image, *, progress: Progress = None, **options) -> RestorationMeasurement:
    """A degraded image: super-resolution, inpainting, deblurring, denoising and others."""
    texts = options_texts(_RESTORATION.values(), options)
    return RestorationMeasurement._of(core.simulate_restoration(Image.of(image)._tree(), *texts, _progress._of(progress)))
