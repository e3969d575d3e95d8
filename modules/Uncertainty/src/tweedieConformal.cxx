// SPDX-License-Identifier: Apache-2.0
#include "tweedieConformal.h"

#include "tweedieError.h"
#include "tweedieRealTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
double
LargestConformalLevel(std::int64_t cases)
{
  return static_cast<double>(cases) / static_cast<double>(cases + 1);
}

double
ConformalQuantile(const at::Tensor & scores, double level)
{
  const at::Tensor all = scores.to(at::kCPU, at::kDouble);
  if (all.dim() != 1 || all.numel() == 0 || !all.ge(0.0).all().item<bool>())
  {
    throw DataError("conformal prediction: given scores that are negative or not numbers, or none; required one per "
                    "calibration case");
  }
  const std::int64_t n = all.numel();
  // 1e-9: a level that is met exactly is not lost to rounding
  const auto rank = static_cast<std::int64_t>(std::ceil(static_cast<double>(n + 1) * level - 1e-9));
  if (!(level > 0.0) || rank > n)
  {
    std::ostringstream message;
    message << "conformal prediction: given level " << level << " with " << n
            << (n == 1 ? " calibration case" : " calibration cases") << "; required at most "
            << LargestConformalLevel(n);
    if (level > 0.0 && level < 1.0)
    {
      message << ", or " << std::ceil(level / (1.0 - level) - 1e-9) << " cases";
    }
    throw UsageError(message.str());
  }
  return std::get<0>(all.sort())[rank - 1].item<double>();
}

at::Tensor
ConformalScores(const at::Tensor & truth, const at::Tensor & estimate, const at::Tensor & deviation)
{
  if (truth.sizes() != estimate.sizes() || truth.sizes() != deviation.sizes())
  {
    std::ostringstream message;
    message << "conformal prediction: given truths of shape " << truth.sizes() << ", estimates of " << estimate.sizes()
            << ", deviations of " << deviation.sizes() << "; required equal shapes";
    throw DataError(message.str());
  }
  const std::int64_t axes = truth.dim();
  const at::Tensor error =
      (RealTensor(truth, axes, "conformal prediction, truths") - RealTensor(estimate, axes, "conformal prediction"))
          .abs();
  const at::Tensor width = RealTensor(deviation, axes, "conformal prediction, deviations");
  if (width.lt(0.0).any().item<bool>())
  {
    throw DataError("conformal prediction: given negative deviations; required 0 or more");
  }
  return at::where(error == 0.0, at::zeros_like(error), error / width);
}
} // namespace tweedie
