# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

import tweedie


@pytest.fixture(scope="module")
def blurred(phantom):
    return tweedie.simulate.restoration(phantom, task="blur-gaussian", kernel_size=7, kernel_deviation=1.5, noise=0.01, seed=3)


def test_data_are_what_the_operator_gives(phantom, blurred):
    op = tweedie.operators.restoration(blurred)
    clean = op.forward(phantom.array.reshape(op.domain_shape))
    error = (blurred.data.array.reshape(clean.shape) - clean) / blurred.scale
    assert abs(np.sqrt(np.mean(error**2)) / 0.01 - 1) < 0.05  # of 1920 pixels 1.6 %
    assert op.adjoint_error() < 1e-5
    assert blurred.options["task"] == "blur-gaussian" and blurred.options["kernel-size"] == 7


def test_super_resolution_halves_the_sides(phantom):
    low = tweedie.simulate.restoration(phantom, task="sr", factor=2, noise=0.0)
    assert low.data.array.shape == (1, 24, 20)
    np.testing.assert_allclose(low.data.array[0, 3, 4], phantom.array[0, 6:8, 8:10].mean(), rtol=1e-5)
    np.testing.assert_allclose(low.data.spacing, (1.8, 2.2, 3.0))
    found = tweedie.reconstruct.restoration(low, method="tikhonov", noise=0.01, variance=0.1)
    np.testing.assert_allclose(found.mean.affine, phantom.affine, atol=1e-9)


def test_slices_have_masks_of_their_own():
    holed = tweedie.simulate.restoration(np.ones((2, 16, 16), np.float32), task="inpaint-random", keep=0.5, noise=0.0)
    for number in range(2):
        op = tweedie.operators.restoration(holed, number)
        seen = op.forward(np.ones(op.domain_shape, np.float32)).reshape(16, 16)
        assert np.array_equal(seen, holed.data.array[number]) and 0 < seen.mean() < 1
    assert not np.array_equal(holed.data.array[0], holed.data.array[1])
    with pytest.raises(tweedie.UsageError, match="slice"):
        tweedie.operators.restoration(holed, 2)


def test_posterior_of_a_gaussian_prior_is_the_formula(phantom, gaussian):
    """Denoising with x ~ N(0, v): mean = v / (v + s^2) y, variance = v s^2 / (v + s^2)."""
    noisy = tweedie.simulate.restoration(phantom, task="denoise", noise=0.5, seed=2)
    prior = tweedie.denoiser(gaussian, variance=0.25, exact=True)
    found = tweedie.reconstruct.restoration(noisy, prior=prior, method="daps", steps=20, samples=64, seed=1)
    weight = 0.25 / (0.25 + 0.5**2)
    deviation = np.sqrt(weight) * 0.5 * noisy.scale
    error = (found.mean.array - weight * noisy.data.array) / deviation
    assert np.sqrt(np.mean(error**2)) < 0.2  # of 64 samples 0.125
    assert abs(found.standard_deviation.array.mean() / deviation - 1) < 0.05


def test_other_peoples_images_are_described(phantom):
    mask = np.ones((48, 40), np.float32)
    mask[20:28, 15:25] = 0
    holed = phantom.like(phantom.array * mask)
    measurement = tweedie.describe_restoration(holed, task="inpaint-box", mask=mask)
    measurement.noise = 0.01
    found = tweedie.reconstruct.restoration(measurement, method="tv")
    assert tweedie.metrics.nrmse(phantom, found.mean) < 0.5 * tweedie.metrics.nrmse(phantom, holed)
    with pytest.raises(tweedie.UsageError, match="linear"):
        tweedie.operators.restoration(tweedie.simulate.restoration(phantom, task="hdr"))
    with pytest.raises(tweedie.DataError, match="mask"):
        tweedie.reconstruct.restoration(tweedie.describe_restoration(holed, task="inpaint-box", mask=mask[:8]), method="tv")


def test_program_gives_the_same_bits(phantom, tmp_path, program, brain_prior):
    tweedie.write_image(tmp_path / "phantom.nii.gz", phantom)
    image = tweedie.read_image(tmp_path / "phantom.nii.gz")
    made = tmp_path / "blurred.nii.gz"
    program("simulate", "restoration", "--image", tmp_path / "phantom.nii.gz", "--task", "blur-motion", "--kernel-size", 9,
            "--noise", 0.03, "--seed", 9, "--output", made)
    ours = tweedie.simulate.restoration(image, task="blur-motion", kernel_size=9, noise=0.03, seed=9)
    read = tweedie.read_restoration(made)
    assert np.array_equal(read.data.array, ours.data.array) and np.array_equal(read.kernel.array, ours.kernel.array)
    assert read.options == ours.options
    runs = [(["--method", "tv", "--lambda", 0.02], {"method": "tv", "lambda_": 0.02}),
            (["--prior", brain_prior, "--steps", 3], {"prior": brain_prior, "steps": 3})]
    for number, (flags, options) in enumerate(runs):
        out = tmp_path / f"{number}.nii.gz"
        program("reconstruct", "restoration", made, *flags, "--output", out)
        found = tweedie.reconstruct.restoration(read, **options).mean.array
        assert np.array_equal(tweedie.read_image(out).array, found)
    loaded = tweedie.reconstruct.restoration(read, prior=tweedie.load_prior(brain_prior), steps=3)
    assert np.array_equal(loaded.mean.array, found)
    tweedie.write_restoration(tmp_path / "again.nii.gz", read)
    assert np.array_equal(tweedie.read_restoration(tmp_path / "again.nii.gz").kernel.array, read.kernel.array)


def test_wrong_options_are_named(phantom):
    with pytest.raises(tweedie.UsageError, match="did you mean kernel_size"):
        tweedie.simulate.restoration(phantom, kernelsize=3)
    with pytest.raises(tweedie.UsageError, match="required one of"):
        tweedie.simulate.restoration(phantom, task="magic")
    with pytest.raises(tweedie.UsageError, match="method"):
        tweedie.reconstruct.restoration(tweedie.simulate.restoration(phantom, task="denoise"), method="sense")
