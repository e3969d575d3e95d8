// SPDX-License-Identifier: Apache-2.0
#include "itkCTProjectionProblem.h"
#include "tweedieJosephProjector.h"

#include <algorithm>
#include <sstream>

namespace tweedie
{
namespace
{
using test::CTImage;
using test::CTProblem;
using test::CTProblems;
using test::MakeCTBackProjectionFilter;
using test::MakeCTProjectionFilter;
using test::NoiseVolume;
using test::RelativeDifference;

// Sums of some 20 products in single precision, in another order; each rounds by up to 6e-8.
constexpr double rounding = 1e-6;

JosephProjector
ProjectorOf(const CTProblem & problem)
{
  return {problem.geometry, DetectorOf(problem.projections), problem.image};
}

/** Of an image in memory, as [1, channel, z, y, x]. */
template <typename TImage>
at::Tensor
Values(TImage * image)
{
  return TensorView(VolumeFromImage(image)).unsqueeze(0);
}

TEST(CTProjectionImageFilterTest, EqualsTheProjectorInDoublePrecision)
{
  for (const CTProblem & problem : CTProblems())
  {
    SCOPED_TRACE(problem.name);
    const Volume image = NoiseVolume(problem.image, 1);
    const auto filter = MakeCTProjectionFilter(problem, image);
    filter->Update();
    const at::Tensor x = TensorView(image).unsqueeze(0).to(at::kDouble);
    EXPECT_LE(RelativeDifference(Values(filter->GetOutput()), ProjectorOf(problem).Forward(x)), rounding);
    EXPECT_TRUE(GridFromImage(*filter->GetOutput()).IsCongruent(problem.projections, 1e-12)); // copied
  }
}

TEST(CTProjectionImageFilterTest, BackProjectionEqualsTheTransposeInDoublePrecision)
{
  for (const CTProblem & problem : CTProblems())
  {
    SCOPED_TRACE(problem.name);
    const Volume projections = NoiseVolume(problem.projections, 2);
    const auto filter = MakeCTBackProjectionFilter(problem, projections);
    filter->Update();
    const at::Tensor y = TensorView(projections).unsqueeze(0).to(at::kDouble);
    EXPECT_LE(RelativeDifference(Values(filter->GetOutput()), ProjectorOf(problem).Adjoint(y)), rounding);
    EXPECT_TRUE(GridFromImage(*filter->GetOutput()).IsCongruent(problem.image, 1e-12)); // copied
  }
}

/** <A x, y> = <x, A^T y>, through images. */
TEST(CTProjectionImageFilterTest, TheTwoAreTransposes)
{
  for (const CTProblem & problem : CTProblems())
  {
    SCOPED_TRACE(problem.name);
    const Volume image = NoiseVolume(problem.image, 3);
    const Volume projections = NoiseVolume(problem.projections, 4);
    const auto forward = MakeCTProjectionFilter(problem, image);
    const auto back = MakeCTBackProjectionFilter(problem, projections);
    forward->Update();
    back->Update();
    const auto product = [](const at::Tensor & a, const at::Tensor & b)
    { return (a.to(at::kDouble) * b.to(at::kDouble)).sum().item<double>(); };
    const double there = product(Values(forward->GetOutput()), TensorView(projections).unsqueeze(0));
    const double back1 = product(TensorView(image).unsqueeze(0), Values(back->GetOutput()));
    EXPECT_NEAR(there / back1, 1.0, 1e-5); // what the project asks of single precision
  }
}

/** A ball off the centre, its values put on the grid by its place in the patient: the projections know nothing of how
 * the grid lies. */
TEST(CTProjectionImageFilterTest, ABallIsSeenWhereItIs)
{
  const test::EllipsoidPhantom ball{{0.02, {6.0, -4.0, 3.0}, {17.0, 17.0, 17.0}}};
  const test::EllipsoidPhantom moved{{0.02, {6.0, -4.0, 4.5}, {17.0, 17.0, 17.0}}};
  CTProblem problem = CTProblems().back();
  const CTDetector detector = DetectorOf(problem.projections);
  const Volume projections = VolumeFromTensor(test::Project(ball, problem.geometry, detector)[0], problem.projections);
  for (const Grid & grid : {test::CenteredGrid(48, 48, 48, 1.1, 1.1), test::LeaningGrid(48, 1.1)})
  {
    problem.image = grid;
    const Volume image = VolumeFromTensor(test::Rasterize(ball, grid, 3)[0], grid);
    const auto filter = MakeCTProjectionFilter(problem, image);
    filter->Update();
    const at::Tensor seen = Values(filter->GetOutput());
    // The steps of the rasterised surface make 1.9 and 2.0 %; a ball 1.5 mm further, not much more than a voxel, is 13
    // % away.
    EXPECT_LE(RelativeDifference(seen, TensorView(projections)), 0.025);
    EXPECT_GE(RelativeDifference(seen, test::Project(moved, problem.geometry, detector)), 0.1);
  }
}

TEST(CTProjectionImageFilterTest, HounsfieldUnits)
{
  const CTProblem problem = CTProblems()[2];
  const Volume image = NoiseVolume(problem.image, 5);
  const auto attenuation = MakeCTProjectionFilter(problem, image);
  attenuation->Update();
  const at::Tensor hu = HounsfieldOfAttenuation(TensorView(image), 0.0193);
  const auto filter = MakeCTProjectionFilter(problem, VolumeFromTensor(hu, problem.image));
  filter->SetMuWater(0.0193);
  filter->Update();
  // Hounsfield units of up to 1000 hold 6e-5 in single precision.
  EXPECT_LE(RelativeDifference(Values(filter->GetOutput()), Values(attenuation->GetOutput())), rounding);
  std::ostringstream text;
  filter->Print(text);
  EXPECT_NE(text.str().find("MuWater: 0.0193 1/mm"), std::string::npos);
  EXPECT_NE(text.str().find("Geometry: 34 views, fan beam, flat detector"), std::string::npos);
}

TEST(CTProjectionImageFilterTest, TheGridIsKnownBeforeTheWorkAndMadeWhole)
{
  const CTProblem problem = CTProblems().back();
  auto filter = test::CTProjectionFilter::New();
  filter->SetInput(ImageFromVolume<CTImage>(NoiseVolume(problem.image, 6)));
  filter->SetGeometry(problem.geometry);
  filter->SetSize({{9, 7, 64}});
  const double spacing[] = {2.5, 3.5, 1.0};
  const double origin[] = {-10.0, -11.0, 0.0};
  filter->SetOutputSpacing(test::CTProjectionFilter::SpacingType(spacing));
  filter->SetOutputOrigin(test::CTProjectionFilter::OriginPointType(origin));
  test::IterationCounter iterations(filter);
  filter->UpdateOutputInformation();
  EXPECT_EQ(iterations.Take(), 0);
  const Grid grid = GridFromInformation(*filter->GetOutput());
  EXPECT_TRUE(grid.IsCongruent(ProjectionGrid({9, 7, 2.5, 3.5, -10.0, -11.0}, 64), 1e-12)); // copied
  filter->GetOutput()->SetRequestedRegion(itk::ImageRegion<3>({{1, 2, 3}}, {{2, 2, 2}}));
  filter->Update();
  EXPECT_EQ(filter->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 9u * 7u * 64u);
  EXPECT_GT(iterations.Take(), 0);
}

/** Other pixels than float are converted. */
TEST(CTProjectionImageFilterTest, OtherPixels)
{
  using Double = itk::Image<double, 3>;
  using Short = itk::Image<short, 3>;
  const CTProblem problem = CTProblems()[0];
  const Volume hu = VolumeFromTensor((TensorView(NoiseVolume(problem.image, 7)) * 5e4).round(), problem.image);
  const auto expected = MakeCTProjectionFilter(problem, hu);
  expected->SetMuWater(0.02);
  expected->Update();
  auto filter = itk::CTProjectionImageFilter<Short, Double>::New();
  filter->SetInput(ImageFromVolume<Short>(hu));
  filter->SetGeometry(problem.geometry);
  filter->SetOutputParametersFromImage(expected->GetOutput());
  filter->SetMuWater(0.02);
  filter->Update();
  test::ExpectSameValues(filter->GetOutput(), VolumeFromImage(expected->GetOutput()));
  const auto back = MakeCTBackProjectionFilter(problem, VolumeFromImage(expected->GetOutput()));
  back->Update();
  auto doubles = itk::CTBackProjectionImageFilter<Double>::New();
  doubles->SetInput(filter->GetOutput());
  doubles->SetGeometry(problem.geometry);
  doubles->SetOutputParametersFromImage(back->GetOutput());
  doubles->Update();
  test::ExpectSameValues(doubles->GetOutput(), VolumeFromImage(back->GetOutput()));
}

TEST(CTProjectionImageFilterTest, RunsAgainOnlyWhenSomethingChanged)
{
  const CTProblem problem = CTProblems().back();
  const auto filter = MakeCTProjectionFilter(problem, NoiseVolume(problem.image, 8));
  std::vector<float> progress;
  filter->AddObserver(itk::ProgressEvent(),
                      [&](const itk::EventObject &) { progress.push_back(filter->GetProgress()); });
  test::IterationCounter iterations(filter);
  filter->Update();
  EXPECT_EQ(iterations.Take(), 2); // 64 views, at least 32 at a time
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
  EXPECT_EQ(progress.back(), 1.0f);
  filter->SetMuWater(filter->GetMuWater());
  filter->SetSize(filter->GetSize());
  filter->Update();
  EXPECT_EQ(iterations.Take(), 0);
  filter->SetGeometry(problem.geometry); // a whole struct is not compared
  filter->Update();
  EXPECT_EQ(iterations.Take(), 2);
  filter->SetOutputOrigin(test::CTProjectionFilter::OriginPointType(0.0));
  filter->Update();
  EXPECT_EQ(iterations.Take(), 2);
}
} // namespace
} // namespace tweedie
