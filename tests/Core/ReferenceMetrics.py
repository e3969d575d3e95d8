#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the reference numbers of tweedieMetricsGTest.cxx, made by scikit-image.

The images are formulas, so that both sides make them by themselves. Needs: python3-skimage (0.19 or later).
"""
import numpy
from skimage.metrics import normalized_root_mse, peak_signal_noise_ratio, structural_similarity


def images(height, width):
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float64)
    reference = 1.5 + numpy.sin(0.31 * x) * numpy.cos(0.23 * y) + 0.4 * numpy.sin(0.011 * x * y)
    estimate = 0.95 * reference + 0.1 * numpy.cos(1.7 * x + 0.9 * y) + 0.02 * numpy.sin(0.5 * y)
    mask = (x - 0.45 * width) ** 2 + (y - 0.55 * height) ** 2 < (0.4 * height) ** 2
    return reference, estimate, mask


def main():
    for height, width in ((40, 53), (64, 64)):
        reference, estimate, mask = images(height, width)
        peak = reference.max()
        nrmse = normalized_root_mse(reference, estimate, normalization="euclidean")
        psnr = peak_signal_noise_ratio(reference, estimate, data_range=peak)
        ssim, full = structural_similarity(
            reference, estimate, data_range=peak, gaussian_weights=True, sigma=1.5,
            use_sample_covariance=False, full=True)
        inner = (slice(5, -5), slice(5, -5))
        masked_peak = reference[mask].max()
        masked_nrmse = normalized_root_mse(reference[mask], estimate[mask], normalization="euclidean")
        masked_psnr = peak_signal_noise_ratio(reference[mask], estimate[mask], data_range=masked_peak)
        _, masked_full = structural_similarity(
            reference, estimate, data_range=masked_peak, gaussian_weights=True, sigma=1.5,
            use_sample_covariance=False, full=True)
        masked_ssim = masked_full[inner][mask[inner]].mean()
        fixed = structural_similarity(
            reference, estimate, data_range=2.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
        numbers = (nrmse, psnr, ssim, masked_nrmse, masked_psnr, masked_ssim, fixed)
        print("{%d, %d, %s}," % (height, width, ", ".join("%.9f" % number for number in numbers)))


if __name__ == "__main__":
    main()
