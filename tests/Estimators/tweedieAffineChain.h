// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieAffineChain_h
#define tweedieAffineChain_h

#include "tweedieClosedFormPosteriors.h"
#include "tweedieExpectTensor.h"
#include "tweedieNoiseSchedule.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
namespace test
{
/** A matrix that offers the decomposition of its normal operator. */
class SpectralMatrixOperator final : public LinearOperator
{
public:
  SpectralMatrixOperator(const at::Tensor & matrix, Shape domain) : m_Matrix(matrix), m_Domain(std::move(domain)) {}

  std::string
  Name() const override
  {
    return "SpectralMatrixOperator";
  }
  Shape
  DomainShape() const override
  {
    return m_Domain;
  }
  Shape
  RangeShape() const override
  {
    return {1, 1, 1, m_Matrix.size(0)};
  }
  NormalDecompositionPointer
  Decompose(const at::TensorOptions &) const override
  {
    const auto [values, vectors] = at::linalg_eigh(at::matmul(m_Matrix.t(), m_Matrix));
    return std::make_shared<const Decomposition>(values.clamp_min(0.0), vectors, m_Domain);
  }

protected:
  at::Tensor
  DoForward(const at::Tensor & x) const override
  {
    return at::matmul(x.flatten(1), m_Matrix.t().to(x.scalar_type())).reshape({x.size(0), 1, 1, 1, m_Matrix.size(0)});
  }
  at::Tensor
  DoAdjoint(const at::Tensor & y) const override
  {
    auto sizes = m_Domain;
    sizes.insert(sizes.begin(), y.size(0));
    return at::matmul(y.flatten(1), m_Matrix.to(y.scalar_type())).reshape(sizes);
  }

private:
  class Decomposition final : public NormalDecomposition
  {
  public:
    Decomposition(at::Tensor values, at::Tensor vectors, Shape domain)
        : m_Values(std::move(values)), m_Vectors(std::move(vectors)), m_Domain(std::move(domain))
    {
    }
    at::Tensor
    Eigenvalues() const override
    {
      return m_Values.reshape({1, 1, -1});
    }
    at::Tensor
    Analyze(const at::Tensor & x) const override
    {
      return at::matmul(x.flatten(1), m_Vectors).unsqueeze(1);
    }
    at::Tensor
    Synthesize(const at::Tensor & z) const override
    {
      auto sizes = m_Domain;
      sizes.insert(sizes.begin(), z.size(0));
      return at::matmul(z.flatten(1), m_Vectors.t()).reshape(sizes);
    }

  private:
    at::Tensor m_Values, m_Vectors;
    Shape m_Domain;
  };

  at::Tensor m_Matrix;
  Shape m_Domain;
};

/** A Gaussian problem with all its matrices at hand: y = A x + n, x ~ N(m, P). */
struct MatrixProblem : GaussianProblem
{
  Shape shape;
  at::Tensor matrix, inverse, projection; ///< A, A^+, A^+ A
  at::Tensor data;                        ///< y
  double noise = 0.0;                     ///< its standard deviation
  at::Tensor priorMean, priorCovariance, mean, covariance;

  MatrixProblem(const GaussianDenoiser & gaussian,
                const at::Tensor & givenMatrix,
                const at::Tensor & givenData,
                double givenNoise)
      : shape(gaussian.DomainShape()), matrix(givenMatrix), data(givenData), noise(givenNoise)
  {
    inverse = at::linalg_pinv(matrix, 1e-6); // relative to the largest singular value: eigenvalues below 1e-12
    projection = at::matmul(inverse, matrix);
    const auto law = gaussian.Conditioned(matrix, data, noise * noise);
    prior = std::make_shared<const GaussianDenoiser>(gaussian.Mean(), gaussian.Covariance());
    posterior = law;
    ProximalOptions tight;
    tight.tolerance = 1e-13;
    tight.maximumIterations = 300;
    likelihood =
        std::make_shared<const GaussianLikelihood>(std::make_shared<const SpectralMatrixOperator>(matrix, shape),
                                                   data.reshape({1, 1, 1, 1, -1}),
                                                   noise,
                                                   at::Tensor(),
                                                   tight);
    priorMean = gaussian.Mean().reshape({-1});
    priorCovariance = gaussian.Covariance();
    mean = law->Mean().reshape({-1});
    covariance = law->Covariance();
    largestSd = std::sqrt(std::get<0>(at::linalg_eigh(priorCovariance)).max().item<double>());
    smallestPostSd = std::sqrt(std::get<0>(at::linalg_eigh(covariance)).min().item<double>());
  }

