// SPDX-License-Identifier: Apache-2.0
#include "tweedieGaussianField.h"

#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr int rounds = 30; // of the search for a precision
constexpr int averaged = 20;

/** The axes along which there are neighbours. */
std::vector<std::int64_t>
AxesOf(const at::Tensor & x)
{
  std::vector<std::int64_t> axes;
  for (const std::int64_t axis : {-3, -2, -1})
  {
    if (x.size(axis) > 1)
    {
      axes.push_back(axis);
    }
  }
  return axes;
}

/** Q^(1/2) e of white e: the precision's root times noise, by differences and by the pixels themselves. */
at::Tensor
FieldNoise(const GaussianField & field, const at::Tensor & like, RandomStreams & random)
{
  at::Tensor noise = random.NormalLike(like) * std::sqrt(field.lambda * field.share);
  for (const std::int64_t axis : AxesOf(like))
  {
    const at::Tensor white = random.NormalLike(like);
    noise = noise + (white - at::roll(white, 1, axis)) * std::sqrt(field.lambda);
  }
  return noise;
}

/** Re <x, R x>, R = Q / lambda, over all of the batch. */
double
Roughness(const GaussianField & field, const at::Tensor & x)
{
  const GaussianField one{1.0, field.share};
  return SampleDot(x, FieldProduct(one, x)).sum().item<double>();
}

/** What is solved again and again. */
class FieldProblem
{
public:
  FieldProblem(const LinearOperatorPointer & A,
               const at::Tensor & y,
               const at::Tensor & weights,
               const GaussianFieldOptions & options)
      : m_A(A), m_Weights(weights), m_Options(options), m_Weighted(y * weights), m_Back(A->Adjoint(m_Weighted))
  {
  }

  const at::Tensor &
  BackProjected() const
  {
    return m_Back;
  }
  double
  Components() const
  {
    return static_cast<double>(m_Back.numel()) * (m_Back.is_complex() ? 2.0 : 1.0);
  }
  /** Mean of the diagonal of A^H W A, from one random vector. */
  double
  Curvature(RandomStreams & random) const
  {
    const at::Tensor white = random.NormalLike(m_Back);
    const at::Tensor seen = m_A->Adjoint(m_A->Forward(white) * m_Weights);
    return (SampleDot(white, seen).sum() / SampleDot(white, white).sum()).item<double>();
  }
  at::Tensor
  Solve(const GaussianField & field, const at::Tensor & right, double tolerance)
  {
    const auto product = [&](const at::Tensor & x)
    { return m_A->Adjoint(m_A->Forward(x) * m_Weights) + FieldProduct(field, x); };
    const ConjugateGradientResult result = ConjugateGradient(product, right, {}, m_Options.iterations, tolerance);
    iterations = result.iterations;
    residual = std::max(residual,
                        *std::max_element(result.relativeResidual.begin(), result.relativeResidual.end()) / tolerance);
    return result.solution;
  }
  at::Tensor
  Draw(const GaussianField & field, RandomStreams & random, double tolerance)
  {
    const at::Tensor noise = random.NormalLike(m_Weighted) * m_Weights.sqrt();
    return Solve(field, m_Back + m_A->Adjoint(noise) + FieldNoise(field, m_Back, random), tolerance);
  }

  std::int64_t iterations = 0;
  double residual = 0.0; ///< largest so far, over its tolerance

private:
  LinearOperatorPointer m_A;
  at::Tensor m_Weights;
  const GaussianFieldOptions & m_Options;
  at::Tensor m_Weighted;
  at::Tensor m_Back;
};

RandomStreams
StreamsOf(const GaussianFieldOptions & options, std::int64_t batch, std::uint64_t purpose)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(batch));
  std::iota(streams.begin(), streams.end(), purpose << 40);
  return {options.seed, streams};
}

double
MostLikelyPrecision(FieldProblem & problem, const GaussianFieldOptions & options, const std::function<void()> & report)
{
  constexpr double tolerance = 1e-4; // of draws whose roughness alone counts
  constexpr double hurry = 1.8;      // plain steps creep where much is not measured; 2 and more may not settle
  RandomStreams random = StreamsOf(options, problem.BackProjected().size(0), 2);
  GaussianField field{0.1 * problem.Curvature(random), options.share};
  double sum = 0.0;
  for (int round = 0; round < rounds; ++round)
  {
    const double next = problem.Components() / Roughness(field, problem.Draw(field, random, tolerance));
    field.lambda *= std::pow(next / field.lambda, hurry);
    sum += round >= rounds - averaged ? std::log(field.lambda) : 0.0;
    report();
  }
  return std::exp(sum / averaged);
}

