# SPDX-License-Identifier: Apache-2.0
"""Priors: what an image looks like, as a denoiser D(x, sigma) = E[x0 | x = x0 + sigma n]."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Sequence, Union

import numpy as np

from ._backend import core
from .errors import DataError, FileError


class Denoiser:
    """A prior that C++ can call. prior(x, sigma) denoises a batch: x [batch, channel, 1, y, x], real or complex, with
    noise sigma of each real component, one number or one for each image."""

    def __init__(self, handle, options=None):
        self._handle, self._options = handle, options  # options: of one of a file, prior, device and precision

    def __call__(self, x: np.ndarray, sigma: float | Sequence[float] | np.ndarray) -> np.ndarray:
        levels = np.atleast_1d(np.asarray(sigma, dtype=float)).tolist()
        return self._handle.denoise(np.asarray(x), levels)

    @property
    def name(self) -> str:
        return self._handle.name()

    @property
    def variance(self) -> float:
        """Mean variance of a real component under the prior."""
        return self._handle.variance()

    @property
    def channels(self) -> int | None:
        """Of a network: 2 for complex images; None: not known."""
        return self._handle.channels()


Prior = Union[str, "os.PathLike[str]", Denoiser]  # what prior= takes


def load_prior(path: str | os.PathLike[str], device: str = "cpu", precision: str = "auto") -> Denoiser:
    """A prior of a model file (.safetensors) that `tweedie train` made. precision: of the network's inner layers; auto:
    bfloat16 where the processor has it, as in the methods. Raises FileError."""
    try:
        handle = core.Prior.load(os.fspath(path), device, precision)
    except DataError as error:
        raise FileError(str(error)) from None
    return Denoiser(handle, {"prior": os.fspath(path), "device": device, "precision": precision})


def denoiser(function: Callable[[np.ndarray, np.ndarray], np.ndarray], variance: float, *, name: str = None,
             sigma_minimum: float = 0.0, sigma_maximum: float = 0.0, exact: bool = False,
             jacobian: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] = None) -> Denoiser:
    """A prior of your own: any network of PyTorch, JAX or ONNX, any formula.

        function(x, sigma) -> array like x,    D(x, sigma) = E[x0 | x0 + sigma n = x],  n ~ N(0, I)

    x: numpy [batch, channel, 1, y, x], float32, or complex64 where the image is complex (E|sigma n|^2 = 2 sigma^2);
    sigma: float64 [batch]. In units in which the images of the prior have their `variance`, the mean variance of a real
    component. exact: the function takes images without noise, as a formula does and a network does not.
    jacobian(x, sigma, v) -> J^T v, J = dD/dx: for methods that differentiate (dps). x is looked at, not copied: keep no
    reference to it, and do not write into it.
    """
    if not callable(function):
        raise TypeError(f"denoiser: given {type(function).__name__}; required a function of x and sigma")
    label = name or getattr(function, "__name__", type(function).__name__)
    return Denoiser(core.Prior.from_function(label, float(variance), float(sigma_minimum), float(sigma_maximum),
                                             not exact, function, jacobian))


def _of(prior, keeps=True):
    """What was given for prior=: (options, handle); a function has to say its variance, which denoiser() asks for. keeps:
    a loaded prior is used as it is; else it is read again, by what knows its units and how to fit it to the data."""
    if prior is None:
        return {}, None
    if isinstance(prior, (str, os.PathLike)):
        path = Path(prior)
        if not path.is_file():
            raise FileError(f"prior: given {path}, which is no file; required the path of a model file")
        return {"prior": os.fspath(path)}, None
    if isinstance(prior, Denoiser):
        return (dict(prior._options), None) if prior._options and not keeps else ({}, prior._handle)
    raise TypeError(f"prior: given {type(prior).__name__}; required a path, a Denoiser, or denoiser(function, variance)")
