// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormPosteriors_h
#define tweedieClosedFormPosteriors_h

#include "tweedieClosedFormProblems.h"
#include "tweedieEstimator.h"
#include "tweedieFourierGaussianDenoiser.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieSenseOperator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <string>

namespace tweedie
{
namespace test
{
/** A figure that a reader of the log should see. */
inline void
Report(const std::string & name, double value)
{
  ::testing::Test::RecordProperty(name, std::to_string(value));
  std::cout << "[  FIGURE  ] " << name << " = " << value << '\n';
}

/** Everything the two problems below have in common. */
struct GaussianProblem
{
  std::shared_ptr<const ClosedFormDenoiser> prior;
  std::shared_ptr<const ClosedFormDenoiser> posterior;
  std::shared_ptr<const GaussianLikelihood> likelihood;
  at::Tensor truth;       ///< [shape...], a draw from the prior
  double largestSd = 0.0; ///< of the prior, in its best known to worst known direction
  double smallestPostSd = 0.0;

  PosteriorProblem
  Problem() const
  {
    PosteriorProblem problem;
    problem.prior = prior;
    problem.likelihood = likelihood;
    problem.conditioned = posterior;
    problem.shape = prior->DomainShape();
    problem.type = prior->IsComplex() ? at::kComplexDouble : at::kDouble;
    return problem;
  }

  /** From the prior's mean, at 100 times its largest standard deviation, down to 1/50 of the smallest posterior one:
   * the last step to zero then leaves out 0.04 % of the variance. */
  EstimatorOptions
  Options(const std::string & method, const std::string & guidance, std::int64_t steps) const
  {
    EstimatorOptions options;
    options.method = method;
    options.guidance = guidance;
    options.steps = steps;
    options.start = "mean";
    options.sigmaMaximum = 100.0 * largestSd;
    options.sigmaMinimum = 0.02 * smallestPostSd;
    options.batch = 65536;
    return options;
  }
};

/** An 8 x 8 image with a full covariance (standard deviations 0.2 to 1.4 along random directions) and 40 mixed
 * measurements of it with noise of standard deviation 0.5: some directions well known, 24 not at all. */
struct DenseProblem : GaussianProblem
{
  at::Tensor covariance; ///< of the posterior, [64, 64]

  DenseProblem()
  {
    const Shape shape{1, 1, 8, 8};
    const double noise = 0.5;
    const auto gaussian =
        std::make_shared<const GaussianDenoiser>(Normal(101, shape), RandomCovariance(102, 64, 0.04, 2.0));
    const auto matrix = Normal(103, {40, 64}) / 8.0;
    auto random = Streams(104, 1);
    truth = gaussian->Draw(random).squeeze(0);
    const auto data = at::mv(matrix, truth.reshape({-1})) + noise * Normal(105, {40});
    const auto conditioned = gaussian->Conditioned(matrix, data, noise * noise);
    likelihood =
        std::make_shared<const GaussianLikelihood>(Dense(matrix, shape), data.reshape({1, 1, 1, 1, 40}), noise);
    prior = gaussian;
    posterior = conditioned;
    covariance = conditioned->Covariance();
    largestSd = std::sqrt(2.0);
    smallestPostSd = std::sqrt(std::get<0>(at::linalg_eigh(covariance)).min().item<double>());
  }
};

/** A complex 64 x 64 image, stationary, standard deviation of a k-space component from 1.4 at the centre to 0.1 at the
 * edge; every third line and the 8 central ones measured with noise E|n|^2 = 0.4^2. */
struct FourierProblem : GaussianProblem
{
  std::shared_ptr<const FourierGaussianDenoiser> law; ///< the posterior
  at::Tensor mask;                                    ///< [1, 1, 64, 64]

  FourierProblem()
  {
    const Shape shape{1, 1, 64, 64};
    const double noise = 0.4;
    const auto k = at::arange(64, at::kDouble) - 32.0;
    const auto radius2 = (k * k).reshape({64, 1}) + (k * k).reshape({1, 64});
    const auto spectrum = (2.0 / (1.0 + radius2 / 10.0)).clamp_min(0.01).reshape(shape);
    const auto line = at::logical_or(at::remainder(k, 3.0).eq(0), at::logical_and(k.ge(-4), k.lt(4)));
    mask = line.to(at::kDouble).reshape({1, 1, 64, 1}).expand(shape).contiguous();
    const auto stationary =
        std::make_shared<const FourierGaussianDenoiser>(spectrum, Normal(201, shape, at::kComplexDouble) * 0.3);
    auto random = Streams(202, 1);
    truth = stationary->Draw(random).squeeze(0);
    const auto operatorOfScan = std::make_shared<const SenseOperator>(mask.unsqueeze(0));
    const auto data = operatorOfScan->Forward(truth.unsqueeze(0)) +
                      mask * Normal(203, shape, at::kComplexDouble) * (noise / std::sqrt(2.0));
    likelihood = std::make_shared<const GaussianLikelihood>(operatorOfScan, data, noise, mask.unsqueeze(0));
    law = stationary->Conditioned(mask, data.squeeze(0), noise * noise / 2.0);
    prior = stationary;
    posterior = law;
    largestSd = std::sqrt(2.0);
    smallestPostSd = std::sqrt(law->Spectrum().min().item<double>());
  }
};

/** max |estimate - posterior mean| in posterior standard deviations of a pixel (of a real component, if complex). */
inline double
LargestError(const GaussianProblem & problem, const at::Tensor & mean)
{
  const auto & law = *problem.posterior;
  const auto deviation = (law.MarginalVariance() / (law.IsComplex() ? 2.0 : 1.0)).sqrt();
  return ((mean - law.Mean()).abs() / deviation).max().item<double>();
}
} // namespace test
} // namespace tweedie

#endif
