# SPDX-License-Identifier: Apache-2.0
import inspect
import json
import os
import signal
import threading
import time
import traceback

import numpy as np
import pytest

import tweedie


def complex_prior(gaussian, **more):
    return tweedie.denoiser(gaussian, variance=0.25, exact=True, **more)


def test_denoiser_is_called_with_arrays(scan, gaussian):
    seen = []

    def function(x, sigma):
        seen.append((x.dtype, x.shape, sigma.shape, sigma.dtype))
        return gaussian(x, sigma)

    found = tweedie.reconstruct.mri(scan, method="rmp", prior=complex_prior(function), steps=4, samples=2)
    assert seen and all(s[0] == np.complex64 and s[1][1:] == (1, 1, 48, 40) and s[2] == (s[1][0],) for s in seen)
    assert all(s[3] == np.float64 for s in seen)
    assert found.mean.array.shape == (1, 48, 40) and found.mean.array.dtype == np.complex64
    assert found.summary["method"] == "rmp" and found.summary["samples"] == 2


def test_geometry_is_that_of_the_image(phantom, scan):
    found = tweedie.reconstruct.mri(scan, method="sense").mean
    np.testing.assert_allclose(found.affine, phantom.affine, rtol=1e-12)


def test_same_seed_same_bits(scan, gaussian):
    runs = [tweedie.reconstruct.mri(scan, method="daps", prior=complex_prior(gaussian), steps=5, samples=3, seed=7)
            for _ in range(2)]
    assert np.array_equal(runs[0].mean.array, runs[1].mean.array)
    assert np.array_equal(runs[0].standard_deviation.array, runs[1].standard_deviation.array)


def test_an_image_to_start_from_is_used(scan, gaussian):
    sense = tweedie.reconstruct.mri(scan, method="sense").mean
    options = {"prior": complex_prior(gaussian), "method": "dds", "steps": 2, "start_sigma": 0.02, "seed": 1}
    without = tweedie.reconstruct.mri(scan, **options).mean.array
    given = tweedie.reconstruct.mri(scan, start=sense, **options).mean.array
    assert np.linalg.norm(given - without) > 1e-3 * np.linalg.norm(given)
    with pytest.raises(tweedie.DataError, match="start"):
        tweedie.reconstruct.mri(scan, start=np.zeros((1, 8, 8), np.complex64), **options)
    with pytest.raises(tweedie.UsageError, match="zero, mean, noise"):
        tweedie.reconstruct.mri(scan, start="anywhere", **options)


def test_ct(phantom):
    image = phantom.like(np.where(phantom.array > 0, 1000 * phantom.array - 1000, -1000).astype(np.float32))
    image = tweedie.Image(image.array, (1.0, 1.0, 1.0))
    scan = tweedie.simulate.ct(image, tweedie.simulate.ct_geometry(type="parallel", views=60), photons=1e5)
    mu = tweedie.reconstruct.ct(scan, method="fbp").mean.array
    truth = 0.02 * (1 + image.array / 1000)
    assert tweedie.metrics.nrmse(truth, mu) < 0.25  # 60 views: streaks; a shifted or mirrored image has 0.4 and more


def test_ct_program_gives_the_same_bits(phantom, tmp_path, program, brain_prior):
    tweedie.write_image(tmp_path / "x.nii.gz", tweedie.Image(1000 * phantom.array - 1000))
    program("geometry", "ct", "--type", "parallel", "--views", 40, "--output", tmp_path / "g.xml")
    program("simulate", "ct", "--image", tmp_path / "x.nii.gz", "--geometry", tmp_path / "g.xml", "--photons", 1e5,
            "--seed", 3, "--output", tmp_path / "p.mha")
    scan = tweedie.read_ct_scan(tmp_path / "p.mha", tmp_path / "g.xml")
    views = tweedie.simulate.ct_geometry(type="parallel", views=40)
    made = tweedie.simulate.ct(tweedie.read_image(tmp_path / "x.nii.gz"), views, photons=1e5, seed=3)
    assert np.array_equal(made.projections.array, scan.projections.array)
    prior = brain_prior.parent / "head-ct.safetensors"
    for method, flags, options in [("fbp", [], {}), ("daps", ["--steps", 4, "--samples", 2], {"steps": 4, "samples": 2})]:
        given = [] if method == "fbp" else ["--prior", prior]
        program("reconstruct", "ct", tmp_path / "p.mha", "--geometry", tmp_path / "g.xml", "--method", method, *given, *flags,
                "--output", tmp_path / f"{method}.nii.gz")
        ours = tweedie.reconstruct.ct(scan, method=method, prior=prior if given else None, **options)
        ours = ours.in_hounsfield()
        assert np.array_equal(tweedie.read_image(tmp_path / f"{method}.nii.gz").array, ours.mean.array)
    assert ours.standard_deviation.array.mean() > 1  # HU
    loaded = tweedie.reconstruct.ct(scan, method="daps", prior=tweedie.load_prior(prior), steps=4, samples=2)
    assert np.array_equal(loaded.in_hounsfield().mean.array, ours.mean.array)


