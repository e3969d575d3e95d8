// SPDX-License-Identifier: Apache-2.0
#include "tweedieIncrementPrior.h"

#include "tweedieError.h"
#include "tweedieIncrementScales.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double atom = 1e-9; // scales below which an increment is the zero of bernoulli-laplace, not a draw near it

IncrementPrior
Checked(IncrementPrior prior)
{
  RequireValid(prior);
  return prior;
}
} // namespace

void
RequireValid(const IncrementPrior & prior)
{
  if (prior.length < 1 || prior.freedom < 1 || !(prior.scale > 0.0) || !(prior.firstVariance > 0.0) ||
      !(prior.jump > 0.0 && prior.jump <= 1.0))
  {
    std::ostringstream text;
    text << "increment prior: given length " << prior.length << ", scale " << prior.scale << ", jump " << prior.jump
         << ", freedom " << prior.freedom << ", first variance " << prior.firstVariance
         << "; required positive ones and a jump of at most 1";
    throw UsageError(text.str());
  }
}

std::string
IncrementPrior::Name() const
{
  switch (law)
  {
  case IncrementLaw::Gauss:
    return "gauss";
  case IncrementLaw::Laplace:
    return "laplace";
  case IncrementLaw::BernoulliLaplace:
    return "bernoulli-laplace";
  default:
    return "student-t";
  }
}

double
IncrementPrior::IncrementVariance() const
{
  const double square = scale * scale;
  switch (law)
  {
  case IncrementLaw::Gauss:
    return square;
  case IncrementLaw::Laplace:
    return 2.0 * square;
  case IncrementLaw::BernoulliLaplace:
    return 2.0 * square * jump;
  default:
    const auto nu = static_cast<double>(freedom);
    return freedom > 2 ? square * nu / (nu - 2.0) : std::numeric_limits<double>::infinity();
  }
}

at::Tensor
IncrementPrior::LogIncrement(const at::Tensor & u) const
{
  const at::Tensor t = u.to(at::kDouble) / scale;
  switch (law)
  {
  case IncrementLaw::Gauss:
    return t.square() * -0.5 - std::log(scale * std::sqrt(2.0 * M_PI));
  case IncrementLaw::Laplace:
    return -t.abs() - std::log(2.0 * scale);
  case IncrementLaw::BernoulliLaplace:
    return std::log(jump) - t.abs() - std::log(2.0 * scale);
  default:
    const auto nu = static_cast<double>(freedom);
    const double constant =
        std::lgamma((nu + 1.0) / 2.0) - std::lgamma(nu / 2.0) - std::log(scale * std::sqrt(nu * M_PI));
    return (t.square() / nu).log1p() * (-(nu + 1.0) / 2.0) + constant;
  }
}

at::Tensor
IncrementPrior::IncrementScore(const at::Tensor & u) const
{
  const at::Tensor t = u.to(at::kDouble) / scale;
  switch (law)
  {
  case IncrementLaw::Gauss:
    return t / -scale;
  case IncrementLaw::StudentT:
  {
    const auto nu = static_cast<double>(freedom);
    return t * -((nu + 1.0) / scale) / (t.square() + nu);
  }
  default:
    return t.sign() / -scale;
  }
}

at::Tensor
IncrementPrior::Increments(const at::Tensor & signals) const
{
  return at::cat({signals.slice(1, 0, 1), signals.slice(1, 1) - signals.slice(1, 0, -1)}, 1);
}

at::Tensor
IncrementPrior::Signals(const at::Tensor & increments) const
{
  return increments.cumsum(1);
}

at::Tensor
IncrementPrior::LogDensity(const at::Tensor & signals) const
{
  const at::Tensor u = Increments(signals.to(at::kDouble));
  const at::Tensor jumps = u.slice(1, 1);
  at::Tensor each = LogIncrement(jumps);
  if (law == IncrementLaw::BernoulliLaplace)
  {
    each = at::where(jumps.abs().lt(atom * scale), at::full_like(each, std::log1p(-jump)), each);
  }
  return u.select(1, 0).square() / (-2.0 * firstVariance) + each.sum(1);
}

at::Tensor
IncrementPrior::Draw(RandomStreams & random) const
{
  RequireValid(*this);
  return Signals(PriorScales(*this, random).sqrt() * random.Normal({length}, at::kDouble));
}

IncrementPrior
GaussIncrements(std::int64_t length, double variance)
{
  return Checked({IncrementLaw::Gauss, length, std::sqrt(variance), 1.0, 3, variance});
}

IncrementPrior
LaplaceIncrements(std::int64_t length, double scale)
{
  return Checked({IncrementLaw::Laplace, length, scale, 1.0, 3, 2.0 * scale * scale});
}

IncrementPrior
BernoulliLaplaceIncrements(std::int64_t length, double jump, double scale)
{
  return Checked({IncrementLaw::BernoulliLaplace, length, scale, jump, 3, 2.0 * scale * scale});
}

IncrementPrior
StudentIncrements(std::int64_t length, std::int64_t freedom)
{
  return Checked({IncrementLaw::StudentT, length, 1.0, 1.0, freedom, 3.0});
}
} // namespace tweedie
