// SPDX-License-Identifier: Apache-2.0
// Scans of simulated patterns through the table of classical methods.
#include "tweediePhaseClassical.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweediePhaseAlignment.h"
#include "tweediePhaseObjects.h"
#include "tweediePhaseSimulation.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
Volume
Scene(std::uint64_t seed, std::int64_t n, std::int64_t slices = 1)
{
  std::vector<at::Tensor> images;
  for (std::int64_t i = 0; i < slices; ++i)
  {
    images.push_back(NaturalObject(seed + static_cast<std::uint64_t>(i), n));
  }
  Grid grid;
  grid.size = {slices, n, n};
  return VolumeFromSliceBatch(at::cat(images), grid);
}

PhaseSimulationOptions
Coded(std::int64_t patterns)
{
  PhaseSimulationOptions options;
  options.experiment = "coded";
  options.patterns = patterns;
  options.code = "octonary";
  options.noise = 0.0;
  return options;
}

PhaseClassicalOptions
Method(const std::string & name, std::int64_t starts)
{
  PhaseClassicalOptions options;
  options.method = name;
  options.starts = starts;
  options.keepStarts = true;
  return options;
}

/** |x - truth| / |truth| of every start. */
std::vector<double>
Errors(const VolumeEstimate & found, const Volume & truth)
{
  std::vector<double> errors;
  const at::Tensor x = TensorView(truth)[0];
  for (std::int64_t i = 0; i < found.samples.Channels(); ++i)
  {
    errors.push_back(RelativeError(TensorView(found.samples)[i], x));
  }
  return errors;
}
} // namespace

TEST(PhaseClassical, CodedPatternsAreSolvedFromEveryStart)
{
  // Item of the issue at 128 x 128; the error of single precision is about 1e-6.
  const Volume truth = Scene(3, 128);
  const PhaseScan scan = SimulatePhase(truth, Coded(6));
  for (const std::string method : {"wirtinger-flow", "hio"})
  {
    PhaseClassicalOptions options = Method(method, 10);
    options.iterations = method == "hio" ? 100 : 450;
    const auto errors = Errors(ReconstructPhaseClassical(scan, options), truth);
    ASSERT_EQ(errors.size(), 10U);
    EXPECT_LT(*std::max_element(errors.begin(), errors.end()), 1e-5) << method;
    std::cout << "[  FIGURE  ] " << method << ": worst " << *std::max_element(errors.begin(), errors.end()) << "\n";
  }
}

TEST(PhaseClassical, EveryMethodSolvesAnEasyScan)
{
  const Volume truth = Scene(3, 24, 2);
  const PhaseScan scan = SimulatePhase(truth, Coded(6));
  for (const PhaseClassicalRow & row : PhaseClassicalTable())
  {
    const std::string name = row.name;
    if (name == "oss" || name == "paganin" || name == "ctf") // of other experiments
    {
      EXPECT_THROW(ReconstructPhaseClassical(scan, Method(row.name, 2)), UsageError);
      continue;
    }
    PhaseClassicalOptions options = Method(row.name, 3);
    const VolumeEstimate found = ReconstructPhaseClassical(scan, options);
    EXPECT_LT(RelativeError(TensorView(found.mean), TensorView(truth)), 1e-4) << row.name;
    EXPECT_EQ(found.samples.Channels(), 3);
    EXPECT_LT(found.summary.figures.at("residual"), 1e-4);
  }
}

TEST(PhaseClassical, ThicknessOfOneMaterialByTheTable)
{
  // An object that absorbs and shifts phases, in light of 1 all around, as a complex wave.
  constexpr double wavelength = 5e-11;
  constexpr double delta = 4e-7;
  constexpr double beta = 4e-9;
  Grid grid;
  grid.size = {1, 64, 64};
  const at::Tensor y = at::arange(64, at::kDouble).unsqueeze(1) - 31.5;
  const at::Tensor x = at::arange(64, at::kDouble).unsqueeze(0) - 31.5;
  const at::Tensor thickness = ((y.square() + x.square()) / -200.0).exp() * 2e-5; // m, smooth and within the frame
  const double k = 2.0 * 3.14159265358979323846 / wavelength;
  const at::Tensor wave = at::polar((thickness * (-k * beta)).exp(), thickness * (-k * delta));
  PhaseSimulationOptions options;
  options.experiment = "near-field";
  options.distance = {0.02};
  options.wavelength = wavelength;
  options.pixelPitch = 1e-6;
  const PhaseScan scan = SimulatePhase(VolumeFromSliceBatch(wave.reshape({1, 1, 1, 64, 64}), grid), options);
  PhaseClassicalOptions paganin;
  paganin.method = "paganin";
  EXPECT_THROW(ReconstructPhaseClassical(scan, paganin), UsageError); // of which material?
  paganin.materialDelta = delta;
  paganin.materialBeta = beta;
  const at::Tensor found = TensorView(ReconstructPhaseClassical(scan, paganin).mean)[0][0].to(at::kDouble);
  // The inversion is that of the transport of intensity: its next order is what is left.
  EXPECT_LT(RelativeError(found, thickness), 0.02);
  paganin.method = "ctf";
  const at::Tensor phase = TensorView(ReconstructPhaseClassical(scan, paganin).mean)[0][0].to(at::kDouble);
  EXPECT_LT(RelativeError(phase, thickness * (-k * delta)), 0.2); // a phase of 1 radian is not weak
}

TEST(PhaseClassical, TotalVariationRefinesTheBestEnd)
{
  PhaseSimulationOptions noisy = Coded(3);
  noisy.noise = 0.05;
  const Volume truth = Scene(3, 32);
  const PhaseScan scan = SimulatePhase(truth, noisy);
  PhaseClassicalOptions options = Method("er", 3);
  options.iterations = 200;
  options.keepStarts = false;
  const VolumeEstimate plain = ReconstructPhaseClassical(scan, options);
  options.totalVariation = true;
  const VolumeEstimate refined = ReconstructPhaseClassical(scan, options);
  EXPECT_LT(RelativeError(TensorView(refined.mean), TensorView(truth)),
            0.9 * RelativeError(TensorView(plain.mean), TensorView(truth)));
  EXPECT_NEAR(refined.summary.dataFit, 1.0, 0.05); // the discrepancy principle
  EXPECT_LT(plain.summary.dataFit, 0.9);           // what is free fits noise
}
