// SPDX-License-Identifier: Apache-2.0
#include "tweedieReplicas.h"

#include "tweedieCTClassical.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieEllipsoidPhantom.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRISimulation.h"
#include "tweedieMetrics.h"
#include "tweediePhaseClassical.h"
#include "tweediePhaseObjects.h"
#include "tweediePhaseSimulation.h"
#include "tweedieRayVariance.h"
#include "tweedieSenseNoise.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
MRIScan
MakeScan()
{
  Grid grid;
  grid.size = {1, 24, 16};
  MRISimulationOptions options;
  options.acceleration = 3.0;
  options.centerFraction = 0.25;
  options.coils = 4;
  options.noise = 0.05;
  return SimulateMRI(VolumeFromTensor(test::NaturalObject(1, 24)[0].narrow(3, 0, 16), grid), options).scan;
}

CTScan
MakeCounts(double photons, double electronic)
{
  CTScan scan;
  const CTDetector detector = test::CenteredDetector(48, 1.0);
  scan.geometry = test::Circle(CTBeam::Parallel, 20, 180.0, {});
  const at::Tensor lines =
      test::Project({{0.02, {0.0, 0.0, 0.0}, {15.0, 12.0, test::endless}}}, scan.geometry, detector);
  const at::Tensor counts = ((-lines).exp() * photons).round();
  scan.projections = VolumeFromTensor(counts[0], ProjectionGrid(detector, scan.geometry.views.size()));
  scan.isCounts = true;
  scan.photons = photons;
  scan.electronic = electronic;
  return scan;
}

/** rms over all elements of (mean over replicas - expected) and of (variance - expected) over their standard errors. */
template <typename TScan, typename TData>
void
ExpectLaw(const TScan & scan, const TData & data, const at::Tensor & mean, const at::Tensor & variance)
{
  constexpr std::int64_t replicas = 400;
  std::vector<at::Tensor> all;
  for (std::int64_t r = 0; r < replicas; ++r)
  {
    all.push_back(data(NoisyReplica(scan, 1, r)).to(at::kDouble));
  }
  const at::Tensor x = at::stack(all);
  const auto isOne = [](const at::Tensor & z) { return z.square().mean().item<double>(); };
  // Thousands of elements: the mean square of unit numbers is 1 within 0.1; kurtosis of Poisson numbers >= 20 moves
  // the second by 0.05 / 2.
  EXPECT_NEAR(isOne((x.mean(0) - mean) / (variance / replicas).sqrt()), 1.0, 0.15);
  EXPECT_NEAR(isOne((x.var(0, true) / variance - 1.0) / std::sqrt(2.0 / (replicas - 1))), 1.0, 0.2);
  EXPECT_TENSOR_EQUAL(data(NoisyReplica(scan, 1, 7)), data(NoisyReplica(scan, 1, 7)));
  EXPECT_GT(test::LargestDifference(data(NoisyReplica(scan, 1, 7)), data(NoisyReplica(scan, 2, 7))), 0.0);
}

TEST(NoisyReplica, HasTheLawOfAnMRIScan)
{
  const MRIScan scan = MakeScan();
  const at::Tensor kept = TensorView(scan.mask).to(at::kBool).expand({4, 1, 24, 16});
  const auto data = [&](const MRIScan & s)
  { return at::view_as_real(TensorView(s.kspace).masked_select(kept)).to(at::kDouble); };
  const at::Tensor mean = data(scan);
  ExpectLaw(scan, data, mean, at::full_like(mean, *scan.noise * *scan.noise / 2.0));
  const at::Tensor other = TensorView(NoisyReplica(scan, 1, 0).kspace).masked_select(kept.logical_not());
  EXPECT_EQ(other.abs().max().item<float>(), 0.0F);
  MRIScan silent = scan;
  silent.noise.reset();
  EXPECT_THROW_MESSAGE(NoisyReplica(silent, 1, 0), UsageError, "--noise: not given");
}

TEST(NoisyReplica, HasTheLawOfCountsAndOfTheirLogarithms)
{
  const auto data = [](const CTScan & s) { return TensorView(s.projections); };
  const CTScan scan = MakeCounts(100.0, 5.0);
  const at::Tensor y = data(scan).to(at::kDouble);
  ExpectLaw(scan, data, y, y + 25.0);
  CTScan lines = scan;
  lines.isCounts = false;
  const at::Tensor l = -(y / 100.0).log();
  lines.projections = VolumeFromTensor(l, scan.projections.GetGrid());
  ExpectLaw(lines, data, l, 1.0 / y + 25.0 / y.square());
  lines.photons.reset();
  EXPECT_THROW_MESSAGE(NoisyReplica(lines, 1, 0), UsageError, "without photons");
}

