// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormPicture.h"
#include "tweedieClosedFormProblem.h"
#include "tweedieExpectTensor.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieMixingTime.h"
#include "tweedieOperatorCombinators.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
const ClosedFormMethod &
Method(const std::string & name)
{
  static const std::vector<ClosedFormMethod> methods = ClosedFormMethods();
  return *std::find_if(
      methods.begin(), methods.end(), [&name](const ClosedFormMethod & method) { return method.name == name; });
}

TEST(TwoPixels, TheDensityThatIsDrawnIsThePosteriors)
{
  const ClosedFormProblem problem = TwoPixelProblem();
  const auto axis = at::linspace(-7.0, 7.0, 281, at::kDouble);
  const auto grid = at::meshgrid({axis, axis}, "ij");
  const auto x = at::stack({grid[0], grid[1]}, -1).reshape({-1, 2});
  const auto misfit = problem.problem.likelihood->NegativeLog(x.reshape({-1, 1, 1, 1, 2}));
  const auto weight = at::softmax(TwoPixelLogPrior(x) - misfit, 0).unsqueeze(1);
  const auto mean = (weight * x).sum(0);
  // A step of a sixth of the narrowest deviation: aliasing and the ends of the grid leave less than rounding.
  EXPECT_TENSOR_NEAR(mean, problem.posterior->Mean().flatten(), 1e-9);
  EXPECT_TENSOR_NEAR((weight * (x - mean).square()).sum(0), problem.posterior->MarginalVariance().flatten(), 1e-9);
}

TEST(TwoPixels, SamplesAndPathsOfASampler)
{
  const ClosedFormProblem problem = TwoPixelProblem();
  const TwoPixelRun run = RunTwoPixels(problem, Method("reference"), 1000, {});
  ASSERT_EQ(run.samples.sizes(), at::IntArrayRef({1000, 2}));
  const auto score = (run.mean - problem.posterior->Mean().flatten()).abs() /
                     (problem.posterior->MarginalVariance().flatten() / 1000.0).sqrt();
  EXPECT_LT(score.max().item<double>(), 3.5); // standard errors, of two numbers
  const auto ratio = run.samples.var(0) / problem.posterior->MarginalVariance().flatten();
  EXPECT_NEAR(ratio.mean().item<double>(), 1.0, 0.07); // two modes: the variance is known better than sqrt(2 / 1000)
  ASSERT_EQ(run.paths.size(), 2u);
  for (std::int64_t i = 0; i < 2; ++i)
  {
    const auto & path = run.paths[static_cast<std::size_t>(i)];
    ASSERT_EQ(path.sizes(), at::IntArrayRef({101, 2})); // 100 levels and the start
    EXPECT_TRUE(at::equal(path[100], run.samples[i]));
    EXPECT_GT(path[0].norm().item<double>(), 5.0); // noise of 50 prior deviations
  }
}

TEST(TwoPixels, AMethodWithoutDrawsStartsAtTheMeanAndInNoise)
{
  const ClosedFormProblem problem = TwoPixelProblem();
  const TwoPixelRun run = RunTwoPixels(problem, Method("rmp"), 1000, {});
  EXPECT_FALSE(run.samples.defined());
  ASSERT_EQ(run.paths.size(), 4u);
  EXPECT_TENSOR_NEAR(run.paths[0][0], problem.problem.prior->PriorMean().flatten(), 1e-12); // rounding
  EXPECT_TRUE(at::equal(run.paths[0][100], run.mean));
  EXPECT_GT((run.paths[1][0] - run.paths[2][0]).norm().item<double>(), 1.0); // seeds of their own
  // It ends beside the mean, towards a mode.
  const auto away =
      (run.mean - problem.posterior->Mean().flatten()) / problem.posterior->MarginalVariance().sqrt().flatten();
  EXPECT_GT(away.square().mean().sqrt().item<double>(), 0.5);
  EXPECT_NE(run.figures.find("off 0."), std::string::npos) << run.figures;
}

