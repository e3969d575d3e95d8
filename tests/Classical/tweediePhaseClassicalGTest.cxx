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
    options.iterations = method == "hio" ? 200 : 600;
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
    if (std::string(row.name) == "oss")
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
