// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRILikelihood.h"

#include "tweedieError.h"
#include "tweedieMRIModel.h"

#include <ATen/ATen.h>

namespace tweedie
{
std::shared_ptr<const GaussianLikelihood>
MakeMRILikelihood(const MRIScan & scan, double noise, c10::Device device, const ProximalOptions & options)
{
  auto model = MakeMRIModel(scan);
  if (!(noise > 0.0))
  {
    throw UsageError("noise: given " + std::to_string(noise) + "; required a standard deviation > 0");
  }
  const at::Tensor mask = MRIMask(scan).to(device);
  return std::make_shared<const GaussianLikelihood>(std::move(model), MRIData(scan).to(device), noise, mask, options);
}
} // namespace tweedie
