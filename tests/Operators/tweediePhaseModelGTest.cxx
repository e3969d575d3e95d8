// SPDX-License-Identifier: Apache-2.0
// Patterns of images, and scans as the methods take them.
#include "tweediePhaseModel.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweediePhaseSimulation.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
Volume
Object(std::int64_t rows, std::int64_t columns, std::int64_t slices = 2)
{
  Grid grid;
  grid.size = {slices, rows, columns};
  return VolumeFromTensor(Normal(3, {1, slices, rows, columns}).abs(), grid);
}

PhaseSimulationOptions
Experiment(const std::string & name)
{
  PhaseSimulationOptions options;
  options.experiment = name;
  return options;
}

at::Tensor
Complex(const Volume & image)
{
  return SliceBatch(image).to(at::kComplexDouble);
}
} // namespace

TEST(PhaseSimulation, FarFieldIsThatOfATransformOfThePaddedObject)
{
  const Volume image = Object(7, 6);
  const PhaseScan scan = SimulatePhase(image, Experiment("fourier"));
  const at::Tensor padded = at::constant_pad_nd(Complex(image), {0, 6, 0, 7});
  const at::Tensor spectrum = at::fft_fftshift(at::fft_fft2(padded, {}, {-2, -1}, "ortho"), at::IntArrayRef{-2, -1});
  EXPECT_TENSOR_CLOSE(PatternBatch(scan.patterns), spectrum.abs(), 1e-6); // kept in single precision
  EXPECT_EQ(scan.beamCentre[0], 6.0);
  EXPECT_EQ(scan.beamCentre[1], 7.0);
  // lambda z / (N p) of the defaults, 12 x 14 pixels.
  EXPECT_NEAR(scan.object.spacing.x, 1.5e-10 / (12 * 55e-6) * 1e3, 1e-12);
  EXPECT_NEAR(scan.object.spacing.y, 1.5e-10 / (14 * 55e-6) * 1e3, 1e-12);
}

TEST(PhaseSimulation, CodesAreTheirOwnOrThoseOfAFile)
{
  const Volume image = Object(6, 8);
  for (const std::string code : {"phase", "octonary"})
  {
    PhaseSimulationOptions options = Experiment("coded");
    options.code = code;
    options.patterns = 60;
    const PhaseScan scan = SimulatePhase(image, options);
    const at::Tensor size = TensorView(scan.codes).abs().to(at::kDouble);
    // E|d|^2 = 1 in both: 0.8 / 2 + 0.2 3; 2880 draws of a deviation of 1.
    EXPECT_NEAR(size.square().mean().item<double>(), 1.0, 0.08);
    EXPECT_EQ(size.std().item<double>() < 1e-6, code == "phase");
    PhaseSimulationOptions again = Experiment("coded");
    again.seed = 99;
    EXPECT_TENSOR_CLOSE(
        PatternBatch(SimulatePhase(image, again, scan.codes).patterns), PatternBatch(scan.patterns), 1e-6);
  }
}

TEST(PhaseSimulation, CountsHaveTheMeanAndTheRootIsUnbiased)
{
  Grid grid;
  grid.size = {1, 48, 48};
  const Volume image = VolumeFromTensor(Normal(5, {1, 1, 48, 48}).abs(), grid);
  PhaseSimulationOptions options = Experiment("coded");
  options.noiseModel = "poisson";
  options.photons = 20.0 * 4 * 48 * 48;
  options.dark = 2.0;
  const PhaseScan scan = SimulatePhase(image, options);
  const double count = PatternBatch(scan.patterns).to(at::kDouble).mean().item<double>();
  EXPECT_NEAR(count, 22.0, 22.0 * 4.0 / std::sqrt(22.0 * 9216)); // four standard errors of 9216 counts
  const PhaseModel model(scan);
  const at::Tensor truth = model.Wave()->Forward(Complex(image)).abs();
  const at::Tensor score = (model.Amplitude() - truth) / model.Deviation();
  const at::Tensor bright = truth.square().mul(*scan.countsPerUnit).gt(10.0);
  const at::Tensor chosen = score.masked_select(bright);
  EXPECT_NEAR(chosen.mean().item<double>(), 0.0, 0.1); // next term of the expansion at ten counts
  EXPECT_NEAR(chosen.std().item<double>(), 1.0, 0.1);
}

