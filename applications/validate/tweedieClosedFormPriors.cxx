// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormPriors.h"

#include "tweedieGaussianDenoiser.h"
#include "tweedieGaussianMixtureDenoiser.h"
#include "tweedieIncrementDenoiser.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::uint64_t seedOfProblems = 77;
constexpr double widening = 0.1; // of an atom, in scales
constexpr std::int64_t n = ClosedFormUnknowns;
const std::vector<std::int64_t> shape{1, 1, ClosedFormSide, ClosedFormSide};

/** Eigenvalues from 0.05 to 2 along random directions, times scale. */
at::Tensor
Covariance(std::uint64_t stream, double scale)
{
  const at::Tensor basis = std::get<0>(at::linalg_qr(ClosedFormNormal(stream, {n, n})));
  const at::Tensor values = at::logspace(std::log10(0.05), std::log10(2.0), n, 10.0, at::kDouble) * scale;
  return at::matmul(basis * values, basis.t());
}

/** log N(x; m, P) for x [B, n]. */
at::Tensor
LogNormal(const at::Tensor & x, const at::Tensor & mean, const at::Tensor & covariance)
{
  const at::Tensor away = x - mean.flatten();
  return (at::matmul(away, at::linalg_inv(covariance)) * away).sum(1) * -0.5;
}

template <typename TPrior>
ClosedFormPrior
ConditionalPrior(const std::string & name, const std::string & label, const std::shared_ptr<const TPrior> & law)
{
  ClosedFormPrior prior;
  prior.name = name;
  prior.label = label;
  prior.denoiser = law;
  prior.largestDeviation = std::sqrt(at::linalg_eigvalsh(law->Covariance()).max().template item<double>());
  prior.draw = [law](RandomStreams & random) { return law->Draw(random).flatten(1); };
  prior.condition = [law](const at::Tensor & matrix, const at::Tensor & data, double variance)
  { return std::shared_ptr<const ClosedFormDenoiser>(law->Conditioned(matrix, data, variance)); };
  return prior;
}

/** The density of a law with an atom after N(0, (widening scale)^2) in place of the atom. */
at::Tensor
WidenedLogDensity(const IncrementPrior & prior, const at::Tensor & x)
{
  const at::Tensor u = prior.Increments(x);
  const at::Tensor jumps = u.slice(1, 1);
  const double width = widening * prior.scale;
  const at::Tensor atom =
      jumps.square() / (-2.0 * width * width) + std::log((1.0 - prior.jump) / (width * std::sqrt(2.0 * M_PI)));
  return u.select(1, 0).square() / (-2.0 * prior.firstVariance) + at::logaddexp(prior.LogIncrement(jumps), atom).sum(1);
}
} // namespace

at::Tensor
ClosedFormNormal(std::uint64_t stream, at::IntArrayRef sizes)
{
  return RandomStreams(seedOfProblems, {stream}).Normal(sizes, at::kDouble).squeeze(0);
}

ClosedFormPrior
ClosedFormGaussian()
{
  const auto law = std::make_shared<const GaussianDenoiser>(ClosedFormNormal(1, shape), Covariance(2, 1.0));
  ClosedFormPrior prior = ConditionalPrior("gaussian", "Gaussian", law);
  prior.logDensity = [law](const at::Tensor & x) { return LogNormal(x, law->Mean(), law->Covariance()); };
  prior.target = [law](LikelihoodPointer likelihood) { return MakeGaussianTarget(*law, std::move(likelihood)); };
  return prior;
}

ClosedFormPrior
ClosedFormMixture()
{
  // Half of the pixels do not see the modes well apart, which differ nearly only in the columns that are left out.
  const at::Tensor rows = at::tensor({1.0, -1.0, 1.0, -1.0}, at::kDouble).reshape({ClosedFormSide, 1});
  const at::Tensor columns = at::tensor({1.0, 0.1, 1.0, 0.1}, at::kDouble).reshape({1, ClosedFormSide});
  const at::Tensor apart = (rows * columns).reshape(shape);
  const at::Tensor covariance = Covariance(4, 0.5);
  const at::Tensor weights = at::tensor({0.6, 0.4}, at::kDouble);
  const at::Tensor means = at::stack({-apart, apart});
  const at::Tensor covariances = at::stack({covariance, covariance});
  const auto law = std::make_shared<const GaussianMixtureDenoiser>(weights, means, covariances);
  ClosedFormPrior prior = ConditionalPrior("mixture", "mixture", law);
  prior.logDensity = [=](const at::Tensor & x)
  {
    return at::logaddexp(LogNormal(x, means[0], covariance) + std::log(0.6),
                         LogNormal(x, means[1], covariance) + std::log(0.4));
  };
  prior.target = [=](LikelihoodPointer likelihood)
  { return MakeMixtureTarget(weights, means, covariances, std::move(likelihood)); };
  return prior;
}

ClosedFormPrior
ClosedFormIncrements(const IncrementPrior & law)
{
  // Coarser than the denoiser's own grid, for speed; the header's 1e-5 does not hold here. By the order of the
  // correction about 1e-3 of the scale, which was not measured.
  IncrementGrid grid;
  grid.pointsPerNoise = 1.5;
  grid.pointsPerScale = 1.0;
  grid.reach = 5.0;
  grid.range = 8.0;
  ClosedFormPrior prior;
  prior.name = law.Name();
  prior.label = law.Name() + " increments";
  prior.denoiser = std::make_shared<const IncrementDenoiser>(law, shape, grid);
  prior.largestDeviation = std::sqrt(law.firstVariance + law.IncrementVariance() * static_cast<double>(law.length - 1));
  prior.increments = law;
  prior.draw = [law](RandomStreams & random) { return law.Draw(random); };
  prior.logDensity = [law](const at::Tensor & x)
  { return law.law == IncrementLaw::BernoulliLaplace ? WidenedLogDensity(law, x) : law.LogDensity(x); };
  prior.target = [law](LikelihoodPointer likelihood) { return MakeIncrementTarget(law, std::move(likelihood), shape); };
  return prior;
}
} // namespace tweedie
