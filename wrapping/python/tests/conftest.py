# SPDX-License-Identifier: Apache-2.0
import subprocess
from pathlib import Path

import numpy as np
import pytest

import tweedie


@pytest.fixture(scope="session")
def phantom():
    """A smooth head of 48 x 40 pixels with an oblique grid."""
    y, x = np.mgrid[-1:1:48j, -1:1:40j]
    image = np.where(x**2 / 0.6 + y**2 / 0.8 < 1, 0.8, 0.0) - np.where((x - 0.2)**2 + (y + 0.1)**2 < 0.05, 0.4, 0.0)
    angle = np.deg2rad(20)
    direction = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    return tweedie.Image(image[np.newaxis].astype(np.float32), (0.9, 1.1, 3.0), (-20.0, 12.5, 40.0), direction)


@pytest.fixture(scope="session")
def scan(phantom):
    return tweedie.simulate.mri(phantom, coils=4, acceleration=2.0, center_fraction=0.2, noise=0.02, seed=3)[0]


class Gaussian:
    """The exact denoiser of x0 ~ N(0, v I), complex or real: D = v / (v + sigma^2) x."""

    def __init__(self, variance):
        self.variance, self.calls = variance, 0

    def __call__(self, x, sigma):
        self.calls += 1
        weight = self.variance / (self.variance + sigma**2)
        return (x * weight.reshape(-1, 1, 1, 1, 1)).astype(x.dtype)


@pytest.fixture
def gaussian():
    return Gaussian(0.25)


@pytest.fixture
def program():
    """Runs the program."""

    def run(*arguments):
        result = subprocess.run([tweedie.program.path(), *map(str, arguments)], capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


@pytest.fixture(scope="session")
def brain_prior():
    """The model file that comes with the sources."""
    for folder in Path(__file__).resolve().parents:
        path = folder / "data" / "priors" / "brain-t1.safetensors"
        if path.is_file():
            return path
    pytest.skip("no data/priors beside the package")