TEST(PhaseModel, TheBeamsCentreIsWhereItIs)
{
  // A pattern recorded 2.3 pixels right and 1.6 up of the middle is that of the object times a ramp; to the modulus it
  // is the same pattern, elsewhere.
  const Volume image = Object(6, 6, 1);
  PhaseScan scan = SimulatePhase(image, Experiment("fourier"));
  const at::Tensor centred = PhaseModel(scan).Wave()->Forward(Complex(image)).abs();
  scan.beamCentre[0] += 2.0;
  scan.beamCentre[1] -= 1.0;
  const at::Tensor moved = PhaseModel(scan).Wave()->Forward(Complex(image)).abs();
  EXPECT_TENSOR_CLOSE(moved, at::roll(centred, {-1, 2}, {-2, -1}), 1e-12);
  scan.beamCentre[0] += 0.3; // not a whole pixel: the energy stays
  const at::Tensor between = PhaseModel(scan).Wave()->Forward(Complex(image)).abs();
  EXPECT_NEAR(between.square().sum().item<double>(), centred.square().sum().item<double>(), 1e-9);
  EXPECT_GT(LargestDifference(between, moved), 1e-3);
}

TEST(PhaseModel, MasksAndSupportsCount)
{
  const Volume image = Object(6, 6, 2);
  PhaseSimulationOptions options = Experiment("fourier");
  options.beamStop = 1.0;
  options.support = "tight";
  const PhaseScan scan = SimulatePhase(image, options);
  const PhaseModel model(scan);
  EXPECT_EQ(model.Measured()[1].eq(0).sum().item<std::int64_t>(), 5); // the centre and its neighbours
  EXPECT_TENSOR_EQUAL(model.Amplitude() * (1.0 - model.Measured()), at::zeros_like(model.Amplitude()));
  EXPECT_EQ(model.Support().size(0), 2);
  EXPECT_TENSOR_CLOSE(model.Diagonal(), model.Support().to(at::kDouble), 0.0);
}

TEST(PhaseModel, NearFieldKeepsTheEnergyOfEachDistance)
{
  PhaseSimulationOptions options = Experiment("near-field");
  options.pixelPitch = 1e-6;
  options.wavelength = 1e-10;
  options.distance = {1e-3, 2e-3, 4e-3};
  const Volume image = Object(16, 18, 1);
  const PhaseScan scan = SimulatePhase(image, options);
  EXPECT_EQ(scan.patterns.Channels(), 3);
  const at::Tensor energy = PatternBatch(scan.patterns).to(at::kDouble).square().sum({0, 2, 3, 4});
  const double own = SliceBatch(image).to(at::kDouble).square().sum().item<double>();
  EXPECT_TENSOR_CLOSE(energy, at::full_like(energy, own), 1e-6); // single precision of the patterns
  EXPECT_TENSOR_CLOSE(PhaseModel(scan).Diagonal(), at::full({1, 1, 1, 16, 18}, 3.0, at::kDouble), 0.0);
  options.source = 0.01;
  EXPECT_THROW(SimulatePhase(image, options), UsageError); // a pitch for each distance
  options.distance = {2e-3};
  const PhaseScan cone = SimulatePhase(image, options);
  EXPECT_NEAR(cone.object.spacing.x, 1e-3 / 1.2, 1e-9); // M = 1 + 2 / 10
}

TEST(PhaseSimulation, RefusesWhatIsNoObject)
{
  Volume image = Object(6, 6);
  image.Data()[3] = -1.0F;
  EXPECT_THROW_MESSAGE(SimulatePhase(image, Experiment("fourier")), DataError, "--hounsfield");
  EXPECT_THROW(SimulatePhase(Volume(), Experiment("fourier")), DataError);
  Grid grid;
  grid.size = {1, 6, 6};
  EXPECT_THROW(SimulatePhase(Volume(grid, Volume::Element::Real), Experiment("fourier")), DataError);
  PhaseSimulationOptions little = Experiment("fourier");
  little.oversampling = 1.5;
  EXPECT_THROW_MESSAGE(SimulatePhase(Object(6, 6), little), DataError, "at most half");
  PhaseSimulationOptions tooLong = Experiment("near-field");
  tooLong.distance = {1e4};
  EXPECT_THROW(SimulatePhase(Object(6, 6), tooLong), UsageError);
}

TEST(PhaseScan, EnergyGivesTheWavelength)
{
  EXPECT_NEAR(WavelengthOfEnergy(8.0), 1.549802e-10, 1e-16); // 12.39842 keV A / 8 keV
  EXPECT_THROW(WavelengthOfEnergy(0.0), UsageError);
}
