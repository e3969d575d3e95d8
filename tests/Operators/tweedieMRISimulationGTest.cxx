// SPDX-License-Identifier: Apache-2.0
// Simulated scans: what coil maps and phase must fulfil, and how far the reconstruction's own model
// is from the simulated truth.
#include "tweedieMRISimulation.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIModel.h"
#include "tweedieTrajectory.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
/** Blurred ellipses in two slices of 65 x 50. */
Volume
Phantom()
{
  const auto y = at::arange(65, at::kDouble).unsqueeze(1) - 32.0;
  const auto x = at::arange(50, at::kDouble).unsqueeze(0) - 25.0;
  const auto ellipse = [&](double a, double b, double cx, double value)
  {
    const auto radius = ((y / a).square() + ((x - cx) / b).square()).sqrt();
    return at::sigmoid((1.0 - radius) * 12.0) * value;
  };
  const auto slice = ellipse(26, 20, 0, 300.0) + ellipse(10, 5, -7, 200.0) - ellipse(8, 4, 8, 150.0);
  Grid grid;
  grid.size = {2, 65, 50};
  grid.spacing = {3.0, 1.0, 1.0};
  return VolumeFromTensor(at::stack({slice, slice.flip(1)}).unsqueeze(0), grid);
}

MRISimulationOptions
Options(std::int64_t coils, double noise)
{
  MRISimulationOptions options;
  options.coils = coils;
  options.noise = noise;
  return options;
}
} // namespace

TEST(SimulatedSensitivities, HaveUnitSumOfSquaresAndAreSmooth)
{
  const auto maps = SimulateSensitivities(8, 65, 50, 1);
  EXPECT_EQ(maps.sizes(), (at::IntArrayRef{8, 1, 65, 50}));
  EXPECT_TENSOR_NEAR(maps.abs().square().sum(0), at::ones({1, 65, 50}, at::kDouble), 1e-14);
  // Neighbouring pixels differ by a small part of the whole range: 1/20 at worst, in the corners near a wire.
  EXPECT_LT((maps.slice(2, 1) - maps.slice(2, 0, -1)).abs().max().item<double>(), 0.05);
  // Coils differ: the encoding that acceleration lives on.
  const auto gram = at::matmul(maps.flatten(1).conj(), maps.flatten(1).transpose(0, 1)) / (65.0 * 50.0);
  const auto eigenvalues = at::linalg_eigvalsh(gram);
  EXPECT_GT((eigenvalues[4] / eigenvalues[7]).item<double>(), 0.05);
}

TEST(SimulatedFields, AreFunctionsOfPosition)
{
  for (const std::int64_t n : {64, 65})
  {
    // The centre of a centred transform is at index floor(N / 2) on either grid.
    const auto first = n - 2 * (n / 2);
    const auto fineMaps = SimulateSensitivities(3, n, n + 1, 1, 2);
    const auto maps = SimulateSensitivities(3, n, n + 1, 1);
    const auto firstColumn = (n + 1) - 2 * ((n + 1) / 2);
    const auto picked = fineMaps.slice(2, first, c10::nullopt, 2).slice(3, firstColumn, c10::nullopt, 2);
    EXPECT_TENSOR_NEAR(picked.slice(2, 0, n).slice(3, 0, n + 1), maps, 1e-13);
    const auto finePhase = SimulateSmoothPhase(n, n, 1, 4, 2);
    EXPECT_TENSOR_NEAR(finePhase.slice(0, first, c10::nullopt, 2).slice(1, first, c10::nullopt, 2),
                       SimulateSmoothPhase(n, n, 1, 4),
                       1e-13);
  }
}

TEST(SimulatedPhase, VariesByAboutARadian)
{
  double sum = 0.0;
  for (std::uint64_t stream = 0; stream < 40; ++stream)
  {
    const auto phase = SimulateSmoothPhase(64, 64, 1, stream);
    sum += phase.var(false).item<double>();
  }
  // Expected 2/3 + (2/5 + 1/9)/4 + (2/7 + 2/15)/16 = 0.82; standard error of 40 draws about 0.1.
  EXPECT_NEAR(sum / 40.0, 0.82, 0.3);
}

TEST(SimulateMRI, ReferenceIsTheImageWithPhase)
{
  const auto image = Phantom();
  const auto simulation = SimulateMRI(image, Options(1, 0.0));
  const auto reference = TensorView(simulation.reference).abs() * simulation.scan.scale;
  // The phase moves a little of the image beyond the band of the data.
  EXPECT_TENSOR_CLOSE(reference, TensorView(image), 0.01);
  EXPECT_GT(at::imag(TensorView(simulation.reference)).abs().max().item<double>(), 0.3);
  EXPECT_FALSE(simulation.scan.noise.has_value());
  EXPECT_TRUE(simulation.scan.kspace.GetGrid().IsCongruent(image.GetGrid()));
}

