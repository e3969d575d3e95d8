// SPDX-License-Identifier: Apache-2.0
#include "itkCoilSensitivityImageFilter.h"

#include "itkMRIPosteriorMeanProblem.h"
#include "itkMRIReconstructionImageFilter.h"
#include "tweedieCutScan.h"
#include "tweedieMRIModel.h"
#include "tweedieMRISimulation.h"
#include "tweedieTrajectory.h"

#include <gtest/gtest.h>

#include <sstream>

namespace tweedie
{
namespace
{
using test::ComplexImage;
using test::ExpectRefused;
using test::ExpectSameValues;
using test::KSpaceImage;
using test::MaskImage;
using Filter = itk::CoilSensitivityImageFilter<>;

/** A disc of two slices in front of 4 coils, every second line. */
MRISimulation
Scan()
{
  Grid grid = test::ProblemGrid(2);
  grid.size = {2, 40, 36};
  const at::Tensor y = at::arange(40, at::kFloat).reshape({40, 1}) - 20.0, x = at::arange(36, at::kFloat) - 18.0;
  const at::Tensor disc = (y.square() + x.square()).lt(200.0).to(at::kFloat);
  MRISimulationOptions options;
  options.coils = 4;
  options.acceleration = 2.0;
  options.centerFraction = 0.3;
  options.noise = 0.001;
  return SimulateMRI(VolumeFromTensor(at::stack({disc, 0.5 * disc}).reshape({1, 2, 40, 36}), grid), options);
}

Filter::Pointer
MakeFilter(const MRIScan & scan)
{
  auto filter = Filter::New();
  filter->SetInput(ImageFromVolume<KSpaceImage>(scan.kspace));
  filter->SetMask(ImageFromVolume<MaskImage>(scan.mask));
  filter->SetCalibrationSize(12);
  return filter;
}

CoilMapOptions
Options()
{
  CoilMapOptions options;
  options.calibration = 12;
  return options;
}

TEST(CoilSensitivityImageFilterTest, EqualsTheLibraryForEveryMethod)
{
  const MRIScan scan = Scan().scan;
  for (const std::string method : {"espirit", "walsh"})
  {
    const auto filter = MakeFilter(scan);
    filter->SetMethod(method);
    filter->Update();
    CoilMapOptions options = Options();
    options.method = method;
    const CoilMaps expected = EstimateCoilMaps(scan.kspace, scan.mask, options);
    ExpectSameValues(filter->GetOutput(), expected.maps);
    const at::Tensor eigenvalues = TensorView(VolumeFromImage(filter->GetEigenvalues()));
    if (method == "espirit")
    {
      ExpectSameValues(filter->GetEigenvalues(), expected.eigenvalues);
    }
    else
    {
      EXPECT_TRUE(eigenvalues.isnan().all().item<bool>());
    }
    EXPECT_TRUE(GridFromInformation(*filter->GetOutput()).IsCongruent(scan.kspace.GetGrid()));
    EXPECT_TRUE(GridFromInformation(*filter->GetEigenvalues()).IsCongruent(scan.kspace.GetGrid()));
  }
}

TEST(CoilSensitivityImageFilterTest, ItsMapsReconstructTheObject)
{
  const MRISimulation simulation = Scan();
  const auto maps = MakeFilter(simulation.scan);
  auto sense = itk::MRIReconstructionImageFilter<KSpaceImage, ComplexImage>::New();
  sense->SetInput(maps->GetInput());
  sense->SetMask(maps->GetMask());
  sense->SetSensitivities(maps->GetOutput());
  sense->SetLambda(1e-4);
  sense->Update();
  const at::Tensor found = TensorView(VolumeFromImage(sense->GetOutput())).abs();
  const at::Tensor truth = TensorView(simulation.reference).abs();
  // The disc's ringing reaches where maps are cropped; with maps that were all alike the error is above 0.2.
  EXPECT_LT(((found - truth).square().sum() / truth.square().sum()).sqrt().item<double>(), 0.05);
}

TEST(CoilSensitivityImageFilterTest, TakesSamplesAlongATrajectory)
{
  Grid grid = test::ProblemGrid(1);
  grid.size = {1, 40, 36};
  const at::Tensor y = at::arange(40, at::kFloat).reshape({40, 1}) - 20.0, x = at::arange(36, at::kFloat) - 18.0;
  const at::Tensor disc = (y.square() + x.square()).lt(200.0).to(at::kFloat);
  TrajectoryOptions radial;
  radial.size = 36;
  radial.readouts = 40;
  MRISimulationOptions simulation;
  simulation.coils = 4;
  const MRIScan scan = SimulateMRI(VolumeFromTensor(disc.reshape({1, 1, 40, 36}), grid),
                                   simulation,
                                   {},
                                   TrajectoryVolume(MakeTrajectory(radial)))
                           .scan;
  auto filter = Filter::New();
  filter->SetInput(ImageFromVolume<KSpaceImage>(scan.kspace));
  filter->SetTrajectory(ImageFromVolume<itk::Image<float, 4>>(scan.trajectory));
  filter->SetReferenceImage(ImageFromVolume<test::RealImage>(Volume(grid, Volume::Element::Real)));
  filter->SetCalibrationSize(12);
  filter->UpdateOutputInformation();
  EXPECT_TRUE(GridFromInformation(*filter->GetOutput()).IsCongruent(grid));
  EXPECT_EQ(filter->GetOutput()->GetLargestPossibleRegion().GetSize(3), 4u);
  EXPECT_TRUE(GridFromInformation(*filter->GetEigenvalues()).IsCongruent(grid));
  filter->Update();
  ExpectSameValues(filter->GetOutput(), EstimateCoilMaps(scan, Options()).maps);
}

TEST(CoilSensitivityImageFilterTest, TwoSetsReconstructAnObjectBeyondTheFieldOfView)
{
  const test::CutScan cut;
  const auto error = [&](std::int64_t sets)
  {
    const auto maps = MakeFilter(cut.scan);
    maps->SetCalibrationSize(24);
    maps->SetMapSets(sets);
    auto sense = itk::MRIReconstructionImageFilter<KSpaceImage, test::RealImage>::New();
    sense->SetInput(maps->GetInput());
    sense->SetMask(maps->GetMask());
    sense->SetSensitivities(maps->GetOutput());
    sense->SetMapSets(sets);
    sense->SetLambda(1e-3);
    sense->Update();
    EXPECT_EQ(maps->GetOutput()->GetLargestPossibleRegion().GetSize(3), static_cast<unsigned>(sets * 6));
    return cut.Error(TensorView(VolumeFromImage(sense->GetOutput()))[0][0]);
  };
  const double two = error(2);
  EXPECT_LT(two, 0.03); // the library's, which has a test of its own
  EXPECT_GT(error(1), 3.0 * two);
  const auto maps = MakeFilter(cut.scan);
  maps->SetMapSets(2);
  auto untold = itk::MRIReconstructionImageFilter<KSpaceImage, ComplexImage>::New();
  untold->SetInput(maps->GetInput());
  untold->SetMask(maps->GetMask());
  untold->SetSensitivities(maps->GetOutput());
  ExpectRefused(untold.GetPointer(), "required complex maps of 6 coils");
}

TEST(CoilSensitivityImageFilterTest, RefusesSensitivities)
{
  const auto filter = MakeFilter(Scan().scan);
  filter->SetSensitivities(filter->GetInput());
  ExpectRefused(filter.GetPointer(), "sensitivities: given where they are to be found");
}

TEST(CoilSensitivityImageFilterTest, OptionsArePrintedAndErrorsHaveOneLine)
{
  const MRIScan scan = Scan().scan;
  const auto filter = MakeFilter(scan);
  filter->SetCrop(0.75);
  std::ostringstream text;
  filter->Print(text);
  EXPECT_NE(text.str().find("0.75"), std::string::npos) << text.str();
  filter->SetMethod("birdcage");
  ExpectRefused(filter.GetPointer(), "given 'birdcage'");
  const auto small = MakeFilter(scan);
  small->SetKernelSize(30);
  ExpectRefused(small.GetPointer(), "kernel");
}

TEST(CoilSensitivityImageFilterTest, AbortStopsAndTheFilterCanRunAgain)
{
  const auto filter = MakeFilter(Scan().scan);
  test::ExpectAbortStopsOnce(filter.GetPointer());
}
} // namespace
} // namespace tweedie
