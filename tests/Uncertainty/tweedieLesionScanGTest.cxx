// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionScan.h"

#include "tweedieCTStudy.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieEllipsoidPhantom.h"
#include "tweedieError.h"
#include "tweedieMRIModel.h"
#include "tweedieMRISimulation.h"
#include "tweedieMRIStudy.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
Grid
SmallGrid()
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({33, 31, 2});
  grid.origin = {5.0, -8.0, 3.0};
  return grid;
}

/** Noise alone, two slices, every line or every other one; one coil without a map, or several. */
MRIScan
NoiseScan(std::int64_t coils, std::int64_t step)
{
  MRIScan scan;
  const Grid grid = SmallGrid();
  Grid flat = grid;
  flat.size.z = 1;
  at::Tensor mask = at::zeros({1, 1, grid.size.y, grid.size.x});
  mask.slice(2, 0, grid.size.y, step).fill_(1.0);
  scan.mask = VolumeFromTensor(mask, flat);
  if (coils > 1)
  {
    scan.sensitivities = VolumeFromTensor(SimulateSensitivities(coils, grid.size.y, grid.size.x, 1), flat);
  }
  scan.noise = 0.1;
  const at::Tensor noise = test::Normal(3, {coils, grid.size.z, grid.size.y, grid.size.x}, at::kComplexFloat);
  scan.kspace = VolumeFromTensor(noise * 0.07 * mask, grid);
  return scan;
}

LesionInsert
DiscIn(const Grid & grid, double diameter)
{
  return {PointOfIndex(grid, {14.3, 18.2, 1.0}), diameter, 1.0, false};
}

/** Recovery by the classical method. */
double
ClassicalRecovery(const LesionScan & scan, const LesionInsert & insert)
{
  const auto image = [](const VolumeEstimate & estimate)
  { return at::real(TensorView(estimate.mean)[0].to(at::kComplexDouble)); };
  const at::Tensor region = InsertRegion(insert, scan.ImageGrid());
  const at::Tensor change = image(scan.Classical(scan.Measured(insert) * 0.7)) - image(scan.Classical({}));
  return (region * change).sum().item<double>() / (0.7 * (region * scan.Shown(insert)).sum().item<double>());
}

TEST(LesionScan, MeasuresWhatTheModelWouldOfWhatCompleteDataShow)
{
  const MRIStudy study(NoiseScan(1, 2), PosteriorOptions());
  const auto scan = MakeLesionScan(study, "");
  const LesionInsert insert = DiscIn(scan->ImageGrid(), 6.0);
  const at::Tensor image = scan->Shown(insert).unsqueeze(1).unsqueeze(1).to(at::kComplexFloat);
  const at::Tensor expected = MakeMRIModel(study.Scan())->Apply(image).to(at::kComplexDouble);
  // The model computes in single precision; odd sizes have no frequency that is its own opposite.
  EXPECT_LT((scan->Measured(insert) - expected).abs().max().item<double>(), 1e-5 * expected.abs().max().item<double>());
}

TEST(LesionScan, ALinearMethodRecoversAnInsertButForItsPenalty)
{
  const auto one = MakeLesionScan(MRIStudy(NoiseScan(1, 1), PosteriorOptions()), "sense");
  // |A x - y|^2 + 0.01 |x|^2 shrinks by 1.01 where A is unitary; conjugate gradients stop at 1e-4.
  EXPECT_NEAR(ClassicalRecovery(*one, DiscIn(one->ImageGrid(), 6.0)), 1.0 / 1.01, 2e-4);
  const auto four = MakeLesionScan(MRIStudy(NoiseScan(4, 1), PosteriorOptions()), "sense");
  // Maps whose squares sum to 1 are interpolated between pixels: curvature of a map over a pixel.
  EXPECT_NEAR(ClassicalRecovery(*four, DiscIn(four->ImageGrid(), 6.0)), 1.0 / 1.01, 5e-3);
}

TEST(LesionScan, SignalIsThatOfTheSampledData)
{
  const MRIStudy all(NoiseScan(1, 1), PosteriorOptions());
  const auto scan = MakeLesionScan(all, "");
  const LesionInsert insert = DiscIn(scan->ImageGrid(), 6.0);
  // |F u|^2 / (sigma^2 / 2) = 2 |u|^2 / sigma^2, by Parseval.
  const double expected = std::sqrt(2.0 * scan->Shown(insert).square().sum().item<double>()) / 0.1;
  EXPECT_NEAR(InsertSignal(all.Data(), scan->Measured(insert)), expected, 1e-6 * expected);
  const MRIStudy half(NoiseScan(1, 2), PosteriorOptions());
  EXPECT_LT(InsertSignal(half.Data(), MakeLesionScan(half, "")->Measured(insert)), 0.95 * expected);
}

