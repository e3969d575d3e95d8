// SPDX-License-Identifier: Apache-2.0
// The likelihood of a scan: what counts as measured, and the noise convention of k-space.
#include "tweedieMRILikelihood.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieSenseOperator.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double noise = 0.2;

struct Problem
{
  MRIScan scan;
  at::Tensor truth;
};

/** Two slices of 40 x 30, three coils, half of the lines, noise of standard deviation sigma per complex sample. */
Problem
MakeProblem()
{
  Grid grid;
  grid.size = {2, 40, 30};
  Grid plane;
  plane.size = {1, 40, 30};
  auto mask = at::zeros({1, 1, 40, 30});
  mask.slice(2, 0, 40, 2).fill_(1);
  Problem problem;
  problem.truth = Streams(1, 2).Normal({1, 1, 40, 30}, at::kComplexFloat);
  const auto maps = Normal(2, {3, 1, 40, 30}, at::kComplexFloat);
  const auto y = MakeSenseOperator(mask, maps)->Forward(problem.truth) +
                 Streams(3, 2).Normal({3, 1, 40, 30}, at::kComplexFloat) * (noise / std::sqrt(2.0));
  problem.scan.kspace = VolumeFromSliceBatch(y, grid);
  problem.scan.mask = VolumeFromTensor(mask, plane);
  problem.scan.sensitivities = VolumeFromTensor(maps, plane);
  return problem;
}
} // namespace

TEST(MRILikelihood, CountsSampledEntriesOnly)
{
  const auto problem = MakeProblem();
  const auto likelihood = MakeMRILikelihood(problem.scan, noise);
  EXPECT_EQ(likelihood->BatchSize(), 2);
  // 20 lines x 30 x 3 coils = 1800 samples per slice: standard error 1 / sqrt(1800) = 0.024, four of them.
  const auto fit = likelihood->DataFit(problem.truth);
  EXPECT_NEAR(fit[0].item<double>(), 1.0, 0.1);
  EXPECT_NEAR(fit[1].item<double>(), 1.0, 0.1);
  EXPECT_EQ(likelihood->Residual(problem.truth).select(3, 1).abs().max().item<double>(), 0.0);
}

class MRIProximal : public testing::TestWithParam<bool>
{
};

TEST_P(MRIProximal, StepSolvesTheNormalEquations)
{
  const auto problem = MakeProblem();
  ProximalOptions options;
  options.decompose = GetParam();
  options.tolerance = 1e-6;
  options.maximumIterations = 100;
  const auto likelihood = MakeMRILikelihood(problem.scan, noise, c10::Device(c10::DeviceType::CPU), options);
  const auto c = Streams(5, 2).Normal({1, 1, 40, 30}, at::kComplexFloat);
  const auto x = likelihood->Proximal(c, at::tensor({0.1, 3.0}));
  const auto gradient = likelihood->Gradient(x) + (x - c) / at::tensor({0.1, 3.0}).reshape({2, 1, 1, 1, 1});
  // At the minimum the gradient vanishes: 1e-4 of what it is at the centre, in single precision.
  EXPECT_LT(RelativeError(gradient, at::zeros_like(gradient)),
            1e-4 * RelativeError(likelihood->Gradient(c), gradient * 0));
}

INSTANTIATE_TEST_SUITE_P(Solvers,
                         MRIProximal,
                         testing::Bool(),
                         [](const auto & solver) { return solver.param ? "Decomposition" : "ConjugateGradients"; });

TEST(MRILikelihood, RefusesANoiseLevelOfZero)
{
  const auto problem = MakeProblem();
  EXPECT_THROW_MESSAGE(MakeMRILikelihood(problem.scan, 0.0), UsageError, "noise: given 0");
  EXPECT_THROW_MESSAGE(MakeMRILikelihood(problem.scan, -1.0), UsageError, "noise: ");
}
