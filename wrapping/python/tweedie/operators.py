# SPDX-License-Identifier: Apache-2.0
"""Linear operators as values, with their exact adjoints, for any solver."""
from __future__ import annotations

import numpy as np

from ._backend import core
from .errors import DataError, UsageError
from .scans import CTScan, MRIScan, PhaseScan, RestorationMeasurement, _grid_tree


class LinearOperator:
    """A x and A^H y of one sample. Arrays have domain_shape and range_shape; float32, float64, complex64 or complex128.

        <A x, y> = <x, A^H y>,    <a, b> = sum conj(a) b
    """

    def __init__(self, handle, domain_shape=None, range_shape=None):
        self._handle = handle
        self._domain = tuple(handle.domain_shape())
        self._range = tuple(handle.range_shape())
        self.domain_shape = tuple(domain_shape or self._domain)
        self.range_shape = tuple(range_shape or self._range)
        self.is_complex = handle.is_complex()

    @property
    def name(self) -> str:
        return self._handle.name()

    @property
    def shape(self) -> tuple[int, int]:
        """As a matrix."""
        return int(np.prod(self.range_shape)), int(np.prod(self.domain_shape))

    @property
    def dtype(self):
        return np.dtype(np.complex64 if self.is_complex else np.float32)

    def forward(self, x) -> np.ndarray:
        return self._through(self._handle.forward, x, self.domain_shape, self._domain).reshape(self.range_shape)

    def adjoint(self, y) -> np.ndarray:
        return self._through(self._handle.adjoint, y, self.range_shape, self._range).reshape(self.domain_shape)

    def normal(self, x) -> np.ndarray:
        """A^H A x, by a short cut where the operator has one."""
        return self._through(self._handle.normal, x, self.domain_shape, self._domain).reshape(self.domain_shape)

    def norm(self, iterations: int = 30, seed: int = 0) -> float:
        """The largest singular value, from below, by power iteration."""
        return self._handle.norm(iterations, seed)

    def adjoint_error(self, seed: int = 0, double: bool = False) -> float:
        """|<A u, v> - <u, A^H v>| / (|A u| |v|) for random u and v: rounding, if the two belong together."""
        return self._handle.adjoint_error(seed, double)

    def scipy(self, dtype=None):
        """As scipy.sparse.linalg.LinearOperator, for lsqr, cg, svds."""
        from scipy.sparse.linalg import LinearOperator as Scipy

        kind = np.dtype(dtype or self.dtype)
        return Scipy(self.shape, dtype=kind,
                     matvec=lambda x: self.forward(np.asarray(x, dtype=kind).reshape(self.domain_shape)).ravel(),
                     rmatvec=lambda y: self.adjoint(np.asarray(y, dtype=kind).reshape(self.range_shape)).ravel())

    def _sample(self, data):
        """Data of the range, as C++ has them."""
        data = np.asarray(data)
        if data.shape != self.range_shape:
            raise DataError(f"operator {self.name}: given data of shape {data.shape}; required {self.range_shape}")
        return data.reshape(self._range)

    def _through(self, function, x, shape, inner):
        x = np.asarray(x)
        if x.shape != shape:
            raise DataError(f"operator {self.name}: given an array of shape {x.shape}; required {shape}")
        if self.is_complex and not np.iscomplexobj(x):
            raise DataError(f"operator {self.name}: given real numbers; required complex64 or complex128")
        return function(x.reshape(inner))


def _of_slice(handle, slice, count):  # noqa: A002
    if not 0 <= slice < count:
        raise UsageError(f"slice: given {slice}; required 0 to {count - 1}")
    return LinearOperator(handle.select(slice) if handle.batch() > 1 else handle)


def mri(scan: MRIScan, slice: int = 0) -> LinearOperator:  # noqa: A002 - the word of the field
    """The forward model of one slice: images [1, 1, y, x] to [coil, 1, y, x], or along its trajectory."""
    return _of_slice(core.Operator.mri(scan._tree()), slice, scan.kspace.array.shape[-3])


