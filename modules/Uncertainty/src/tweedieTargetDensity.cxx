// SPDX-License-Identifier: Apache-2.0
#include "tweedieTargetDensity.h"

#include "tweedieError.h"
#include "tweedieGaussianDenoiser.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
at::Tensor
RealComponents(const at::Tensor & x)
{
  const at::Tensor parts = x.is_complex() ? at::view_as_real(x.contiguous()) : x;
  return parts.reshape({x.size(0), -1}).to(at::kDouble);
}

/** R with R R^T = P. */
at::Tensor
RootOf(const at::Tensor & covariance)
{
  const auto [values, vectors] = at::linalg_eigh(covariance);
  return vectors * values.clamp_min(0.0).sqrt();
}

class GaussianTarget final : public TargetDensity
{
public:
  GaussianTarget(const GaussianDenoiser & prior, LikelihoodPointer likelihood, at::ScalarType type)
      : TargetDensity(std::move(likelihood),
                      RealComponents(prior.Mean().unsqueeze(0)).squeeze(0),
                      RootOf(prior.Covariance()),
                      prior.DomainShape(),
                      type)
  {
  }
  LogDensity
  Prior(const at::Tensor & z) const override
  {
    return {z.square().sum(1) * -0.5, -z};
  }
  bool
  IsWhite() const override
  {
    return true;
  }
  at::Tensor
  Start(RandomStreams & random) const override
  {
    return random.Normal({Root().size(1)}, at::kDouble);
  }
};

struct MixtureMoments
{
  at::Tensor weights, mean, covariance;

  MixtureMoments(const at::Tensor & w, const at::Tensor & means, const at::Tensor & covariances)
      : weights(w.to(at::kDouble) / w.sum())
  {
    const at::Tensor flat = means.flatten(1);
    const at::Tensor column = weights.unsqueeze(1);
    mean = (column * flat).sum(0);
    const at::Tensor away = flat - mean;
    covariance = at::matmul((column * away).t(), away) + (column.unsqueeze(2) * covariances).sum(0);
  }
};

class MixtureTarget final : public TargetDensity
{
public:
  MixtureTarget(const MixtureMoments & moments,
                const at::Tensor & means,
                const at::Tensor & covariances,
                LikelihoodPointer likelihood,
                at::ScalarType type)
      : TargetDensity(
            std::move(likelihood), moments.mean, RootOf(moments.covariance), means.sizes().slice(1).vec(), type),
        m_Weights(moments.weights), m_Means(means.flatten(1).unsqueeze(1)), m_Factors(at::linalg_cholesky(covariances)),
        m_Precisions(at::linalg_inv(covariances)),
        m_LogWeights(m_Weights.log() - m_Factors.diagonal(0, 1, 2).log().sum(1))
  {
  }
  LogDensity
  Prior(const at::Tensor & z) const override
  {
    const at::Tensor away = Image(z) - m_Means; // [K, B, n]
    const at::Tensor pull = at::matmul(away, m_Precisions);
    const at::Tensor each = (away * pull).sum(2) * -0.5 + m_LogWeights.unsqueeze(1);
    const at::Tensor share = at::softmax(each, 0).unsqueeze(2);
    return {at::logsumexp(each, 0), at::matmul((share * pull).sum(0).neg(), Root())};
  }
  at::Tensor
  Start(RandomStreams & random) const override
  {
    const at::Tensor cumulative = m_Weights.cumsum(0).slice(0, 0, m_Weights.size(0) - 1);
    const at::Tensor chosen = random.Uniform({1}, at::kDouble).ge(cumulative).sum(1); // [B]
    const at::Tensor noise = random.Normal({Root().size(1)}, at::kDouble).unsqueeze(-1);
    const at::Tensor spread = at::matmul(m_Factors.index_select(0, chosen), noise).squeeze(-1);
    const at::Tensor x = m_Means.squeeze(1).index_select(0, chosen) + spread;
    return at::linalg_solve(Root(), (x - ImageMean()).t()).t();
  }

private:
  at::Tensor m_Weights;
  at::Tensor m_Means; ///< [K, 1, n]
  at::Tensor m_Factors;
  at::Tensor m_Precisions;
  at::Tensor m_LogWeights;
};