  /** dD/dx = P (P + s^2)^-1. */
  at::Tensor
  Jacobian(double sigma) const
  {
    return at::matmul(priorCovariance, at::linalg_inv(priorCovariance + Eye() * (sigma * sigma)));
  }
  /** r^2 that a scalar stands for Cov[x0 | x] with. */
  double
  ScalarVariance(double sigma) const
  {
    return prior->GuidanceVariance(sigma);
  }
  /** (A^T A / s_c^2 + I / r^2)^-1 times A^T A / s_c^2: what the proximal step takes from the data. */
  at::Tensor
  Gain(double variance) const
  {
    const auto normal = at::matmul(matrix.t(), matrix) * (variance / (noise * noise));
    return at::linalg_solve(Eye() + normal, normal);
  }
  at::Tensor
  Eye() const
  {
    return at::eye(matrix.size(1), at::kDouble);
  }
  /** A^+ y. */
  at::Tensor
  PointOfData() const
  {
    return at::mv(inverse, data);
  }
};

/** DenseProblem with its matrices. */
inline MatrixProblem
DenseMatrixProblem()
{
  const DenseProblem dense;
  const auto matrix = MatrixOf([&](const at::Tensor & x) { return dense.likelihood->Model().Apply(x); },
                               dense.prior->DomainShape(),
                               at::kDouble);
  return {dynamic_cast<const GaussianDenoiser &>(*dense.prior), matrix, dense.likelihood->Data().reshape({-1}), 0.5};
}

/** 4 x 4, prior covariance 0.7 I, ten mixed measurements with noise of standard deviation 0.3. */
inline MatrixProblem
IsotropicMatrixProblem()
{
  const GaussianDenoiser gaussian(Normal(1, {1, 1, 4, 4}), 0.7 * at::eye(16, at::kDouble));
  return {gaussian, Normal(2, {10, 16}) / 4.0, Normal(3, {10}), 0.3};
}

/** The affine chain that an estimator's published update makes of a Gaussian problem, x <- F x + f + sum G_i z_i, from
 * N(origin, s_0^2): its exact moments, and its samples for the random numbers that the estimator draws. */
struct AffineChain
{
  at::Tensor mean, covariance; ///< exact
  at::Tensor samples;          ///< [count, n]

  AffineChain(const at::Tensor & origin, double sigma, const EstimatorOptions & options)
      : mean(origin), covariance(at::eye(origin.numel(), at::kDouble) * (sigma * sigma)),
        m_Random(Streams(static_cast<std::uint64_t>(options.seed), options.samples))
  {
    samples = origin + Draw() * sigma;
  }

  void
  Move(const at::Tensor & f, const at::Tensor & offset, const std::vector<at::Tensor> & noise)
  {
    samples = at::matmul(samples, f.t()) + offset;
    mean = at::mv(f, mean) + offset;
    covariance = at::matmul(at::matmul(f, covariance), f.t());
    for (const at::Tensor & g : noise)
    {
      samples = samples + at::matmul(Draw(), g.t());
      covariance = covariance + at::matmul(g, g.t());
    }
  }

private:
  at::Tensor
  Draw()
  {
    return m_Random.Normal({mean.numel()}, at::kDouble);
  }