TEST(NoisyReplica, HasTheLawOfPatterns)
{
  Grid grid;
  grid.size = {1, 16, 16};
  PhaseSimulationOptions options;
  options.experiment = "coded";
  options.noise = 0.01;
  const Volume image = VolumeFromTensor(test::NaturalObject(2, 16)[0] + 0.5, grid);
  const auto data = [](const PhaseScan & s) { return TensorView(s.patterns); };
  const PhaseScan amplitudes = SimulatePhase(image, options);
  PhaseScan bright = amplitudes; // amplitudes near zero are cut there, as a detector does
  bright.patterns = VolumeFromTensor(data(amplitudes) + 1.0, amplitudes.patterns.GetGrid());
  const at::Tensor b = data(bright).to(at::kDouble);
  ExpectLaw(bright, data, b, at::full_like(b, 1e-4));
  options.noiseModel = "poisson";
  options.photons = 1e5;
  options.dark = 20.0;
  const PhaseScan counts = SimulatePhase(image, options);
  const at::Tensor n = data(counts).to(at::kDouble);
  ExpectLaw(counts, data, n, n);
  PhaseScan silent = amplitudes;
  silent.noise.reset();
  EXPECT_THROW_MESSAGE(NoisyReplica(silent, 1, 0), UsageError, "--noise: not given");
}

TEST(ReconstructWithReplicas, AgreesWithTheFormulasOfLinearMethods)
{
  const MRIScan scan = MakeScan();
  for (const char * method : {"zero-filled", "sense"})
  {
    MRIClassicalOptions options;
    options.method = method;
    options.tolerance = 1e-6;
    ReplicaOptions replicas;
    replicas.replicas = 200;
    const auto reconstruct = [&](const MRIScan & s) { return ReconstructClassical(s, options); };
    const VolumeEstimate found = ReconstructWithReplicas(scan, replicas, reconstruct);
    VolumeEstimate formula = ReconstructClassical(scan, options);
    SetAnalyticDeviation(formula, scan, options);
    EXPECT_TENSOR_EQUAL(TensorView(found.mean), TensorView(formula.mean));
    const double error = found.summary.figures.at("deviation-relative-error");
    EXPECT_NEAR(error, 1.0 / std::sqrt(2.0 * 199.0), 1e-12);
    const at::Tensor whole = TensorView(found.standardDeviation) / TensorView(formula.standardDeviation);
    const at::Tensor part =
        TensorView(found.magnitudeStandardDeviation) / TensorView(formula.magnitudeStandardDeviation);
    // 384 dependent pixels, some hundred of their own: the mean is known to a tenth of one pixel's error.
    EXPECT_NEAR(whole.mean().item<double>(), 1.0, 0.015) << method;
    EXPECT_NEAR(part.mean().item<double>(), 1.0, 0.02) << method;
    // A complex number's deviation has twice the degrees of freedom: 0.71 of the error of a real one's.
    EXPECT_NEAR(whole.std(true).item<double>() / error, std::sqrt(0.5), 0.12) << method;
    EXPECT_NEAR(part.std(true).item<double>() / error, 1.0, 0.15) << method;
    EXPECT_EQ(found.summary.deviationKind, DeviationKind::Replica);
    EXPECT_EQ(found.summary.samples, 200);
    EXPECT_LT(found.summary.figures.at("shift-over-deviation"), 0.1); // 1 / sqrt(200), a linear method does not move
  }
}

TEST(ReconstructWithReplicas, ServesMethodsThatFitTheDataToTheNoiseLevel)
{
  MRIClassicalOptions options;
  const MRIScan scan = MakeScan();
  ReplicaOptions replicas;
  replicas.replicas = 12;
  replicas.replicaAround = "estimate";
  const auto reconstruct = [&](const MRIScan & s) { return ReconstructClassical(s, options); };
  const VolumeEstimate sense = ReconstructWithReplicas(scan, replicas, reconstruct);
  VolumeEstimate formula = sense;
  SetAnalyticDeviation(formula, scan, options);
  const at::Tensor ratio = TensorView(sense.standardDeviation) / TensorView(formula.standardDeviation);
  EXPECT_NEAR(ratio.mean().item<double>(), 1.0, 0.06); // as above, of 12 replicas
  options.method = "tv";
  const VolumeEstimate tv = ReconstructWithReplicas(scan, replicas, reconstruct);
  EXPECT_TRUE(sense.summary.warnings.empty());
  // Total variation at the noise level smooths: less noise than with the small penalty of sense.
  EXPECT_LT(TensorView(tv.standardDeviation).mean().item<float>(),
            TensorView(sense.standardDeviation).mean().item<float>());
  EXPECT_GT(TensorView(tv.standardDeviation).min().item<float>(), 0.0F);
}

