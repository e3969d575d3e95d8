// SPDX-License-Identifier: Apache-2.0
// The error of retrieved phases against the least that photon noise allows an unbiased estimate.
#include "tweedieDiffractionOperator.h"
#include "tweedieMagnitudeModel.h"
#include "tweediePhaseClassical.h"
#include "tweediePhaseModel.h"
#include "tweediePhaseObjects.h"
#include "tweediePhaseSimulation.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr std::int64_t side = 16;

Volume
Scene()
{
  Grid grid;
  grid.size = {1, side, side};
  return VolumeFromSliceBatch(NaturalObject(4, side) + 0.2, grid);
}

PhaseScan
Counts(double photons, std::int64_t seed)
{
  PhaseSimulationOptions options;
  options.experiment = "coded";
  options.patterns = 6;
  options.code = "octonary";
  options.noiseModel = "poisson";
  options.photons = photons;
  options.seed = seed;
  return SimulatePhase(Scene(), options);
}

/** (trace F^-1 / pixels)^(1/2) for counts of the mean m = g |A x|^2 of a real x: F = sum (dm/dx)(dm/dx)^T / m = 4 g J^T
 * J, J = d|A x| / dx. */
double
BoundOf(const PhaseScan & scan)
{
  const PhaseModel model(scan);
  const MagnitudeModel magnitude(model.Wave(), MagnitudeKind::Amplitude, model.Diagonal());
  const at::Tensor x = SliceBatch(Scene()).to(at::kDouble);
  const std::int64_t amplitudes = model.Amplitude().numel();
  at::Tensor rows = at::empty({amplitudes, side * side}, at::kDouble);
  for (std::int64_t i = 0; i < amplitudes; ++i)
  {
    at::Tensor unit = at::zeros_like(model.Amplitude());
    unit.view(-1)[i] = 1.0;
    rows[i] = magnitude.Vjp(x, unit).reshape({-1});
  }
  const at::Tensor fisher = at::matmul(rows.transpose(0, 1), rows) * (4.0 * *scan.countsPerUnit);
  const double trace = at::linalg_inv(fisher).diagonal().sum().item<double>();
  return std::sqrt(trace / static_cast<double>(side * side));
}

double
ErrorOf(const std::string & method, const PhaseScan & scan)
{
  PhaseClassicalOptions options;
  options.method = method;
  options.starts = 2;
  options.iterations = method == "hio" ? 400 : 800;
  options.finish = 0.5; // an end by er is the least misfit of amplitudes, the most likely object at high counts
  const Volume found = ReconstructPhaseClassical(scan, options).mean;
  return std::sqrt((TensorView(found) - TensorView(Scene())).square().mean().item<double>());
}
} // namespace

TEST(PhaseCramerRao, ErrorsFollowTheBoundAtThreePhotonLevels)
{
  for (const double photons : {3e5, 3e6, 3e7}) // 200 to 20000 a pixel and pattern
  {
    std::map<std::string, double> squares;
    double bound = 0.0;
    constexpr std::int64_t seeds = 4;
    for (std::int64_t seed = 1; seed <= seeds; ++seed)
    {
      const PhaseScan scan = Counts(photons, seed);
      bound += BoundOf(scan) / seeds;
      for (const std::string method : {"hio", "er", "wirtinger-flow"})
      {
        const double error = ErrorOf(method, scan);
        squares[method] += error * error / seeds;
      }
    }
    for (const auto & [method, square] : squares)
    {
      const double ratio = std::sqrt(square) / bound;
      std::cout << "[  FIGURE  ] " << photons << " photons, " << method << ": error over bound " << ratio << "\n";
      EXPECT_GT(ratio, 0.85) << method; // 4 x 256 pixels: the figure itself is known to 4 %
      EXPECT_LT(ratio, 1.5) << method;  // of the issue
    }
  }
}