TEST(SimulateMRI, OneCoilModelExplainsTheData)
{
  const auto simulation = SimulateMRI(Phantom(), Options(1, 0.0));
  const auto model = MakeMRIModel(simulation.scan);
  const auto predicted = model->Forward(SliceBatch(simulation.reference).expand({2, 1, 1, 65, 50}));
  EXPECT_TENSOR_CLOSE(predicted, MRIData(simulation.scan), 1e-6); // stored in single precision
}

TEST(SimulateMRI, CoilModelExplainsTheDataBelowTheNoise)
{
  const auto simulation = SimulateMRI(Phantom(), Options(8, 0.0));
  const auto model = MakeMRIModel(simulation.scan);
  const auto error = model->Forward(SliceBatch(simulation.reference)) - MRIData(simulation.scan);
  const double samples = 8.0 * 2.0 * 50.0 * static_cast<double>(simulation.pattern.lines);
  const double rms = std::sqrt(error.abs().square().sum().item<double>() / samples);
  // Not the same model: the difference is there, but a tenth of the default noise of 0.02.
  EXPECT_GT(rms, 1e-6);
  EXPECT_LT(rms, 0.002);
}

TEST(SimulateMRI, NoiseHasTheStatedDeviation)
{
  const auto silent = SimulateMRI(Phantom(), Options(4, 0.0));
  const auto noisy = SimulateMRI(Phantom(), Options(4, 0.05));
  ASSERT_TRUE(noisy.scan.noise.has_value());
  EXPECT_EQ(*noisy.scan.noise, 0.05);
  const auto difference = TensorView(noisy.scan.kspace) - TensorView(silent.scan.kspace);
  const double samples = 4.0 * 2.0 * 50.0 * static_cast<double>(noisy.pattern.lines);
  const double squared = difference.abs().square().sum().item<double>() / samples;
  // 6400 complex samples: standard error of the variance 1 / sqrt(6400) = 1.3 %, three of them.
  EXPECT_NEAR(squared / (0.05 * 0.05), 1.0, 0.04);
  EXPECT_EQ((TensorView(noisy.scan.kspace) * (1.0 - TensorView(noisy.scan.mask))).abs().max().item<double>(), 0.0);
}

TEST(SimulateMRI, IsSeeded)
{
  auto options = Options(2, 0.05);
  const auto first = SimulateMRI(Phantom(), options);
  EXPECT_TENSOR_EQUAL(TensorView(SimulateMRI(Phantom(), options).scan.kspace), TensorView(first.scan.kspace));
  options.seed = 2;
  EXPECT_GT(LargestDifference(TensorView(SimulateMRI(Phantom(), options).scan.kspace), TensorView(first.scan.kspace)),
            0.01);
}

TEST(SimulateMRI, StopsAndRefuses)
{
  EXPECT_THROW(SimulateMRI(Phantom(), Options(2, 0.0), [](const ProgressReport &) { return false; }), Aborted);
  EXPECT_THROW_MESSAGE(SimulateMRI(Phantom(), Options(0, 0.0)), UsageError, "coils");
  EXPECT_THROW_MESSAGE(SimulateMRI(Phantom(), Options(2, -1.0)), UsageError, "noise");
  EXPECT_THROW_MESSAGE(SimulateMRI(Volume(), Options(2, 0.0)), DataError, "no real image");
  const Volume empty(Phantom().GetGrid(), Volume::Element::Real);
  EXPECT_THROW_MESSAGE(SimulateMRI(empty, Options(2, 0.0)), DataError, "zero");
  auto broken = Phantom().Clone();
  broken.Data()[5] = std::numeric_limits<float>::infinity();
  EXPECT_THROW_MESSAGE(SimulateMRI(broken, Options(2, 0.0)), DataError, "image");
}

TEST(SimulateMRI, AlongATrajectoryHasTheGridsValuesAtWholeFrequencies)
{
  MRISimulationOptions options = Options(3, 0.0);
  options.acceleration = 1.0;
  options.centerFraction = 1.0;
  const auto cartesian = SimulateMRI(Phantom(), options);
  const auto y = (at::arange(65, at::kDouble) - 32.0).view({65, 1}).expand({65, 50});
  const auto x = (at::arange(50, at::kDouble) - 25.0).view({1, 50}).expand({65, 50});
  const auto along = SimulateMRI(Phantom(), options, {}, TrajectoryVolume(at::stack({x, y}, -1)));
  EXPECT_TENSOR_CLOSE(MRIData(along.scan), MRIData(cartesian.scan), 1e-6); // stored in single precision
  EXPECT_TENSOR_EQUAL(TensorView(along.reference), TensorView(cartesian.reference));
  EXPECT_TRUE(along.scan.mask.IsEmpty());
  EXPECT_NEAR(along.pattern.effectiveAcceleration, 1.0, 1e-3);
}

