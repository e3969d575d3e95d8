// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieGaussianMixtureDenoiser.h"
#include "tweedieGuidance.h"
#include "tweedieOperatorCombinators.h"

namespace tweedie
{
namespace
{
const Shape shape{1, 1, 3, 4};

/** Prior N(m, v I) with v = 0.7 on 12 pixels, 7 mixed measurements, noise 0.4, in double. */
struct IsotropicProblem
{
  double v = 0.7;
  double noise = 0.4;
  at::Tensor matrix = test::Normal(1, {7, 12});
  at::Tensor data = test::Normal(2, {7});
  std::shared_ptr<const GaussianDenoiser> prior =
      std::make_shared<const GaussianDenoiser>(test::Normal(3, shape), at::eye(12, at::kDouble) * v);
  at::Tensor x = test::Normal(4, {5, 1, 1, 3, 4}) * 2.0;

  GuidanceInputs
  Inputs(const std::string & covariance) const
  {
    ProximalOptions solver;
    solver.tolerance = 1e-13;
    solver.maximumIterations = 200;
    GuidanceInputs inputs;
    inputs.prior = prior;
    inputs.likelihood = std::make_shared<const GaussianLikelihood>(
        Dense(matrix, shape), data.reshape({1, 1, 1, 1, 7}), noise, at::Tensor(), solver);
    inputs.conditioned = prior->Conditioned(matrix, data, noise * noise);
    inputs.options.covariance = covariance;
    inputs.options.innerTolerance = 1e-13;
    return inputs;
  }
};

TEST(Guidance, AllSecondOrderOnesAreExactForAnIsotropicPrior)
{
  const IsotropicProblem problem;
  for (const double sigma : {0.01, 0.8, 50.0})
  {
    const auto exact = MakeGuidance("exact", problem.Inputs("auto"))->Evaluate(problem.x, sigma);
    for (const char * const covariance : {"product", "scalar"})
    {
      const auto inputs = problem.Inputs(covariance);
      for (const char * const name : {"pigdm", "proximal"})
      {
        SCOPED_TRACE(std::string(name) + " " + covariance + " " + std::to_string(sigma));
        const auto guidance = MakeGuidance(name, inputs);
        const auto given = guidance->Evaluate(problem.x, sigma);
        // Solvers stop at 1e-13 of the residual; condition numbers up to 300.
        EXPECT_TENSOR_CLOSE(given.mean, exact.mean, 1e-9);
        EXPECT_TENSOR_CLOSE(given.prior, problem.prior->Denoise(problem.x, test::Sigma(sigma)), 1e-12); // rounding
        const auto again = guidance->Evaluate(problem.x, sigma, given.warmStart);
        EXPECT_TENSOR_CLOSE(again.mean, exact.mean, 1e-9);
      }
    }
  }
}

TEST(Guidance, DpsLeavesOutTheCovariance)
{
  const IsotropicProblem problem;
  const double sigma = 0.6;
  const auto given = MakeGuidance("dps", problem.Inputs("auto"))->Evaluate(problem.x, sigma);
  // D + sigma^2 J A^T (y - A D) / noise^2 with J = v / (v + sigma^2).
  const auto denoised = problem.prior->Denoise(problem.x, test::Sigma(sigma)).reshape({5, 12});
  const auto residual = problem.data - at::matmul(denoised, problem.matrix.transpose(0, 1));
  const double factor = IsotropicVariance(problem.v, sigma) / (problem.noise * problem.noise);
  const auto expected = denoised + at::matmul(residual, problem.matrix) * factor;
  EXPECT_TENSOR_CLOSE(given.mean.reshape({5, 12}), expected, 1e-12); // rounding of a few products in double
}

TEST(Guidance, TheJacobianOfTheGraphIsThatOfTheDenoiser)
{
  // A mixture: its Jacobian depends on x, unlike that of a Gaussian.
  const auto prior = std::make_shared<const GaussianMixtureDenoiser>(
      at::tensor({0.4, 0.6}, at::kDouble),
      test::Normal(11, {2, 1, 1, 3, 4}),
      at::stack({test::RandomCovariance(12, 12, 0.2, 1.0), test::RandomCovariance(13, 12, 0.1, 2.0)}));
  IsotropicProblem problem;
  auto inputs = problem.Inputs("scalar");
  inputs.prior = prior;
  const double sigma = 0.9;
  const auto given = MakeGuidance("dps", inputs)->Evaluate(problem.x, sigma);
  const auto denoised = prior->Denoise(problem.x, test::Sigma(sigma));
  const auto gradient = inputs.likelihood->Gradient(denoised);
  const auto product = prior->JacobianProduct(problem.x, test::Sigma(sigma), gradient);
  EXPECT_TENSOR_CLOSE(given.mean, denoised - product * (sigma * sigma), 1e-10); // backward pass against closed form
}

TEST(Guidance, WithoutDataAllAreThePrior)
{
  GuidanceInputs inputs = IsotropicProblem().Inputs("auto");
  inputs.likelihood = nullptr;
  inputs.conditioned = nullptr;
  const IsotropicProblem problem;
  const auto denoised = inputs.prior->Denoise(problem.x, test::Sigma(0.5));
  for (const GuidanceRow & row : GuidanceTable())
  {
    EXPECT_TRUE(at::equal(MakeGuidance(row.name, inputs)->Evaluate(problem.x, 0.5).mean, denoised)) << row.name;
  }
}

TEST(Guidance, RefusesWhatItCannotDo)
{
  GuidanceInputs inputs = IsotropicProblem().Inputs("auto");
  EXPECT_THROW(MakeGuidance("best", inputs), UsageError);
  inputs.conditioned = nullptr;
  EXPECT_THROW(MakeGuidance("exact", inputs), UsageError);
  inputs.prior = std::make_shared<const test::UnitDenoiser>(test::UnitDenoiser::Hook{}, false);
  EXPECT_THROW(MakeGuidance("dps", inputs), UsageError);
  EXPECT_THROW(MakeGuidance("pigdm", inputs), UsageError);
  EXPECT_NO_THROW(MakeGuidance("proximal", inputs));
  inputs.options.covariance = "product";
  EXPECT_THROW(MakeGuidance("pigdm", inputs), UsageError);
}
} // namespace
} // namespace tweedie
