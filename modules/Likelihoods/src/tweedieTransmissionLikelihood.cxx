// SPDX-License-Identifier: Apache-2.0
#include "tweedieTransmissionLikelihood.h"

#include "tweedieError.h"
#include "tweedieFlattenedOperator.h"
#include "tweedieMeasuredData.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieProximalDescent.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace tweedie
{
namespace
{
constexpr const char * where = "TransmissionLikelihood";
constexpr double lowest = -5.0; // line integral from which exp(-l) goes on as a parabola

[[noreturn]] void
Refuse(const std::string & given)
{
  throw DataError(std::string(where) + ": given " + given);
}

void
RequireOptions(const TransmissionOptions & options)
{
  if (!(options.electronic >= 0.0) || !(options.modelDeviation >= 0.0) || !(options.leastCounts > 0.0) ||
      !std::isfinite(options.electronic) || !std::isfinite(options.modelDeviation))
  {
    throw UsageError(std::string(where) + ": given an electronic noise of " + std::to_string(options.electronic) +
                     ", a model deviation of " + std::to_string(options.modelDeviation) + " and at least " +
                     std::to_string(options.leastCounts) + " counts; required finite and >= 0, the counts above 0");
  }
  if (options.factor && options.form != TransmissionForm::Poisson)
  {
    throw UsageError(std::string(where) +
                     ": given a factor beside the weighted form; required the Poisson form, or the "
                     "factor as rows of a GaussianLikelihood");
  }
}

at::Tensor
Finite(const at::Tensor & data, const at::Tensor & values, const char * what, bool isPositive)
{
  const bool isRight = values.defined() && !values.is_complex() &&
                       (isPositive ? values.gt(0) : values.ge(0)).logical_and(values.isfinite()).all().item<bool>();
  if (!isRight)
  {
    Refuse(std::string(what) + " that is " + (isPositive ? "not positive" : "negative") +
           " or not finite; required finite counts " + (isPositive ? "> 0" : ">= 0"));
  }
  return WithDimensionsOf(where, data, values, what);
}

/** -log p of each count, in double. */
class TransmissionTerms
{
public:
  TransmissionTerms(const at::Tensor & lines, const at::Tensor & i0, const at::Tensor & rest, const at::Tensor & y)
      : m_Counts(y)
  {
    // exp(-l), and below the lowest l its parabola of the same value, slope and curvature.
    const at::Tensor above = (-lines.clamp_min(lowest)).exp();
    const at::Tensor depth = (lowest - lines).clamp_min(0.0);
    const at::Tensor passed = above * (1.0 + depth + 0.5 * depth.square());
    m_Expected = i0 * passed + rest;
    m_Slope = i0 * above * (1.0 + depth);
  }
  at::Tensor
  Value() const
  {
    // M - Y + Y log(Y / M) = Y (t - log(1 + t)), t = (M - Y) / Y, keeps the digits of a small difference.
    const at::Tensor t = (m_Expected - m_Counts) / m_Counts.clamp_min(1e-300);
    return at::where(m_Counts.gt(0.0), m_Counts * (t - t.clamp_min(-1.0).log1p()), m_Expected);
  }
  at::Tensor
  Slope() const
  {
    return -m_Slope * (1.0 - m_Counts / m_Expected);
  }
  /** Fisher's. */
  at::Tensor
  Curvature() const
  {
    return m_Slope.square() / m_Expected;
  }
  at::Tensor
  Pearson() const
  {
    return (m_Counts - m_Expected).square() / m_Expected;
  }

private:
  at::Tensor m_Counts;
  at::Tensor m_Expected; ///< M
  at::Tensor m_Slope;    ///< -dM/dl
};
} // namespace

struct TransmissionLikelihood::Implementation
{
  LinearOperatorPointer model;
  at::Tensor shifted;      ///< Y
  at::Tensor unattenuated; ///< of the dimensions of the counts, as rest
  at::Tensor rest;         ///< s + e^2
  at::Tensor sampled;      ///< like the counts
  at::Tensor used;
  at::Tensor lines;
  at::Tensor deviations;
  TransmissionOptions options;
  std::shared_ptr<const GaussianLikelihood> weighted;

  static std::unique_ptr<const Implementation> Make(const LinearOperatorPointer & model,
                                                    const at::Tensor & counts,
                                                    const at::Tensor & unattenuated,
                                                    const at::Tensor & scatter,
                                                    const at::Tensor & sampled,
                                                    const TransmissionOptions & options);

  bool
  IsPoisson() const
  {
    return options.form == TransmissionForm::Poisson;
  }
  TransmissionTerms
  Terms(const at::Tensor & range) const
  {
    const auto wide = [](const at::Tensor & x) { return x.to(at::kDouble); };
    return {wide(range), wide(unattenuated), wide(rest), wide(shifted)};
  }
  at::Tensor
  Range(const at::Tensor & x) const
  {
    RequireImage(where, x, weighted->BatchSize(), shifted);
    return model->Apply(x);
  }
  /** Of the Poisson form at line integrals. */
  LikelihoodAt
  At(const at::Tensor & range) const
  {
    const TransmissionTerms terms = Terms(range);
    const auto type = range.scalar_type();
    return {(terms.Value() * sampled).flatten(1).sum(1),
            (terms.Slope() * sampled).to(type),
            (terms.Curvature() * sampled).to(type)};
  }
  LikelihoodAt AtBoth(const at::Tensor & range) const;
  at::Tensor PoissonProximal(const at::Tensor & center, const at::Tensor & square, const at::Tensor & start) const;
};

/** The same with the factor, at (A x, F x) as channels. */
LikelihoodAt
TransmissionLikelihood::Implementation::AtBoth(const at::Tensor & range) const
{
  auto sizes = shifted.sizes().vec();
  sizes[0] = range.size(0);
  const std::int64_t rays = shifted[0].numel();
  const at::Tensor ofFactor = range.narrow(1, rays, range.size(1) - rays);
  const LikelihoodAt data = At(range.narrow(1, 0, rays).reshape(sizes));
  const auto asChannels = [](const at::Tensor & x) { return x.reshape({x.size(0), -1, 1, 1, 1}); };
  return {data.value + ofFactor.to(at::kDouble).square().flatten(1).sum(1) / 2.0,
          at::cat({asChannels(data.slope), ofFactor}, 1),
          at::cat({asChannels(data.curvature), at::ones_like(ofFactor)}, 1)};
}

at::Tensor
TransmissionLikelihood::Implementation::PoissonProximal(const at::Tensor & center,
                                                        const at::Tensor & square,
                                                        const at::Tensor & start) const
{
  if (!options.factor)
  {
    const auto likelihood = [&](const at::Tensor & z, const at::Tensor &) { return At(z); };
    return ProximalDescent(*model, likelihood, center, square, start, options.proximal);
  }
  const auto likelihood = [&](const at::Tensor & z, const at::Tensor &) { return AtBoth(z); };
  const LinearOperatorPointer both = Stack({FlattenRange(model), FlattenRange(options.factor)});
  return ProximalDescent(*both, likelihood, center, square, start, options.proximal);
}

std::unique_ptr<const TransmissionLikelihood::Implementation>
TransmissionLikelihood::Implementation::Make(const LinearOperatorPointer & model,
                                             const at::Tensor & given,
                                             const at::Tensor & unattenuated,
                                             const at::Tensor & scatter,
                                             const at::Tensor & sampled,
                                             const TransmissionOptions & options)
{
  const at::NoGradGuard noGrad;
  RequireOptions(options);
  RequireData(where, model, given);
  if (given.is_complex())
  {
    Refuse("complex counts; required real numbers");
  }
  auto result = std::make_unique<Implementation>();
  result->model = model;
  result->options = options;
  result->unattenuated = Finite(given, unattenuated, "unattenuated counts", true);
  const at::Tensor s = Finite(given, scatter.defined() ? scatter : at::zeros({}, at::kDouble), "scatter", false);
  result->sampled = sampled.defined() ? SampledLike(where, given, sampled) : at::ones_like(given);
  const double variance = options.electronic * options.electronic;
  const at::Tensor y = given.detach();
  result->shifted = (y + variance).clamp_min(0.0) * result->sampled;
  // A count of nothing with nothing expected beside the beam: M > 0 needs no floor, because I0 exp(-l) > 0.
  result->rest = s + variance;
  const at::Tensor seen = y - s;
  result->used = seen.gt(options.leastCounts).to(y.scalar_type()) * result->sampled;
  if (!result->used.flatten(1).any(1).all().item<bool>())
  {
    Refuse("counts of which none is above " + std::to_string(options.leastCounts) +
           " (without scatter) in some image; required rays that reach the detector");
  }
  const at::Tensor kept = seen.clamp_min(options.leastCounts);
  result->lines = (result->unattenuated.log() - kept.log()) * result->used;
  const at::Tensor square =
      (y + variance).clamp_min(options.leastCounts) / kept.square() + options.modelDeviation * options.modelDeviation;
  result->deviations = at::where(result->used.gt(0), square.sqrt(), at::ones_like(square));
  result->weighted = std::make_shared<const GaussianLikelihood>(
      model, result->lines, result->deviations, result->used, options.proximal);
  return result;
}

TransmissionLikelihood::TransmissionLikelihood(LinearOperatorPointer model,
                                               const at::Tensor & counts,
                                               const at::Tensor & unattenuated,
                                               const at::Tensor & scatter,
                                               const at::Tensor & sampled,
                                               const TransmissionOptions & options)
    : m_Implementation(Implementation::Make(model, counts, unattenuated, scatter, sampled, options))
{
}

TransmissionLikelihood::TransmissionLikelihood(std::unique_ptr<const Implementation> implementation)
    : m_Implementation(std::move(implementation))
{
}

TransmissionLikelihood::~TransmissionLikelihood() = default;

const ForwardModel &
TransmissionLikelihood::Model() const
{
  return *m_Implementation->model;
}

at::Tensor
TransmissionLikelihood::NegativeLog(const at::Tensor & x) const
{
  const auto & self = *m_Implementation;
  if (!self.IsPoisson())
  {
    return self.weighted->NegativeLog(x);
  }
  at::Tensor value = (self.Terms(self.Range(x)).Value() * self.sampled).flatten(1).sum(1);
  if (self.options.factor)
  {
    value = value + self.options.factor->Apply(x).to(at::kDouble).square().flatten(1).sum(1) / 2.0;
  }
  return value.to(self.shifted.scalar_type());
}

at::Tensor
TransmissionLikelihood::Gradient(const at::Tensor & x) const
{
  const auto & self = *m_Implementation;
  if (!self.IsPoisson())
  {
    return self.weighted->Gradient(x);
  }
  const at::Tensor slope = self.Terms(self.Range(x)).Slope() * self.sampled;
  const at::Tensor gradient = self.model->Vjp(x, slope.to(self.shifted.scalar_type()));
  return self.options.factor ? gradient + self.options.factor->Normal(x) : gradient;
}

at::Tensor
TransmissionLikelihood::Residual(const at::Tensor & x) const
{
  return m_Implementation->weighted->Residual(x);
}

at::Tensor
TransmissionLikelihood::DataFit(const at::Tensor & x) const
{
  const auto & self = *m_Implementation;
  if (!self.IsPoisson())
  {
    return self.weighted->DataFit(x);
  }
  const at::Tensor terms = (self.Terms(self.Range(x)).Pearson() * self.sampled).flatten(1).sum(1);
  return terms / self.sampled.flatten(1).sum(1).to(at::kDouble).clamp_min(1.0);
}

at::Tensor
TransmissionLikelihood::Proximal(const at::Tensor & center, const at::Tensor & variance, const at::Tensor & start) const
{
  const auto & self = *m_Implementation;
  if (!self.IsPoisson())
  {
    return self.weighted->Proximal(center, variance, start);
  }
  RequireImage(where, center, BatchSize(), self.shifted);
  const at::NoGradGuard noGrad;
  const at::Tensor square = Shaped(variance.to(center.options()), center);
  return self.PoissonProximal(center, square, start);
}

at::Tensor
TransmissionLikelihood::Draw(const at::Tensor & center,
                             const at::Tensor & variance,
                             RandomStreams & random,
                             const at::Tensor & start) const
{
  if (m_Implementation->IsPoisson())
  {
    throw UsageError("TransmissionLikelihood::Draw: given the Poisson form, which has no exact draw; required the "
                     "weighted form");
  }
  return m_Implementation->weighted->Draw(center, variance, random, start);
}

at::Tensor
TransmissionLikelihood::Fluctuation(const at::Tensor & like, const at::Tensor & variance, RandomStreams & random) const
{
  if (m_Implementation->IsPoisson())
  {
    throw UsageError("TransmissionLikelihood::Fluctuation: given the Poisson form, whose spread depends on the image; "
                     "required the weighted form");
  }
  return m_Implementation->weighted->Fluctuation(like, variance, random);
}

std::int64_t
TransmissionLikelihood::BatchSize() const
{
  return m_Implementation->weighted->BatchSize();
}

LikelihoodPointer
TransmissionLikelihood::Select(const at::Tensor & index) const
{
  const auto & self = *m_Implementation;
  auto part = std::make_unique<Implementation>();
  part->model = std::dynamic_pointer_cast<const LinearOperator>(self.model->Select(index));
  part->shifted = SelectEntries(self.shifted, index);
  part->unattenuated = SelectEntries(self.unattenuated, index);
  part->rest = SelectEntries(self.rest, index);
  part->sampled = SelectEntries(self.sampled, index);
  part->used = SelectEntries(self.used, index);
  part->lines = SelectEntries(self.lines, index);
  part->deviations = SelectEntries(self.deviations, index);
  part->options = self.options;
  part->weighted = std::dynamic_pointer_cast<const GaussianLikelihood>(self.weighted->Select(index));
  return std::shared_ptr<const TransmissionLikelihood>(new TransmissionLikelihood(std::move(part)));
}

const at::Tensor &
TransmissionLikelihood::LineIntegrals() const
{
  return m_Implementation->lines;
}

const at::Tensor &
TransmissionLikelihood::Deviations() const
{
  return m_Implementation->deviations;
}

const at::Tensor &
TransmissionLikelihood::Used() const
{
  return m_Implementation->used;
}
} // namespace tweedie