// 40 Hz over 12 ms: half a turn. The map is linear between pixels where data are made and even within them where the
// model sees it.
TEST(SimulateMRI, AFieldMapTurnsTheObjectAsTheModelSays)
{
  MRISimulationOptions options = Options(4, 0.0);
  TrajectoryOptions spiral;
  spiral.kind = "spiral";
  spiral.size = 64;
  spiral.readouts = 24;
  spiral.samples = 200;
  const Volume phantom = Phantom();
  const Grid grid = phantom.GetGrid();
  const double whole = static_cast<double>(spiral.size);
  const at::Tensor k = MakeTrajectory(spiral) *
                       at::tensor({static_cast<double>(grid.size.x) / whole, static_cast<double>(grid.size.y) / whole});
  const at::Tensor x = at::linspace(-1.0, 1.0, grid.size.x), y = at::linspace(-1.0, 1.0, grid.size.y);
  MRIFieldMap field;
  field.frequency = VolumeFromTensor(
      (40.0 * (x + y.unsqueeze(1) * y.unsqueeze(1))).view({1, 1, grid.size.y, grid.size.x}), grid.Slices(0, 1));
  field.dwellTime = 12e-3 / 200.0;
  const MRISimulation simulation = SimulateMRI(phantom, options, {}, TrajectoryVolume(k), field);
  EXPECT_EQ(simulation.scan.field.dwellTime, field.dwellTime);
  const at::Tensor truth = SliceBatch(simulation.reference);
  const auto misfit = [&](const MRIScan & scan)
  {
    const at::Tensor data = MRIData(scan);
    return ((MakeMRIModel(scan)->Forward(truth) - data).norm() / data.norm()).item<double>();
  };
  MRIScan unaware = simulation.scan;
  unaware.field = MRIFieldMap();
  MRIScan opposite = simulation.scan;
  opposite.field.frequency = VolumeFromTensor(-TensorView(field.frequency), field.frequency.GetGrid());
  // Without a field the same model misses by what is between coil maps on the two grids.
  const double floor = misfit(SimulateMRI(phantom, options, {}, TrajectoryVolume(k)).scan);
  EXPECT_LT(misfit(simulation.scan), floor + 0.01); // a pixel's field differs by 1.3 Hz: 1.3 % of a turn, at its edge
  EXPECT_GT(misfit(unaware), 5.0 * misfit(simulation.scan)); // most energy is measured before much has turned
  EXPECT_GT(misfit(opposite), misfit(unaware));
  field.dwellTime = 0.0;
  EXPECT_THROW_MESSAGE(SimulateMRI(phantom, options, {}, TrajectoryVolume(k), field), UsageError, "dwell time");
}

// A field that is a slope moves every sample by a known way in k-space: no model of the transform is involved.
TEST(SimulateMRI, ASlopeOfTheFieldMovesTheSamples)
{
  const MRISimulationOptions options = Options(4, 0.0);
  const Volume phantom = Phantom();
  const Grid grid = phantom.GetGrid();
  TrajectoryOptions radial;
  radial.size = std::min(grid.size.x, grid.size.y) - 12;
  radial.readouts = 9;
  radial.samples = 64;
  const at::Tensor k = MakeTrajectory(radial);
  const double slope = 3.0, dwell = 1e-4; // Hz per pixel: 0.96 cycles per field of view at a readout's end
  const at::Tensor x = at::arange(grid.size.x, at::kFloat) - static_cast<double>(grid.size.x / 2);
  MRIFieldMap field;
  field.frequency =
      VolumeFromTensor((slope * x).expand({1, 1, grid.size.y, grid.size.x}).contiguous(), grid.Slices(0, 1));
  field.dwellTime = dwell;
  at::Tensor moved = k.clone();
  const at::Tensor times = (at::arange(64, at::kDouble) - 32.0) * dwell; // sample 32 is the centre
  moved.select(2, 0).add_(times * (slope * static_cast<double>(grid.size.x)));
  const at::Tensor turned = MRIData(SimulateMRI(phantom, options, {}, TrajectoryVolume(k), field).scan);
  const at::Tensor expected = MRIData(SimulateMRI(phantom, options, {}, TrajectoryVolume(moved)).scan);
  // The map repeats its end in the last half pixel, where the interpolated object rings: 1.2e-5.
  EXPECT_TENSOR_CLOSE(turned, expected, 5e-5);
}
