# SPDX-License-Identifier: Apache-2.0
"""Images of pydicom and xarray."""

import numpy as np
import pytest

import tweedie



@pytest.fixture(scope="module")
def volume():
    """Six oblique slices."""
    y, x = np.mgrid[-1:1:20j, -1:1:24j]
    array = np.stack([100.0 * (z + 1) * np.exp(-x**2 - 2 * (y - 0.1 * z)**2) for z in range(6)]).astype(np.float32)
    angle = np.deg2rad(25)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    tilt = np.array([[1, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]])
    return tweedie.Image(array, (0.9, 1.2, 4.0), (-20.0, 12.5, 40.0), turn @ tilt)


@pytest.fixture(scope="module")
def series(volume, tmp_path_factory):
    """As DICOM, in units of 0.5 with an intercept of -100."""
    pydicom = pytest.importorskip("pydicom")
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    folder, study, name = tmp_path_factory.mktemp("dicom"), generate_uid(), generate_uid()
    for number in range(6):
        one = pydicom.Dataset()
        one.file_meta = pydicom.dataset.FileMetaDataset()
        one.file_meta.MediaStorageSOPClassUID = one.SOPClassUID = MRImageStorage
        one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID = generate_uid()
        one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        one.PatientName, one.PatientID, one.Modality, one.InstanceNumber = "Test^Person", "7", "MR", number + 1
        one.StudyInstanceUID, one.SeriesInstanceUID, one.FrameOfReferenceUID = study, name, study
        place = volume.affine @ [0, 0, number, 1]
        one.ImagePositionPatient = [f"{p:.6f}" for p in place[:3]]
        one.ImageOrientationPatient = [f"{p:.8f}" for p in np.concatenate((volume.direction[:, 0], volume.direction[:, 1]))]
        one.PixelSpacing, one.SliceThickness = ["1.2", "0.9"], "4.0"
        one.Rows, one.Columns, one.SamplesPerPixel, one.PhotometricInterpretation = 20, 24, 1, "MONOCHROME2"
        one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 16, 15, 0
        one.RescaleSlope, one.RescaleIntercept = "0.5", "-100"
        one.PixelData = np.rint((volume.array[number] + 100) / 0.5).astype("<u2").tobytes()
        one.is_little_endian, one.is_implicit_VR = True, False
        # Names in an order that is not that of the slices.
        pydicom.dcmwrite(folder / f"{(number * 5) % 6}.dcm", one, write_like_original=False)
    return folder


def test_pydicom_is_read_as_the_program_reads_it(volume, series):
    read = tweedie.Image.from_pydicom(series)
    np.testing.assert_allclose(read.affine, volume.affine, atol=1e-5)  # of six decimals in the file
    assert np.abs(read.array - volume.array).max() <= 0.25 + 1e-4  # half of the slope
    ours = tweedie.read_dicom(series)
    np.testing.assert_allclose(read.affine, ours.affine, atol=1e-6)
    np.testing.assert_allclose(read.array, ours.array, rtol=1e-6)


def test_pydicom_is_written(volume, series, tmp_path):
    changed = volume.like(volume.array * 3 - 7)
    made = changed.to_pydicom(series, "three times")
    assert len({one.SOPInstanceUID for one in made}) == 6 and len({one.SeriesInstanceUID for one in made}) == 1
    assert all(one.PatientID == "7" and one.SeriesDescription == "three times" for one in made)
    for number, one in enumerate(made):
        one.save_as(tmp_path / f"{number}.dcm", write_like_original=False)
    for back in (tweedie.Image.from_pydicom(made[::-1]), tweedie.read_dicom(tmp_path)):
        np.testing.assert_allclose(back.affine, volume.affine, atol=1e-5)
        step = (changed.array.max() - changed.array.min()) / 65535
        assert np.abs(back.array - changed.array).max() < 0.51 * step + 1e-4
    with pytest.raises(tweedie.DataError, match="shape"):
        tweedie.Image(np.zeros((5, 20, 24), np.float32)).to_pydicom(series)


def test_wrong_series_are_refused(series, tmp_path):
    import pydicom

    slices = [pydicom.dcmread(path) for path in sorted(series.iterdir())]
    slices.sort(key=lambda one: one.InstanceNumber)
    with pytest.raises(tweedie.DataError, match="gap"):
        tweedie.Image.from_pydicom(slices[:2] + slices[3:])
    with pytest.raises(tweedie.DataError, match="none with pixels"):
        tweedie.Image.from_pydicom(tmp_path)
    slices[1].PixelSpacing = ["1", "1"]
    with pytest.raises(tweedie.DataError, match="orientation"):
        tweedie.Image.from_pydicom(slices)


def test_results_go_into_the_study(series, tmp_path):
    pydicom = pytest.importorskip("pydicom")
    image = tweedie.read_dicom(series)
    blurred = tweedie.simulate.restoration(image, task="blur-gaussian", kernel_size=5, kernel_deviation=1.0, noise=0.01)
    found = tweedie.reconstruct.restoration(blurred, method="tikhonov")
    files = found.write_dicom(tmp_path / "result", series, statement="Of the test.")
    assert files
    slices = sorted((tmp_path / "result" / "mean").glob("*.dcm"))
    assert len(slices) == 6
    one = pydicom.dcmread(slices[0])
    assert one.PatientID == "7" and (tmp_path / "result" / "report.dcm").is_file()
    back = tweedie.read_dicom(tmp_path / "result" / "mean")
    np.testing.assert_allclose(back.affine, image.affine, atol=1e-5)
    assert tweedie.metrics.nrmse(found.mean, back) < 1e-4  # 16 bits
    with pytest.raises(ValueError, match="exists"):
        found.write_dicom(tmp_path / "result", series)
    found.write_dicom(tmp_path / "result", series, overwrite=True)


def test_xarray_keeps_the_place_of_parts(volume):
    pytest.importorskip("xarray")
    data = volume.to_xarray()
    assert data.dims == ("z", "y", "x") and float(data.x[3]) == pytest.approx(3 * 0.9)
    back = tweedie.Image.of(data)
    np.testing.assert_allclose(back.affine, volume.affine, atol=1e-12)
    assert np.array_equal(back.array, volume.array)
    part = tweedie.Image.from_xarray(data.isel(z=slice(1, 5, 2), x=slice(4, 20)))
    np.testing.assert_allclose(part.affine @ [2, 3, 1, 1], volume.affine @ [6, 3, 3, 1], atol=1e-9)
    assert part.array[1, 3, 2] == volume.array[3, 3, 6]
    channels = volume.like(np.stack([volume.array, 2 * volume.array]))
    assert np.array_equal(tweedie.Image.of(channels.to_xarray()).array, channels.array)
    with pytest.raises(tweedie.DataError, match="evenly"):
        tweedie.Image.from_xarray(data.isel(x=[0, 1, 3]))
    with pytest.raises(tweedie.DataError, match="dims"):
        tweedie.Image.from_xarray(data.transpose("x", "y", "z"))
