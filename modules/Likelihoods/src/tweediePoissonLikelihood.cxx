// SPDX-License-Identifier: Apache-2.0
#include "tweediePoissonLikelihood.h"

#include "tweedieError.h"
#include "tweedieMeasuredData.h"
#include "tweedieProximalDescent.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <limits>
#include <string>

namespace tweedie
{
namespace
{
constexpr const char * where = "PoissonLikelihood";
constexpr double integerTolerance = 1e-3;
constexpr double infinity = std::numeric_limits<double>::infinity();

[[noreturn]] void
Refuse(const std::string & given)
{
  throw DataError(std::string(where) + ": given " + given);
}

void
RequireCounts(const at::Tensor & counts)
{
  if (counts.is_complex())
  {
    Refuse("complex counts; required real numbers");
  }
  if (counts.lt(0).any().item<bool>())
  {
    Refuse("a negative count; required counts >= 0");
  }
  const double distance = (counts - counts.round()).abs().max().item<double>();
  if (distance > integerTolerance)
  {
    Refuse("a count " + std::to_string(distance) +
           " from an integer; required counts of events: scale the data to them and set the gain");
  }
}

void
RequireOptions(const PoissonOptions & options)
{
  if (!(options.floor > 0.0 && options.floor < 1.0))
  {
    throw UsageError(std::string(where) + ": given a floor of " + std::to_string(options.floor) +
                     " counts; required above 0 and below 1");
  }
  if (!(options.proximal.tolerance > 0.0) || options.proximal.maximumSteps < 1)
  {
    throw UsageError(std::string(where) +
                     ": given a tolerance or number of iterations that is not positive; required positive numbers");
  }
}

/** -log p of each count y for an expected count m that may be anything, in double. */
class CountTerms
{
public:
  CountTerms(const at::Tensor & y, const at::Tensor & m, double floor)
      : m_Counts(y), m_Expected(m.clamp_min(floor)), m_IsZero(y.eq(0.0)),
        m_Curvature(at::where(m_IsZero, at::full_like(y, 0.5 / floor), y / (floor * floor))),
        m_Deepest(at::where(m_IsZero, at::full_like(y, -2.0 * floor), at::full_like(y, -infinity))),
        m_Depth(at::maximum((m - floor).clamp_max(0.0), m_Deepest))
  {
  }

  at::Tensor
  Value() const
  {
    // y log(y / m) + m - y = y (t - log(1 + t)), t = (m - y) / y, keeps the digits of a small difference.
    const at::Tensor t = (m_Expected - m_Counts) / m_Counts.clamp_min(1.0);
    const at::Tensor counted = m_Counts * (t - t.clamp_min(-1.0).log1p());
    return at::where(m_IsZero, m_Expected, counted) + m_Depth * SlopeAbove() + m_Depth.square() * (m_Curvature / 2.0);
  }

  at::Tensor
  Slope() const
  {
    return SlopeAbove() + m_Curvature * m_Depth;
  }

  /** The second derivative y / m^2, or the parabola's. Above the count, where that would lead a step below zero, at
   * least caution / m: with caution 1 the step of a single term ends at m = y. */
  at::Tensor
  Curvature(const at::Tensor & caution) const
  {
    const at::Tensor least = at::where(m_Expected.gt(m_Counts), caution / m_Expected, at::zeros_like(m_Expected));
    const at::Tensor above = at::maximum(m_Counts / m_Expected.square(), least);
    const at::Tensor below = at::where(m_Depth.gt(m_Deepest), m_Curvature, at::zeros_like(m_Curvature));
    return at::where(m_Depth.lt(0.0), below, above);
  }

private:
  /** At max(m, floor). */
  at::Tensor
  SlopeAbove() const
  {
    return 1.0 - m_Counts / m_Expected;
  }

  at::Tensor m_Counts;
  at::Tensor m_Expected; ///< max(m, floor)
  at::Tensor m_IsZero;
  at::Tensor m_Curvature; ///< of the parabola
  at::Tensor m_Deepest;   ///< where the parabola ends: its apex for y = 0
  at::Tensor m_Depth;     ///< m - floor where that is negative
};
} // namespace

struct PoissonLikelihood::Implementation
{
  ForwardModelPointer model;
  at::Tensor counts; ///< zero where not sampled
  at::Tensor gain;   ///< of the dimensions of the counts, as background and sampled
  at::Tensor background;
  at::Tensor sampled; ///< or undefined
  PoissonOptions options;
  std::shared_ptr<const GaussianLikelihood> gaussian; ///< where asked for, else null