void
RequireProblem(const LinearOperatorPointer & A,
               const at::Tensor & y,
               const at::Tensor & weights,
               const GaussianFieldOptions & options)
{
  if (!A || !y.defined() || !weights.defined() || weights.is_complex() ||
      !weights.isfinite().logical_and(weights.ge(0)).all().item<bool>())
  {
    throw DataError("Gaussian field: given no operator or data, or weights that are negative or not finite; required "
                    "[batch, range...], and real weights >= 0 that go with it");
  }
  if ((options.lambda && !(*options.lambda > 0.0)) || !(options.share > 0.0) || options.samples < 0)
  {
    throw UsageError("Gaussian field: given a precision or share that is not above 0, or samples below 0; required "
                     "numbers above 0");
  }
}
} // namespace

at::Tensor
FieldProduct(const GaussianField & field, const at::Tensor & x)
{
  const std::vector<std::int64_t> axes = AxesOf(x);
  at::Tensor sum = x * (field.share + 2.0 * static_cast<double>(axes.size()));
  for (const std::int64_t axis : axes)
  {
    sum = sum - at::roll(x, 1, axis) - at::roll(x, -1, axis);
  }
  return sum * field.lambda;
}

at::Tensor
FieldSpectrum(const GaussianField & field, std::int64_t height, std::int64_t width)
{
  const auto squared = [](std::int64_t n)
  {
    const at::Tensor f = (at::arange(n, at::kDouble) - static_cast<double>(n / 2)) / static_cast<double>(n);
    return n > 1 ? (f * pi).sin().square() * 4.0 : at::zeros({1}, at::kDouble);
  };
  const at::Tensor d = squared(height).unsqueeze(1) + squared(width).unsqueeze(0);
  return ((d + field.share) * field.lambda).reciprocal().view({1, 1, 1, height, width});
}

GaussianFieldPosterior
SolveGaussianField(const LinearOperatorPointer & A,
                   const at::Tensor & y,
                   const at::Tensor & weights,
                   const GaussianFieldOptions & options)
{
  const at::NoGradGuard noGradient;
  RequireProblem(A, y, weights, options);
  const std::int64_t solutions = options.samples + 1 + (options.lambda ? 0 : rounds);
  std::int64_t done = 0;
  const auto report = [&]
  {
    if (options.progress && !options.progress(++done, solutions))
    {
      throw Aborted("Gaussian field: stopped after " + std::to_string(done) + " of " + std::to_string(solutions) +
                    " solutions");
    }
  };
  FieldProblem problem(A, y, weights, options);
  GaussianFieldPosterior result;
  result.lambda = options.lambda ? *options.lambda : MostLikelyPrecision(problem, options, report);
  const GaussianField field{result.lambda, options.share};
  problem.residual = 0.0;
  result.mean = problem.Solve(field, problem.BackProjected(), options.tolerance);
  result.iterations = problem.iterations;
  report();
  RandomStreams random = StreamsOf(options, result.mean.size(0), 1);
  std::vector<at::Tensor> samples;
  at::Tensor sum;
  for (std::int64_t i = 0; i < options.samples; ++i)
  {
    const at::Tensor sample = problem.Draw(field, random, options.tolerance);
    const at::Tensor squared = (sample - result.mean).abs().square();
    sum = sum.defined() ? sum + squared : squared;
    if (options.keepSamples)
    {
      samples.push_back(sample);
    }
    report();
  }
  if (options.samples > 0)
  {
    const auto count = static_cast<double>(options.samples);
    result.variance = sum / count;
    result.relativeError = 1.0 / std::sqrt((result.mean.is_complex() ? 4.0 : 2.0) * count);
    result.samples = options.keepSamples ? at::stack(samples) : at::Tensor();
  }
  result.residual = problem.residual * options.tolerance;
  return result;
}
} // namespace tweedie