def ct(scan: CTScan, image_grid=None) -> LinearOperator:
    """Line integrals (Joseph 1982) of an attenuation in 1/mm, [1, z, y, x], and their exact transpose."""
    grid = _grid_tree(image_grid) if image_grid is not None else scan._tree()["image_grid"]
    if grid is None:
        raise UsageError("image_grid: the scan has none; required an Image or a dict with its size and spacing")
    return LinearOperator(core.Operator.ct(scan._tree(), grid))


def phase(scan: PhaseScan, slice: int = 0) -> LinearOperator:  # noqa: A002
    """A of the patterns |A x| of one object: complex waves [pattern, 1, y, x] of [1, 1, y, x]."""
    return _of_slice(core.Operator.phase(scan._tree()), slice, scan.patterns.array.shape[-3])


def restoration(measurement: RestorationMeasurement, slice: int = 0) -> LinearOperator:  # noqa: A002
    """The degradation of one slice [channel, 1, y, x], or of [channel, z, y, x] where the task couples slices."""
    handle = core.Operator.restoration(measurement._tree())
    return _of_slice(handle, slice, measurement.data.array.shape[-3] if handle.domain_shape()[1] == 1 else 1)


def diffraction(codes, pattern_shape) -> LinearOperator:
    """Far fields of an object behind codes d_l, [l, y, x]:  (A x)_l = F P (d_l x) / sqrt(L). P pads with zeros to
    pattern_shape (y, x), centre on centre; F is the centred unitary Fourier transform (Candes, Li and Soltanolkotabi
    2015, eq. 1.3)."""
    codes = np.ascontiguousarray(codes)
    if codes.ndim != 3:
        raise DataError(f"codes: given {codes.ndim} axes; required [code, y, x]")
    rows, columns = pattern_shape
    return LinearOperator(core.Operator.diffraction(codes[np.newaxis, :, np.newaxis], int(rows), int(columns)))


def propagation(shape, wavelength, pitch, distances, *, kernel="angular-spectrum", padding=2.0,
                band_limit=False) -> LinearOperator:
    """A wave [1, 1, y, x] at distances behind it, [distance, 1, y, x]. wavelength, pitch and distances in metres; kernel:
    angular-spectrum or fresnel; padding: of the transforms' extent; band_limit: leaves out what they undersample
    (Matsushima and Shimobaba 2009)."""
    rows, columns = shape
    pitch = tuple(float(p) for p in np.broadcast_to(pitch, 2))
    distances = np.atleast_1d(np.asarray(distances, dtype=float)).tolist()
    return LinearOperator(core.Operator.propagation(int(rows), int(columns), float(wavelength), pitch, distances, kernel,
                                                    float(padding), bool(band_limit)))


def fourier(shape, axes=2) -> LinearOperator:
    """The centred unitary Fourier transform over the last axes (DC at index floor(N / 2))."""
    return LinearOperator(core.Operator.fourier([int(n) for n in shape], axes))


def operator(forward, adjoint, domain_shape, range_shape, *, is_complex=False, name="operator") -> LinearOperator:
    """An operator of your own. forward(x) -> y and adjoint(y) -> x take and give numpy arrays of these shapes, of whatever
    precision they are called with. domain_shape: [y, x], [z, y, x] or [channel, z, y, x]. adjoint_error() tells whether
    the two belong together."""
    domain, range_ = tuple(int(n) for n in domain_shape), tuple(int(n) for n in range_shape)
    inner = (1,) * (4 - len(domain)) + domain
    if len(inner) != 4:
        raise UsageError(f"domain_shape: given {domain}; required [y, x], [z, y, x] or [channel, z, y, x]")
    handle = core.Operator.from_functions(name, list(inner), list(range_), bool(is_complex),
                                          lambda x: np.asarray(forward(x.reshape(domain))),
                                          lambda y: np.asarray(adjoint(y)).reshape(inner))
    return LinearOperator(handle, domain, range_)
