#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Our reading of a classic CT series of 300 slices of 512 x 512 beside dcm2niix, which reads it and writes NIfTI without
compression. Ours checks all headers and decodes in a second process; the programs run in turn, and the least time of each
counts. Files are in memory, so that no disk is measured.

    DicomReadRatio.py build/tests/Benchmarks/TweedieDicomRead [repetitions]    (needs dcm2niix and python3-pydicom)
"""

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

SLICES, SIZE = 300, 512
CT = "1.2.840.10008.5.1.4.1.1.2"


def write_series(folder):
    study, series, frame = (generate_uid() for _ in range(3))
    pixels = random.Random(1).randbytes(2 * SIZE * SIZE)
    for k in range(SLICES):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = CT
        meta.MediaStorageSOPInstanceUID = generate_uid()
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
        image.is_little_endian, image.is_implicit_VR = True, False
        image.SOPClassUID, image.SOPInstanceUID = CT, meta.MediaStorageSOPInstanceUID
        image.StudyInstanceUID, image.SeriesInstanceUID, image.FrameOfReferenceUID = study, series, frame
        image.Modality, image.Manufacturer, image.ImageType = "CT", "Nobody", ["ORIGINAL", "PRIMARY", "AXIAL"]
        image.PatientName, image.PatientID, image.StudyDate, image.StudyTime = "", "", "20200101", "120000"
        image.SeriesNumber, image.InstanceNumber, image.AcquisitionNumber = 1, k + 1, 1
        image.ImagePositionPatient, image.ImageOrientationPatient = [-180, -180, k], [1, 0, 0, 0, 1, 0]
        image.PixelSpacing, image.SliceThickness, image.PatientPosition = [0.703125, 0.703125], 1, "HFS"
        image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
        image.Rows = image.Columns = SIZE
        image.BitsAllocated = image.BitsStored = 16
        image.HighBit, image.PixelRepresentation = 15, 1
        image.RescaleSlope, image.RescaleIntercept = 1, -1024
        image.PixelData = pixels
        image.save_as(f"{folder}/{k:04}.dcm", write_like_original=False)


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def theirs(folder, out):
    before, begin = processor_seconds(), time.perf_counter()
    subprocess.run(["dcm2niix", "-z", "n", "-b", "n", "-w", "1", "-o", out, "-f", "x", folder], check=True,
                   capture_output=True)
    return processor_seconds() - before, time.perf_counter() - begin


def main():
    program, turns = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = tempfile.mkdtemp(dir=memory)
    try:
        source, out = f"{folder}/series", f"{folder}/out"
        os.mkdir(source), os.mkdir(out)
        write_series(source)
        ours, other = [], []
        for _ in range(turns):
            ours.append(json.loads(subprocess.run([program, source], check=True, capture_output=True).stdout))
            other.append(theirs(source, out))
        least = {key: min(run[key] for run in ours) for key in ("processor", "listing", "wall")}
        for index, key in enumerate(("processor", "wall")):
            reference = min(run[index] for run in other)
            print(f"{key}: ours {least[key]:.2f} s, dcm2niix {reference:.2f} s: {100 * reference / least[key]:.0f} % of "
                  f"its rate")
        print(f"of ours, headers: {least['listing']:.2f} s")
        for key in ("parent", "child"):
            print(f"peak memory of the {key}: {max(run[key] for run in ours):.2f} volumes")
    finally:
        shutil.rmtree(folder)


main()
