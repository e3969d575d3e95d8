// SPDX-License-Identifier: Apache-2.0
#include "itkMRIPosteriorMeanProblem.h"

#include "tweedieImagePart.h"

#include <itkCastImageFilter.h>
#include <itkMetaDataObject.h>

#include <gtest/gtest.h>

#include <sstream>

namespace tweedie
{
namespace
{
using test::ComplexFilter;
using test::ExpectSameValues;
using test::KSpaceImage;
using test::MagnitudeFilter;
using test::MakeFilter;
using test::MaskImage;
using test::ProblemGrid;
using test::ProblemScan;

/** What the library itself returns: the shell must return that, to the last bit. */
VolumeEstimate
Expected()
{
  return ReconstructPosterior(ProblemScan(), test::ProblemPrior(), test::ProblemOptions());
}

TEST(MRIPosteriorMeanImageFilterTest, ComplexOutputsEqualTheLibrary)
{
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  filter->Update();
  const VolumeEstimate expected = Expected();
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
  ExpectSameValues(filter->GetPosteriorStandardDeviation(), expected.standardDeviation);
  EXPECT_GT(at::std(TensorView(expected.mean).abs(), false).item<float>(), 0.0f); // not a constant image
  EXPECT_EQ(filter->GetSummary().samples, 3);
  EXPECT_EQ(filter->GetOutput(), filter->GetPosteriorMean());
}

TEST(MRIPosteriorMeanImageFilterTest, RealOutputsAreTheMagnitude)
{
  const auto filter = MakeFilter<MagnitudeFilter>(ProblemScan());
  filter->Update();
  const VolumeEstimate expected = Expected();
  ExpectSameValues(filter->GetPosteriorMean(), ImagePart(expected.mean, "magnitude"));
  ExpectSameValues(filter->GetPosteriorStandardDeviation(), expected.magnitudeStandardDeviation);
}

TEST(MRIPosteriorMeanImageFilterTest, GeometryIsKnownBeforeTheWork)
{
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  test::IterationCounter iterations(filter);
  filter->UpdateOutputInformation();
  EXPECT_EQ(iterations.Take(), 0);
  for (const itk::ImageBase<3> * output : {static_cast<itk::ImageBase<3> *>(filter->GetPosteriorMean()),
                                           static_cast<itk::ImageBase<3> *>(filter->GetPosteriorStandardDeviation())})
  {
    auto image = itk::ImageBase<3>::New();
    image->CopyInformation(output);
    image->SetBufferedRegion(image->GetLargestPossibleRegion());
    EXPECT_TRUE(GridFromImage(*image).IsCongruent(ProblemGrid(), 1e-12)); // copied
    EXPECT_EQ(output->GetBufferedRegion().GetNumberOfPixels(), 0u);
  }
}

/** Whatever is asked for: everything is needed, and everything is made. */
TEST(MRIPosteriorMeanImageFilterTest, RegionsAreTheLargest)
{
  const MRIScan scan = ProblemScan();
  auto source = itk::CastImageFilter<KSpaceImage, KSpaceImage>::New();
  source->InPlaceOff();
  source->SetInput(ImageFromVolume<KSpaceImage>(scan.kspace));
  const auto filter = MakeFilter<ComplexFilter>(scan);
  filter->SetInput(source->GetOutput());
  filter->UpdateOutputInformation();
  filter->GetPosteriorStandardDeviation()->SetRequestedRegion(itk::ImageRegion<3>({{1, 2, 0}}, {{3, 4, 1}}));
  filter->GetPosteriorStandardDeviation()->Update();
  const auto voxels = static_cast<itk::SizeValueType>(ProblemGrid().NumberOfVoxels());
  EXPECT_EQ(filter->GetPosteriorMean()->GetBufferedRegion().GetNumberOfPixels(), voxels);
  EXPECT_EQ(filter->GetPosteriorStandardDeviation()->GetBufferedRegion().GetNumberOfPixels(), voxels);
  EXPECT_EQ(source->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), voxels * test::problemCoils);
}

TEST(MRIPosteriorMeanImageFilterTest, RunsAgainOnlyWhenSomethingChanged)
{
  const MRIScan scan = ProblemScan();
  const auto filter = MakeFilter<ComplexFilter>(scan);
  test::IterationCounter iterations(filter);
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  const Volume first = VolumeFromImage(filter->GetPosteriorMean()).Clone();
  filter->Update();
  filter->GetPosteriorStandardDeviation()->Update();
  filter->SetSeed(filter->GetSeed());
  filter->SetNumberOfSteps(4);
  filter->SetNoiseStandardDeviation(test::problemNoise);
  filter->Update();
  EXPECT_EQ(iterations.Take(), 0);
  filter->SetNumberOfSteps(5);
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  EXPECT_FALSE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(first)));
  const auto kspace = ImageFromVolume<KSpaceImage>(scan.kspace);
  filter->SetInput(kspace);
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  kspace->Modified();
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  filter->SetPrior(test::ProblemPrior());
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  filter->SetNumberOfSteps(4);
  filter->Update();
  EXPECT_TRUE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(first)));
}

