// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageStatistics_h
#define tweedieImageStatistics_h

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace tweedie
{
/** Plain figures of an image, by which samples of a prior are held against its training images:
 *  mean, deviation and 99th percentile of the magnitude; share of pixels above a tenth of that percentile; mean
 * gradient over mean; share of the energy above half the Nyquist frequency. */
const std::vector<std::string> & ImageStatisticNames();

/** The figures of each image of [batch, channels, y, x], shape [batch, statistic], double. */
at::Tensor ImageStatistics(const at::Tensor & images);

/** Probabilities at which quantiles of a statistic are kept in a model card. */
const std::vector<double> & StatisticProbabilities();

/** Quantiles [statistic][probability] over a batch of images. */
std::vector<std::vector<double>> StatisticQuantiles(const at::Tensor & images);
} // namespace tweedie

#endif
