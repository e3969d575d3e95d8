# SPDX-License-Identifier: Apache-2.0
"""Series of pydicom datasets as volumes, and back."""
from __future__ import annotations

import copy
from pathlib import Path

import numpy as np

from .errors import DataError

_DERIVED = ["DERIVED", "SECONDARY"]


def _read(slices):
    """A folder or datasets, in the order along the normal."""
    import pydicom

    if isinstance(slices, (str, Path)):
        folder = Path(slices)
        if not folder.is_dir():
            raise DataError(f"{folder}: no folder; required one of DICOM files")
        slices = [pydicom.dcmread(path) for path in sorted(folder.rglob("*"))
                  if path.is_file() and pydicom.misc.is_dicom(path)]
    slices = [one for one in slices if "PixelData" in one]
    if not slices:
        raise DataError("slices: none with pixels; required the images of one series")
    for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        if any(name not in one for one in slices):
            raise DataError(f"slices: one without {name}; required single-frame images, or tweedie.read_dicom")
    series = {str(one.get("SeriesInstanceUID", "")) for one in slices}
    if len(series) > 1:
        raise DataError(f"slices: given {len(series)} series; required one, or tweedie.read_dicom(folder, series)")
    normal = np.cross(*_axes(slices[0]))
    return sorted(slices, key=lambda one: float(np.dot(normal, np.asarray(one.ImagePositionPatient, dtype=float))))


def _axes(one):
    numbers = np.asarray(one.ImageOrientationPatient, dtype=float)
    return numbers[:3], numbers[3:]


def _values(one):
    return one.pixel_array * float(one.get("RescaleSlope", 1)) + float(one.get("RescaleIntercept", 0))


def volume(slices):
    """(array, spacing, origin, direction). Throws DataError for slices that are no grid."""
    slices = _read(slices)
    row, column = _axes(slices[0])
    normal = np.cross(row, column)
    places = np.array([one.ImagePositionPatient for one in slices], dtype=float)
    for one in slices:
        if (one.Rows, one.Columns) != (slices[0].Rows, slices[0].Columns) or one.PixelSpacing != slices[0].PixelSpacing \
                or not np.allclose(np.concatenate(_axes(one)), np.concatenate((row, column)), atol=1e-4):
            raise DataError("slices: of different size, pixels or orientation; required one series")
    steps = np.diff(places, axis=0)
    thickness = float(slices[0].get("SpacingBetweenSlices", None) or slices[0].get("SliceThickness", None) or 1.0)
    if len(slices) > 1:
        thickness = float(np.mean(steps @ normal))
        # Positions are written with few digits: a hundredth of the spacing is no gap.
        if thickness <= 0 or np.abs(steps - thickness * normal).max() > 0.01 * thickness:
            raise DataError("slices: a gap, one twice, or a sheared stack; required even steps along the normal, or the "
                            "options of tweedie.read_dicom")
    array = np.stack([_values(one) for one in slices]).astype(np.float32)
    between_rows, between_columns = map(float, slices[0].PixelSpacing)
    return array, (between_columns, between_rows, thickness), tuple(places[0]), np.stack([row, column, normal], axis=1)


def datasets(image, like, description):
    """New datasets with the values of an image, in 16 bits."""
    import pydicom
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid

    sources = _read(like)
    array = image.array
    if array.ndim != 3 or np.iscomplexobj(array):
        raise DataError("image: complex, or of several channels; required a real one")
    if array.shape != (len(sources), sources[0].Rows, sources[0].Columns):
        raise DataError(f"image: given the shape {array.shape}; required that of the series: "
                        f"{(len(sources), int(sources[0].Rows), int(sources[0].Columns))}")
    low, high = float(array.min()), float(array.max())
    # As the file keeps them, in at most 16 characters.
    slope, intercept = float(f"{max(high - low, 1e-30) / 65535 * 1.0001:.9g}"), float(f"{low:.9g}")
    series, made = generate_uid(), []
    for number, (source, plane) in enumerate(zip(sources, array), 1):
        one = copy.deepcopy(source)
        one.SeriesInstanceUID, one.SOPInstanceUID = series, generate_uid()
        one.SeriesDescription, one.InstanceNumber = description, number
        one.ImageType = _DERIVED + list(one.get("ImageType", []))[2:3]
        one.BitsAllocated = one.BitsStored = 16
        one.HighBit, one.PixelRepresentation, one.SamplesPerPixel = 15, 0, 1
        one.RescaleSlope, one.RescaleIntercept = f"{slope:.9g}", f"{intercept:.9g}"
        one.PixelData = np.clip(np.rint((plane.astype(float) - intercept) / slope), 0, 65535).astype("<u2").tobytes()
        for name in ("SmallestImagePixelValue", "LargestImagePixelValue", "WindowCenter", "WindowWidth"):
            if name in one:
                delattr(one, name)
        one.file_meta = pydicom.dataset.FileMetaDataset(one.file_meta) if hasattr(one, "file_meta") else \
            pydicom.dataset.FileMetaDataset()
        one.file_meta.MediaStorageSOPClassUID = one.SOPClassUID
        one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
        one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        if int(pydicom.__version__.split(".")[0]) < 3:  # later ones go by the transfer syntax
            one.is_little_endian, one.is_implicit_VR = True, False
        made.append(one)
    return made