/** A volume taken from the output of one run is not touched by the next one. */
TEST(MRIPosteriorMeanImageFilterTest, OutputsOfAnEarlierRunSurvive)
{
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  filter->Update();
  const Volume first = VolumeFromImage(filter->GetPosteriorMean());
  const Volume copy = first.Clone();
  filter->SetNumberOfSteps(6);
  filter->Update();
  EXPECT_TRUE(at::equal(TensorView(first), TensorView(copy)));
  EXPECT_NE(first.Data(), VolumeFromImage(filter->GetPosteriorMean()).Data());
}

TEST(MRIPosteriorMeanImageFilterTest, ProgressRisesToOne)
{
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  std::vector<float> progress;
  filter->AddObserver(itk::ProgressEvent(),
                      [&](const itk::EventObject &) { progress.push_back(filter->GetProgress()); });
  filter->Update();
  ASSERT_GT(progress.size(), 3u); // at least the four steps of the mean
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
  EXPECT_EQ(progress.back(), 1.0f);
}

/** The mask is what is not 0, and by default the lines that are not zero. */
TEST(MRIPosteriorMeanImageFilterTest, MaskMayBeGiven)
{
  const MRIScan scan = ProblemScan();
  const auto filter = MakeFilter<ComplexFilter>(scan);
  const auto mask = ImageFromVolume<MaskImage>(scan.mask);
  std::for_each(mask->GetBufferPointer(),
                mask->GetBufferPointer() + scan.mask.NumberOfElements(),
                [](unsigned char & value) { value = value != 0 ? 255 : 0; });
  filter->SetMask(mask);
  filter->Update();
  ExpectSameValues(filter->GetPosteriorMean(), Expected().mean);
  std::fill_n(mask->GetBufferPointer() + 4 * test::problemColumns, test::problemColumns, 0); // line 4 is taken away
  mask->Modified();
  filter->Update();
  EXPECT_FALSE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(Expected().mean)));
}

TEST(MRIPosteriorMeanImageFilterTest, WithoutSamplesTheDeviationIsNotANumber)
{
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  filter->SetNumberOfSamples(0);
  filter->Update();
  EXPECT_TRUE(TensorView(VolumeFromImage(filter->GetPosteriorStandardDeviation())).isnan().all().item<bool>());
  ExpectSameValues(filter->GetPosteriorMean(), Expected().mean);
}

TEST(MRIPosteriorMeanImageFilterTest, MetadataSaysHowItCameAbout)
{
  const MRIScan scan = ProblemScan();
  const auto filter = MakeFilter<ComplexFilter>(scan);
  const auto kspace = ImageFromVolume<KSpaceImage>(scan.kspace);
  itk::EncapsulateMetaData<std::string>(kspace->GetMetaDataDictionary(), "Patient", "phantom");
  filter->SetInput(kspace);
  filter->Update();
  const auto & metadata = filter->GetPosteriorStandardDeviation()->GetMetaDataDictionary();
  const auto value = [&](const char * key)
  {
    std::string text;
    itk::ExposeMetaData<std::string>(metadata, key, text);
    return text;
  };
  EXPECT_EQ(value("Patient"), "phantom");
  EXPECT_EQ(value("Tweedie_Method"), "rmp");
  EXPECT_EQ(value("Tweedie_Samples"), "3");
  EXPECT_EQ(value("Tweedie_Seed"), "1");
  EXPECT_EQ(value("Tweedie_Prior"), test::ProblemPrior()->Name());
  EXPECT_TRUE(filter->GetPosteriorMean()->GetMetaDataDictionary().HasKey("Tweedie_Version"));
}

TEST(MRIPosteriorMeanImageFilterTest, PrintsEveryOption)
{
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  std::ostringstream text;
  filter->Print(text);
  test::NameList list;
  PosteriorOptions options;
  options.Visit(list);
  ASSERT_GT(list.names.size(), 10u);
  for (const std::string & name : list.names)
  {
    EXPECT_NE(text.str().find(' ' + name + ": "), std::string::npos) << name;
  }
  EXPECT_NE(text.str().find("noise: 0.05 data units"), std::string::npos);
  EXPECT_STREQ(filter->GetNameOfClass(), "MRIPosteriorMeanImageFilter");
}

/** Other pixels than complex<float> are converted on the way in and out. */
TEST(MRIPosteriorMeanImageFilterTest, DoublePrecisionImages)
{
  using Double4 = itk::Image<std::complex<double>, 4>;
  using Filter = itk::MRIPosteriorMeanImageFilter<Double4, itk::Image<double, 3>>;
  const MRIScan scan = ProblemScan();
  auto filter = Filter::New();
  filter->SetInput(ImageFromVolume<Double4>(scan.kspace));
  filter->SetSensitivities(ImageFromVolume<KSpaceImage>(scan.sensitivities));
  filter->SetOptions(test::ProblemOptions());
  filter->SetPrior(test::ProblemPrior());
  filter->Update();
  ExpectSameValues(filter->GetPosteriorMean(), ImagePart(Expected().mean, "magnitude"));
}
} // namespace
} // namespace tweedie