class IncrementTarget final : public TargetDensity
{
public:
  IncrementTarget(const IncrementPrior & prior,
                  LikelihoodPointer likelihood,
                  std::vector<std::int64_t> shape,
                  at::ScalarType type)
      : TargetDensity(
            std::move(likelihood), at::zeros({prior.length}, at::kDouble), Sums(prior), std::move(shape), type),
        m_Prior(prior)
  {
  }
  LogDensity
  Prior(const at::Tensor & z) const override
  {
    const at::Tensor first = z.slice(1, 0, 1);
    const at::Tensor u = z.slice(1, 1);
    const at::Tensor value = first.square().sum(1) * -0.5 + m_Prior.LogIncrement(u).sum(1);
    return {value, at::cat({-first, m_Prior.IncrementScore(u)}, 1)};
  }
  at::Tensor
  Start(RandomStreams & random) const override
  {
    at::Tensor u = m_Prior.Increments(m_Prior.Draw(random));
    u.select(1, 0).div_(std::sqrt(m_Prior.firstVariance));
    return u;
  }

private:
  static at::Tensor
  Sums(const IncrementPrior & prior)
  {
    at::Tensor root = at::ones({prior.length, prior.length}, at::kDouble).tril();
    root.select(1, 0).mul_(std::sqrt(prior.firstVariance));
    return root;
  }
  IncrementPrior m_Prior;
};
} // namespace

TargetDensity::TargetDensity(LikelihoodPointer likelihood,
                             at::Tensor mean,
                             at::Tensor root,
                             std::vector<std::int64_t> shape,
                             at::ScalarType type)
    : m_Likelihood(std::move(likelihood)), m_Mean(std::move(mean)), m_Root(std::move(root)), m_Shape(std::move(shape)),
      m_Type(type)
{
}

at::Tensor
TargetDensity::Image(const at::Tensor & z) const
{
  return m_Mean + at::matmul(z, m_Root.t());
}

LogDensity
TargetDensity::Data(const at::Tensor & z) const
{
  std::vector<std::int64_t> sizes{z.size(0)};
  sizes.insert(sizes.end(), m_Shape.begin(), m_Shape.end());
  const bool isComplex = at::isComplexType(m_Type);
  at::Tensor x = Image(z);
  if (isComplex)
  {
    x = at::view_as_complex(x.reshape({z.size(0), -1, 2}));
  }
  x = x.reshape(sizes).to(m_Type);
  const at::Tensor gradient = RealComponents(m_Likelihood->Gradient(x));
  return {m_Likelihood->NegativeLog(x).to(at::kDouble).neg(), at::matmul(gradient.neg(), m_Root)};
}

LogDensity
TargetDensity::Posterior(const at::Tensor & z, double power) const
{
  const LogDensity prior = Prior(z);
  const LogDensity data = Data(z);
  return {prior.value + power * data.value, prior.gradient + power * data.gradient};
}

TargetDensityPointer
MakeGaussianTarget(const GaussianDenoiser & prior, LikelihoodPointer likelihood, at::ScalarType type)
{
  return std::make_shared<const GaussianTarget>(prior, std::move(likelihood), type);
}

TargetDensityPointer
MakeMixtureTarget(const at::Tensor & weights,
                  const at::Tensor & means,
                  const at::Tensor & covariances,
                  LikelihoodPointer likelihood,
                  at::ScalarType type)
{
  if (means.is_complex() || means.dim() < 2 || weights.sizes() != means.sizes().slice(0, 1) ||
      covariances.sizes() != at::IntArrayRef({means.size(0), means[0].numel(), means[0].numel()}))
  {
    throw DataError("mixture target: given weights, means and covariances of other shapes; required [K], real "
                    "[K, shape...] and [K, n, n]");
  }
  const at::Tensor square = covariances.to(at::kDouble);
  const MixtureMoments moments(weights, means.to(at::kDouble), square);
  return std::make_shared<const MixtureTarget>(moments, means.to(at::kDouble), square, std::move(likelihood), type);
}

TargetDensityPointer
MakeIncrementTarget(const IncrementPrior & prior,
                    LikelihoodPointer likelihood,
                    std::vector<std::int64_t> shape,
                    at::ScalarType type)
{
  RequireValid(prior);
  if (prior.law == IncrementLaw::BernoulliLaplace)
  {
    throw UsageError("increment target: given " + prior.Name() + "; required a law with a density (gibbs draws it)");
  }
  return std::make_shared<const IncrementTarget>(prior, std::move(likelihood), std::move(shape), type);
}
} // namespace tweedie
