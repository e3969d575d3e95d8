# SPDX-License-Identifier: Apache-2.0
"""Files of the program."""
from __future__ import annotations

import os

from ._backend import core
from ._options import documented, options_text
from .errors import DataError, FileError
from .image import Image
from .scans import CTScan, MRIScan, PhaseScan, RestorationMeasurement


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


@documented({"What the file does not say": "read phase"})
def read_phase_scan(path, **options) -> PhaseScan:
    """Diffraction patterns: CXI, NXtomo or NeXus (.cxi, .nxs, .h5), or an image with the description (.json) that
    `tweedie simulate phase` wrote beside it."""
    return PhaseScan._of(_file(core.read_phase_scan, path, options_text("read phase", options)))


def write_phase_scan(path, scan: PhaseScan) -> None:
    """NXtomo for .nxs, CXI for .cxi and .h5, or an image with its description beside it; whole or not at all."""
    _file(core.write_phase_scan, path, scan._tree())


def read_restoration(path) -> RestorationMeasurement:
    """A degraded image with the description that `tweedie simulate restoration` wrote beside it."""
    return RestorationMeasurement._of(_file(core.read_restoration, path))


def write_restoration(path, measurement: RestorationMeasurement) -> None:
    """The data, their description and, where the task has one, its mask or kernel."""
    _file(core.write_restoration, path, measurement._tree())
