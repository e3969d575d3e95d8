// SPDX-License-Identifier: Apache-2.0
#include "tweedieErrorSplit.h"

#include "tweedieError.h"
#include "tweedieMeasuredSpace.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
double
MeanSquare(const at::Tensor & x)
{
  const at::Tensor parts = x.is_complex() ? at::view_as_real(x).square().sum(-1) : x.square();
  return parts.to(at::kDouble).mean().item<double>();
}
} // namespace

ErrorSplit
SplitError(const Likelihood & likelihood, const at::Tensor & error, std::int64_t steps, double tolerance)
{
  const double all = MeanSquare(error);
  if (!std::isfinite(all))
  {
    throw DataError("error: given values that are not finite; required finite ones");
  }
  ErrorSplit split;
  split.measured = MeasuredPart(likelihood, error, steps, tolerance);
  split.unmeasured = error - split.measured;
  split.measuredRms = std::sqrt(MeanSquare(split.measured));
  const double unmeasured = MeanSquare(split.unmeasured);
  split.unmeasuredRms = std::sqrt(unmeasured);
  split.unmeasuredShare = all > 0.0 ? unmeasured / all : 0.0;
  return split;
}
} // namespace tweedie