/** Line integrals of an ellipsoid about the isocentre. */
CTScan
Projections(CTBeam beam, std::int64_t rows, bool isCounts)
{
  CTScan scan;
  const CTDetector detector = test::CenteredDetector(64, 1.0, rows);
  CTGantry gantry;
  gantry.sid = 400.0;
  gantry.sdd = beam == CTBeam::Parallel ? 0.0 : 500.0;
  scan.geometry = test::Circle(beam, 90, beam == CTBeam::Parallel ? 180.0 : 360.0, gantry);
  const at::Tensor lines =
      test::Project({{0.02, {0.0, 0.0, 0.0}, {20.0, 17.0, test::endless}}}, scan.geometry, detector);
  scan.photons = 1e4;
  scan.isCounts = isCounts;
  scan.projections = VolumeFromTensor(isCounts ? ((-lines).exp() * 1e4).round()[0] : lines[0],
                                      ProjectionGrid(detector, scan.geometry.views.size()));
  return scan;
}

/** Relative rms difference between what is measured of an insert and what the projector makes of its pixels. */
double
DifferenceToProjector(const CTScan & scan, double z)
{
  const Grid grid = CenteredImageGrid(scan, 48, 48, 1.0, 1.0);
  const CTStudy study(scan, grid, CTPosteriorOptions());
  const auto lesion = MakeLesionScan(study, "");
  const LesionInsert insert{PointOfIndex(grid, {30.0, 19.0, z}), 8.0, 1.0, lesion->TakesBalls()};
  const at::Tensor image = study.Model().ImageBatch(VolumeFromTensor(InsertPixels(insert, grid).unsqueeze(0), grid));
  const at::Tensor expected = study.Model().Projector()->Forward(image).to(at::kDouble);
  return ((lesion->Measured(insert) - expected).square().mean() / expected.square().mean()).sqrt().item<double>();
}

TEST(LesionScan, ChordsAreWhereTheProjectorSeesTheInsert)
{
  // Interpolation between pixels of 1 mm of an insert of 8 mm: 3 to 5 %; one pixel beside it would be 40 %.
  EXPECT_LT(DifferenceToProjector(Projections(CTBeam::Parallel, 3, false), 2.0), 0.06);
  EXPECT_LT(DifferenceToProjector(Projections(CTBeam::Cone, 24, false), 22.0), 0.08);
}

TEST(LesionScan, FilteredBackprojectionShowsTheContrast)
{
  const CTScan scan = Projections(CTBeam::Parallel, 1, false);
  const Grid grid = CenteredImageGrid(scan, 48, 48, 1.0, 1.0);
  const auto lesion = MakeLesionScan(CTStudy(scan, grid, CTPosteriorOptions()), "fbp");
  const LesionInsert insert{PointOfIndex(grid, {30.0, 19.0, 0.0}), 8.0, 1.0, false};
  // Rays, filter and pixels of 1 mm each blur the edge, of which the region has some pixels.
  EXPECT_NEAR(ClassicalRecovery(*lesion, insert), 1.0, 0.05);
}

TEST(LesionScan, CountsThatPassAnInsertStayPoisson)
{
  CTScan scan = Projections(CTBeam::Parallel, 1, true);
  const at::Tensor mean = at::full(TensorView(scan.projections).sizes(), 400.0);
  at::Tensor counts = mean + test::Normal(5, mean.sizes(), at::kDouble) * 20.0; // of mean and variance 400
  scan.projections = VolumeFromTensor(counts, scan.projections.GetGrid());
  const CTModel model(scan, CenteredImageGrid(scan, 48, 48, 1.0, 1.0));
  const at::Tensor signal = at::full_like(model.Batch(scan.projections), 0.7, at::kDouble);
  const at::Tensor passed = TensorView(ScanWithSignal(scan, model, signal, 1).projections).to(at::kDouble);
  const double expected = 400.0 * std::exp(-0.7);
  const auto n = static_cast<double>(passed.numel());
  EXPECT_NEAR(passed.mean().item<double>(), expected, 4.0 * std::sqrt(expected / n)); // 4 deviations
  EXPECT_NEAR(passed.var().item<double>() / expected, 1.0, 4.0 * std::sqrt(2.0 / n));
}

TEST(LesionScan, RefusesOtherMethodsInOneLine)
{
  const MRIStudy study(NoiseScan(1, 1), PosteriorOptions());
  EXPECT_THROW(MakeLesionScan(study, "fbp"), UsageError);
}
} // namespace
} // namespace tweedie
