// SPDX-License-Identifier: Apache-2.0
#include "tweedieAffineChain.h"
#include "tweedieDdsEstimator.h"
#include "tweedieDiffpirEstimator.h"
#include "tweedieEstimatorProblems.h"

namespace tweedie
{
namespace
{
using test::AffineChain;
using test::Bias;
using test::MatrixProblem;

/** x0 = D + K (A^+ y - A^+ A D) with the gain K of the proximal step: affine in x, F x + f. */
struct CleanImage
{
  at::Tensor factor, offset;
  at::Tensor jacobian, shift; ///< D = jacobian x + shift

  CleanImage(const MatrixProblem & problem, double sigma, double variance)
      : jacobian(problem.Jacobian(sigma)), shift(at::mv(problem.Eye() - jacobian, problem.priorMean))
  {
    const auto gain = variance > 0.0 ? problem.Gain(variance) : at::zeros_like(jacobian);
    const auto rest = problem.Eye() - gain;
    factor = at::matmul(rest, jacobian);
    offset = at::mv(rest, shift) + at::mv(gain, problem.PointOfData());
  }
};

/** x' = x0 + s' (sqrt(1 - zeta) (x - x0) / s + sqrt(zeta) z), variance s^2 / lambda; lambda 0: no data. */
AffineChain
PublishedDiffpir(const MatrixProblem & problem, const EstimatorOptions & options, double lambda, double zeta)
{
  const auto levels = test::LevelsOf(options);
  AffineChain chain(problem.priorMean, levels.front(), options);
  const auto eye = problem.Eye();
  for (std::size_t k = 0; k + 1 < levels.size(); ++k)
  {
    const double sigma = levels[k];
    const CleanImage clean(problem, sigma, lambda > 0.0 ? sigma * sigma / lambda : 0.0);
    const double kept = levels[k + 1] / sigma * std::sqrt(1.0 - zeta);
    std::vector<at::Tensor> noise;
    if (levels[k + 1] > 0.0 && zeta > 0.0)
    {
      noise.push_back(eye * (levels[k + 1] * std::sqrt(zeta)));
    }
    chain.Move(clean.factor * (1.0 - kept) + eye * kept, clean.offset * (1.0 - kept), noise);
  }
  return chain;
}

/** x' = x0 + s' (sqrt(1 - eta^2 (1 - a)) (x - D) / s + eta sqrt(1 - a) z) with the equation for x0 solved. */
AffineChain
PublishedDds(const MatrixProblem & problem, const EstimatorOptions & options, double eta, bool hasData)
{
  const auto levels = test::LevelsOf(options);
  AffineChain chain(problem.priorMean, levels.front(), options);
  const auto eye = problem.Eye();
  for (std::size_t k = 0; k + 1 < levels.size(); ++k)
  {
    const double sigma = levels[k];
    const double next = levels[k + 1];
    const CleanImage clean(problem, sigma, hasData ? problem.ScalarVariance(sigma) : 0.0);
    const double fresh = eta * std::sqrt(1.0 - next * next / (sigma * sigma));
    const double kept = next / sigma * std::sqrt(1.0 - fresh * fresh);
    std::vector<at::Tensor> noise;
    if (next > 0.0 && eta > 0.0)
    {
      noise.push_back(eye * (next * fresh));
    }
    chain.Move(clean.factor + (eye - clean.jacobian) * kept, clean.offset - clean.shift * kept, noise);
  }
  return chain;
}

EstimatorOptions
DiffpirOptions(const MatrixProblem & problem, std::int64_t steps, std::int64_t samples, double lambda, double zeta)
{
  auto options = test::SamplesOf(problem, "diffpir", steps, samples);
  options.Of<DiffpirSettings>().lambda = lambda;
  options.Of<DiffpirSettings>().zeta = zeta;
  return options;
}

EstimatorOptions
DdsOptions(const MatrixProblem & problem, std::int64_t steps, std::int64_t samples, std::int64_t iterations)
{
  auto options = test::SamplesOf(problem, "dds", steps, samples);
  options.Of<DdsSettings>().iterations = iterations;
  return options;
}

// --- diffpir -----------------------------------------------------------------------------------------------------

TEST(Diffpir, IsThePublishedChain)
{
  for (const auto & problem : {test::DenseMatrixProblem(), test::IsotropicMatrixProblem()})
  {
    for (const double zeta : {0.0, 0.25, 1.0})
    {
      SCOPED_TRACE(zeta);
      const auto options = DiffpirOptions(problem, 20, 400, 0.7, zeta);
      const auto chain = PublishedDiffpir(problem, options, 0.7, zeta);
      // Rounding, and a solver that stops at 1e-13, of states of size 100 prior deviations.
      EXPECT_TENSOR_NEAR(test::RunSamples(problem.Problem(), options), chain.samples, 1e-9);
      test::ExpectMomentsOfSamples(chain);
    }
  }
}

TEST(Diffpir, BiasOnADensePosterior)
{
  const auto problem = test::DenseMatrixProblem();
  const auto bias = [&](double zeta, std::int64_t steps)
  {
    const auto chain = PublishedDiffpir(problem, DiffpirOptions(problem, steps, 1, 1.0, zeta), 1.0, zeta);
    const std::string name = "dense-diffpir-zeta" + std::to_string(zeta).substr(0, 4) + "-" + std::to_string(steps);
    return test::BiasOf(problem, chain.mean, chain.covariance).Print(name);
  };
  // Exact moments; another linear algebra moves them in the last digits. More fresh noise, a better mean and a smaller
  // variance.
  const Bias kept = bias(0.0, 100);
  EXPECT_NEAR(kept.rms, 0.384, 0.005);
  EXPECT_NEAR(kept.meanVariance, 0.872, 0.005);
  const Bias some = bias(0.25, 100);
  EXPECT_NEAR(some.rms, 0.202, 0.005);
  EXPECT_NEAR(some.meanVariance, 0.850, 0.005);
  const Bias fresh = bias(1.0, 100);
  EXPECT_NEAR(fresh.rms, 0.048, 0.005);
  EXPECT_NEAR(fresh.meanVariance, 0.462, 0.005);
  const Bias few = bias(0.25, 20);
  EXPECT_NEAR(few.rms, 0.367, 0.005);
  EXPECT_NEAR(few.meanVariance, 0.628, 0.005);
  const Bias fewFresh = bias(1.0, 20);
  EXPECT_NEAR(fewFresh.rms, 0.192, 0.005);
  EXPECT_NEAR(fewFresh.meanVariance, 0.358, 0.005);
}

TEST(Diffpir, ManyLevelsOfFreshNoiseLeaveHalfTheVariance)
{
  // At a level s << sd of a posterior of variance C the chain x0 <- g (x0 + s z), g = C / (C + s^2), settles at the
  // variance g^2 s^2 / (1 - g^2) = C^2 / (2 C + s^2).
  const auto problem = test::IsotropicMatrixProblem();
  const auto chain = PublishedDiffpir(problem, DiffpirOptions(problem, 1000, 1, 1.0, 1.0), 1.0, 1.0);
  const auto bias = test::BiasOf(problem, chain.mean, chain.covariance).Print("isotropic-diffpir-zeta1-1000");
  EXPECT_LT(bias.largest, 0.01);                 // s^2 for v s^2 / (v + s^2) is forgotten, up to the last levels
  EXPECT_NEAR(bias.smallestVariance, 0.5, 0.01); // a thousand levels, not infinitely many
  EXPECT_NEAR(bias.largestVariance, 0.5, 0.01);
}

// --- dds ---------------------------------------------------------------------------------------------------------

TEST(Dds, IsThePublishedChainWhereTheIterationConverges)
{
  for (const auto & problem : {test::DenseMatrixProblem(), test::IsotropicMatrixProblem()})
  {
    for (const double eta : {0.0, 0.85, 1.0})
    {
      SCOPED_TRACE(eta);
      auto options = DdsOptions(problem, 20, 400, 50);
      options.Of<DdsSettings>().eta = eta;
      const auto chain = PublishedDds(problem, options, eta, true);
      // Rounding of states of size 100 prior deviations; 50 steps with a matrix of rank 40 are a direct solution.
      EXPECT_TENSOR_NEAR(test::RunSamples(problem.Problem(), options), chain.samples, 1e-9);
      test::ExpectMomentsOfSamples(chain);
    }
  }
}

/** The point of D + span(b, H b, ...), `iterations` vectors, nearest to the solution of H d = b in the norm of H: what
 * conjugate gradients are, without their recursion. Rows of `denoised` are samples. */
at::Tensor
NearestInKrylovSpace(const MatrixProblem & problem, const at::Tensor & denoised, double gamma, std::int64_t iterations)
{
  const auto h = problem.Eye() + at::matmul(problem.matrix.t(), problem.matrix) * gamma;
  const auto b = at::matmul(problem.data - at::matmul(denoised, problem.matrix.t()), problem.matrix) * gamma;
  std::vector<at::Tensor> columns{b};
  while (static_cast<std::int64_t>(columns.size()) < iterations)
  {
    columns.push_back(at::matmul(columns.back(), h));
  }
  const auto basis = std::get<0>(at::linalg_qr(at::stack(columns, 2))); // [count, n, iterations]
  const auto small = at::matmul(basis.transpose(1, 2), at::matmul(h, basis));
  const auto right = at::matmul(basis.transpose(1, 2), b.unsqueeze(2));
  return denoised + at::matmul(basis, at::linalg_solve(small, right)).squeeze(2);
}

TEST(Dds, StopsAfterItsIterations)
{
  const auto problem = test::DenseMatrixProblem();
  for (const double gamma : {0.0, 1.0})
  {
    SCOPED_TRACE(gamma);
    auto options = DdsOptions(problem, 1, 4, 5); // one level: x0 is the result
    options.sigmaMaximum = 1.0;
    options.Of<DdsSettings>().gamma = gamma;
    auto random = test::Streams(static_cast<std::uint64_t>(options.seed), options.samples);
    const auto x = problem.priorMean + random.Normal({64}, at::kDouble);
    const auto jacobian = problem.Jacobian(1.0);
    const auto denoised = problem.priorMean + at::matmul(x - problem.priorMean, jacobian.t());
    const double weight = gamma > 0.0 ? gamma : problem.ScalarVariance(1.0) / 0.25;
    const auto expected = NearestInKrylovSpace(problem, denoised, weight, 5);
    const auto found = test::RunSamples(problem.Problem(), options);
    // Rounding times the condition of five powers of a matrix of condition 5, about 1e4.
    EXPECT_TENSOR_NEAR(found, expected, 1e-10);
    // And that is not yet the solution.
    EXPECT_GT(test::RelativeError(found, NearestInKrylovSpace(problem, denoised, weight, 12)), 1e-4);
  }
}

TEST(Dds, WeighsNoiseThatIsNotWhiteAndSkipsWhatWasNotSampled)
{
  const auto problem = test::DenseMatrixProblem();
  const auto sampled = at::ones({1, 1, 1, 1, 40}, at::kDouble);
  sampled.slice(4, 30).zero_();
  const auto noise = (test::Normal(9, {1, 1, 1, 1, 40}).abs() + 0.2) * 0.5;
  ProximalOptions tight;
  tight.tolerance = 1e-13;
  tight.maximumIterations = 300;
  auto coloured = problem.Problem();
  const auto likelihood = std::make_shared<const GaussianLikelihood>(
      Dense(problem.matrix, problem.shape), problem.data.reshape({1, 1, 1, 1, 40}), noise, sampled, tight);
  coloured.likelihood = likelihood;
  auto options = DdsOptions(problem, 1, 4, 100);
  options.sigmaMaximum = 1.0;
  auto random = test::Streams(static_cast<std::uint64_t>(options.seed), options.samples);
  const auto x = (problem.priorMean + random.Normal({64}, at::kDouble)).reshape({4, 1, 1, 8, 8});
  const auto denoised = problem.prior->Denoise(x, test::Sigma(1.0));
  const auto point = likelihood->Proximal(denoised, test::Sigma(problem.ScalarVariance(1.0)));
  // Two solvers of one equation: the tolerance of one of them, times the condition, about 100.
  EXPECT_TENSOR_NEAR(test::RunSamples(coloured, options), point.reshape({4, 64}), 1e-10);
}

/** Complex numbers, coils, three images in a batch, after one level: the weight is r^2 over the variance of a real part
 * of the noise. */
TEST(Dds, SolvesTheProximalProblemOfComplexData)
{
  auto options = test::ShortChain("dds", 1);
  options.sigmaMaximum = 0.7;
  options.keepSamples = true;
  options.Of<DdsSettings>().iterations = 120;
  const auto problem = test::ThreeImages();
  auto random = test::Streams(static_cast<std::uint64_t>(options.seed), 12);
  const auto x = random.Normal({1, 1, 10, 12}, at::kComplexDouble) * 0.7;
  const auto index = at::arange(12).div(4, "floor").to(at::kLong);
  const auto variance = at::full({12}, IsotropicVariance(1.0, 0.7), at::kDouble);
  const auto expected = problem.likelihood->Select(index)->Proximal(x / (1.0 + 0.49), variance);
  const auto found = RunEstimator(problem, options).samples; // [sample, image, ...]
  // The tolerance of the likelihood's solver times the condition, about 10.
  EXPECT_TENSOR_NEAR(found.transpose(0, 1).reshape(expected.sizes()), expected, 1e-10);
}

TEST(Dds, BiasOnADensePosterior)
{
  const auto problem = test::DenseMatrixProblem();
  const auto solved = [&](std::int64_t steps)
  {
    const auto chain = PublishedDds(problem, DdsOptions(problem, steps, 1, 50), 0.85, true);
    return test::BiasOf(problem, chain.mean, chain.covariance).Print("dense-dds-solved-" + std::to_string(steps));
  };
  const Bias few = solved(20);
  const Bias many = solved(1000);
  // Exact moments; another linear algebra moves them in the last digits. More levels weigh the data more often.
  EXPECT_NEAR(few.rms, 0.345, 0.005);
  EXPECT_NEAR(few.meanVariance, 0.534, 0.005);
  EXPECT_NEAR(many.rms, 0.777, 0.005);
  EXPECT_NEAR(many.meanVariance, 0.416, 0.005);
  const auto samples = test::RunSamples(problem.Problem(), DdsOptions(problem, 20, 1000, 5));
  const auto centred = samples - samples.mean(0);
  const auto covariance = at::matmul(centred.t(), centred) / 999.0;
  const Bias truncated = test::BiasOf(problem, samples.mean(0), covariance).Print("dense-dds-5-iterations-20");
  // Monte-Carlo error 1 / sqrt(64000) = 0.004 of either: on this well-conditioned problem five steps are a solution.
  EXPECT_NEAR(truncated.rms, few.rms, 0.02);
  EXPECT_NEAR(truncated.meanVariance, few.meanVariance, 0.02);
}

TEST(ProximalSamplers, WithoutDataTheySampleThePrior)
{
  const auto problem = test::DenseMatrixProblem();
  auto unconditional = problem.Problem();
  unconditional.likelihood = nullptr;
  auto options = DdsOptions(problem, 40, 100, 5);
  const auto dds = PublishedDds(problem, options, 0.85, false);
  EXPECT_TENSOR_NEAR(test::RunSamples(unconditional, options), dds.samples, 1e-9); // rounding, as above
  options.steps = 1000;
  const auto dense = PublishedDds(problem, options, 0.85, false);
  const auto bias =
      Bias(dense.mean, dense.covariance, problem.priorMean, problem.priorCovariance).Print("dds-prior-1000");
  EXPECT_NEAR(bias.meanVariance, 1.0, 0.02); // first-order steps

  options = DiffpirOptions(problem, 40, 100, 1.0, 0.25);
  const auto diffpir = PublishedDiffpir(problem, options, 0.0, 0.25);
  EXPECT_TENSOR_NEAR(test::RunSamples(unconditional, options), diffpir.samples, 1e-9);
  const auto variance = [&](double zeta)
  {
    const auto many = PublishedDiffpir(problem, DiffpirOptions(problem, 1000, 100, 1.0, zeta), 0.0, zeta);
    const std::string name = "diffpir-prior-zeta" + std::to_string(zeta).substr(0, 4) + "-1000";
    return Bias(many.mean, many.covariance, problem.priorMean, problem.priorCovariance).Print(name).meanVariance;
  };
  EXPECT_NEAR(variance(0.0), 1.0, 0.02); // the probability flow, in first-order steps
  // More fresh noise a level than the reverse diffusion has: the denoised image stays without spread of its own.
  EXPECT_NEAR(variance(0.25), 0.929, 0.01);
}
} // namespace
} // namespace tweedie
