# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

import tweedie

from test_operators import random

HIO = {"method": "hio", "iterations": 200, "starts": 2, "starts_seed": 4}


@pytest.fixture(scope="module")
def coded(phantom):
    return tweedie.simulate.phase(phantom, experiment="coded", patterns=4, noise=0.002, seed=5)


def test_patterns_are_what_the_operator_gives(coded):
    scan, objects = coded
    op = tweedie.operators.phase(scan)
    amplitude = np.abs(op.forward(objects.array.astype(np.complex64).reshape(op.domain_shape)))
    error = scan.patterns.array.reshape(op.range_shape) - amplitude
    assert abs(np.sqrt(np.mean(error**2)) / 0.002 - 1) < 0.15  # noise, less where an amplitude was cut at 0; 7700 pixels: 1 %
    assert op.adjoint_error() < 1e-5
    # (A x)_l = F P (d_l x) / sqrt(L) in numpy: P puts 48 x 40 into itself here.
    codes = scan.codes.array[:, 0]
    rows, columns = op.range_shape[-2:]
    padded = np.zeros((4, rows, columns), np.complex128)
    y, x = rows // 2 - 48 // 2, columns // 2 - 40 // 2
    padded[:, y:y + 48, x:x + 40] = codes * objects.array[0]
    expected = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(padded, axes=(1, 2)), norm="ortho"), axes=(1, 2)) / 2
    assert np.abs(np.abs(expected) - amplitude[:, 0]).max() < 1e-5 * amplitude.max()  # single against double precision
    ours = tweedie.operators.diffraction(codes, (rows, columns))
    assert np.array_equal(np.abs(ours.forward(objects.array.astype(np.complex64)[np.newaxis])), amplitude)


def test_propagation_of_a_gaussian_beam():
    """Its width at z is w0 sqrt(1 + (z / z_R)^2), z_R = pi w0^2 / lambda (Saleh and Teich, eq. 3.1-8)."""
    wavelength, pitch, waist = 1e-6, 10e-6, 200e-6
    rayleigh = np.pi * waist**2 / wavelength
    op = tweedie.operators.propagation((192, 192), wavelength, pitch, [0.0, 0.1 * rayleigh], kernel="fresnel")
    y, x = (np.mgrid[:192, :192] - 96) * pitch
    beam = np.exp(-(x**2 + y**2) / waist**2).astype(np.complex128)
    at_waist, behind = np.abs(op.forward(beam.reshape(op.domain_shape)))[:, 0]**2
    assert np.allclose(at_waist, np.abs(beam)**2, atol=1e-12)
    widths = [np.sqrt((power * x**2).sum() / power.sum()) for power in (at_waist, behind)]
    assert abs(widths[1] / widths[0] - np.sqrt(1 + 0.1**2)) < 1e-6
    assert op.adjoint_error(double=True) < 1e-13
    with pytest.raises(tweedie.UsageError, match="fresnel"):
        tweedie.operators.propagation((8, 8), 1e-6, 1e-5, 0.1, kernel="other")


def test_object_is_found_again(coded):
    scan, objects = coded
    found = tweedie.reconstruct.phase(scan, **HIO)
    assert tweedie.metrics.nrmse(objects, found.mean) < 0.02  # of amplitudes 0.002, of pixels around 0.5
    assert found.summary["figures"]["residual"] < 0.05


@pytest.mark.parametrize("name", ["scan.cxi", "scan.nxs", "scan.nii.gz"])
def test_files_keep_the_scan(coded, tmp_path, name):
    scan = coded[0]
    tweedie.write_phase_scan(tmp_path / name, scan)
    read = tweedie.read_phase_scan(tmp_path / name)
    for field in ("patterns", "codes"):
        assert np.array_equal(getattr(read, field).array, getattr(scan, field).array)
    assert read.wavelength == scan.wavelength and read.noise == scan.noise and read.experiment == "coded"
    assert tuple(read.image_grid["size"]) == (40, 48, 1)
    changed = tweedie.read_phase_scan(tmp_path / name, object_kind="complex", amplitude_noise=0.5)
    assert not changed.is_real and changed.noise == 0.5
    with pytest.raises(OSError, match="missing"):
        tweedie.read_phase_scan(tmp_path / "missing.cxi")
    with pytest.raises(tweedie.UsageError, match="did you mean wavelength"):
        tweedie.read_phase_scan(tmp_path / name, wavelenght=1.0)


