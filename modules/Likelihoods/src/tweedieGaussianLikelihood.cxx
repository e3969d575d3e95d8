// SPDX-License-Identifier: Apache-2.0
#include "tweedieGaussianLikelihood.h"

#include "tweedieConjugateGradient.h"
#include "tweedieDataSpace.h"
#include "tweedieError.h"
#include "tweedieGaussianNoise.h"
#include "tweedieMeasuredData.h"
#include "tweedieNonlinearModel.h"
#include "tweedieProximalDescent.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <numeric>

namespace tweedie
{
namespace
{
constexpr const char * where = "GaussianLikelihood";

/** A linear model of a random image is zero, with probability one, only where the model is. */
bool
VanishesWhereNotSampled(const ForwardModel & model, const at::Tensor & data, const at::Tensor & sampled)
{
  if (dynamic_cast<const LinearOperator *>(&model) == nullptr)
  {
    return false;
  }
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(model.BatchSize()));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  const auto type = at::toComplexType(at::toRealValueType(data.scalar_type()));
  const at::Tensor x = RandomStreams(0, streams).Normal(model.DomainShape(), type).to(data.device());
  const at::Tensor outside = sampled.to(data.device()).eq(0);
  return model.Apply(x).masked_select(outside).abs().eq(0).all().item<bool>();
}
} // namespace

struct GaussianLikelihood::Implementation
{
  ForwardModelPointer model;
  const LinearOperator * linear; ///< the model, or null
  at::Tensor data;
  GaussianNoise noise;
  ProximalOptions options;
  at::Tensor adjointData; ///< A^H w y
  at::Tensor rowSquares;  ///< diagonal of A A^H, to solve in the space of the data; undefined: in that of images

  static std::unique_ptr<const Implementation>
  Make(const ForwardModelPointer & model,
       const at::Tensor & given,
       const at::Tensor & sigma,
       const at::Tensor & sampled,
       const ProximalOptions & options)
  {
    RequireData(where, model, given);
    if (!(options.tolerance > 0.0) || options.maximumIterations < 1)
    {
      throw UsageError("GaussianLikelihood: given a tolerance or number of iterations that is not positive; required "
                       "positive numbers");
    }
    at::Tensor data = given.detach().resolve_conj().contiguous();
    const at::NoGradGuard noGrad;
    const GaussianNoise check(data, sigma, sampled, true);
    const bool vanishes = !sampled.defined() || VanishesWhereNotSampled(*model, data, check.sampled);
    GaussianNoise noise(data, sigma, sampled, vanishes);
    data = noise.sampled.defined() ? data * noise.sampled : data;
    const auto * linear = dynamic_cast<const LinearOperator *>(model.get());
    const at::Tensor adjoint =
        linear == nullptr ? at::Tensor() : linear->Adjoint(ExpandToBatch(*model, noise.Weighted(data)));
    const at::Tensor squares = options.dataSpace && linear != nullptr ? RowSquares(*linear, adjoint) : at::Tensor();
    return std::unique_ptr<const Implementation>(
        new Implementation{model, linear, data, std::move(noise), options, adjoint, squares});
  }

  static at::Tensor
  ExpandToBatch(const ForwardModel & model, const at::Tensor & y)
  {
    auto sizes = y.sizes().vec();
    sizes[0] = std::max(sizes[0], model.BatchSize());
    return y.expand(sizes);
  }

  std::int64_t
  BatchSize() const
  {
    return std::max({data.size(0), model->BatchSize(), noise.variance.size(0)});
  }

  void
  Require(const at::Tensor & x) const
  {
    RequireImage(where, x, BatchSize(), data);
  }

  /** A^H w A x. */
  at::Tensor
  Normal(const at::Tensor & x) const
  {
    return noise.weights.defined() ? linear->Adjoint(linear->Forward(x) * noise.weights) : linear->Normal(x);
  }

  at::Tensor
  Residual(const at::Tensor & x) const
  {
    const at::Tensor residual = data - model->Apply(x);
    return noise.sampled.defined() && noise.weights.defined() ? residual * noise.sampled : residual;
  }

  /** Of A^H A; null where it is not wanted or not to be had. */
  NormalDecompositionPointer
  Decomposition(const at::Tensor & x) const
  {
    return options.decompose && !noise.weights.defined() ? linear->Decompose(x.options()) : nullptr;
  }

  /** True where A^H A is a projection and nothing is weighted. */
  bool
  IsClosedForm() const
  {
    return !noise.weights.defined() && linear->IsMaskedUnitary();
  }

  /** One draw of the data's noise per sample. */
  at::Tensor
  DataNoise(RandomStreams & random) const
  {
    return random.Normal(model->RangeShape(), data.scalar_type()).to(data.device()) * noise.variance.sqrt();
  }

  /** w / s^2. */
  at::Tensor
  Curvature() const
  {
    return noise.weights.defined() ? noise.weights / noise.base : 1.0 / noise.base;
  }

