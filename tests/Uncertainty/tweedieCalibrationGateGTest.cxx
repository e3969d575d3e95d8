// SPDX-License-Identifier: Apache-2.0
#include "tweedieCalibrationQuantity.h"
#include "tweedieDapsEstimator.h"
#include "tweedieEstimator.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieGaussianSampler.h"
#include "tweedieRankCalibration.h"
#include "tweedieTarp.h"

#include "tweedieError.h"
#include "tweedieTestMatrixOperator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace tweedie
{
namespace
{
using test::Sampling;

struct Outcome
{
  std::vector<std::string> names;
  std::vector<double> histogramP;
  std::vector<double> curveP;
  double tarpP = 1.0;
};

constexpr std::int64_t count = 31; ///< samples of a case

const test::GaussianSampler &
Sampler()
{
  static const test::GaussianSampler sampler;
  return sampler;
}

/** All quantities, and TARP about the adjoint image; seed: of what is random here. */
Outcome
CalibrateCases(const test::GaussianSampler::Cases & drawn, std::uint64_t seed, bool referencesSeeData)
{
  const test::GaussianSampler & sampler = Sampler();
  const std::int64_t cases = drawn.truth.size(0);
  const std::int64_t n = drawn.truth.size(1);
  const at::Tensor masks = at::cat({at::ones({1, n / 2}), at::zeros({1, n - n / 2})}, 1);
  std::vector<CalibrationQuantity> quantities = RegionMeans(masks);
  quantities.push_back(RandomFunctionals(1, {n}, false, 3).front());
  quantities.push_back(SquaredNorm());
  quantities.push_back(LogLikelihoodQuantity([&](const at::Tensor & images, std::int64_t number)
                                             { return sampler.LogLikelihood(images, drawn.data[number]); }));
  quantities.push_back(DistanceQuantity(
      [&](std::int64_t number)
      {
        const at::Tensor point = referencesSeeData ? 3.0 * sampler.Adjoint(drawn.data[number]) : at::zeros({n});
        return TarpReference(point, 0.5, seed + 1000, number);
      }));
  RankCollection collection(quantities, seed);
  for (std::int64_t i = 0; i < cases; ++i)
  {
    collection.Add(drawn.truth[i], drawn.samples[i]);
  }
  Outcome outcome;
  for (std::size_t i = 0; i < quantities.size(); ++i)
  {
    outcome.names.push_back(quantities[i].name);
    outcome.histogramP.push_back(HistogramOfRanks(collection.Ranks(i), count, 8).pValue);
    outcome.curveP.push_back(CurveOfRanks(collection.Ranks(i), count).pValue);
  }
  outcome.tarpP = CheckTarp(collection.Ranks(4), count, seed).uniformity.pValue;
  return outcome;
}

/** seed: of truths, data and samples. */
Outcome
Calibrate(Sampling kind, std::uint64_t seed, std::int64_t cases, bool referencesSeeData = true)
{
  return CalibrateCases(Sampler().Draw(seed, cases, count, kind), seed, referencesSeeData);
}

/** The same of a method of EstimatorTable() under the exact prior. */
Outcome
CalibrateMethod(EstimatorOptions options, std::uint64_t seed, std::int64_t cases)
{
  auto drawn = Sampler().Draw(seed, cases, count);
  const std::int64_t n = drawn.truth.size(1);
  PosteriorProblem problem;
  problem.prior = std::make_shared<GaussianDenoiser>(at::zeros({n}, at::kDouble), Sampler().Prior());
  problem.likelihood = std::make_shared<GaussianLikelihood>(
      std::make_shared<test::MatrixOperator>(Sampler().Operator()), drawn.data, Sampler().Noise());
  problem.type = at::kDouble;
  options.samples = count;
  options.steps = 100;
  options.start = "mean";
  options.schedule = "geometric";
  options.sigmaMaximum = 100.0; // 50 of the largest deviations of the prior
  options.sigmaMinimum = 0.01;  // a twentieth of the posterior's smallest
  options.batch = cases * count;
  options.keepSamples = true;
  options.seed = static_cast<std::int64_t>(seed);
  drawn.samples = RunEstimator(problem, options).samples.transpose(0, 1).contiguous();
  return CalibrateCases(drawn, seed, true);
}

double
Least(const Outcome & outcome)
{
  return std::min(*std::min_element(outcome.histogramP.begin(), outcome.histogramP.end()),
                  *std::min_element(outcome.curveP.begin(), outcome.curveP.end()));
}

TEST(CalibrationGate, ExactSamplerPassesAtTheNominalRateOver200Seeds)
{
  std::vector<std::vector<double>> histogramP(5);
  std::vector<std::vector<double>> curveP(5);
  std::vector<double> tarpP;
  std::vector<std::string> names;
  for (std::uint64_t seed = 0; seed < 200; ++seed)
  {
    const Outcome outcome = Calibrate(Sampling::Exact, 5000 + 2 * seed, 80);
    names = outcome.names;
    for (std::size_t i = 0; i < 5; ++i)
    {
      histogramP[i].push_back(outcome.histogramP[i]);
      curveP[i].push_back(outcome.curveP[i]);
    }
    tarpP.push_back(outcome.tarpP);
  }
  const auto expectNominal = [](const std::vector<double> & pValues, const std::string & name)
  {
    const SmallProbabilities small = CountSmallProbabilities(pValues);
    EXPECT_TRUE(small.isInside) << name << ": " << small.count << " of " << small.tests << " p-values below 0.05";
  };
  for (std::size_t i = 0; i < 5; ++i)
  {
    expectNominal(histogramP[i], names[i] + ", histogram");
    expectNominal(curveP[i], names[i] + ", curve");
  }
  expectNominal(tarpP, "TARP");
}

TEST(CalibrationGate, WrongSamplersFail)
{
  constexpr double impossible = 1e-3; // least of a simulated curve: 5e-4
  for (const auto kind : {Sampling::IgnoresData, Sampling::HalfSpread, Sampling::Shifted})
  {
    const Outcome outcome = Calibrate(kind, 1, 400);
    SCOPED_TRACE(static_cast<int>(kind));
    double least = 1.0;
    for (std::size_t i = 0; i < 4; ++i)
    {
      least = std::min(least, outcome.histogramP[i]);
    }
    EXPECT_LT(least, impossible);
    EXPECT_LT(*std::min_element(outcome.curveP.begin(), outcome.curveP.end() - 1), impossible);
    EXPECT_LT(outcome.tarpP, impossible);
  }
}

TEST(CalibrationGate, PublishedMethodsFailEvenForAGaussian)
{
  EstimatorOptions dps;
  dps.method = "dps";
  const Outcome ofDps = CalibrateMethod(dps, 1, 200);
  EXPECT_LT(Least(ofDps), 1e-3);
  EXPECT_LT(ofDps.tarpP, 1e-3);
  EstimatorOptions daps;
  daps.method = "daps";
  daps.Of<DapsSettings>().estimate = "flow"; // as released: the end of the ODE, spread by sigma, data that weigh 50
  daps.Of<DapsSettings>().radius = "sigma";
  daps.Of<DapsSettings>().dataWeight = 50.0;
  const Outcome ofDaps = CalibrateMethod(daps, 1, 200);
  EXPECT_LT(Least(ofDaps), 1e-3);
  EXPECT_LT(ofDaps.tarpP, 1e-3);
}

TEST(CalibrationGate, CalibratedDapsPasses)
{
  EstimatorOptions daps;
  daps.method = "daps";
  const Outcome outcome = CalibrateMethod(daps, 1, 200);
  EXPECT_GT(Least(outcome), 0.05 / 10.0); // Bonferroni over five quantities and two tests
  EXPECT_GT(outcome.tarpP, 0.05);
}

TEST(CalibrationGate, OnlyQuantitiesOfTheDataSeeASamplerThatIgnoresThem)
{
  const Outcome outcome = Calibrate(Sampling::IgnoresData, 1, 400);
  for (std::size_t i = 0; i < 3; ++i)
  {
    EXPECT_GT(outcome.histogramP[i], 0.01) << outcome.names[i];
  }
  EXPECT_LT(outcome.histogramP[3], 1e-6); // the log-likelihood
  EXPECT_LT(outcome.tarpP, 1e-6);
  EXPECT_GT(Calibrate(Sampling::IgnoresData, 1, 400, false).tarpP, 0.01);
}

TEST(CalibrationGate, OtherShapesAndNumbersAreRefused)
{
  RankCollection collection({SquaredNorm()});
  collection.Add(at::zeros({3}), at::ones({5, 3}));
  EXPECT_EQ(collection.Ranks(0).item<std::int64_t>(), 0);
  EXPECT_THROW(collection.Add(at::zeros({3}), at::ones({4, 3})), DataError);
  EXPECT_THROW(collection.Add(at::zeros({3}), at::ones({5, 4})), DataError);
  EXPECT_THROW(collection.Add(at::zeros({3}), at::full({5, 3}, std::nan(""))), DataError);
  EXPECT_EQ(collection.Cases(), 1);
  EXPECT_THROW(RegionMeans(at::zeros({1, 3})), DataError);
}
} // namespace
} // namespace tweedie
