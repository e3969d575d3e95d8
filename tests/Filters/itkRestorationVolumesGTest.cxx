// SPDX-License-Identifier: Apache-2.0
#include "itkRestorationPosteriorMeanProblem.h"
#include "tweedieTemporaryFolder.h"

#include <algorithm>

namespace tweedie
{
namespace
{
using test::ExpectSameValues;
using test::RestorationData;
using test::RestorationFilter;
using test::RestorationGrid;
using test::RestorationImage;
using test::RestorationOptions;
using RestorationVolumes = test::TemporaryFolderTest;

/** Across slices: a pipeline that makes four thin slices of every thick one. */
TEST_F(RestorationVolumes, ThickSlicesBecomeThinOnes)
{
  RestorationPosteriorOptions options = RestorationOptions();
  options.prior = m_Folder.File("tiny.safetensors");
  test::WriteTinyModel(options.prior, 2);
  const Volume data = RestorationData(RestorationGrid(2, 8, 6));
  RestorationTaskOptions task;
  task.task = "sr";
  task.axisFactor = {1.0, 1.0, 4.0};
  auto filter = RestorationFilter::New();
  filter->SetInput(ImageFromVolume<RestorationImage>(data));
  filter->SetTaskOptions(task);
  filter->SetOptions(options);
  filter->UpdateOutputInformation();
  const Grid fine = GridFromInformation(*filter->GetPosteriorMean());
  EXPECT_EQ(fine.size, (Axes<std::int64_t>{8, 8, 6}));
  EXPECT_EQ(fine.spacing, (Axes<double>{3.5 / 4.0, 2.25, 0.75}));
  filter->Update();
  const VolumeEstimate expected = ReconstructRestoration(DescribeRestoration(data, task, {}, {}), options);
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
  ExpectSameValues(filter->GetPosteriorStandardDeviation(), expected.standardDeviation);
  EXPECT_TRUE(GridFromImage(*filter->GetPosteriorMean()).IsCongruent(fine, 1e-12));
  const std::vector<std::string> & warnings = filter->GetSummary().warnings;
  EXPECT_TRUE(std::any_of(warnings.begin(),
                          warnings.end(),
                          [](const auto & text) { return text.find("three axes") != std::string::npos; }));
}
} // namespace
} // namespace tweedie
