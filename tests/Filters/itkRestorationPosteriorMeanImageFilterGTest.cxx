// SPDX-License-Identifier: Apache-2.0
#include "itkRestorationPosteriorMeanProblem.h"
#include "tweedieImagePart.h"
#include "tweedieTemporaryFolder.h"

#include <itkCastImageFilter.h>
#include <itkMetaDataObject.h>

#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
using test::ExpectSameValues;
using test::MakeRestorationFilter;
using test::RestorationData;
using test::RestorationFilter;
using test::RestorationGrid;
using test::RestorationImage;
using test::RestorationMask;
using test::RestorationOptions;

RestorationTaskOptions
Task(const std::string & name, std::int64_t factor = 4)
{
  RestorationTaskOptions task;
  task.task = name;
  task.factor = factor;
  return task;
}

/** The grid that an image announces. */
template <unsigned int VDimension>
Grid
Announced(const itk::ImageBase<VDimension> * image)
{
  return GridFromInformation(*image);
}

class RestorationPosteriorMeanImageFilterTest : public test::TemporaryFolderTest
{
protected:
  /** A network with random weights in a file. */
  std::string
  Model(std::int64_t channels = 2)
  {
    const std::string path = m_Folder.File("tiny.safetensors");
    test::WriteTinyModel(path, channels);
    return path;
  }

  RestorationPosteriorOptions
  FileOptions(std::int64_t channels = 2)
  {
    RestorationPosteriorOptions options = RestorationOptions();
    options.prior = Model(channels);
    return options;
  }
};

/** Every filter parameter by its own setter: they must add up to the options struct. */
TEST_F(RestorationPosteriorMeanImageFilterTest, SuperResolutionEqualsTheLibrary)
{
  const Volume data = RestorationData(RestorationGrid(2, 8, 6));
  RestorationPosteriorOptions options;
  options.prior = Model();
  options.noise = 4.0;
  options.steps = 3;
  options.samples = 2;
  options.seed = 9;
  auto filter = RestorationFilter::New();
  filter->SetInput(ImageFromVolume<RestorationImage>(data));
  filter->SetTask("sr");
  filter->SetFactor(2);
  filter->SetPriorFileName(options.prior);
  filter->SetNoiseStandardDeviation(4.0);
  filter->SetNumberOfSteps(3);
  filter->SetNumberOfSamples(2);
  filter->SetSeed(9);
  filter->Update();
  const VolumeEstimate expected = ReconstructRestoration(DescribeRestoration(data, Task("sr", 2), {}, {}), options);
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
  ExpectSameValues(filter->GetPosteriorStandardDeviation(), expected.standardDeviation);
  EXPECT_GT(at::std(TensorView(expected.mean), false).item<float>(), 1.0f); // no constant image; values up to 250
  EXPECT_GT(TensorView(expected.standardDeviation).min().item<float>(), 0.0f);
  EXPECT_LT(TensorView(expected.mean).min().item<float>(), 0.0f); // a real mean keeps its sign
  EXPECT_EQ(filter->GetOutput(), filter->GetPosteriorMean());
  EXPECT_EQ(filter->GetSummary().samples, 2);
}

TEST_F(RestorationPosteriorMeanImageFilterTest, SuperResolutionAnnouncesAndDeliversTheFineGrid)
{
  for (const char * name : {"sr", "sr-bicubic"})
  {
    SCOPED_TRACE(name);
    const Grid coarse = RestorationGrid(2, 8, 6);
    const Volume data = RestorationData(coarse);
    auto filter = MakeRestorationFilter(name);
    filter->SetInput(ImageFromVolume<RestorationImage>(data));
    filter->SetFactor(2);
    test::IterationCounter iterations(filter);
    filter->UpdateOutputInformation();
    EXPECT_EQ(iterations.Take(), 0);
    EXPECT_EQ(filter->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 0u);
    const Grid fine = Announced<3>(filter->GetPosteriorMean());
    EXPECT_EQ(fine.size, (Axes<std::int64_t>{2, 16, 12}));
    EXPECT_EQ(fine.spacing, (Axes<double>{3.5, 1.125, 0.375}));
    EXPECT_EQ(fine.direction, coarse.direction);
    // Four fine pixels share a coarse one: the first is a quarter of a coarse pixel from its centre, backwards.
    for (std::size_t i = 0; i < 3; ++i)
    {
      const double moved = coarse.direction[3 * i] * 0.75 / 4.0 + coarse.direction[3 * i + 1] * 2.25 / 4.0;
      EXPECT_NEAR(fine.origin[i], coarse.origin[i] - moved, 1e-12); // rounding of numbers near 100
    }
    filter->Update();
    for (const Grid & delivered : {GridFromImage(*filter->GetPosteriorMean()),
                                   GridFromImage(*filter->GetPosteriorStandardDeviation()),
                                   Announced<3>(filter->GetPosteriorStandardDeviation())})
    {
      EXPECT_EQ(delivered.size, fine.size);
      EXPECT_EQ(delivered.spacing, fine.spacing);
      EXPECT_EQ(delivered.origin, fine.origin); // not a digit else, or a pipeline resamples
      EXPECT_EQ(delivered.direction, fine.direction);
    }
  }
}

