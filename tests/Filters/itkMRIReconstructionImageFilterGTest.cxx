// SPDX-License-Identifier: Apache-2.0
#include "itkMRIReconstructionImageFilter.h"

#include "itkMRIPosteriorMeanProblem.h"
#include "tweedieImagePart.h"

#include <ATen/Parallel.h>
#include <itkCommand.h>
#include <itkMetaDataObject.h>

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
using test::ProblemGrid;
using test::ProblemScan;
using test::RealImage;
using Filter = itk::MRIReconstructionImageFilter<KSpaceImage, ComplexImage>;
using MagnitudeFilter = itk::MRIReconstructionImageFilter<KSpaceImage, RealImage>;

MRIClassicalOptions
Options(const std::string & method)
{
  MRIClassicalOptions options;
  options.method = method;
  options.noise = test::problemNoise;
  return options;
}

template <typename TFilter>
typename TFilter::Pointer
MakeFilter(const std::string & method)
{
  const MRIScan scan = ProblemScan();
  auto filter = TFilter::New();
  filter->SetInput(ImageFromVolume<KSpaceImage>(scan.kspace));
  filter->SetSensitivities(ImageFromVolume<KSpaceImage>(scan.sensitivities));
  filter->SetOptions(Options(method));
  return filter;
}

TEST(MRIReconstructionImageFilterTest, EqualsTheLibraryForEveryMethod)
{
  for (const std::string method : {"zero-filled", "sense", "tv", "wavelet"})
  {
    const auto filter = MakeFilter<Filter>(method);
    filter->Update();
    const VolumeEstimate expected = ReconstructClassical(ProblemScan(), Options(method));
    ExpectSameValues(filter->GetOutput(), expected.mean);
    EXPECT_EQ(filter->GetSummary().method, method);
    EXPECT_EQ(filter->GetSummary().steps, expected.summary.steps);
    std::string written;
    itk::ExposeMetaData<std::string>(filter->GetOutput()->GetMetaDataDictionary(), "Tweedie_Method", written);
    EXPECT_EQ(written, method);
  }
}

TEST(MRIReconstructionImageFilterTest, ThreadsAreThoseOfThePipelineUnlessTheOptionsNameThem)
{
  const int before = at::get_num_threads();
  const auto threadsInside = [](unsigned int workUnits, std::int64_t ofOptions)
  {
    const auto filter = MakeFilter<Filter>("tv");
    MRIClassicalOptions options = Options("tv");
    options.threads = ofOptions;
    filter->SetOptions(options);
    filter->SetNumberOfWorkUnits(workUnits);
    int found = 0;
    filter->AddObserver(itk::IterationEvent(), [&found](const itk::EventObject &) { found = at::get_num_threads(); });
    filter->Update();
    return found;
  };
  EXPECT_EQ(threadsInside(1, 0), 1);
  const auto threads = static_cast<int>(itk::MultiThreaderBase::New()->GetMaximumNumberOfThreads());
  EXPECT_EQ(threadsInside(4 * static_cast<unsigned int>(threads), 0), threads);
  EXPECT_EQ(threadsInside(1, 3), 3);
  EXPECT_EQ(at::get_num_threads(), before);
}

TEST(MRIReconstructionImageFilterTest, RealPixelsAreMagnitudes)
{
  const auto filter = MakeFilter<MagnitudeFilter>("sense");
  filter->Update();
  const Volume mean = ReconstructClassical(ProblemScan(), Options("sense")).mean;
  ExpectSameValues(filter->GetOutput(), ImagePart(mean, "magnitude"));
}

TEST(MRIReconstructionImageFilterTest, RootOfSquaresNeedsNoSensitivities)
{
  const auto filter = MakeFilter<MagnitudeFilter>("zero-filled");
  filter->SetSensitivities(nullptr);
  ExpectRefused(filter.GetPointer(), "coil maps");
  filter->SetCombine("rss");
  filter->Update();
  MRIScan scan = ProblemScan();
  scan.sensitivities = Volume();
  MRIClassicalOptions options = Options("zero-filled");
  options.combine = "rss";
  ExpectSameValues(filter->GetOutput(), ImagePart(ReconstructClassical(scan, options).mean, "magnitude"));
}

TEST(MRIReconstructionImageFilterTest, OptionsAreSetOneByOneAndPrinted)
{
  const auto filter = MakeFilter<Filter>("tv");
  const auto before = filter->GetMTime();
  filter->SetLambda(0.25);
  EXPECT_GT(filter->GetMTime(), before);
  filter->SetNumberOfIterations(7);
  EXPECT_EQ(*filter->GetOptions().lambda, 0.25);
  std::ostringstream text;
  filter->Print(text);
  EXPECT_NE(text.str().find("lambda: 0.25"), std::string::npos) << text.str();
  EXPECT_NE(text.str().find("iterations: 7"), std::string::npos) << text.str();
}

