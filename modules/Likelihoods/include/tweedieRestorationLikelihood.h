// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationLikelihood_h
#define tweedieRestorationLikelihood_h

#include "tweedieGaussianLikelihood.h"
#include "tweedieRestorationMeasurement.h"

#include <c10/core/Device.h>

#include <string>
#include <vector>

namespace tweedie
{
/** The likelihood of a degraded image, batch entry = slice (all slices, where the task couples them), for images and
 * data divided by scale: Gaussian with the standard deviation noise (in the units of the data, > 0), or Poisson where
 * the measurement says so, then exact or as a Gaussian of the counts (poissonForm; tweediePoissonLikelihood.h) and
 * without noise. Under a Gaussian one at most 5 Gauss-Newton steps are taken. Throws DataError and UsageError like
 * MakeRestorationModel; DataError for Poisson data that are negative, complex or no counts. */
LikelihoodPointer MakeRestorationLikelihood(const RestorationMeasurement & measurement,
                                            double noise,
                                            const std::string & poissonForm,
                                            c10::Device device = c10::Device(c10::DeviceType::CPU),
                                            const ProximalOptions & options = {});

/** Standard deviation of a sample of the data, complex ones E|n|^2 = noise^2: given, else the measurement's, else from
 * the data with a warning,
 *
 *    median |N * y| / (0.6745 * 6),  N = [1 -2 1; -2 4 -2; 1 -2 1]
 *
 * (the Laplacian difference of Immerkaer 1996, with the median of Donoho and Johnstone 1994 in place of the mean) over
 * the 3 x 3 blocks that are measured completely. Throws UsageError for a given noise that is not positive, DataError
 * where nothing can be estimated. */
double RestorationNoiseLevel(const RestorationMeasurement & measurement,
                             const std::optional<double> & given,
                             std::vector<std::string> & warnings);
} // namespace tweedie

#endif