TEST(ScanOf, IsTheMeasurementOfAnImageByTheModel)
{
  // The first reconstruction's scan, reconstructed again by a method that inverts the model, is the reconstruction.
  const CTScan counts = MakeCounts(1e5, 3.0);
  const Volume image = VolumeFromTensor(test::Rasterize({{0.02, {0.0, 0.0, 0.0}, {10.0, 12.0, test::endless}}},
                                                        test::CenteredGrid(32, 32, 1, 1.0, 1.0))[0],
                                        test::CenteredGrid(32, 32, 1, 1.0, 1.0));
  const at::Tensor y = TensorView(ScanOf(image, counts).projections).to(at::kDouble);
  // Rays across all of the disc: mass = sum over a view of the line integrals times the pitch (here 1 mm).
  const at::Tensor mass = -(y / 1e5).log().sum(3);
  const double expected = TensorView(image).sum().item<double>();
  EXPECT_LT((mass / expected - 1.0).abs().max().item<double>(), 0.01); // of Joseph's interpolation, whose sums vary
  EXPECT_EQ(ScanOf(image, counts).electronic, 3.0);

  Grid grid;
  grid.size = {1, 16, 16};
  PhaseSimulationOptions options;
  options.experiment = "coded";
  options.noiseModel = "poisson";
  options.photons = 1e9;
  options.dark = 7.0;
  const Volume object = VolumeFromTensor(test::NaturalObject(2, 16)[0], grid);
  const PhaseScan scan = SimulatePhase(object, options);
  const at::Tensor n = TensorView(ScanOf(object, scan).patterns).to(at::kDouble);
  // The simulated counts are Poisson numbers about them.
  const at::Tensor z = (TensorView(scan.patterns).to(at::kDouble) - n) / n.sqrt();
  EXPECT_NEAR(z.square().mean().item<double>(), 1.0, 0.15); // 1024 numbers: standard error 0.044
}

TEST(ReconstructWithReplicas, PutsPhasesAsTheEstimateStands)
{
  Grid grid;
  grid.size = {1, 12, 12};
  PhaseSimulationOptions simulation;
  simulation.experiment = "fourier";
  simulation.noise = 1e-3;
  const PhaseScan scan = SimulatePhase(VolumeFromTensor(test::NaturalObject(3, 12)[0], grid), simulation);
  ReplicaOptions replicas;
  replicas.replicas = 6;
  const auto flipping = [&](const PhaseScan & s)
  {
    // An end that is turned by half at random, as the far field allows.
    VolumeEstimate one;
    const at::Tensor x = test::NaturalObject(3, 12)[0].to(at::kFloat);
    const bool turned = TensorView(s.patterns).sum().item<float>() > TensorView(scan.patterns).sum().item<float>();
    one.mean = VolumeFromTensor(turned ? x.flip({2, 3}) : x, grid);
    return one;
  };
  const VolumeEstimate found = ReconstructWithReplicas(scan, replicas, flipping);
  EXPECT_LT(TensorView(found.standardDeviation).max().item<float>(), 1e-5F); // float transforms of the alignment
}

TEST(ReconstructWithReplicas, StopsWarnsAndRefuses)
{
  const MRIScan scan = MakeScan();
  const auto reconstruct = [](const MRIScan & s) { return ReconstructClassical(s, {}); };
  ReplicaOptions replicas;
  replicas.replicas = 4;
  const auto jumping = [&](const MRIScan & one)
  {
    VolumeEstimate found = reconstruct(one);
    const bool isFirst = TensorView(one.kspace).equal(TensorView(scan.kspace));
    found.mean = isFirst ? found.mean : VolumeFromTensor(TensorView(found.mean) + 1.0, found.mean.GetGrid());
    return found;
  };
  const VolumeEstimate jumped = ReconstructWithReplicas(scan, replicas, jumping);
  EXPECT_NE(jumped.summary.warnings.at(0).find("not linear"), std::string::npos);
  EXPECT_THROW(
      ReconstructWithReplicas(scan, replicas, reconstruct, [](const ProgressReport & r) { return r.step < 2; }),
      Aborted);
  replicas.replicas = 1;
  EXPECT_THROW_MESSAGE(ReconstructWithReplicas(scan, replicas, reconstruct), UsageError, "--replicas");
}
} // namespace
} // namespace tweedie
