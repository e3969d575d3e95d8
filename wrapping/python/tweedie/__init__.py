# SPDX-License-Identifier: Apache-2.0
"""Tweedie: posterior mean and checked uncertainty for MRI, CT and diffraction, with diffusion priors."""
from . import metrics, operators, program, reconstruct, simulate, uncertainty, validate
from ._backend import core as _core
from ._backend import place as _place
from ._version import __version__
from .errors import Aborted, DataError, FileError, NumericalError, UsageError
from .files import (read_ct_scan, read_dicom, read_image, read_mri_scan, read_phase_scan, read_restoration, write_image,
                    write_mri_scan, write_phase_scan, write_restoration)
from .image import Image
from .operators import LinearOperator
from .priors import Denoiser, denoiser, load_prior
from .reconstruct import describe_restoration
from .scans import CTGeometry, CTScan, Estimate, MRIScan, PhaseScan, RestorationMeasurement

__all__ = ["Aborted", "CTGeometry", "CTScan", "DataError", "Denoiser", "Estimate", "FileError", "Image", "LinearOperator",
           "MRIScan", "NumericalError", "PhaseScan", "RestorationMeasurement", "UsageError", "denoiser",
           "describe_restoration", "load_prior", "metrics", "operators", "program", "read_ct_scan", "read_dicom", "read_image",
           "read_mri_scan", "read_phase_scan", "read_restoration", "reconstruct", "set_threads", "simulate", "threads",
           "uncertainty", "validate", "where", "write_image", "write_mri_scan", "write_phase_scan", "write_restoration"]


def where() -> str:
    """"inside": the arithmetic runs in this process; "child": in one of its own, because a PyTorch that is not ours is
    installed (TWEEDIE_PROCESS)."""
    return _place


def threads() -> int:
    """Threads of the arithmetic: the physical cores, or OMP_NUM_THREADS."""
    return _core.threads()


def set_threads(number: int) -> None:
    if number < 1:
        raise UsageError(f"threads: given {number}; required 1 or more")
    _core.set_threads(number)
