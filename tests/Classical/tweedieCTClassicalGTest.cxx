// SPDX-License-Identifier: Apache-2.0
// From an image to its scan and back: simulation, model and every classical method, on data that no operator of the
// reconstruction has made.
#include "tweedieCTClassical.h"

#include "tweedieCTModel.h"
#include "tweedieCTSimulation.h"
#include "tweedieEllipsoidPhantom.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <iostream>

namespace tweedie
{
namespace
{
using namespace test;

constexpr double water = 0.02;

/** A head of sorts: skull, brain, two pieces; HU where --units hu reads them. */
EllipsoidPhantom
Head()
{
  return {{2.0 * water, {0.0, 0.0, 0.0}, {75.0, 90.0, endless}},
          {-0.97 * water, {0.0, 0.0, 0.0}, {68.0, 83.0, endless}},
          {0.05 * water, {20.0, 30.0, 0.0}, {12.0, 20.0, endless}, 0.4},
          {-0.05 * water, {-25.0, -20.0, 0.0}, {15.0, 10.0, endless}}};
}

Volume
Image(const Grid & grid, const EllipsoidPhantom & phantom)
{
  const at::Tensor mu = Rasterize(phantom, grid, 4);
  return VolumeFromTensor((mu[0] / water - 1.0) * 1000.0, grid);
}

CTGantry
Gantry(double sid, double sdd)
{
  CTGantry g;
  g.sid = sid;
  g.sdd = sdd;
  return g;
}

double
Psnr(const VolumeEstimate & estimate, const Volume & truth)
{
  const at::Tensor error = (TensorView(estimate.mean) / water - 1.0) * 1000.0 - TensorView(truth);
  return 10.0 * std::log10(2000.0 * 2000.0 / error.square().mean().item<double>());
}

TEST(CTSimulation, AgreesWithAnalyticLineIntegrals)
{
  const Grid grid = CenteredGrid(96, 112, 2, 2.0, 5.0);
  CTSimulationOptions options;
  options.pitch = 2.5;
  for (const CTBeam beam : {CTBeam::Parallel, CTBeam::Fan, CTBeam::Cone})
  {
    const bool isParallel = beam == CTBeam::Parallel;
    const CTGeometry geometry =
        Circle(beam, 20, isParallel ? 180.0 : 360.0, isParallel ? CTGantry{} : Gantry(500.0, 700.0));
    options.rows = beam == CTBeam::Cone ? std::optional<std::int64_t>(1) : std::nullopt;
    const CTScan scan = SimulateCT(Image(grid, Head()), geometry, options);
    EXPECT_FALSE(scan.isCounts);
    EXPECT_TRUE(scan.image->IsCongruent(grid));
    const CTDetector detector = DetectorOf(scan.projections.GetGrid());
    EXPECT_EQ(detector.rows, beam == CTBeam::Cone ? 1 : 2);
    const at::Tensor expected = Project(Head(), geometry, detector);
    const at::Tensor found = TensorView(scan.projections).unsqueeze(0).to(at::kDouble);
    // A rasterised body on pixels of 2 mm, and bins that average exp(-l): 1 to 2 % of the lines' rms. The cone's only
    // row passes between two slices, which are alike, and leaves the 10 mm of the volume nowhere.
    EXPECT_LT(RelativeError(found, expected), 0.02);
    EXPECT_TRUE(scan.warnings.empty());
  }
}

TEST(CTSimulation, CountsAndWarnings)
{
  const Grid grid = CenteredGrid(96, 112, 1, 2.0, 5.0);
  const CTGeometry geometry = Circle(CTBeam::Parallel, 30, 180.0, {});
  CTSimulationOptions options;
  options.photons = 1e5;
  options.electronic = 5.0;
  const CTScan scan = SimulateCT(Image(grid, Head()), geometry, options);
  EXPECT_TRUE(scan.isCounts);
  EXPECT_EQ(*scan.photons, 1e5);
  EXPECT_NEAR(TensorView(scan.projections).max().item<double>(), 1e5, 2000.0); // air beside the head: 6 sigma
  options.detector = 40;                                                       // 40 mm of 180
  const CTScan cut = SimulateCT(Image(grid, Head()), geometry, options);
  ASSERT_EQ(cut.warnings.size(), 1u);
  EXPECT_NE(cut.warnings[0].find("truncated: the object reaches beyond the detector in 30 of 30 views"),
            std::string::npos);
  Volume odd = Image(grid, Head());
  odd.Data()[0] = -2000.0F;
  options.detector = 0;
  EXPECT_NE(SimulateCT(odd, geometry, options).warnings.at(0).find("1 voxels below -1000 HU"), std::string::npos);
}

TEST(CTModel, RowsAndSlicesFindEachOther)
{
  const Grid grid = CenteredGrid(40, 40, 3, 5.0, 5.0);
  const EllipsoidPhantom ball = {{water, {10.0, 0.0, 6.0}, {70.0, 60.0, 9.0}}};
  Grid turned = grid; // the same slices from the head down
  turned.direction = {1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0};
  turned.origin = {grid.origin[0], -grid.origin[1], -grid.origin[2]};
  const CTGeometry geometry = Circle(CTBeam::Parallel, 60, 180.0, {});
  CTSimulationOptions options;
  options.pitch = 2.5;
  for (const Grid & each : {grid, turned})
  {
    const Volume image = Image(each, ball);
    const CTScan scan = SimulateCT(image, geometry, options);
    const CTModel model(scan, each);
    EXPECT_TRUE(model.IsSliceBySlice());
    EXPECT_TENSOR_EQUAL(TensorView(model.Image(model.ImageBatch(image))), TensorView(image));
    EXPECT_GT(Psnr(ReconstructCTClassical(scan, each, {}), image), 24.0); // the wrong order: below 15
  }
  const CTScan scan = SimulateCT(Image(grid, ball), geometry, options);
  Grid other = grid;
  other.size.z = 2;
  EXPECT_FALSE(CTModel(scan, other).IsSliceBySlice());
  const Grid made = CenteredImageGrid(scan, 40, 40, 5.0, 5.0);
  EXPECT_TRUE(made.IsCongruent(grid));
}

TEST(CTClassical, EveryMethodReconstructsCounts)
{
  const Grid grid = CenteredGrid(96, 112, 1, 2.0, 5.0);
  const Volume truth = Image(grid, Head());
  const CTGeometry geometry = Circle(CTBeam::Fan, 90, 360.0, Gantry(500.0, 900.0));
  CTSimulationOptions simulation;
  simulation.pitch = 2.5;
  simulation.photons = 1e5;
  simulation.electronic = 5.0;
  const CTScan scan = SimulateCT(truth, geometry, simulation);
  double fbp = 0.0;
  for (const CTClassicalRow & row : CTClassicalTable())
  {
    SCOPED_TRACE(row.name);
    CTClassicalOptions options;
    options.method = row.name;
    options.tolerance = options.method == "pwls" ? 1e-2 : 1e-3; // 0.01 dB, 0.0001 dB here
    std::int64_t reports = 0;
    const VolumeEstimate found = ReconstructCTClassical(scan,
                                                        grid,
                                                        options,
                                                        [&](const ProgressReport &)
                                                        {
                                                          ++reports;
                                                          return true;
                                                        });
    const double psnr = Psnr(found, truth);
    std::cout << "[  FIGURE  ] ct-" << row.name << "-90-views-psnr = " << psnr
              << ", data fit = " << found.summary.dataFit << '\n';
    fbp = std::string(row.name) == "fbp" ? psnr : fbp;
    EXPECT_GT(psnr, 24.0); // of 2000 HU; a constant: 9
    EXPECT_GT(reports, 0);
    EXPECT_EQ(found.summary.method, row.name);
    EXPECT_TRUE(std::isfinite(found.summary.dataFit));
    if (options.method == "tv" || options.method == "pwls")
    {
      EXPECT_GT(psnr, fbp + 3.0); // 90 views are few for FBP
    }
    if (options.method == "tv")
    {
      EXPECT_NEAR(found.summary.dataFit, 1.0, 0.05); // the discrepancy principle
    }
  }
}

TEST(CTClassical, LineIntegralsNeedNoPhotons)
{
  const Grid grid = CenteredGrid(48, 56, 1, 4.0, 5.0);
  const Volume truth = Image(grid, Head());
  CTSimulationOptions simulation;
  simulation.pitch = 4.0;
  const CTScan scan = SimulateCT(truth, Circle(CTBeam::Parallel, 60, 180.0, {}), simulation);
  for (const std::string method : {"fbp", "sirt", "os-sart", "cgls"})
  {
    CTClassicalOptions options;
    options.method = method;
    EXPECT_GT(Psnr(ReconstructCTClassical(scan, grid, options), truth), 22.0) << method;
  }
  CTClassicalOptions options;
  options.method = "ml-tr";
  EXPECT_THROW_MESSAGE(ReconstructCTClassical(scan, grid, options), UsageError, "required counts");
  options.method = "tv";
  EXPECT_THROW_MESSAGE(ReconstructCTClassical(scan, grid, options), UsageError, "--lambda");
  options.lambda = 1e-4;
  EXPECT_GT(Psnr(ReconstructCTClassical(scan, grid, options), truth), 22.0);
  options.method = "pwls";
  options.tolerance = 1e-2;
  EXPECT_GT(Psnr(ReconstructCTClassical(scan, grid, options), truth), 22.0);
}

TEST(CTClassical, AConeIsReconstructedAsAVolume)
{
  const Grid grid = CenteredGrid(40, 40, 12, 5.0, 5.0);
  const EllipsoidPhantom ball = {{water, {10.0, 0.0, 4.0}, {70.0, 60.0, 22.0}}};
  const Volume truth = Image(grid, ball);
  CTSimulationOptions simulation;
  simulation.pitch = 7.0;
  simulation.rows = 24;
  const CTScan scan = SimulateCT(truth, Circle(CTBeam::Cone, 60, 360.0, Gantry(500.0, 700.0)), simulation);
  for (const std::string method : {"fdk", "sirt", "os-sart"})
  {
    CTClassicalOptions options;
    options.method = method;
    EXPECT_GT(Psnr(ReconstructCTClassical(scan, grid, options), truth), 22.0) << method;
  }
}

TEST(CTClassical, RefusesWhatDoesNotFit)
{
  const Grid grid = CenteredGrid(24, 24, 1, 8.0, 5.0);
  CTSimulationOptions simulation;
  simulation.pitch = 8.0;
  const CTGeometry geometry = Circle(CTBeam::Parallel, 20, 180.0, {});
  CTScan scan = SimulateCT(Image(grid, Head()), geometry, simulation);
  scan.geometry.views.pop_back();
  EXPECT_THROW_MESSAGE(ReconstructCTClassical(scan, grid, {}), DataError, "20 projections and a geometry of 19 views");
  scan.geometry = geometry;
  scan.isCounts = true;
  EXPECT_THROW_MESSAGE(ReconstructCTClassical(scan, grid, {}), DataError, "without the number of photons");
  scan.isCounts = false;
  CTClassicalOptions options;
  options.method = "os-sart";
  options.subsets = 21;
  EXPECT_THROW_MESSAGE(ReconstructCTClassical(scan, grid, options), UsageError, "given 21 for 20 views");
  scan.projections.Data()[3] = std::nanf("");
  EXPECT_THROW(ReconstructCTClassical(scan, grid, {}), DataError);
  scan.image.reset();
  EXPECT_THROW_MESSAGE(ImageGridOf(scan), UsageError, "--like");
  simulation.units = "mu";
  EXPECT_THROW_MESSAGE(SimulateCT(Image(grid, Head()), geometry, simulation), DataError, "--units hu");
  simulation.units = "hu";
  EXPECT_THROW_MESSAGE(
      SimulateCT(Image(grid, Head()), Circle(CTBeam::Cone, 4, 360.0, Gantry(500.0, 700.0)), simulation),
      UsageError,
      "--rows");
}
} // namespace
} // namespace tweedie
