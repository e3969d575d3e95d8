// SPDX-License-Identifier: Apache-2.0
#include "itkCTPosteriorMeanProblem.h"
#include "tweedieTemporaryFolder.h"

#include <itkMetaDataObject.h>

#include <algorithm>
#include <sstream>

namespace tweedie
{
namespace
{
using test::CTImage;
using test::CTPosteriorFilter;
using test::CTProblem;
using test::CTProblems;
using test::ExpectSameValues;
using test::MakeCTPosteriorFilter;
using CTPosteriorMeanFile = test::TemporaryFolderTest;

/** Slice by slice, of a turned grid whose slices are reversed; and as a volume that leans. */
TEST(CTPosteriorMeanImageFilterTest, EqualsTheLibrary)
{
  for (const CTProblem & problem : {CTProblems()[1], CTProblems().back()})
  {
    SCOPED_TRACE(problem.name);
    const CTScan scan = test::CTScanOf(problem);
    const auto filter = MakeCTPosteriorFilter(problem, scan);
    filter->Update();
    const VolumeEstimate expected = test::CTExpected(problem, scan, test::CTOptions());
    ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
    ExpectSameValues(filter->GetPosteriorStandardDeviation(), expected.standardDeviation);
    EXPECT_TRUE(GridFromImage(*filter->GetOutput()).IsCongruent(problem.image, 1e-12)); // copied
    EXPECT_GT(at::std(TensorView(expected.mean), false).item<float>(), 1e-3f); // no constant image; the object's: 0.012
    EXPECT_GT(TensorView(expected.standardDeviation).min().item<float>(), 0.0f);
    EXPECT_EQ(filter->GetSummary().samples, 3);
    EXPECT_EQ(filter->GetOutput(), filter->GetPosteriorMean());
  }
}

TEST(CTPosteriorMeanImageFilterTest, CountsEqualTheLibrary)
{
  const CTProblem problem = CTProblems()[2];
  CTScan scan = test::CTScanOf(problem);
  scan.projections = VolumeFromTensor(1e4 * TensorView(scan.projections).neg().exp() + 20.0, problem.projections);
  scan.isCounts = true;
  scan.photons = 1e4;
  scan.electronic = 3.0;
  scan.scatter = 20.0;
  CTPosteriorOptions options = test::CTOptions();
  options.noise.reset();
  const auto filter = MakeCTPosteriorFilter(problem, scan);
  filter->SetOptions(options);
  filter->SetInputIsCounts(true);
  filter->SetPhotons(1e4);
  filter->SetElectronicNoise(3.0);
  filter->SetScatter(20.0);
  filter->Update();
  const VolumeEstimate expected = test::CTExpected(problem, scan, options);
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
  ExpectSameValues(filter->GetPosteriorStandardDeviation(), expected.standardDeviation);
  filter->SetScatter(0.0);
  filter->Update();
  EXPECT_FALSE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(expected.mean)));
}

/** The prior in a file, and every parameter by its own setter: they must add up to the options struct. */
TEST_F(CTPosteriorMeanFile, EqualsTheLibrary)
{
  const CTProblem problem = CTProblems()[0];
  CTScan scan = test::CTScanOf(problem);
  scan.photons = 2e4;
  CTPosteriorOptions options;
  options.prior = m_Folder.File("tiny.safetensors");
  options.steps = 3;
  options.samples = 2;
  options.seed = 9;
  test::WriteTinyModel(options.prior, 1, 1000.0);
  auto filter = itk::CTPosteriorMeanImageFilter<itk::Image<double, 3>>::New();
  filter->SetInput(ImageFromVolume<itk::Image<double, 3>>(scan.projections));
  filter->SetGeometry(scan.geometry);
  filter->SetOutputParametersFromImage(
      ImageFromVolume<CTImage>(Volume(problem.image, Volume::Element::Real)).GetPointer());
  filter->SetPriorFileName(options.prior);
  filter->SetPhotons(2e4);
  filter->SetNumberOfSteps(3);
  filter->SetNumberOfSamples(2);
  filter->SetSeed(9);
  filter->Update();
  const VolumeEstimate expected = ReconstructCTPosterior(scan, problem.image, options);
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
  ExpectSameValues(filter->GetPosteriorStandardDeviation(), expected.standardDeviation);
}

