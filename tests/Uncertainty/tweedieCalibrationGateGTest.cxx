// SPDX-License-Identifier: Apache-2.0
#include "tweedieCalibrationQuantity.h"
#include "tweedieGaussianSampler.h"
#include "tweedieRankCalibration.h"
#include "tweedieTarp.h"

#include "tweedieError.h"

#include <gtest/gtest.h>

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

/** All quantities, and TARP about the adjoint image; seed: of truths, data and samples. */
Outcome
Calibrate(Sampling kind, std::uint64_t seed, std::int64_t cases, bool referencesSeeData = true)
{
  constexpr std::int64_t count = 31;
  static const test::GaussianSampler sampler;
  const auto drawn = sampler.Draw(seed, cases, count, kind);
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
