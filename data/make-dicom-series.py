#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes slices of a NIfTI image as a series of MR or CT images in DICOM, for those who have no scanner at hand.

Patient, study and scanner are invented. Needs Debian's package python3-pydicom, that is Debian's Python (/usr/bin/python3).
"""
import argparse
import array
import gzip
import pathlib
import struct
import sys

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset

TYPES = {2: "B", 4: "h", 512: "H", 16: "f"}
ROOT = "1.2.826.0.1.3680043.8.498.77."
CLASSES = {"CT": "1.2.840.10008.5.1.4.1.1.2", "MR": "1.2.840.10008.5.1.4.1.1.4"}


class Nifti:
    """Numbers, spacing and place (LPS, mm) of a three-dimensional NIfTI-1 file whose axes run along the patient's."""

    def __init__(self, path):
        raw = gzip.open(path).read() if str(path).endswith(".gz") else path.read_bytes()
        dim = struct.unpack("<8h", raw[40:56])
        code = struct.unpack("<h", raw[70:72])[0]
        if raw[344:347] not in (b"n+1",) or dim[0] != 3 or code not in TYPES:
            sys.exit(f"{path}: required a little-endian NIfTI-1 file of three axes and 8 or 16 bits, or floats")
        self.size = dim[1:4]
        offset = int(struct.unpack("<f", raw[108:112])[0])
        slope, intercept = struct.unpack("<2f", raw[112:120])
        rows = [struct.unpack("<4f", raw[at : at + 16]) for at in (280, 296, 312)]  # sform, RAS
        if any(abs(rows[i][j]) > 1e-3 * abs(rows[i][i]) for i in range(3) for j in range(3) if i != j):
            sys.exit(f"{path}: given axes that are oblique; required those of the patient")
        self.steps = (-rows[0][0], -rows[1][1], rows[2][2])
        self.origin = (-rows[0][3], -rows[1][3], rows[2][3])
        values = array.array(TYPES[code])
        count = self.size[0] * self.size[1] * self.size[2]
        values.frombytes(raw[offset : offset + count * values.itemsize])
        self.values = values if slope in (0.0, 1.0) and intercept == 0.0 else [slope * v + intercept for v in values]


def common(modality):
    d = Dataset()
    d.SOPClassUID = CLASSES[modality]
    d.StudyInstanceUID, d.SeriesInstanceUID, d.FrameOfReferenceUID = ROOT + "1", ROOT + "2", ROOT + "3"
    d.PatientName, d.PatientID, d.PatientBirthDate, d.PatientSex = "Muster^Erika", "0815", "19500101", "F"
    d.StudyDate = d.SeriesDate = "20240102"
    d.StudyTime, d.SeriesTime = "101112", "101113"
    d.AccessionNumber, d.ReferringPhysicianName, d.StudyID = "", "", "1"
    d.Modality, d.SeriesNumber, d.Manufacturer = modality, 1, "Invented"
    d.BodyPartExamined, d.PatientPosition, d.PositionReferenceIndicator = "HEAD", "HFS", ""
    if modality == "CT":
        d.ImageType, d.KVP, d.RescaleType = ["ORIGINAL", "PRIMARY", "AXIAL"], 120, "HU"
    else:
        d.ImageType = ["ORIGINAL", "PRIMARY", "M"]
        d.ScanningSequence, d.SequenceVariant, d.ScanOptions, d.MRAcquisitionType = "GR", "SP", "", "3D"
        d.RepetitionTime, d.EchoTime, d.EchoTrainLength = 20, 5, 1
    d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
    d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 16, 15, 0
    return d


def write(image, z, modality, path):
    nx, ny, _ = image.size
    intercept = -1024 if modality == "CT" else 0
    d = common(modality)
    d.SOPInstanceUID, d.InstanceNumber = f"{ROOT}4.{z + 1}", z + 1
    # Rows run to the left of the patient, columns to the back, whatever the file's axes do.
    columns = range(nx) if image.steps[0] > 0 else range(nx - 1, -1, -1)
    rows = range(ny) if image.steps[1] > 0 else range(ny - 1, -1, -1)
    first = (columns[0], rows[0], z)
    d.ImagePositionPatient = [f"{image.origin[i] + first[i] * image.steps[i]:.10g}" for i in range(3)]
    d.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    d.PixelSpacing = [f"{abs(image.steps[1]):.10g}", f"{abs(image.steps[0]):.10g}"]
    d.SliceThickness = f"{abs(image.steps[2]):.10g}"
    d.RescaleIntercept, d.RescaleSlope = intercept, 1
    d.Rows, d.Columns = ny, nx
    base = z * nx * ny
    stored = (round(image.values[base + y * nx + x]) - intercept for y in rows for x in columns)
    d.add_new(0x7FE00010, "OW", array.array("H", (min(max(v, 0), 65535) for v in stored)).tobytes())
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    d.file_meta.MediaStorageSOPClassUID, d.file_meta.MediaStorageSOPInstanceUID = d.SOPClassUID, d.SOPInstanceUID
    d.is_little_endian, d.is_implicit_VR = True, False
    d.save_as(path, write_like_original=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", type=pathlib.Path, help="NIfTI file, .nii or .nii.gz")
    parser.add_argument("output", type=pathlib.Path, help="new folder")
    parser.add_argument("--modality", choices=sorted(CLASSES), default="MR", help="CT: values are Hounsfield units")
    parser.add_argument("--slices", metavar="FIRST:LAST", help="counted from 0, both ends included; all if not given")
    options = parser.parse_args()
    image = Nifti(options.image)
    first, last = (int(n) for n in options.slices.split(":")) if options.slices else (0, image.size[2] - 1)
    if not 0 <= first <= last < image.size[2]:
        sys.exit(f"--slices: given {options.slices}; required a range within 0:{image.size[2] - 1}")
    options.output.mkdir()
    for z in range(first, last + 1):
        write(image, z, options.modality, options.output / f"image-{z:04d}.dcm")


if __name__ == "__main__":
    main()
