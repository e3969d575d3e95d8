// SPDX-License-Identifier: Apache-2.0
#include "tweedieNullSpaceAudit.h"

#include "tweedieError.h"
#include "tweedieMeasuredSpace.h"
#include "tweedieNullSpace.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
double
Energy(const at::Tensor & x)
{
  return (x.is_complex() ? at::view_as_real(x.contiguous()) : x).to(at::kDouble).square().sum().item<double>();
}
} // namespace

NullSpaceAudit
AuditNullSpace(const ScanStudy & study, const at::Tensor & images)
{
  if (images.size(0) < 2)
  {
    throw DataError("samples: given " + std::to_string(images.size(0)) + "; required two at least");
  }
  const GaussianLikelihood & data = study.Data();
  const at::Tensor mean = images.mean(0);
  NullSpaceAudit audit;
  audit.unmeasured = mean - MeasuredPart(data, mean);
  audit.energyShare = Energy(audit.unmeasured) / Energy(mean);
  const NullSpace ofVariance = NullSpaceOf(data, images);
  audit.varianceShare = ofVariance.share;
  audit.varianceShareOfAll = ofVariance.total;
  return audit;
}
} // namespace tweedie
