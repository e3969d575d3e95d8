# SPDX-License-Identifier: Apache-2.0
"""Arrays with their place in the patient."""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .errors import DataError

_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
_TO_RAS = np.diag([-1.0, -1.0, 1.0])


def _identity():
    return np.eye(3)


@dataclass
class Image:
    """An array on a grid in patient space (LPS, mm):

        p = origin + direction @ (spacing * (i_x, i_y, i_z))

    array: [z, y, x] or [channel, z, y, x], float32 or complex64, C-contiguous; a plane [y, x] becomes one slice. It is
    looked at, not copied. spacing, origin: (x, y, z); direction: 3 x 3, its columns are the axes of x, y and z.
    """

    array: np.ndarray
    spacing: tuple = (1.0, 1.0, 1.0)
    origin: tuple = (0.0, 0.0, 0.0)
    direction: np.ndarray = field(default_factory=_identity)

    def __post_init__(self):
        array = np.asanyarray(self.array)
        if array.dtype not in (np.float32, np.complex64):
            raise DataError(f"array: given numbers of type {array.dtype}; required float32 or complex64, as "
                            "Image.of(array) makes them")
        if not 2 <= array.ndim <= 4:
            raise DataError(f"array: given {array.ndim} axes; required [y, x], [z, y, x] or [channel, z, y, x]")
        if not array.flags.c_contiguous:
            raise DataError("array: given one whose memory is not C-contiguous; required numpy.ascontiguousarray of it")
        self.array = array[np.newaxis] if array.ndim == 2 else array
        self.spacing = tuple(float(s) for s in self.spacing)
        self.origin = tuple(float(s) for s in self.origin)
        self.direction = np.asarray(self.direction, dtype=float).reshape(3, 3)
        if len(self.spacing) != 3 or len(self.origin) != 3:
            raise DataError("image: spacing and origin of another length; required three numbers each, (x, y, z)")

    @classmethod
    def of(cls, anything) -> "Image":
        """An image of an Image, an array of any number type, or an image of ITK, SimpleITK, nibabel or xarray."""
        if isinstance(anything, cls):
            return anything
        if isinstance(anything, np.ndarray):
            wanted = np.complex64 if np.iscomplexobj(anything) else np.float32
            return cls(np.ascontiguousarray(anything, dtype=wanted))
        kind = type(anything).__module__.split(".")[0]
        if kind == "SimpleITK":
            return cls.from_sitk(anything)
        if kind == "itk":
            return cls.from_itk(anything)
        if kind == "nibabel":
            return cls.from_nibabel(anything)
        if kind == "xarray":
            return cls.from_xarray(anything)
        raise TypeError(f"image: given {type(anything).__name__}; required an array, an Image, or one of ITK, "
                        "SimpleITK, nibabel or xarray")

    @property
    def channels(self) -> int:
        return self.array.shape[0] if self.array.ndim == 4 else 1

    @property
    def affine(self) -> np.ndarray:
        """4 x 4, from (i_x, i_y, i_z, 1) to LPS in mm."""
        affine = np.eye(4)
        affine[:3, :3] = self.direction * np.asarray(self.spacing)
        affine[:3, 3] = self.origin
        return affine

    def like(self, array) -> "Image":
        """Another array on the same grid."""
        return Image(array, self.spacing, self.origin, self.direction)

    # What the extension module takes and gives.
    def _tree(self):
        array = self.array if self.array.ndim == 4 else self.array[np.newaxis]
        return {"array": array, **self._grid()}

    def _grid(self):
        return {"size": self.array.shape[:-4:-1], "spacing": self.spacing, "origin": self.origin,
                "direction": tuple(self.direction.ravel())}

    @classmethod
    def _of(cls, tree):
        if tree is None:
            return None
        array = tree["array"]
        return cls(array[0] if array.shape[0] == 1 else array, tree["spacing"], tree["origin"], tree["direction"])

    # Other people's images. Their packages are imported when they are asked for.
    @classmethod
    def from_sitk(cls, image) -> "Image":
        """Of SimpleITK; components of a vector image become channels."""
        import SimpleITK as sitk

        array = sitk.GetArrayFromImage(image)
        return cls._of_itk_array(array, image.GetNumberOfComponentsPerPixel(), image.GetSpacing(), image.GetOrigin(),
                                 image.GetDirection())

    def to_sitk(self):
        import SimpleITK as sitk

        image = sitk.GetImageFromArray(np.moveaxis(self.array, 0, -1) if self.array.ndim == 4 else self.array,
                                       isVector=self.array.ndim == 4)
        image.SetSpacing(self.spacing)
        image.SetOrigin(self.origin)
        image.SetDirection(tuple(self.direction.ravel()))
        return image

    @classmethod
    def from_itk(cls, image) -> "Image":
        import itk

        array = np.array(itk.array_view_from_image(image))
        return cls._of_itk_array(array, image.GetNumberOfComponentsPerPixel(), tuple(itk.spacing(image)),
                                 tuple(itk.origin(image)), np.asarray(image.GetDirection()).ravel())

    def to_itk(self):
        import itk

        image = itk.image_from_array(np.moveaxis(self.array, 0, -1) if self.array.ndim == 4 else self.array,
                                     is_vector=self.array.ndim == 4)
        image.SetSpacing(self.spacing)
        image.SetOrigin(self.origin)
        image.SetDirection(self.direction)
        return image

    @classmethod
    def _of_itk_array(cls, array, components, spacing, origin, direction):
        if components > 1:
            array = np.moveaxis(array, -1, 0)
        dimension = len(spacing)
        matrix = np.eye(3)
        matrix[:dimension, :dimension] = np.asarray(direction, dtype=float).reshape(dimension, dimension)
        pad = 3 - dimension
        if pad and components > 1:
            array = array[:, np.newaxis]
        wanted = np.complex64 if np.iscomplexobj(array) else np.float32
        return cls(np.ascontiguousarray(array, dtype=wanted), tuple(spacing) + (1.0,) * pad,
                   tuple(origin) + (0.0,) * pad, matrix)

    @classmethod
    def from_nibabel(cls, image) -> "Image":
        """Of nibabel, whose world is RAS; a fourth axis becomes channels."""
        data = np.asanyarray(image.dataobj)
        affine = _TO_RAS @ np.asarray(image.affine)[:3]
        spacing = np.linalg.norm(affine[:, :3], axis=0)
        if not np.all(spacing > 0):
            raise DataError("image: an affine with an axis of length zero")
        while data.ndim < 3:
            data = data[..., np.newaxis]
        wanted = np.complex64 if np.iscomplexobj(data) else np.float32
        return cls(np.ascontiguousarray(data.T, dtype=wanted), tuple(spacing), tuple(affine[:, 3]),
                   affine[:, :3] / spacing)

    def to_nibabel(self):
        import nibabel

        affine = np.eye(4)
        affine[:3] = _TO_RAS @ self.affine[:3]
        return nibabel.Nifti1Image(self.array.T, affine)

    @classmethod
    def from_xarray(cls, array) -> "Image":
        """Of a DataArray with dims (z, y, x) or (channel, z, y, x) whose coordinates are mm along its axes from the point
        origin; attrs may hold origin and direction, as to_xarray leaves them. Parts of one keep their place."""
        axes = array.dims[-3:]
        if axes != ("z", "y", "x") or array.ndim > 4:
            raise DataError(f"array: given the dims {array.dims}; required (z, y, x), or one before them")
        places = [np.asarray(array.coords[name], dtype=float) if name in array.coords else np.arange(array.sizes[name])
                  for name in ("x", "y", "z")]
        spacing = [float(np.diff(place).mean()) if len(place) > 1 else float(array.attrs.get("spacing", (1, 1, 1))[i])
                   for i, place in enumerate(places)]
        for name, place, step in zip("xyz", places, spacing):
            if not step > 0 or not np.allclose(np.diff(place), step, rtol=1e-4):
                raise DataError(f"array: coordinates {name} are not evenly spaced and rising; required those of a grid")
        direction = np.asarray(array.attrs.get("direction", np.eye(3)), dtype=float).reshape(3, 3)
        first = np.array([place[0] for place in places])
        origin = np.asarray(array.attrs.get("origin", (0.0, 0.0, 0.0)), dtype=float) + direction @ first
        wanted = np.complex64 if np.iscomplexobj(array.values) else np.float32
        return cls(np.ascontiguousarray(array.values, dtype=wanted), tuple(spacing), tuple(origin), direction)

    def to_xarray(self):
        """A DataArray whose coordinates are mm along its axes from the first voxel; origin and direction are attrs."""
        import xarray

        dims = ("channel", "z", "y", "x")[4 - self.array.ndim:]
        coords = {name: step * np.arange(self.array.shape[dims.index(name)]) for name, step in zip("xyz", self.spacing)}
        attrs = {"spacing": self.spacing, "origin": self.origin, "direction": self.direction.tolist(), "units": "mm, LPS"}
        return xarray.DataArray(self.array, dims=dims, coords=coords, attrs=attrs)

    @classmethod
    def from_pydicom(cls, slices) -> "Image":
        """Of a folder of one series, or of its pydicom datasets: one slice each, in any order, rescaled to their units.
        read_dicom reads more kinds of series, and compressed ones."""
        from . import _pydicom

        return cls(*_pydicom.volume(slices))

    def to_pydicom(self, like, description="Tweedie"):
        """Datasets of a new series in the study of `like`, a folder or datasets of as many slices, whose patient and
        acquisition they keep. Estimate.write_dicom writes results as files, with their deviation and report."""
        from . import _pydicom

        return _pydicom.datasets(self, like, description)


def _tree(image):
    """What the extension module takes for an image or None."""
    return None if image is None else image._tree()
