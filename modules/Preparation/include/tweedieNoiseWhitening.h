// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNoiseWhitening_h
#define tweedieNoiseWhitening_h

#include "tweedieMRIRaw.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace tweedie
{
/** E[n n^H] of complex samples, [coil, coil], complex double, from readouts without signal, for samples that are
 * sampleTime apart (microseconds):
 *
 *    C = t_noise / (t b) mean(n n^H)
 *
 * The power of white noise is that of its bandwidth 1 / t; b is the mean power of the receiver's filter, which a noise
 * readout sees whole and the middle of an image does not (Kellman and McVeigh 2005). Throws DataError for no readout,
 * counts of coils that differ, times that are not known, and fewer samples than coils. */
at::Tensor
NoiseCovariance(const std::vector<const MRIReadout *> & readouts, double sampleTime, double relativeBandwidth = 1.0);

/** W with W C W^H = 1: the inverse of the Cholesky factor. Throws DataError for coils without noise, or that are sums
 * of others. */
at::Tensor WhiteningMatrix(const at::Tensor & covariance);
} // namespace tweedie

#endif