def test_water_is_that_of_the_scan(phantom, brain_prior):
    image = tweedie.Image(1000 * phantom.array - 1000)
    scan = tweedie.simulate.ct(image, tweedie.simulate.ct_geometry(type="parallel", views=20), photons=1e5)
    options = {"method": "dds", "prior": brain_prior.parent / "head-ct.safetensors", "steps": 2}
    scan.mu_water = 0.025
    found = tweedie.reconstruct.ct(scan, **options).mean.array
    assert np.array_equal(found, tweedie.reconstruct.ct(scan, mu_water=0.025, **options).mean.array)
    assert not np.array_equal(found, tweedie.reconstruct.ct(scan, mu_water=0.02, **options).mean.array)


def test_compare_is_the_programs_table(phantom, scan):
    estimate = tweedie.reconstruct.mri(scan, method="sense")
    table = tweedie.metrics.compare(phantom.like(phantom.array / np.float32(scan.scale)), sense=estimate)
    row = table["methods"][0]
    assert row["name"] == "sense" and 15 < row["psnr"] < 60
    assert abs(row["nrmse"] - tweedie.metrics.nrmse(phantom.array / scan.scale, np.abs(estimate.mean.array))) < 1e-5


def test_options_are_documented():
    text = tweedie.reconstruct.mri.__doc__
    for word in ("steps", "inner_iterations", "lambda_", "at least", "default"):
        assert word in text
    parameters = inspect.signature(tweedie.reconstruct.mri).parameters
    defaults = json.loads(tweedie._core.schema("reconstruct mri posterior"))
    assert parameters["steps"].default == next(f["default"] for f in defaults if f["name"] == "steps")
    assert all(p.kind is p.KEYWORD_ONLY for n, p in parameters.items() if n != "scan")


def test_wrong_options_are_named(scan, gaussian):
    prior = complex_prior(gaussian)
    for options, words in [({"step": 3}, "did you mean steps"), ({"steps": "many"}, "required an integer"),
                           ({"steps": 0}, "at least 1"), ({"method": "magic"}, "required one of"),
                           ({"lambda_": 1.0}, "option of reconstruct mri classical")]:
        with pytest.raises(tweedie.UsageError, match=words):
            tweedie.reconstruct.mri(scan, **{"prior": prior, **options})
    with pytest.raises(ValueError, match="prior"):
        tweedie.reconstruct.mri(scan, method="rmp")
    with pytest.raises(OSError, match="no file"):
        tweedie.reconstruct.mri(scan, prior="nowhere.safetensors")
    with pytest.raises(TypeError, match="denoiser"):
        tweedie.reconstruct.mri(scan, prior=gaussian)


def test_wrong_arrays_are_refused(scan):
    with pytest.raises(tweedie.DataError, match="float32 or complex64"):
        tweedie.Image(np.zeros((4, 4)))
    with pytest.raises(tweedie.DataError, match="contiguous"):
        tweedie.Image(np.zeros((8, 8), np.float32)[:, ::2])
    with pytest.raises(tweedie.DataError, match="axes"):
        tweedie.Image(np.zeros(4, np.float32))
    broken = scan.kspace.array.copy()
    broken[0, 0, 24, 20] = np.nan
    with pytest.raises(tweedie.DataError, match="finite"):
        tweedie.reconstruct.mri(tweedie.MRIScan(scan.kspace.like(broken), scan.mask, scan.sensitivities, 0.02),
                                method="sense")
    with pytest.raises(tweedie.DataError):
        tweedie.reconstruct.mri(tweedie.MRIScan(scan.kspace, scan.mask, None, 0.02), method="sense")


def test_exception_of_a_denoiser_reaches_the_caller(scan):
    class Own(Exception):
        pass

    def faulty_network(x, sigma):
        raise Own("the network is out of order")

    with pytest.raises(Own, match="out of order") as caught:
        tweedie.reconstruct.mri(scan, prior=complex_prior(faulty_network), steps=3)
    frames = "".join(traceback.format_exception(caught.type, caught.value, caught.tb))
    assert "faulty_network" in frames
    # And the next call works.
    assert tweedie.reconstruct.mri(scan, method="sense").mean is not None