/** The announced size follows the options, in both directions. */
TEST_F(RestorationPosteriorMeanImageFilterTest, FactorAndTaskMayChangeBetweenRuns)
{
  auto filter = MakeRestorationFilter("denoise");
  filter->SetFactor(2); // of no meaning here
  filter->Update();
  EXPECT_EQ(GridFromImage(*filter->GetOutput()).size, RestorationGrid().size);
  filter->SetTask("sr");
  filter->SetPrior(test::RestorationPrior(32, 24));
  filter->Update();
  EXPECT_EQ(GridFromImage(*filter->GetOutput()).size, (Axes<std::int64_t>{2, 32, 24}));
  filter->SetTask("denoise");
  filter->SetPrior(test::RestorationPrior());
  filter->Update();
  EXPECT_EQ(GridFromImage(*filter->GetOutput()).size, RestorationGrid().size);
}

TEST_F(RestorationPosteriorMeanImageFilterTest, InpaintingTakesAMask)
{
  const test::Shadow shadow;
  Volume binary = shadow.mask.Clone();
  TensorView(binary).div_(255.0f);
  const RestorationPosteriorOptions options = FileOptions();
  auto filter = RestorationFilter::New();
  filter->SetInput(ImageFromVolume<RestorationImage>(shadow.image));
  filter->SetMask(ImageFromVolume<RestorationMask>(shadow.mask));
  filter->SetTaskOptions(Task("inpaint-box"));
  filter->SetOptions(options);
  filter->Update();
  const VolumeEstimate expected =
      ReconstructRestoration(DescribeRestoration(shadow.image, Task("inpaint-box"), binary, {}), options);
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
  ExpectSameValues(filter->GetPosteriorStandardDeviation(), expected.standardDeviation);
  // One mask for all slices, and a changed one.
  filter->SetMask(ImageFromVolume<RestorationMask>(shadow.mask.Slices(0, 1)));
  filter->Update();
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
  TensorView(shadow.mask).slice(3, 0, 2).fill_(0.0f);
  filter->SetMask(ImageFromVolume<RestorationMask>(shadow.mask));
  filter->Update();
  EXPECT_FALSE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(expected.mean)));
}

/** Metal that outshines the image a hundredfold, or no number at all: what is not measured counts for nothing. */
TEST_F(RestorationPosteriorMeanImageFilterTest, WhatStandsInTheShadowIsNotUsed)
{
  auto filter = MakeRestorationFilter("inpaint-box");
  filter->SetMask(ImageFromVolume<RestorationMask>(test::Shadow().mask));
  Volume first;
  for (const float metal : {0.0f, 30000.0f, std::numeric_limits<float>::quiet_NaN()})
  {
    const Volume image = test::Shadow(metal).image;
    const Volume copy = image.Clone();
    filter->SetInput(ImageFromVolume<RestorationImage>(image));
    filter->Update();
    const Volume mean = VolumeFromImage(filter->GetPosteriorMean());
    first = first.IsEmpty() ? mean : first;
    EXPECT_TRUE(at::equal(TensorView(mean), TensorView(first))) << metal;
    EXPECT_TRUE(at::equal(TensorView(image).nan_to_num(), TensorView(copy).nan_to_num())); // the input is only read
  }
  EXPECT_LT(TensorView(first).abs().max().item<float>(), 1000.0f); // an image of up to 250
}

TEST_F(RestorationPosteriorMeanImageFilterTest, BlursTakeAKernelOrOnePerSlice)
{
  const Volume data = RestorationData(RestorationGrid());
  const RestorationPosteriorOptions options = FileOptions();
  auto filter = RestorationFilter::New();
  filter->SetInput(ImageFromVolume<RestorationImage>(data));
  filter->SetTask("blur-gaussian");
  filter->SetOptions(options);
  std::vector<Volume> means;
  for (const std::int64_t slices : {1, 2})
  {
    const Volume kernels = test::RestorationKernels(slices);
    filter->SetKernel(ImageFromVolume<RestorationImage>(kernels)); // lies nowhere near the image
    filter->Update();
    const VolumeEstimate expected =
        ReconstructRestoration(DescribeRestoration(data, Task("blur-gaussian"), {}, kernels), options);
    ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
    means.push_back(expected.mean);
  }
  const at::Tensor difference = (TensorView(means[0]) - TensorView(means[1])).abs();
  EXPECT_GT(difference.select(1, 1).max().item<float>(), 0.1f); // slice 1 has another kernel; values up to 250
}

