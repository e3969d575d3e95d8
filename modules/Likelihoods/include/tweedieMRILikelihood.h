// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRILikelihood_h
#define tweedieMRILikelihood_h

#include "tweedieGaussianLikelihood.h"
#include "tweedieMRIScan.h"

#include <c10/core/Device.h>

#include <memory>

namespace tweedie
{
/** The likelihood of a scan, batch entry = slice: SENSE model, data, noise sigma of a complex sample in the data's
 * units
 * (> 0), and the mask as what counts. Checks the scan. */
std::shared_ptr<const GaussianLikelihood> MakeMRILikelihood(const MRIScan & scan,
                                                            double noise,
                                                            c10::Device device = c10::Device(c10::DeviceType::CPU),
                                                            const ProximalOptions & options = {});
} // namespace tweedie

#endif