def test_results_of_a_denoiser_are_checked(scan):
    for function, words in [(lambda x, s: x[:, :, :, 1:], "required"), (lambda x, s: x * np.nan, "not finite"),
                            (lambda x, s: None, "numpy array")]:
        with pytest.raises((tweedie.DataError, tweedie.NumericalError, TypeError), match=words):
            tweedie.reconstruct.mri(scan, prior=complex_prior(function), steps=3)


def test_progress_and_abort(scan, gaussian):
    reports = []
    tweedie.reconstruct.mri(scan, prior=complex_prior(gaussian), steps=5, progress=reports.append)
    assert reports and reports[-1]["step"] == reports[-1]["steps"]
    with pytest.raises(tweedie.Aborted):
        tweedie.reconstruct.mri(scan, prior=complex_prior(gaussian), steps=5, progress=lambda report: False)


def test_interrupt_stops_a_run(scan, gaussian):
    # A shell starts programs in the background with Ctrl-C ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    def slow(x, sigma):
        time.sleep(0.05)
        return gaussian(x, sigma)

    timer = threading.Timer(0.7, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    begin = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            tweedie.reconstruct.mri(scan, prior=complex_prior(slow), steps=1000)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - begin < 20  # of more than 50 s
    assert tweedie.reconstruct.mri(scan, method="sense").mean is not None


def test_a_function_sees_and_gives_memory_without_a_copy():
    seen = []

    def same(x, sigma):
        seen.append(x.flags.owndata)
        return x

    x = np.ones((2, 1, 1, 16, 16), np.float32)
    result = tweedie.denoiser(same, variance=1.0)(x, 0.5)
    assert np.array_equal(result, x) and seen == [False]
    assert np.shares_memory(result, x) == (tweedie.where() == "inside")  # to a child and back: a copy each way


@pytest.mark.parametrize("count", [0, 1, 16376, 16384, 16385, 40000])
def test_arrays_of_any_size_come_back(count):
    """Also about the size from which a child process gets them by shared memory, 65536 bytes."""
    x = np.arange(count, dtype=np.float32).reshape(1, 1, 1, 1, count)
    seen = []
    prior = tweedie.denoiser(lambda x, sigma: seen.append(x.sum(dtype=float)) or 2 * x, variance=1.0)
    assert np.array_equal(prior(x, 0.5), 2 * x) and seen == [x.sum(dtype=float)]


def resident():
    pids = [os.getpid()] + ([tweedie._core._child.pid] if tweedie.where() == "child" else [])
    pages = [int(open(f"/proc/{pid}/statm").read().split()[1]) for pid in pids]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


def growth(run):
    run(100)
    before = resident()
    run(1000)
    return resident() - before


def test_many_calls_leak_nothing(gaussian):
    image = np.ones((1, 16, 16), np.float32)
    image[:, 4:9, 3:8] = 0.4
    scan = tweedie.simulate.mri(image, coils=2, acceleration=2.0, center_fraction=0.3)[0]
    prior = complex_prior(gaussian)

    def run(count):
        for _ in range(count):
            tweedie.reconstruct.mri(scan, prior=prior, steps=2, samples=2)
            tweedie.reconstruct.mri(scan, method="zero-filled")

    assert growth(run) < 8 << 20  # a kept image of each call would be 12 MB; arenas of the allocator move by 2


def test_objects_and_errors_leak_nothing(scan):
    image = np.ones((1, 64, 64), np.float32)

    def faulty(x, sigma):
        raise ValueError("out of order")

    def run(count):
        for _ in range(count):
            degraded = tweedie.simulate.restoration(image, task="denoise")
            op = tweedie.operators.operator(lambda x: 2 * x, lambda y: 2 * y, (64, 64), (64, 64))
            op.adjoint(op.forward(image[0]))
            tweedie.operators.restoration(degraded).norm(2)
            prior = tweedie.denoiser(faulty, variance=1.0)
            with pytest.raises(ValueError, match="out of order"):
                tweedie.reconstruct.restoration(degraded, prior=prior, steps=2)
            with pytest.raises(tweedie.DataError):
                tweedie.reconstruct.mri(tweedie.MRIScan(scan.kspace, scan.mask, None, 0.02), method="sense")

    assert growth(run) < 8 << 20  # a kept image of each call would be 16 MB