/** Eight readouts of ten samples around the centre, of two slices. */
MRIScan
ScanAlongTrajectory()
{
  constexpr std::int64_t readouts = 8, samples = 10;
  const at::Tensor angle = at::arange(readouts, at::kFloat).reshape({readouts, 1}) * 0.39;
  const at::Tensor radius = at::arange(samples, at::kFloat) - samples / 2;
  MRIScan scan = ProblemScan();
  scan.mask = Volume();
  Grid grid = ProblemGrid();
  scan.imageGrid = grid;
  grid.size = {grid.size.z, readouts, samples};
  const at::Tensor numbers =
      RandomStreams(5, {0}).Normal({test::problemCoils, grid.size.z, readouts, samples}, at::kComplexFloat);
  scan.kspace = VolumeFromTensor(numbers[0].contiguous(), grid);
  grid.size.z = 1;
  scan.trajectory =
      VolumeFromTensor(at::stack({angle.cos() * radius, angle.sin() * radius}).unsqueeze(1).contiguous(), grid);
  return scan;
}

template <typename TFilter>
void
SetTrajectory(TFilter & filter, const MRIScan & scan)
{
  filter.SetInput(ImageFromVolume<KSpaceImage>(scan.kspace));
  filter.SetTrajectory(ImageFromVolume<itk::Image<float, 4>>(scan.trajectory));
  filter.SetReferenceImage(ImageFromVolume<RealImage>(Volume(scan.imageGrid, Volume::Element::Real)));
}

TEST(MRIReconstructionImageFilterTest, TakesSamplesAlongATrajectory)
{
  const MRIScan scan = ScanAlongTrajectory();
  const auto filter = MakeFilter<Filter>("sense");
  SetTrajectory(*filter, scan);
  filter->Update();
  ExpectSameValues(filter->GetOutput(), ReconstructClassical(scan, Options("sense")).mean);
  EXPECT_TRUE(GridFromInformation(*filter->GetOutput()).IsCongruent(scan.imageGrid));
  const auto posterior = test::MakeFilter<test::ComplexFilter>(ProblemScan());
  SetTrajectory(*posterior, scan);
  posterior->Update();
  ExpectSameValues(posterior->GetPosteriorMean(),
                   ReconstructPosterior(scan, test::ProblemPrior(), test::ProblemOptions()).mean);
}

TEST(MRIReconstructionImageFilterTest, RefusesATrajectoryThatDoesNotFit)
{
  const MRIScan scan = ScanAlongTrajectory();
  const auto filter = MakeFilter<Filter>("sense");
  SetTrajectory(*filter, scan);
  filter->SetReferenceImage(nullptr);
  ExpectRefused(filter.GetPointer(), "required SetReferenceImage");
  SetTrajectory(*filter, scan);
  filter->SetMask(ImageFromVolume<MaskImage>(Volume(ProblemGrid(1), Volume::Element::Real)));
  ExpectRefused(filter.GetPointer(), "mask: given with a trajectory");
  filter->SetMask(nullptr);
  filter->SetTrajectory(
      ImageFromVolume<itk::Image<float, 4>>(Volume(scan.trajectory.GetGrid(), Volume::Element::Real)));
  ExpectRefused(filter.GetPointer(), "trajectory: given 1 numbers per sample");
  filter->SetTrajectory(ImageFromVolume<itk::Image<float, 4>>(Volume(ProblemGrid(1), Volume::Element::Real, 2)));
  ExpectRefused(filter.GetPointer(), "required those of k-space, 10 samples x 8 readouts");
}

TEST(MRIReconstructionImageFilterTest, ErrorsHaveOneLine)
{
  const auto filter = MakeFilter<Filter>("curvelet");
  ExpectRefused(filter.GetPointer(), "required one of zero-filled");
  const auto masked = MakeFilter<Filter>("sense");
  Grid grid = ProblemGrid(1);
  grid.size.x += 1;
  masked->SetMask(ImageFromVolume<MaskImage>(Volume(grid, Volume::Element::Real)));
  ExpectRefused(masked.GetPointer(), "mask");
  const auto uncentred = MakeFilter<Filter>("grappa");
  ExpectRefused(uncentred.GetPointer(), "around the centre of k-space");
}

TEST(MRIReconstructionImageFilterTest, AbortStopsAndTheFilterCanRunAgain)
{
  const auto filter = MakeFilter<Filter>("sense");
  test::ExpectAbortStopsOnce(filter.GetPointer());
  ExpectSameValues(filter->GetOutput(), ReconstructClassical(ProblemScan(), Options("sense")).mean);
}
} // namespace
} // namespace tweedie