  /** The proximal step of a non-linear model for these data. */
  at::Tensor
  Descend(const at::Tensor & y, const at::Tensor & center, const at::Tensor & variance, const at::Tensor & start) const
  {
    const at::Tensor curvature = Curvature();
    const auto * nonlinear = dynamic_cast<const NonlinearModel *>(model.get());
    if (const at::Tensor x = nonlinear ? nonlinear->Proximal(y, curvature, center, variance) : at::Tensor();
        x.defined())
    {
      return x;
    }
    const auto likelihood = [&](const at::Tensor & z, const at::Tensor &) -> LikelihoodAt
    {
      const at::Tensor error = z - y;
      const auto wide = error.is_complex() ? at::kComplexDouble : at::kDouble;
      return {noise.ChiSquared(error.to(wide)) / 2.0, noise.Weighted(error) / noise.base, curvature};
    };
    return ProximalDescent(*model, likelihood, center, variance, start, options);
  }

  /** The proximal step of a linear model for the data (or none: zeros) plus a draw of their noise (or none). */
  at::Tensor Solve(const at::Tensor & center,
                   const at::Tensor & variance,
                   bool hasData,
                   const at::Tensor & dataNoise,
                   const at::Tensor & start) const;
};

namespace
{
/** Eigenvalues of A^H A dataShare + priorShare; the shares [1 or B, 1, ...] have the dimensions of an image. */
at::Tensor
Scale(const NormalDecomposition & decomposition, const at::Tensor & dataShare, const at::Tensor & priorShare)
{
  const at::Tensor values = decomposition.Eigenvalues();
  return values * Shaped(dataShare, values) + Shaped(priorShare, values);
}
} // namespace

/** x = c + d with (A^H w A + s_0^2 / r^2) d = A^H w (y + n - A c). Divided by 1 + s_0^2 / r^2 the matrix stays of size
 * one for every r, and solving for the step keeps the digits of a small one. */
at::Tensor
GaussianLikelihood::Implementation::Solve(const at::Tensor & center,
                                          const at::Tensor & variance,
                                          bool hasData,
                                          const at::Tensor & dataNoise,
                                          const at::Tensor & start) const
{
  if (rowSquares.defined())
  {
    at::Tensor misfit = (hasData ? data : at::zeros_like(data)) - linear->Forward(center);
    misfit = dataNoise.defined() ? misfit + dataNoise : misfit;
    return center + StepByDataSpace(*linear, misfit, variance, noise, rowSquares, options);
  }
  const at::Tensor dataShare = variance / (variance + noise.base);
  at::Tensor right = hasData ? adjointData - Normal(center) : -Normal(center);
  right = (dataNoise.defined() ? right + linear->Adjoint(noise.Weighted(dataNoise)) : right) * dataShare;
  if (IsClosedForm())
  {
    return center + right; // A^H A is a projection that leaves the right-hand side alone
  }
  const at::Tensor priorShare = noise.base / (variance + noise.base);
  if (const auto decomposition = Decomposition(center))
  {
    const auto scale = Scale(*decomposition, dataShare, priorShare);
    return center + decomposition->Synthesize(decomposition->Analyze(right) / scale);
  }
  const auto product = [&](const at::Tensor & d) { return Normal(d) * dataShare + d * priorShare; };
  const auto solution = ConjugateGradient(
      product, right, start.defined() ? start - center : at::Tensor(), options.maximumIterations, options.tolerance);
  return center + solution.solution;
}

GaussianLikelihood::GaussianLikelihood(ForwardModelPointer model,
                                       const at::Tensor & data,
                                       const at::Tensor & noise,
                                       const at::Tensor & sampled,
                                       const ProximalOptions & options)
    : m_Implementation(Implementation::Make(model, data, noise, sampled, options))
{
}

GaussianLikelihood::GaussianLikelihood(ForwardModelPointer model,
                                       const at::Tensor & data,
                                       double noise,
                                       const at::Tensor & sampled,
                                       const ProximalOptions & options)
    : GaussianLikelihood(std::move(model), data, at::scalar_tensor(noise, at::kDouble), sampled, options)
{
}

GaussianLikelihood::GaussianLikelihood(std::unique_ptr<const Implementation> implementation)
    : m_Implementation(std::move(implementation))
{
}

GaussianLikelihood::~GaussianLikelihood() = default;

const ForwardModel &
GaussianLikelihood::Model() const
{
  return *m_Implementation->model;
}

at::Tensor
GaussianLikelihood::NegativeLog(const at::Tensor & x) const
{
  m_Implementation->Require(x);
  return m_Implementation->noise.ChiSquared(m_Implementation->data - m_Implementation->model->Apply(x)) / 2.0;
}

at::Tensor
GaussianLikelihood::Gradient(const at::Tensor & x) const
{
  const auto & self = *m_Implementation;
  self.Require(x);
  if (self.linear != nullptr)
  {
    return (self.Normal(x) - self.adjointData) / self.noise.base;
  }
  const at::Tensor residual = self.noise.Weighted(self.model->Apply(x) - self.data);
  return self.model->Vjp(x, residual / self.noise.base);
}