TEST(CTPosteriorMeanImageFilterTest, TheGridIsKnownBeforeTheWork)
{
  const CTProblem problem = CTProblems()[1];
  const auto filter = MakeCTPosteriorFilter(problem, test::CTScanOf(problem));
  test::IterationCounter iterations(filter);
  filter->UpdateOutputInformation();
  EXPECT_EQ(iterations.Take(), 0);
  EXPECT_TRUE(GridFromInformation(*filter->GetPosteriorMean()).IsCongruent(problem.image, 1e-12)); // copied
  EXPECT_TRUE(GridFromInformation(*filter->GetPosteriorStandardDeviation()).IsCongruent(problem.image, 1e-12));
}

TEST(CTPosteriorMeanImageFilterTest, RunsAgainOnlyWhenSomethingChanged)
{
  const CTProblem problem = CTProblems()[0];
  const auto filter = MakeCTPosteriorFilter(problem, test::CTScanOf(problem));
  test::IterationCounter iterations(filter);
  filter->SetNumberOfSamples(0);
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  EXPECT_TRUE(TensorView(VolumeFromImage(filter->GetPosteriorStandardDeviation())).isnan().all().item<bool>());
  filter->SetPhotons(filter->GetPhotons());
  filter->SetInputIsCounts(false);
  filter->SetElectronicNoise(0.0);
  filter->SetScatter(0.0);
  filter->SetAttenuationAtOne(test::ctAttenuationAtOne);
  filter->SetOutputOrigin(filter->GetOutputOrigin());
  filter->Update();
  EXPECT_EQ(iterations.Take(), 0);
  filter->SetAttenuationAtOne(0.05);
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
}

TEST(CTPosteriorMeanImageFilterTest, ProgressRisesToOneAndMetadataSaysHowItCameAbout)
{
  const CTProblem problem = CTProblems()[0];
  const auto filter = MakeCTPosteriorFilter(problem, test::CTScanOf(problem));
  std::vector<float> progress;
  filter->AddObserver(itk::ProgressEvent(),
                      [&](const itk::EventObject &) { progress.push_back(filter->GetProgress()); });
  filter->Update();
  ASSERT_GT(progress.size(), 3u); // at least the four steps of the mean
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
  EXPECT_EQ(progress.back(), 1.0f);
  std::string method;
  itk::ExposeMetaData<std::string>(
      filter->GetPosteriorStandardDeviation()->GetMetaDataDictionary(), "Tweedie_Method", method);
  EXPECT_EQ(method, "rmp");
}

TEST(CTPosteriorMeanImageFilterTest, PrintsEveryOption)
{
  const CTProblem problem = CTProblems()[0];
  const auto filter = MakeCTPosteriorFilter(problem, test::CTScanOf(problem));
  std::ostringstream text;
  filter->Print(text);
  test::NameList list;
  CTPosteriorOptions options;
  options.Visit(list);
  list.names.insert(list.names.end(), {"Geometry", "Size", "Photons", "Scatter", "ElectronicNoise", "InputIsCounts"});
  ASSERT_GT(list.names.size(), 15u);
  for (const std::string & name : list.names)
  {
    EXPECT_NE(text.str().find(' ' + name + ": "), std::string::npos) << name;
  }
  EXPECT_NE(text.str().find("AttenuationAtOne: 0.04 1/mm"), std::string::npos);
  EXPECT_STREQ(filter->GetNameOfClass(), "CTPosteriorMeanImageFilter");
}
} // namespace
} // namespace tweedie
