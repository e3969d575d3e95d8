// SPDX-License-Identifier: Apache-2.0
#include "itkCTProjectionProblem.h"

#include <functional>
#include <limits>

namespace tweedie
{
namespace
{
using test::CTBackProjectionFilter;
using test::CTImage;
using test::CTProblem;
using test::CTProblems;
using test::CTProjectionFilter;
using test::ExpectRefused;
using test::NoiseVolume;

void
ExpectForwardRefusedAfter(const std::function<void(CTProjectionFilter *)> & change, const std::string & word)
{
  SCOPED_TRACE(word);
  const CTProblem problem = CTProblems().front();
  const auto filter = test::MakeCTProjectionFilter(problem, NoiseVolume(problem.image, 1));
  change(filter);
  ExpectRefused(filter.GetPointer(), word);
}

void
ExpectBackRefusedAfter(const std::function<void(CTBackProjectionFilter *)> & change, const std::string & word)
{
  SCOPED_TRACE(word);
  const CTProblem problem = CTProblems().front();
  const auto filter = test::MakeCTBackProjectionFilter(problem, NoiseVolume(problem.projections, 1));
  change(filter);
  ExpectRefused(filter.GetPointer(), word);
}

CTImage::Pointer
WithNotANumber(const Grid & grid)
{
  Volume volume = NoiseVolume(grid, 1);
  volume.Data()[5] = std::numeric_limits<float>::quiet_NaN();
  return ImageFromVolume<CTImage>(volume);
}

CTGeometry
Broken(CTGeometry geometry)
{
  geometry.views[3].alongU = {1.0, 1.0, 0.0};
  return geometry;
}

TEST(CTProjectionErrorsTest, Forward)
{
  const CTProblem problem = CTProblems().front();
  ExpectRefused(CTProjectionFilter::New().GetPointer(), "Primary"); // no input at all
  ExpectForwardRefusedAfter([](auto * filter) { filter->SetGeometry({}); }, "required SetGeometry");
  ExpectForwardRefusedAfter([&](auto * filter) { filter->SetGeometry(Broken(problem.geometry)); },
                            "perpendicular unit vectors");
  ExpectForwardRefusedAfter([](auto * filter) { filter->SetSize({{33, 3, 0}}); }, "required SetSize");
  ExpectForwardRefusedAfter(
      [](auto * filter) {
        filter->SetSize({{33, 3, 41}});
      },
      "given 41 projections and a geometry of 40 views");
  ExpectForwardRefusedAfter([&](auto * filter) { filter->SetInput(WithNotANumber(problem.image)); }, "finite");
  ExpectForwardRefusedAfter([](auto * filter) { filter->SetMuWater(0.0); }, "attenuation of water");
  ExpectForwardRefusedAfter(
      [](auto * filter)
      {
        CTProjectionFilter::DirectionType direction;
        direction.SetIdentity();
        direction(0, 0) = -1.0;
        filter->SetOutputDirection(direction);
      },
      "a direction of its own; required the identity");
}

TEST(CTProjectionErrorsTest, Back)
{
  const CTProblem problem = CTProblems().front();
  ExpectRefused(CTBackProjectionFilter::New().GetPointer(), "Primary"); // no input at all
  ExpectBackRefusedAfter([](auto * filter) { filter->SetGeometry({}); }, "required SetGeometry");
  ExpectBackRefusedAfter([](auto * filter) { filter->SetSize({{0, 3, 4}}); }, "required SetSize");
  ExpectBackRefusedAfter([](auto * filter) { filter->SetGeometry(CTProblems().back().geometry); },
                         "given 40 projections and a geometry of 64 views");
  ExpectBackRefusedAfter([&](auto * filter) { filter->SetInput(WithNotANumber(problem.projections)); }, "finite");
  ExpectBackRefusedAfter(
      [&](auto * filter)
      {
        Grid grid = problem.projections;
        grid.direction[4] = -1.0;
        filter->SetInput(ImageFromVolume<CTImage>(NoiseVolume(grid, 1)));
      },
      "a direction of its own; required the identity");
  ExpectBackRefusedAfter(
      [](auto * filter)
      {
        CTBackProjectionFilter::DirectionType direction;
        direction.SetIdentity();
        direction(0, 1) = 0.5;
        filter->SetOutputDirection(direction);
      },
      "required perpendicular unit vectors");
  EXPECT_THROW(CTBackProjectionFilter::New()->SetOutputParametersFromImage(nullptr), itk::ExceptionObject);
}

TEST(CTProjectionErrorsTest, AbortStopsAndTheFilterCanRunAgain)
{
  const CTProblem problem = CTProblems().back();
  const Volume projections = NoiseVolume(problem.projections, 1);
  const auto expected = test::MakeCTBackProjectionFilter(problem, projections);
  expected->Update();
  const auto filter = test::MakeCTBackProjectionFilter(problem, projections);
  test::ExpectAbortStopsOnce(filter.GetPointer());
  test::ExpectSameValues(filter->GetOutput(), VolumeFromImage(expected->GetOutput()));
}

TEST(CTProjectionErrorsTest, AnObserversExceptionIsItsOwn)
{
  const CTProblem problem = CTProblems().front();
  const auto filter = test::MakeCTProjectionFilter(problem, NoiseVolume(problem.image, 1));
  test::ExpectObserversExceptionIsItsOwn(filter.GetPointer());
}
} // namespace
} // namespace tweedie