/** A complex image, and its magnitude. */
TEST_F(RestorationPosteriorMeanImageFilterTest, ComplexImages)
{
  using ComplexImage = itk::Image<std::complex<float>, 3>;
  const Volume data = RestorationData(RestorationGrid(), Volume::Element::Complex);
  const RestorationPosteriorOptions options = FileOptions();
  const auto run = [&](auto filter)
  {
    filter->SetInput(ImageFromVolume<ComplexImage>(data));
    filter->SetTask("denoise");
    filter->SetOptions(options);
    filter->Update();
    return filter;
  };
  const VolumeEstimate expected = ReconstructRestoration(DescribeRestoration(data, Task("denoise"), {}, {}), options);
  const auto complex = run(itk::RestorationPosteriorMeanImageFilter<ComplexImage>::New());
  ExpectSameValues(complex->GetPosteriorMean(), expected.mean);
  ExpectSameValues(complex->GetPosteriorStandardDeviation(), expected.standardDeviation);
  const auto magnitude = run(itk::RestorationPosteriorMeanImageFilter<ComplexImage, RestorationImage>::New());
  ExpectSameValues(magnitude->GetPosteriorMean(), ImagePart(expected.mean, "magnitude"));
  ExpectSameValues(magnitude->GetPosteriorStandardDeviation(), expected.magnitudeStandardDeviation);
}

/** The components of vector pixels are channels, of the standard deviation too. */
TEST_F(RestorationPosteriorMeanImageFilterTest, ColourImages)
{
  using ColourImage = itk::VectorImage<float, 3>;
  const Volume data = RestorationData(RestorationGrid(1, 8, 6), Volume::Element::Real, 3);
  const RestorationPosteriorOptions options = FileOptions(3);
  auto filter = itk::RestorationPosteriorMeanImageFilter<ColourImage>::New();
  filter->SetInput(ImageFromVolume<ColourImage>(data));
  filter->SetTask("sr");
  filter->SetFactor(2);
  filter->SetOptions(options);
  filter->UpdateOutputInformation();
  EXPECT_EQ(filter->GetPosteriorMean()->GetNumberOfComponentsPerPixel(), 3u);
  EXPECT_EQ(filter->GetPosteriorStandardDeviation()->GetNumberOfComponentsPerPixel(), 3u);
  filter->Update();
  const VolumeEstimate expected = ReconstructRestoration(DescribeRestoration(data, Task("sr", 2), {}, {}), options);
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
  ExpectSameValues(filter->GetPosteriorStandardDeviation(), expected.standardDeviation);
  filter->SetNumberOfSamples(0);
  filter->Update();
  EXPECT_EQ(filter->GetPosteriorStandardDeviation()->GetNumberOfComponentsPerPixel(), 3u);
  EXPECT_TRUE(TensorView(VolumeFromImage(filter->GetPosteriorStandardDeviation())).isnan().all().item<bool>());
}

/** A plane lies in two dimensions as a slice does in three. */
TEST_F(RestorationPosteriorMeanImageFilterTest, Planes)
{
  using Plane = itk::Image<float, 2>;
  using PlaneMask = itk::Image<unsigned char, 2>;
  Grid grid;
  grid.size = {1, 8, 6};
  grid.spacing = {1.0, 2.25, 0.75};
  grid.origin = {4.0, -3.0, 0.0};
  grid.direction = {0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0};
  const Volume data = RestorationData(grid);
  const RestorationPosteriorOptions options = FileOptions();
  auto filter = itk::RestorationPosteriorMeanImageFilter<Plane>::New();
  filter->SetInput(ImageFromVolume<Plane>(data));
  filter->SetTask("sr");
  filter->SetFactor(2);
  filter->SetOptions(options);
  filter->UpdateOutputInformation();
  const Grid fine = Announced<2>(filter->GetOutput());
  filter->Update();
  const VolumeEstimate expected = ReconstructRestoration(DescribeRestoration(data, Task("sr", 2), {}, {}), options);
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
  EXPECT_TRUE(fine.IsCongruent(expected.mean.GetGrid(), 1e-12)); // copied
  filter->SetTask("inpaint-random");
  Volume mask(grid, Volume::Element::Real);
  TensorView(mask).slice(3, 0, grid.size.x, 2).fill_(1.0f);
  filter->SetMask(ImageFromVolume<PlaneMask>(mask));
  filter->Update();
  ExpectSameValues(filter->GetPosteriorMean(),
                   ReconstructRestoration(DescribeRestoration(data, Task("inpaint-random"), mask, {}), options).mean);
}

