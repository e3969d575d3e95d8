// SPDX-License-Identifier: Apache-2.0
#include "tweedieParametrisation.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
struct Parametrisation::Row
{
  const char * name;
  bool hasSteps;
  Scalings (*scalings)(const Parametrisation & self, const at::Tensor & s);
};

namespace
{
constexpr double vpLabelScale = 999.0; // of 1000 steps
constexpr double vpBetaSlope = 19.9;
constexpr double vpBetaMinimum = 0.1;

/** The step where sigma^2 = exp(slope t^2 / 2 + minimum t) - 1. */
at::Tensor
VariancePreservingTime(const at::Tensor & s)
{
  const auto exponent = at::log1p(s * s);
  return ((vpBetaMinimum * vpBetaMinimum + 2.0 * vpBetaSlope * exponent).sqrt() - vpBetaMinimum) / vpBetaSlope;
}

at::Tensor
Shrink(const at::Tensor & s)
{
  return (1.0 + s * s).rsqrt();
}

const Parametrisation::Row rows[] = {
    {"edm",
     false,
     [](const Parametrisation & self, const at::Tensor & s) -> Scalings
     {
       const double d = self.SigmaData();
       const auto total = s * s + d * d;
       return {d * d / total, s * d * total.rsqrt(), total.rsqrt(), s.log() / 4.0};
     }},
    {"vp",
     false,
     [](const Parametrisation &, const at::Tensor & s) -> Scalings {
       return {at::ones_like(s), -s, Shrink(s), vpLabelScale * VariancePreservingTime(s)};
     }},
    {"ve",
     false,
     [](const Parametrisation &, const at::Tensor & s) -> Scalings {
       return {at::ones_like(s), s, at::ones_like(s), (0.5 * s).log()};
     }},
    {"eps",
     true,
     [](const Parametrisation & self, const at::Tensor & s) -> Scalings {
       return {at::ones_like(s), -s, Shrink(s), self.StepOf(s)};
     }},
    {"v",
     true,
     [](const Parametrisation & self, const at::Tensor & s) -> Scalings {
       return {1.0 / (1.0 + s * s), -s * Shrink(s), Shrink(s), self.StepOf(s)};
     }},
    {"x0",
     true,
     [](const Parametrisation & self, const at::Tensor & s) -> Scalings {
       return {at::zeros_like(s), at::ones_like(s), Shrink(s), self.StepOf(s)};
     }},
};

/** ln(sigma) of each step. */
std::vector<double>
LogSigmas(const at::Tensor & schedule)
{
  const auto values = schedule.to(at::kCPU, at::kDouble).contiguous();
  std::vector<double> logSigma;
  double previous = 1.0;
  for (std::int64_t t = 0; t < values.numel(); ++t)
  {
    const double a = values.data_ptr<double>()[t];
    if (!(a > 0.0) || !(a < previous))
    {
      throw DataError("schedule: alphas_cumprod of step " + std::to_string(t) + " is " + std::to_string(a) +
                      "; required values that fall from step to step within (0, 1)");
    }
    logSigma.push_back(0.5 * std::log((1.0 - a) / a));
    previous = a;
  }
  return logSigma;
}
} // namespace

std::vector<std::string>
ParametrisationNames()
{
  std::vector<std::string> names;
  for (const auto & row : rows)
  {
    names.emplace_back(row.name);
  }
  return names;
}

Parametrisation::Parametrisation(const std::string & name, double sigmaData, const at::Tensor & schedule)
    : m_Row(std::find_if(std::begin(rows), std::end(rows), [&](const Row & row) { return row.name == name; })),
      m_SigmaData(sigmaData)
{
  if (m_Row == std::end(rows))
  {
    std::string known;
    for (const auto & row : rows)
    {
      known += (known.empty() ? "" : ", ") + std::string(row.name);
    }
    throw DataError("parametrisation '" + name + "' given; one of " + known + " required");
  }
  if (m_Row->hasSteps != schedule.defined())
  {
    throw DataError("parametrisation '" + name + "': " +
                    (m_Row->hasSteps ? "no schedule of noise levels given; alphas_cumprod required"
                                     : "a schedule of noise levels given; none required"));
  }
  if (schedule.defined())
  {
    if (schedule.dim() != 1 || schedule.numel() < 2)
    {
      throw DataError("schedule: " + std::to_string(schedule.numel()) + " steps in " + std::to_string(schedule.dim()) +
                      " dimensions given; a list of at least 2 required");
    }
    m_LogSigma = LogSigmas(schedule);
  }
}

Scalings
Parametrisation::At(const at::Tensor & sigma) const
{
  return m_Row->scalings(*this, sigma.to(at::kDouble));
}

at::Tensor
Parametrisation::StepOf(const at::Tensor & sigma) const
{
  const auto levels = sigma.to(at::kCPU, at::kDouble).log().contiguous();
  auto steps = at::empty_like(levels);
  const auto last = m_LogSigma.size() - 1;
  for (std::int64_t i = 0; i < levels.numel(); ++i)
  {
    const double level = std::clamp(levels.data_ptr<double>()[i], m_LogSigma.front(), m_LogSigma.back());
    const auto above = std::upper_bound(m_LogSigma.begin(), m_LogSigma.end(), level) - m_LogSigma.begin();
    const auto low = std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - 1, 0)), last - 1);
    const double fraction = (level - m_LogSigma[low]) / (m_LogSigma[low + 1] - m_LogSigma[low]);
    steps.data_ptr<double>()[i] = static_cast<double>(low) + fraction;
  }
  return steps.to(sigma.device());
}

at::Tensor
DenoisePreconditioned(const DenoiserNetwork & network,
                      const Parametrisation & parametrisation,
                      const at::Tensor & x,
                      const at::Tensor & sigma,
                      bool brainFloat)
{
  const auto factors = parametrisation.At(sigma.to(at::kDouble).expand({x.size(0)}));
  const auto shaped = [&](const at::Tensor & value) { return value.to(at::kFloat).view({-1, 1, 1, 1}); };
  const auto raw = network.Forward(x * shaped(factors.in), factors.label.to(at::kFloat), brainFloat);
  return x * shaped(factors.skip) + raw * shaped(factors.out);
}
} // namespace tweedie