TEST(TwoPixels, ThePictureShowsDensityDrawsAndMean)
{
  const ClosedFormProblem problem = TwoPixelProblem();
  const TwoPixelRun exact = ExactTwoPixels(problem, 1000);
  TwoPixelRun bare = exact;
  bare.samples = at::Tensor();
  bare.mean = at::Tensor();
  const Picture with = TwoPixelPicture(problem, {exact});
  const Picture without = TwoPixelPicture(problem, {bare});
  ASSERT_EQ(with.Width(), without.Width());
  ASSERT_EQ(with.Height(), without.Height());
  int orange = 0;
  int blue = 0;
  for (int y = 0; y < with.Height(); ++y)
  {
    for (int x = 0; x < with.Width(); ++x)
    {
      const Color color = with.At(x, y);
      orange += color == without.At(x, y) ? 0 : 1;
      blue += color.blue > color.red + 60 ? 1 : 0;
    }
  }
  // 500 dots of 8 pixels that overlap by half, at least; the inner parts of both modes, twice.
  EXPECT_GT(orange, 1200);
  EXPECT_GT(blue, 2000);
}

TEST(MixingTime, OfTheSplitGibbsChainIsThatOfItsMatrix)
{
  for (const ClosedFormSetting & setting : ClosedFormSettings())
  {
    SCOPED_TRACE(setting.name);
    if (!setting.isClosed)
    {
      continue;
    }
    const ClosedFormProblem problem = setting.make({10, 0}, {}).first;
    const bool isGaussian = setting.name.find("gaussian") != std::string::npos;
    const MixingTime time = PnpDmMixingTime(problem, 1.0, 64, 900, {});
    EXPECT_EQ(std::isfinite(time.exact), isGaussian);
    if (!isGaussian)
    {
      EXPECT_TRUE(std::isnan(time.measured));
      continue;
    }
    // 64 chains of 600 sweeps, window 50: 7 % for one unknown (see IntegratedAutocorrelationTime), half of it for the
    // mean over 16 that go partly together; two of those.
    // Through three views it takes longer than a third of such a run can tell.
    EXPECT_EQ(std::isfinite(time.measured), setting.name == "inpainting-gaussian");
    if (std::isfinite(time.measured))
    {
      EXPECT_NEAR(time.measured / time.exact, 1.0, 0.08);
    }
    EXPECT_GT(time.slowest, time.exact);
    // A smaller rho mixes more slowly, by the square in the limit.
    const MixingTime slower = PnpDmMixingTime(problem, 0.1, 64, 0, {});
    const MixingTime slowest = PnpDmMixingTime(problem, 0.05, 64, 0, {});
    EXPECT_TRUE(std::isnan(slower.measured));
    EXPECT_NEAR(slowest.exact / slower.exact, 4.0, 0.05);
  }
}

TEST(MixingTime, OfOneUnknownFollowsTheFormula)
{
  // A prior N(0, v) in each of two pixels, one of them seen with noise s: l = 1 / ((1 + rho^2 / v)(1 + rho^2 / s^2)).
  ClosedFormProblem problem;
  const double v = 0.5;
  const double s = 0.3;
  const Shape shape{1, 1, 1, 2};
  const auto prior =
      std::make_shared<const GaussianDenoiser>(at::zeros(shape, at::kDouble), at::eye(2, at::kDouble) * v);
  const auto data = at::ones({1, 1, 1, 1, 2}, at::kDouble);
  problem.problem.prior = prior;
  problem.problem.shape = shape;
  problem.problem.likelihood = std::make_shared<const GaussianLikelihood>(Identity(shape), data, s);
  problem.posterior = prior->Conditioned(at::eye(2, at::kDouble), data.flatten(), s * s);
  const MixingTime time = PnpDmMixingTime(problem, 0.7, 1, 0, {});
  const double rho = 0.7 * s;
  const double l = 1.0 / ((1.0 + rho * rho / v) * (1.0 + rho * rho / (s * s)));
  EXPECT_NEAR(time.rho, rho, 1e-12); // rounding
  EXPECT_NEAR(time.exact, (1.0 + l) / (1.0 - l), 1e-10);
  EXPECT_NEAR(time.slowest, (1.0 + l) / (1.0 - l), 1e-10);
}
} // namespace
} // namespace tweedie