at::Tensor
GaussianLikelihood::Residual(const at::Tensor & x) const
{
  m_Implementation->Require(x);
  return m_Implementation->Residual(x);
}

at::Tensor
GaussianLikelihood::DataFit(const at::Tensor & x) const
{
  const auto & self = *m_Implementation;
  self.Require(x);
  return self.noise.ChiSquared(self.data - self.model->Apply(x)) / self.noise.components;
}

at::Tensor
GaussianLikelihood::Proximal(const at::Tensor & center, const at::Tensor & variance, const at::Tensor & start) const
{
  const auto & self = *m_Implementation;
  self.Require(center);
  const at::NoGradGuard noGrad;
  const at::Tensor rSquared = Factor(variance, center);
  return self.linear == nullptr ? self.Descend(self.data, center, rSquared, start)
                                : self.Solve(center, rSquared, true, {}, start);
}

at::Tensor
GaussianLikelihood::Draw(const at::Tensor & center,
                         const at::Tensor & variance,
                         RandomStreams & random,
                         const at::Tensor & start) const
{
  const auto & self = *m_Implementation;
  self.Require(center);
  if (self.linear != nullptr && (self.IsClosedForm() || self.Decomposition(center)))
  {
    return Proximal(center, variance) + Fluctuation(center, variance, random);
  }
  const at::NoGradGuard noGrad;
  const at::Tensor rSquared = Factor(variance, center);
  const auto * nonlinear = dynamic_cast<const NonlinearModel *>(self.model.get());
  const at::Tensor exact =
      nonlinear ? nonlinear->Draw(self.data, self.Curvature(), center, rSquared, random) : at::Tensor();
  if (exact.defined())
  {
    return exact;
  }
  const at::Tensor perturbed = center + random.NormalLike(center) * rSquared.sqrt();
  if (self.linear == nullptr)
  {
    return self.Descend(self.data + self.DataNoise(random), perturbed, rSquared, start);
  }
  return self.Solve(perturbed, rSquared, true, self.DataNoise(random), start);
}

at::Tensor
GaussianLikelihood::Fluctuation(const at::Tensor & like, const at::Tensor & variance, RandomStreams & random) const
{
  const auto & self = *m_Implementation;
  if (self.linear == nullptr)
  {
    throw UsageError("GaussianLikelihood::Fluctuation: given the non-linear model " + self.model->Name() +
                     "; required a linear operator, for which the spread does not depend on the data");
  }
  self.Require(like);
  const at::NoGradGuard noGrad;
  const at::Tensor rSquared = Factor(variance, like);
  const at::Tensor r = rSquared.sqrt();
  const at::Tensor noise = random.NormalLike(like);
  const at::Tensor share = rSquared / (rSquared + self.noise.base);
  if (self.IsClosedForm())
  {
    // Covariance r^2 (I - P) + r^2 s^2 / (r^2 + s^2) P with the projection P = A^H A.
    return noise * r + self.Normal(noise * ((share * self.noise.base).sqrt() - r));
  }
  if (const auto decomposition = self.Decomposition(like))
  {
    // Covariance V (l / s^2 + 1 / r^2)^-1 V^H; white numbers are white in either basis.
    const at::Tensor scale = Scale(*decomposition, share, 1.0 - share);
    const at::Tensor deviation = (Shaped(share * self.noise.base, scale) / scale).sqrt();
    const at::Tensor white = noise.reshape({noise.size(0), scale.size(1), scale.size(2)});
    return decomposition->Synthesize(white * deviation);
  }
  return self.Solve(noise * r, rSquared, false, self.DataNoise(random), {});
}

std::int64_t
GaussianLikelihood::BatchSize() const
{
  return m_Implementation->BatchSize();
}

LikelihoodPointer
GaussianLikelihood::Select(const at::Tensor & index) const
{
  const auto & self = *m_Implementation;
  auto model = self.model->Select(index);
  const auto * linear = dynamic_cast<const LinearOperator *>(model.get());
  std::unique_ptr<const Implementation> part(new Implementation{std::move(model),
                                                                linear,
                                                                SelectEntries(self.data, index),
                                                                self.noise.Select(index),
                                                                self.options,
                                                                SelectEntries(self.adjointData, index),
                                                                SelectEntries(self.rowSquares, index)});
  return std::shared_ptr<const GaussianLikelihood>(new GaussianLikelihood(std::move(part)));
}

const at::Tensor &
GaussianLikelihood::Data() const
{
  return m_Implementation->data;
}

const at::Tensor &
GaussianLikelihood::ComponentVariance() const
{
  return m_Implementation->noise.variance;
}

const at::Tensor &
GaussianLikelihood::Sampled() const
{
  return m_Implementation->noise.sampled;
}

const ProximalOptions &
GaussianLikelihood::Options() const
{
  return m_Implementation->options;
}
} // namespace tweedie