def test_program_gives_the_same_bits(phantom, tmp_path, program, brain_prior):
    tweedie.write_image(tmp_path / "phantom.nii.gz", phantom)
    image = tweedie.read_image(tmp_path / "phantom.nii.gz")
    made = tmp_path / "scan.cxi"
    program("simulate", "phase", "--image", tmp_path / "phantom.nii.gz", "--experiment", "coded", "--patterns", 3,
            "--noise-model", "poisson", "--photons", 1e6, "--seed", 9, "--output", made)
    scan = tweedie.read_phase_scan(made)
    ours = tweedie.simulate.phase(image, experiment="coded", patterns=3, noise_model="poisson", photons=1e6, seed=9)[0]
    assert np.array_equal(scan.patterns.array, ours.patterns.array)
    assert np.array_equal(scan.codes.array, ours.codes.array)
    runs = [(["--method", "hio", "--iterations", 60, "--starts", 2], {"method": "hio", "iterations": 60, "starts": 2}),
            (["--prior", brain_prior, "--steps", 3], {"prior": brain_prior, "steps": 3})]
    for number, (flags, options) in enumerate(runs):
        out = tmp_path / f"{number}.nii.gz"
        program("reconstruct", "phase", made, *flags, "--part", "magnitude", "--output", out)
        found = tweedie.reconstruct.phase(scan, **options).mean.array
        assert np.array_equal(tweedie.read_image(out).array, found)
    loaded = tweedie.reconstruct.phase(scan, prior=tweedie.load_prior(brain_prior), steps=3).mean.array
    assert np.array_equal(loaded, found)


def test_own_prior_and_a_start(coded, gaussian):
    scan, objects = coded
    prior = tweedie.denoiser(gaussian, variance=0.25, exact=True)
    options = {"prior": prior, "steps": 3, "restarts": 1, "seed": 2, "non_negative": False}
    found = tweedie.reconstruct.phase(scan, **options).mean.array
    assert gaussian.calls > 0 and found.shape == (1, 48, 40)
    assert not np.array_equal(found, tweedie.reconstruct.phase(scan, scale=2 * scan.scale, **options).mean.array)
    ends = tweedie.reconstruct.phase(scan, keep_starts=True, **HIO).samples
    assert ends.channels == 2
    started = tweedie.reconstruct.phase(scan, **options, start=ends.like(ends.array[:1]), start_sigma=0.05)
    assert tweedie.metrics.nrmse(objects, started.mean) < 0.1  # hio alone 0.02; from noise three steps find nothing
    with pytest.raises(tweedie.UsageError, match="scale"):
        tweedie.reconstruct.phase(scan, prior="x.safetensors", scale=2.0)


def test_wrong_scans_are_refused(coded):
    scan = coded[0]
    with pytest.raises(tweedie.DataError):
        tweedie.reconstruct.phase(tweedie.PhaseScan(scan.patterns, {"size": (0, 4, 4)}), method="hio")
    broken = scan.patterns.array.copy()
    broken.flat[5] = np.nan
    with pytest.raises(tweedie.DataError, match="finite"):
        tweedie.reconstruct.phase(tweedie.PhaseScan(scan.patterns.like(broken), scan.image_grid), method="hio")
    with pytest.raises(tweedie.UsageError, match="experiment"):
        tweedie.reconstruct.phase(tweedie.PhaseScan(scan.patterns, scan.image_grid, experiment="x"), method="hio")
    with pytest.raises(tweedie.DataError, match="axes"):
        tweedie.operators.diffraction(random((8, 8), np.complex64), (8, 8))