/** Whatever is asked for: everything is needed, and everything is made. */
TEST_F(RestorationPosteriorMeanImageFilterTest, RegionsAreTheLargest)
{
  auto source = itk::CastImageFilter<RestorationImage, RestorationImage>::New();
  source->InPlaceOff();
  source->SetInput(ImageFromVolume<RestorationImage>(RestorationData(RestorationGrid(2, 8, 6))));
  auto filter = MakeRestorationFilter("sr");
  filter->SetFactor(2);
  filter->SetInput(source->GetOutput());
  filter->UpdateOutputInformation();
  filter->GetPosteriorStandardDeviation()->SetRequestedRegion(itk::ImageRegion<3>({{7, 9, 1}}, {{3, 4, 1}}));
  filter->GetPosteriorStandardDeviation()->Update();
  EXPECT_EQ(filter->GetPosteriorMean()->GetBufferedRegion().GetNumberOfPixels(), 2u * 16u * 12u);
  EXPECT_EQ(filter->GetPosteriorStandardDeviation()->GetBufferedRegion().GetNumberOfPixels(), 2u * 16u * 12u);
  EXPECT_EQ(source->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 2u * 8u * 6u);
}

TEST_F(RestorationPosteriorMeanImageFilterTest, RunsAgainOnlyWhenSomethingChanged)
{
  auto filter = MakeRestorationFilter("blur-gaussian");
  const auto kernel = ImageFromVolume<RestorationImage>(test::RestorationKernels(1));
  filter->SetKernel(kernel);
  test::IterationCounter iterations(filter);
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  const Volume first = VolumeFromImage(filter->GetPosteriorMean()).Clone();
  filter->SetTask("blur-gaussian");
  filter->SetFactor(filter->GetFactor());
  filter->SetNumberOfSteps(4);
  filter->SetNoiseStandardDeviation(5.0);
  filter->Update();
  filter->GetPosteriorStandardDeviation()->Update();
  EXPECT_EQ(iterations.Take(), 0);
  kernel->Modified();
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  filter->SetNoiseStandardDeviation(50.0);
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  EXPECT_FALSE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(first)));
  filter->SetNoiseStandardDeviation(5.0);
  filter->SetKernel(nullptr);
  filter->SetTask("denoise");
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  EXPECT_FALSE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(first)));
  filter->SetTaskOptions(Task("blur-gaussian"));
  filter->SetKernel(kernel);
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  EXPECT_TRUE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(first)));
  filter->SetTaskOptions(filter->GetTaskOptions()); // a whole struct is not compared
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
}

TEST_F(RestorationPosteriorMeanImageFilterTest, ProgressRisesToOneAndMetadataSaysHowItCameAbout)
{
  auto filter = MakeRestorationFilter("denoise");
  const auto input = ImageFromVolume<RestorationImage>(RestorationData(RestorationGrid()));
  itk::EncapsulateMetaData<std::string>(input->GetMetaDataDictionary(), "Patient", "phantom");
  filter->SetInput(input);
  std::vector<float> progress;
  filter->AddObserver(itk::ProgressEvent(),
                      [&](const itk::EventObject &) { progress.push_back(filter->GetProgress()); });
  filter->Update();
  ASSERT_GT(progress.size(), 3u); // at least the four steps of the mean
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
  EXPECT_EQ(progress.back(), 1.0f);
  const auto value = [&](const char * key)
  {
    std::string text;
    itk::ExposeMetaData<std::string>(filter->GetPosteriorStandardDeviation()->GetMetaDataDictionary(), key, text);
    return text;
  };
  EXPECT_EQ(value("Patient"), "phantom");
  EXPECT_EQ(value("Tweedie_Method"), "rmp");
  EXPECT_EQ(value("Tweedie_Prior"), test::RestorationPrior()->Name());
}

TEST_F(RestorationPosteriorMeanImageFilterTest, PrintsEveryOption)
{
  auto filter = MakeRestorationFilter("denoise");
  std::ostringstream text;
  filter->Print(text);
  test::NameList list;
  RestorationPosteriorOptions options;
  options.Visit(list);
  RestorationTaskOptions task;
  task.Visit(list);
  ASSERT_GT(list.names.size(), 20u);
  for (const std::string & name : list.names)
  {
    EXPECT_NE(text.str().find(' ' + name + ": "), std::string::npos) << name;
  }
  EXPECT_NE(text.str().find(" task: denoise"), std::string::npos);
  EXPECT_STREQ(filter->GetNameOfClass(), "RestorationPosteriorMeanImageFilter");
}
} // namespace
} // namespace tweedie