  static std::unique_ptr<const Implementation> Make(const ForwardModelPointer & model,
                                                    const at::Tensor & given,
                                                    const at::Tensor & gain,
                                                    const at::Tensor & background,
                                                    const at::Tensor & sampled,
                                                    const PoissonOptions & options);

  std::int64_t
  BatchSize() const
  {
    return std::max({counts.size(0), model->BatchSize(), gain.size(0), background.size(0)});
  }

  /** A(x), checked. */
  at::Tensor
  Range(const at::Tensor & x) const
  {
    RequireImage(where, x, BatchSize(), counts);
    const at::Tensor range = model->Apply(x);
    if (range.is_complex())
    {
      Refuse("a complex A(x) of " + model->Name() + "; required a model with real values");
    }
    return range;
  }

  /** gain (z + background), which may be negative. */
  at::Tensor
  Expected(const at::Tensor & range) const
  {
    return gain * (range + background);
  }

  CountTerms
  Terms(const at::Tensor & expected) const
  {
    return CountTerms(counts.to(at::kDouble).expand_as(expected), expected.to(at::kDouble), options.floor);
  }

  at::Tensor
  Counted(const at::Tensor & values) const
  {
    return sampled.defined() ? values * sampled : values;
  }
};

std::unique_ptr<const PoissonLikelihood::Implementation>
PoissonLikelihood::Implementation::Make(const ForwardModelPointer & model,
                                        const at::Tensor & given,
                                        const at::Tensor & gain,
                                        const at::Tensor & background,
                                        const at::Tensor & sampled,
                                        const PoissonOptions & options)
{
  const at::NoGradGuard noGrad;
  RequireOptions(options);
  RequireData(where, model, given);
  RequireCounts(given);
  auto result = std::make_unique<Implementation>();
  result->model = model;
  result->options = options;
  result->sampled = sampled.defined() ? SampledLike(where, given, sampled) : at::Tensor();
  result->counts = result->Counted(given.detach().round()).contiguous();
  if (!gain.defined() || gain.is_complex() || !gain.gt(0).logical_and(gain.isfinite()).all().item<bool>())
  {
    Refuse("a gain that is not positive; required finite counts per unit of A(x) > 0");
  }
  result->gain = WithDimensionsOf(where, given, gain, "gain");
  const at::Tensor offset = background.defined() ? background : at::zeros({}, at::kDouble);
  if (offset.is_complex() || !offset.ge(0).logical_and(offset.isfinite()).all().item<bool>())
  {
    Refuse("a background that is negative; required finite and >= 0");
  }
  result->background = WithDimensionsOf(where, given, offset, "background");
  if (options.approximation == PoissonApproximation::Gaussian)
  {
    const at::Tensor noise = result->counts.clamp_min(1.0).sqrt() / result->gain;
    const at::Tensor data = result->counts / result->gain - result->background;
    result->gaussian = std::make_shared<const GaussianLikelihood>(model, data, noise, sampled, options.proximal);
  }
  return result;
}

PoissonLikelihood::PoissonLikelihood(ForwardModelPointer model,
                                     const at::Tensor & counts,
                                     const at::Tensor & gain,
                                     const at::Tensor & background,
                                     const at::Tensor & sampled,
                                     const PoissonOptions & options)
    : m_Implementation(Implementation::Make(model, counts, gain, background, sampled, options))
{
}

PoissonLikelihood::PoissonLikelihood(std::unique_ptr<const Implementation> implementation)
    : m_Implementation(std::move(implementation))
{
}

PoissonLikelihood::~PoissonLikelihood() = default;

const ForwardModel &
PoissonLikelihood::Model() const
{
  return *m_Implementation->model;
}

at::Tensor
PoissonLikelihood::NegativeLog(const at::Tensor & x) const
{
  const auto & self = *m_Implementation;
  if (self.gaussian)
  {
    return self.gaussian->NegativeLog(x);
  }
  const at::Tensor terms = self.Counted(self.Terms(self.Expected(self.Range(x))).Value());
  return terms.flatten(1).sum(1).to(self.counts.scalar_type());
}

at::Tensor
PoissonLikelihood::Gradient(const at::Tensor & x) const
{
  const auto & self = *m_Implementation;
  if (self.gaussian)
  {
    return self.gaussian->Gradient(x);
  }
  const at::Tensor slope = self.Counted(self.Terms(self.Expected(self.Range(x))).Slope());
  return self.model->Vjp(x, self.gain * slope.to(self.gain.scalar_type()));
}

at::Tensor
PoissonLikelihood::Residual(const at::Tensor & x) const
{
  const auto & self = *m_Implementation;
  if (self.gaussian)
  {
    return self.gaussian->Residual(x);
  }
  return self.Counted((self.counts - self.Expected(self.Range(x)).clamp_min(0.0)) / self.gain);
}

at::Tensor
PoissonLikelihood::DataFit(const at::Tensor & x) const
{
  const auto & self = *m_Implementation;
  const at::Tensor expected = self.Expected(self.Range(x)).to(at::kDouble).clamp_min(0.0);
  const at::Tensor divisor = expected.clamp_min(self.options.floor);
  const at::Tensor squared = self.Counted((self.counts - expected).square() / divisor).flatten(1).sum(1);
  const at::Tensor usual = self.Counted(expected / divisor).flatten(1).sum(1).clamp_min(1.0);
  return squared / usual;
}

at::Tensor
PoissonLikelihood::Proximal(const at::Tensor & center, const at::Tensor & variance, const at::Tensor & start) const
{
  const auto & self = *m_Implementation;
  if (self.gaussian)
  {
    return self.gaussian->Proximal(center, variance, start);
  }
  RequireImage(where, center, BatchSize(), self.counts);
  const at::NoGradGuard noGrad;
  const auto likelihood = [&](const at::Tensor & z, const at::Tensor & imbalance) -> LikelihoodAt
  {
    const CountTerms terms = self.Terms(self.Expected(z));
    const auto type = z.scalar_type();
    return {self.Counted(terms.Value()).flatten(1).sum(1),
            self.gain * self.Counted(terms.Slope()).to(type),
            self.gain.square() * self.Counted(terms.Curvature(Shaped(imbalance, z))).to(type)};
  };
  return ProximalDescent(*self.model, likelihood, center, Factor(variance, center), start, self.options.proximal);
}

at::Tensor
PoissonLikelihood::Draw(const at::Tensor & center,
                        const at::Tensor & variance,
                        RandomStreams & random,
                        const at::Tensor & start) const
{
  if (!m_Implementation->gaussian)
  {
    throw UsageError("PoissonLikelihood::Draw: given the exact Poisson density, which has no exact draw; required the "
                     "gaussian approximation");
  }
  return m_Implementation->gaussian->Draw(center, variance, random, start);
}

at::Tensor
PoissonLikelihood::Fluctuation(const at::Tensor & like, const at::Tensor & variance, RandomStreams & random) const
{
  if (!m_Implementation->gaussian)
  {
    throw UsageError("PoissonLikelihood::Fluctuation: given the exact Poisson density, whose spread depends on the "
                     "data; required the gaussian approximation");
  }
  return m_Implementation->gaussian->Fluctuation(like, variance, random);
}

std::int64_t
PoissonLikelihood::BatchSize() const
{
  return m_Implementation->BatchSize();
}

LikelihoodPointer
PoissonLikelihood::Select(const at::Tensor & index) const
{
  const auto & self = *m_Implementation;
  auto part = std::make_unique<Implementation>();
  part->model = self.model->Select(index);
  part->counts = SelectEntries(self.counts, index);
  part->gain = SelectEntries(self.gain, index);
  part->background = SelectEntries(self.background, index);
  part->sampled = SelectEntries(self.sampled, index);
  part->options = self.options;
  part->gaussian =
      self.gaussian ? std::dynamic_pointer_cast<const GaussianLikelihood>(self.gaussian->Select(index)) : nullptr;
  return std::shared_ptr<const PoissonLikelihood>(new PoissonLikelihood(std::move(part)));
}

const at::Tensor &
PoissonLikelihood::Data() const
{
  return m_Implementation->counts;
}

const PoissonOptions &
PoissonLikelihood::Options() const
{
  return m_Implementation->options;
}
} // namespace tweedie
