# SPDX-License-Identifier: Apache-2.0
"""An image as a scanner would measure it. The data are made on a finer grid, never by the operators that reconstruct."""
from __future__ import annotations

from . import progress as _progress
from ._backend import core
from ._options import documented, options_text
from .image import Image
from .scans import CTGeometry, CTScan, MRIScan


@documented({"Options": "simulate mri"})
def mri(image, *, progress=None, **options):
    """Undersampled, noisy k-space of a real image. Returns (MRIScan, reference: what a scan without noise and in full
    would show, in the units of the data)."""
    text = options_text("simulate mri", options)
    scan, reference = core.simulate_mri(Image.of(image)._tree(), text, _progress._of(progress))
    return MRIScan._of(scan), Image._of(reference)


@documented({"Options": "geometry ct"})
def ct_geometry(**options):
    """Views on a circle or a helix."""
    return CTGeometry(**core.geometry_ct(options_text("geometry ct", options)))


@documented({"Options": "simulate ct"})
def ct(image, geometry: CTGeometry, *, progress=None, **options):
    """Projections of an image in Hounsfield units, or with units="mu" in 1/mm. Returns a CTScan."""
    text = options_text("simulate ct", options)
    return CTScan._of(core.simulate_ct(Image.of(image)._tree(), geometry._tree(), text, _progress._of(progress)))
