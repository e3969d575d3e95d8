# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

import tweedie


def random(shape, dtype, seed=0):
    generator = np.random.default_rng(seed)
    x = generator.standard_normal(shape)
    if np.issubdtype(dtype, np.complexfloating):
        x = x + 1j * generator.standard_normal(shape)
    return x.astype(dtype)


def test_mri_model_is_mask_fourier_maps(scan):
    op = tweedie.operators.mri(scan)
    x = random(op.domain_shape, np.complex128)
    maps, mask = scan.sensitivities.array, scan.mask.array
    image = maps.reshape(op.range_shape) * x[0]
    shifted = np.fft.ifftshift(image, axes=(-2, -1))
    expected = np.fft.fftshift(np.fft.fft2(shifted, norm="ortho"), axes=(-2, -1)) * mask.reshape(mask.shape[-2:])
    assert np.abs(op.forward(x) - expected).max() < 1e-6 * np.abs(expected).max()  # maps are single precision
    assert op.adjoint_error(double=True) < 1e-13  # rounding of double sums over 8000 numbers
    assert op.adjoint_error() < 1e-5
    assert np.abs(op.normal(x) - op.adjoint(op.forward(x))).max() < 1e-9


def test_scipy_solvers_run(scan):
    from scipy.sparse.linalg import LinearOperator, cg, lsqr

    op = tweedie.operators.mri(scan)
    matrix = op.scipy(np.complex128)
    y = scan.kspace.array.reshape(op.range_shape).astype(np.complex128)
    x = lsqr(matrix, y.ravel(), damp=0.1, atol=1e-10, btol=1e-10, iter_lim=400)[0].reshape(op.domain_shape)
    gradient = op.adjoint(y - op.forward(x)) - 0.1**2 * x
    assert np.abs(gradient).max() < 1e-6 * np.abs(op.adjoint(y)).max()  # of the stopping rule 1e-10, times the condition
    sense = tweedie.reconstruct.mri(scan, method="sense", lambda_=0.1**2, tolerance=1e-7, iterations=400).mean.array
    assert np.linalg.norm(sense.ravel() - x.ravel()) < 1e-5 * np.linalg.norm(x)  # single against double precision
    normal = LinearOperator((x.size, x.size), dtype=np.complex128,
                            matvec=lambda v: (op.normal(v.reshape(x.shape)) + 0.1**2 * v.reshape(x.shape)).ravel())
    by_cg, info = cg(normal, op.adjoint(y).ravel(), atol=1e-10, maxiter=400)
    assert info == 0 and np.linalg.norm(by_cg - x.ravel()) < 1e-3 * np.linalg.norm(x)  # 1e-5 where cg stops, times the condition of 100


def test_ct_projector_of_a_disc():
    geometry = tweedie.simulate.ct_geometry(type="parallel", views=12)
    detector = tweedie.Image(np.zeros((12, 1, 91), np.float32), (1.0, 1.0, 1.0), (-45.0, 0.0, 0.0))
    scan = tweedie.CTScan(detector, geometry, {"size": (64, 64, 1), "origin": (-31.5, -31.5, 0.0)})
    op = tweedie.operators.ct(scan)
    y, x = np.mgrid[:64, :64] - 31.5
    disc = (x**2 + y**2 < 20**2).astype(np.float32).reshape(op.domain_shape)
    middle = op.forward(disc).reshape(12, 91)[:, 45]
    assert np.abs(middle - 40.0).max() < 1.5  # a diameter, to the pixels at its ends
    assert op.adjoint_error() < 1e-5


def test_grid_of_an_image_has_its_axes(scan):
    geometry = tweedie.simulate.ct_geometry(type="parallel", views=4)
    detector = tweedie.Image(np.zeros((4, 3, 41), np.float32), (1.0, 1.0, 1.0), (-20.0, -1.0, 0.0))
    like = tweedie.Image(np.zeros((3, 16, 24), np.float32))
    assert tweedie.operators.ct(tweedie.CTScan(detector, geometry), like).domain_shape == (1, 3, 16, 24)
    with pytest.raises(tweedie.UsageError, match="image_grid"):
        tweedie.operators.ct(tweedie.CTScan(detector, geometry))


def test_slices_have_models_of_their_own():
    mask = np.ones((2, 8, 8), np.float32)
    mask[0, ::2] = 0
    mask[1, 1::2] = 0
    kspace = random((2, 8, 8), np.complex64) * mask
    scan = tweedie.MRIScan(kspace, mask)
    for number in range(2):
        op = tweedie.operators.mri(scan, number)
        measured = op.forward(random(op.domain_shape, np.complex64, 4)).reshape(8, 8) != 0
        assert np.array_equal(measured, mask[number] != 0)


def test_own_operator_is_a_matrix(gaussian):
    matrix = random((30, 24), np.float64, 1)
    op = tweedie.operators.operator(lambda x: (matrix.astype(x.dtype) @ x.ravel()).reshape(5, 6),
                                    lambda y: (matrix.T.astype(y.dtype) @ y.ravel()).reshape(4, 6), (4, 6), (5, 6))
    assert op.adjoint_error(double=True) < 1e-13
    assert abs(op.norm(200) - np.linalg.svd(matrix, compute_uv=False)[0]) < 1e-3
    wrong = tweedie.operators.operator(op.forward, lambda y: 2 * op.adjoint(y), (4, 6), (5, 6))
    assert wrong.adjoint_error() > 0.01
    truth = 0.5 * random((4, 6), np.float32, 2)
    noise = 0.3
    data = (matrix @ truth.ravel()).reshape(5, 6) + noise * random((5, 6), np.float64, 3)
    prior = tweedie.denoiser(gaussian, variance=0.25, exact=True)
    found = tweedie.reconstruct.linear(data.astype(np.float32), op, prior=prior, noise=noise, method="daps", samples=400,
                                       steps=30, inner_iterations=60, inner_tolerance=1e-6, seed=5)
    covariance = np.linalg.inv(matrix.T @ matrix / noise**2 + np.eye(24) / 0.25)
    mean = covariance @ matrix.T @ data.ravel() / noise**2
    deviation = np.sqrt(np.diag(covariance))
    error = (found.mean.array.ravel() - mean) / deviation
    assert np.sqrt(np.mean(error**2)) < 0.15  # of 400 samples 0.05, and the levels' own bias
    ratio = found.standard_deviation.array.ravel() / deviation
    assert 0.9 < ratio.mean() < 1.1  # of 400 samples and 24 pixels 0.01
    assert gaussian.calls > 0


def test_wrong_arrays_are_refused(scan):
    op = tweedie.operators.mri(scan)
    with pytest.raises(tweedie.DataError, match="required"):
        op.forward(np.zeros((3, 3), np.complex64))
    with pytest.raises(tweedie.DataError, match="complex"):
        op.forward(np.zeros(op.domain_shape, np.float32))
    with pytest.raises(tweedie.DataError, match="float32, float64"):
        op.forward(np.zeros(op.domain_shape, np.complex64).astype(np.clongdouble))
    with pytest.raises(tweedie.UsageError, match="slice"):
        tweedie.operators.mri(tweedie.simulate.mri(np.ones((2, 16, 16), np.float32) * 0.5 + 0.1, coils=2)[0], 7)
