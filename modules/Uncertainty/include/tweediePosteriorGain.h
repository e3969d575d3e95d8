// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePosteriorGain_h
#define tweediePosteriorGain_h

#include "tweedieVerdict.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Mean squared errors of one case: of a sample, on average over all of them, and of their mean. */
struct SampleErrors
{
  double single = 0.0;
  double mean = 0.0;
};

/** truth [...], samples [n, ...], n >= 2, real or complex; mask: pixels to use (undefined: all). */
SampleErrors MeasureSampleErrors(const at::Tensor & truth, const at::Tensor & samples, const at::Tensor & mask = {});

/** What the mean of n samples gains over one of them. For exact samples the truth is one more sample, so that
 * E|x_i - x*|^2 = 2 tr C, E|mean - x*|^2 = (1 + 1/n) tr C, and
 *
 *    PSNR(mean) - PSNR(one) = 10 log10(2/(1 + 1/n)) dB
 *
 * Less: the samples are too close to each other, or off together; more: too far apart. */
struct PosteriorGain
{
  std::int64_t cases = 0;
  std::int64_t samples = 0;
  double gain = 0.0;     ///< dB, of errors averaged over the cases
  double expected = 0.0; ///< dB
  double error = 0.0;    ///< standard error of the gain over the cases, by the jackknife; not a number for one case
  double pValue = 1.0;   ///< two-sided, Student with cases - 1 degrees of freedom; not a number for one case
};

/** cases: independent of each other. Throws DataError for none, or for errors that are 0. */
PosteriorGain CheckPosteriorGain(const std::vector<SampleErrors> & cases, std::int64_t samples);

/** "posterior-gain": inside expected -+ (tolerance + t * error), t of 99 %; NotTested for fewer than three cases. The
 * p-value is in the statement only: approximate samples that are good enough are not exact. */
Verdict PosteriorGainVerdict(const PosteriorGain & gain, double tolerance = 0.3);
} // namespace tweedie

#endif
