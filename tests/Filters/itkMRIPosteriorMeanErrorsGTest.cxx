// SPDX-License-Identifier: Apache-2.0
#include "itkMRIPosteriorMeanProblem.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace tweedie
{
namespace
{
using test::ComplexFilter;
using test::ExpectRefused;
using test::KSpaceImage;
using test::MakeFilter;
using test::MaskImage;
using test::ProblemScan;

void
ExpectRefusedAfter(const std::function<void(ComplexFilter *)> & change, const std::string & word)
{
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  change(filter);
  ExpectRefused(filter.GetPointer(), word);
}

TEST(MRIPosteriorMeanErrorsTest, WrongOptions)
{
  ExpectRefusedAfter([](ComplexFilter * filter) { filter->SetPrior(nullptr); },
                     "required SetPriorFileName or SetPrior");
  ExpectRefusedAfter(
      [](ComplexFilter * filter)
      {
        filter->SetPrior(nullptr);
        filter->SetPriorFileName("/no/such/model.safetensors");
      },
      "/no/such/model.safetensors");
  ExpectRefusedAfter([](ComplexFilter * filter) { filter->SetNumberOfSteps(0); }, "steps");
  ExpectRefusedAfter([](ComplexFilter * filter) { filter->SetNoiseStandardDeviation(-1.0); }, "noise");
  ExpectRefusedAfter([](ComplexFilter * filter) { filter->SetMethod("guess"); }, "guess");
}

TEST(MRIPosteriorMeanErrorsTest, WrongData)
{
  ExpectRefused(ComplexFilter::New().GetPointer(), "Primary"); // no input at all
  ExpectRefusedAfter([](ComplexFilter * filter) { filter->SetSensitivities(nullptr); }, "coil maps");
  ExpectRefusedAfter(
      [](ComplexFilter * filter)
      {
        MRIScan scan = ProblemScan();
        scan.kspace.Data()[7] = std::numeric_limits<float>::quiet_NaN();
        filter->SetInput(ImageFromVolume<KSpaceImage>(scan.kspace));
      },
      "finite");
  ExpectRefusedAfter(
      [](ComplexFilter * filter)
      {
        Grid grid = test::ProblemGrid(1);
        grid.size.x += 1;
        filter->SetMask(ImageFromVolume<MaskImage>(Volume(grid, Volume::Element::Real)));
      },
      "mask");
  ExpectRefusedAfter(
      [](ComplexFilter * filter)
      { filter->SetMask(ImageFromVolume<MaskImage>(Volume(test::ProblemGrid(1), Volume::Element::Real))); },
      "mask"); // keeps nothing
}

TEST(MRIPosteriorMeanErrorsTest, SensitivitiesMustLieWhereTheDataLie)
{
  const auto setMaps = [](ComplexFilter * filter, const Grid & grid)
  {
    Volume maps(grid, Volume::Element::Complex, test::problemCoils);
    std::fill_n(maps.ComplexData(), maps.NumberOfElements(), std::complex<float>(0.7f));
    filter->SetSensitivities(ImageFromVolume<KSpaceImage>(maps));
  };
  Grid grid = test::ProblemGrid();
  grid.origin[1] += 1.0;
  ExpectRefusedAfter([&](ComplexFilter * filter) { setMaps(filter, grid); }, "required the same place in space");
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  setMaps(filter, test::ProblemGrid());
  EXPECT_NO_THROW(filter->Update());
}

TEST(MRIPosteriorMeanErrorsTest, CoilsAreApartFromSpace)
{
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  const auto kspace = ImageFromVolume<KSpaceImage>(ProblemScan().kspace);
  auto direction = kspace->GetDirection();
  std::swap(direction(0, 0), direction(3, 0));
  std::swap(direction(0, 3), direction(3, 3));
  kspace->SetDirection(direction);
  filter->SetInput(kspace);
  filter->SetSensitivities(nullptr);
  ExpectRefused(filter.GetPointer(), "axis 3");
}

TEST(MRIPosteriorMeanErrorsTest, AbortStopsAndTheFilterCanRunAgain)
{
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  test::ExpectAbortStopsOnce(filter.GetPointer());
  const MRIScan scan = ProblemScan();
  const VolumeEstimate expected = ReconstructPosterior(scan, test::ProblemPrior(), test::ProblemOptions());
  EXPECT_TRUE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(expected.mean)));
}

TEST(MRIPosteriorMeanErrorsTest, AnObserversExceptionIsItsOwn)
{
  const auto filter = MakeFilter<ComplexFilter>(ProblemScan());
  test::ExpectObserversExceptionIsItsOwn(filter.GetPointer());
}
} // namespace
} // namespace tweedie
