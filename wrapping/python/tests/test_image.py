# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

import tweedie


def test_world_points_of_nibabel(phantom):
    pytest.importorskip("nibabel")
    image = phantom.to_nibabel()
    index = np.array([7.0, 11.0, 0.0, 1.0])
    left, posterior, up = (phantom.affine @ index)[:3]
    right, anterior, also_up = (image.affine @ index)[:3]
    np.testing.assert_allclose([right, anterior, also_up], [-left, -posterior, up], atol=1e-9)
    assert np.asanyarray(image.dataobj)[7, 11, 0] == phantom.array[0, 11, 7]
    back = tweedie.Image.from_nibabel(image)
    np.testing.assert_allclose(back.affine, phantom.affine, atol=1e-9)
    assert np.array_equal(back.array, phantom.array)


def test_file_written_here_is_read_by_nibabel(phantom, tmp_path):
    nibabel = pytest.importorskip("nibabel")
    tweedie.write_image(tmp_path / "ä b.nii.gz", phantom)
    read = tweedie.Image.from_nibabel(nibabel.load(tmp_path / "ä b.nii.gz"))
    np.testing.assert_allclose(read.affine, phantom.affine, atol=1e-5)  # NIfTI keeps single precision
    assert np.array_equal(read.array, phantom.array)
    ours = tweedie.read_image(tmp_path / "ä b.nii.gz")
    np.testing.assert_allclose(ours.affine, phantom.affine, atol=1e-5)


def test_sitk_keeps_an_oblique_image(phantom):
    pytest.importorskip("SimpleITK")
    image = phantom.to_sitk()
    index = (7, 11, 0)
    np.testing.assert_allclose(image.TransformIndexToPhysicalPoint(index), (phantom.affine @ [*index, 1])[:3], atol=1e-9)
    assert image[index] == phantom.array[0, 11, 7]
    back = tweedie.Image.of(image)
    np.testing.assert_allclose(back.affine, phantom.affine, atol=1e-12)
    assert np.array_equal(back.array, phantom.array)
    channels = phantom.like(np.stack([phantom.array, 2 * phantom.array]))
    assert np.array_equal(tweedie.Image.of(channels.to_sitk()).array, channels.array)


def test_scan_files(scan, tmp_path):
    tweedie.write_mri_scan(tmp_path / "scan", scan)
    read = tweedie.read_mri_scan(tmp_path / "scan")
    assert np.array_equal(read.kspace.array, scan.kspace.array)
    assert np.array_equal(read.sensitivities.array, scan.sensitivities.array)
    assert read.noise == pytest.approx(scan.noise) and read.scale == pytest.approx(scan.scale)
    with pytest.raises(OSError, match="missing"):
        tweedie.read_mri_scan(tmp_path / "missing")
    (tmp_path / "cut.nii.gz").write_bytes(b"\x1f\x8b\x08")
    with pytest.raises(tweedie.FileError):
        tweedie.read_image(tmp_path / "cut.nii.gz")


def test_program_gives_the_same_bits(scan, tmp_path, program, brain_prior):
    """The same seed and options through the program and through Python."""
    tweedie.write_mri_scan(tmp_path / "scan", scan)
    read = tweedie.read_mri_scan(tmp_path / "scan")
    runs = [("sense", [], {}), ("tv", ["--lambda", 0.01], {"lambda_": 0.01}),
            ("rmp", ["--prior", brain_prior, "--steps", 3], {"prior": brain_prior, "steps": 3})]
    for method, flags, options in runs:
        out = tmp_path / f"{method}.nii.gz"
        program("reconstruct", "mri", tmp_path / "scan", "--method", method, *flags, "--part", "complex", "--output", out)
        ours = tweedie.reconstruct.mri(read, method=method, **options)
        assert np.array_equal(tweedie.read_image(out).array, ours.mean.array)
    loaded = tweedie.reconstruct.mri(read, prior=tweedie.load_prior(brain_prior), steps=3)
    assert np.array_equal(loaded.mean.array, ours.mean.array)