  RandomStreams m_Random;
};

/** Moments against a law, in the eigenvectors of its covariance and its standard deviations. */
struct Bias
{
  double rms, largest;                                    ///< of the mean
  double smallestVariance, meanVariance, largestVariance; ///< over that of the law

  Bias(const at::Tensor & mean, const at::Tensor & covariance, const at::Tensor & lawMean, const at::Tensor & law)
  {
    const auto [values, vectors] = at::linalg_eigh(law);
    const auto shift = (at::mv(vectors.t(), mean - lawMean) / values.sqrt()).abs();
    const auto ratio = at::matmul(at::matmul(vectors.t(), covariance), vectors).diagonal() / values;
    rms = shift.square().mean().sqrt().item<double>();
    largest = shift.max().item<double>();
    smallestVariance = ratio.min().item<double>();
    meanVariance = ratio.mean().item<double>();
    largestVariance = ratio.max().item<double>();
  }

  const Bias &
  Print(const std::string & name) const
  {
    Report(name + "-rms-bias-in-posterior-sd", rms);
    Report(name + "-largest-bias-in-posterior-sd", largest);
    Report(name + "-smallest-variance-ratio", smallestVariance);
    Report(name + "-mean-variance-ratio", meanVariance);
    Report(name + "-largest-variance-ratio", largestVariance);
    return *this;
  }
};

inline Bias
BiasOf(const MatrixProblem & problem, const at::Tensor & mean, const at::Tensor & covariance)
{
  return {mean, covariance, problem.mean, problem.covariance};
}

/** A chain's options: every sample kept, the noise levels of the problem. */
inline EstimatorOptions
SamplesOf(const MatrixProblem & problem, const std::string & method, std::int64_t steps, std::int64_t samples)
{
  EstimatorOptions options = problem.Options(method, "auto", steps);
  options.samples = samples;
  options.keepSamples = true;
  return options;
}

inline std::vector<double>
LevelsOf(const EstimatorOptions & options)
{
  return MakeNoiseSchedule(options.schedule, options.steps, options.sigmaMaximum, options.sigmaMinimum);
}

/** The samples of a run, [count, n]. */
inline at::Tensor
RunSamples(const PosteriorProblem & problem, const EstimatorOptions & options)
{
  return RunEstimator(problem, options).samples.reshape({options.samples, -1});
}

/** That the chain's samples have the chain's moments, so that those can be judged without Monte-Carlo error. Directions
 * without variance are left out. */
inline void
ExpectMomentsOfSamples(const AffineChain & chain)
{
  const auto [values, vectors] = at::linalg_eigh(chain.covariance);
  const auto kept = (values > values.max() * 1e-9).nonzero().reshape({-1});
  const auto basis = vectors.index_select(1, kept);
  const auto white = at::matmul(chain.samples - chain.mean, basis) / values.index_select(0, kept).sqrt();
  const auto count = static_cast<double>(white.size(0));
  const double meanScore = white.mean(0).abs().max().item<double>() * std::sqrt(count);
  const auto covariance = at::matmul(white.t(), white) / count - at::eye(kept.numel(), at::kDouble);
  const double covarianceScore = covariance.abs().max().item<double>() * std::sqrt(count / 2.0);
  // The largest of n standard normal scores exceeds sqrt(2 ln n) + 1.2 for about 1 % of all seeds (the seed is fixed);
  // the n (n + 1) / 2 of the covariance have standard error 1 / sqrt(count) or, on the diagonal, sqrt(2 / count).
  const double n = static_cast<double>(kept.numel());
  EXPECT_LT(meanScore, std::sqrt(2.0 * std::log(n)) + 1.2);
  EXPECT_LT(covarianceScore, std::sqrt(2.0 * std::log(n * (n + 1.0) / 2.0)) + 1.2);
}
} // namespace test
} // namespace tweedie

#endif
