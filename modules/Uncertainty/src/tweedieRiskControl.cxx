// SPDX-License-Identifier: Apache-2.0
#include "tweedieRiskControl.h"

#include "tweedieError.h"
#include "tweedieRealTensor.h"
#include "tweedieTailProbability.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
void
RequireRising(const at::Tensor & scales)
{
  if (scales.numel() > 1 && !(scales.diff() > 0.0).all().item<bool>())
  {
    throw DataError("risk control: given scales that do not rise; required rising ones");
  }
}

at::Tensor
CheckedLosses(const at::Tensor & losses, const at::Tensor & scales, double largestLoss)
{
  const at::Tensor checked = RealTensor(losses, 2, "risk control, losses");
  RequireRising(RealTensor(scales, 1, "risk control, scales"));
  if (checked.size(1) != scales.numel() || checked.min().item<double>() < 0.0 ||
      checked.max().item<double>() > largestLoss)
  {
    std::ostringstream message;
    message << "risk control: given losses of shape " << losses.sizes() << " for " << scales.numel()
            << " scales; required [cases, scales] from 0 to " << largestLoss;
    throw DataError(message.str());
  }
  return checked;
}

/** p-value of "the risk is m or more" for a mean loss below it. */
double
HoeffdingBentkus(double risk, std::int64_t cases, double m)
{
  const auto n = static_cast<double>(cases);
  const double p = std::min(risk, m);
  const double first = p > 0.0 ? p * std::log(p / m) : 0.0;
  const double second = p < 1.0 ? (1.0 - p) * std::log((1.0 - p) / (1.0 - m)) : 0.0;
  // 1e-9: a whole n R stays what it is
  const auto missed = static_cast<std::int64_t>(std::ceil(n * risk - 1e-9));
  return std::min(std::exp(-n * (first + second)), std::exp(1.0) * BinomialBelow(missed, cases, m));
}

[[noreturn]] void
ThrowNoScale(double largest, double alpha)
{
  std::ostringstream message;
  message << "risk control: given scales up to " << largest << ", none of which keeps the risk at " << alpha
          << "; required larger scales or more calibration cases";
  throw DataError(message.str());
}
} // namespace

at::Tensor
MissedShares(const at::Tensor & scores, const at::Tensor & scales, const at::Tensor & mask)
{
  const at::Tensor levels = RealTensor(scales, 1, "risk control, scales");
  RequireRising(levels);
  const at::Tensor all = scores.to(at::kCPU, at::kDouble);
  const at::Tensor keep = mask.defined() ? mask.to(at::kCPU).ne(0).expand_as(all) : at::ones_like(all, at::kBool);
  at::Tensor missed = at::empty({all.size(0), levels.numel()}, at::kDouble);
  for (std::int64_t i = 0; i < all.size(0); ++i)
  {
    const at::Tensor sorted = std::get<0>(all[i].masked_select(keep[i]).sort());
    if (sorted.numel() == 0 || at::isnan(sorted).any().item<bool>())
    {
      throw DataError("risk control: case " + std::to_string(i + 1) +
                      ": given no pixel or scores that are not numbers; required one or more");
    }
    const at::Tensor inside = at::searchsorted(sorted, levels, /* out_int32 */ false, /* right */ true);
    missed[i] = 1.0 - inside.to(at::kDouble) / static_cast<double>(sorted.numel());
  }
  return missed;
}

double
ConformalRiskScale(const at::Tensor & losses, const at::Tensor & scales, double alpha, double largestLoss)
{
  const at::Tensor checked = CheckedLosses(losses, scales, largestLoss);
  if (checked.size(1) > 1 && (checked.diff(1, 1) > 1e-12).any().item<bool>())
  {
    throw DataError("conformal risk control: given losses that rise with the scale; required none that does");
  }
  const auto n = static_cast<double>(checked.size(0));
  const double least = largestLoss / (n + 1.0);
  if (!(alpha >= least) || !(alpha < largestLoss))
  {
    std::ostringstream message;
    message << "conformal risk control: given risk " << alpha << " with " << n << " calibration cases; required "
            << least << " or more, below " << largestLoss;
    throw UsageError(message.str());
  }
  const at::Tensor risk = checked.mean(0);
  for (std::int64_t i = 0; i < risk.numel(); ++i)
  {
    if (n / (n + 1.0) * risk[i].item<double>() + least <= alpha + 1e-12) // 1e-12: rounding of a whole count
    {
      return scales[i].item<double>();
    }
  }
  ThrowNoScale(scales[-1].item<double>(), alpha);
}

double
HoeffdingBentkusBound(double risk, std::int64_t cases, double delta)
{
  if (!(risk >= 0.0 && risk <= 1.0) || cases < 1 || !(delta > 0.0 && delta < 1.0))
  {
    std::ostringstream message;
    message << "Hoeffding-Bentkus bound: given mean loss " << risk << " of " << cases << " cases at level " << delta
            << "; required a loss from 0 to 1, one case or more, a level between 0 and 1";
    throw UsageError(message.str());
  }
  // the p-value is 1 at m = risk and falls with m
  double low = risk;
  double high = 1.0;
  for (int i = 0; i < 100; ++i)
  {
    const double middle = 0.5 * (low + high);
    (HoeffdingBentkus(risk, cases, middle) >= delta ? low : high) = middle;
  }
  return high;
}

double
RiskControllingScale(const at::Tensor & losses, const at::Tensor & scales, double alpha, double delta)
{
  const at::Tensor checked = CheckedLosses(losses, scales, 1.0);
  const at::Tensor risk = checked.mean(0);
  std::int64_t first = risk.numel();
  while (first > 0 && HoeffdingBentkusBound(risk[first - 1].item<double>(), checked.size(0), delta) <= alpha)
  {
    --first;
  }
  if (first == risk.numel())
  {
    ThrowNoScale(scales[-1].item<double>(), alpha);
  }
  return scales[first].item<double>();
}
} // namespace tweedie
