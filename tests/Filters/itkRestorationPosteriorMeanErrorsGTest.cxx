// SPDX-License-Identifier: Apache-2.0
#include "itkRestorationPosteriorMeanProblem.h"
#include "tweedieTemporaryFolder.h"

#include <functional>
#include <limits>

namespace tweedie
{
namespace
{
using test::MakeRestorationFilter;
using test::RestorationFilter;
using test::RestorationGrid;
using test::RestorationImage;
using test::RestorationMask;

void
ExpectRefusedAfter(const std::string & task,
                   const std::function<void(RestorationFilter *)> & change,
                   const std::string & word)
{
  SCOPED_TRACE(task + ", " + word);
  const auto filter = MakeRestorationFilter(task);
  change(filter);
  test::ExpectRefused(filter.GetPointer(), word);
}

void
Nothing(RestorationFilter *)
{
}

RestorationMask::Pointer
FullMask(const Grid & grid, float value = 1.0f)
{
  const Volume mask(grid, Volume::Element::Real);
  TensorView(mask).fill_(value);
  return ImageFromVolume<RestorationMask>(mask);
}

TEST(RestorationPosteriorMeanErrorsTest, WrongOptions)
{
  ExpectRefusedAfter(
      "denoise", [](RestorationFilter * filter) { filter->SetPrior(nullptr); }, "SetPriorFileName or SetPrior");
  ExpectRefusedAfter(
      "denoise",
      [](RestorationFilter * filter)
      {
        filter->SetPrior(nullptr);
        filter->SetPriorFileName("/no/such/model.safetensors");
      },
      "/no/such/model.safetensors");
  ExpectRefusedAfter("sharpen", Nothing, "--task: given 'sharpen'");
  ExpectRefusedAfter(
      "sr", [](RestorationFilter * filter) { filter->SetFactor(0); }, "--factor: given 0");
  ExpectRefusedAfter(
      "denoise", [](RestorationFilter * filter) { filter->SetNumberOfSteps(0); }, "steps");
  ExpectRefusedAfter(
      "denoise", [](RestorationFilter * filter) { filter->SetNoiseStandardDeviation(-1.0); }, "noise");
}

TEST(RestorationPosteriorMeanErrorsTest, PartsThatAreMissingOrTooMany)
{
  for (const char * name : {"inpaint-box", "inpaint-random"})
  {
    ExpectRefusedAfter(name, Nothing, "required a mask");
  }
  for (const char * name : {"blur-gaussian", "blur-motion", "blur-nonlinear"})
  {
    ExpectRefusedAfter(name, Nothing, "required a kernel");
  }
  ExpectRefusedAfter(
      "denoise", [](RestorationFilter * filter) { filter->SetMask(FullMask(RestorationGrid())); }, "required neither");
}

TEST(RestorationPosteriorMeanErrorsTest, PartsOfAWrongSize)
{
  ExpectRefusedAfter(
      "inpaint-box",
      [](RestorationFilter * filter) { filter->SetMask(FullMask(RestorationGrid(2, 16, 13))); },
      "mask of 13 x 16");
  ExpectRefusedAfter(
      "inpaint-box", [](RestorationFilter * filter) { filter->SetMask(FullMask(RestorationGrid(3))); }, "3 slices");
  ExpectRefusedAfter(
      "inpaint-box",
      [](RestorationFilter * filter) { filter->SetMask(FullMask(RestorationGrid(), 0.0f)); },
      "keeps nothing");
  ExpectRefusedAfter(
      "blur-gaussian",
      [](RestorationFilter * filter)
      { filter->SetKernel(ImageFromVolume<RestorationImage>(test::RestorationKernels(3))); },
      "3 slices");
  ExpectRefusedAfter(
      "blur-gaussian",
      [](RestorationFilter * filter)
      {
        const Volume kernel(RestorationGrid(1, 17, 13), Volume::Element::Real);
        TensorView(kernel).fill_(0.1f);
        filter->SetKernel(ImageFromVolume<RestorationImage>(kernel));
      },
      "kernel");
}

TEST(RestorationPosteriorMeanErrorsTest, AMaskMustLieWhereTheImageLies)
{
  Grid grid = RestorationGrid();
  grid.origin[1] += 1.0;
  ExpectRefusedAfter(
      "inpaint-box",
      [&](RestorationFilter * filter) { filter->SetMask(FullMask(grid)); },
      "mask: origin, spacing or direction differ from those of the image; required the same place in space");
}

TEST(RestorationPosteriorMeanErrorsTest, WrongData)
{
  test::ExpectRefused(RestorationFilter::New().GetPointer(), "Primary"); // no input at all
  const auto setValue = [](float value, std::int64_t count)
  {
    return [=](RestorationFilter * filter)
    {
      Volume data = test::RestorationData(RestorationGrid());
      std::fill_n(data.Data(), count, value);
      filter->SetInput(ImageFromVolume<RestorationImage>(data));
    };
  };
  ExpectRefusedAfter("denoise", setValue(std::numeric_limits<float>::quiet_NaN(), 1), "finite");
  ExpectRefusedAfter("sr", setValue(std::numeric_limits<float>::infinity(), 1), "finite");
  ExpectRefusedAfter("denoise", setValue(0.0f, RestorationGrid().NumberOfVoxels()), "percentile is zero");
}

/** In memory one of another size; in a file one of other channels. */
TEST(RestorationPosteriorMeanErrorsTest, APriorThatDoesNotFit)
{
  ExpectRefusedAfter(
      "denoise", [](RestorationFilter * filter) { filter->SetPrior(test::RestorationPrior(8, 6)); }, "12");
  const test::TemporaryFolder folder;
  const std::string path = folder.File("colour.safetensors");
  test::WriteTinyModel(path, 3);
  ExpectRefusedAfter(
      "denoise",
      [&](RestorationFilter * filter)
      {
        filter->SetPrior(nullptr);
        filter->SetPriorFileName(path);
      },
      "channel");
}

TEST(RestorationPosteriorMeanErrorsTest, AbortStopsAndTheFilterCanRunAgain)
{
  const auto expected = MakeRestorationFilter("denoise");
  expected->Update();
  const auto filter = MakeRestorationFilter("denoise");
  test::ExpectAbortStopsOnce(filter.GetPointer());
  test::ExpectSameValues(filter->GetPosteriorMean(), VolumeFromImage(expected->GetPosteriorMean()));
}

TEST(RestorationPosteriorMeanErrorsTest, AnObserversExceptionIsItsOwn)
{
  const auto filter = MakeRestorationFilter("denoise");
  test::ExpectObserversExceptionIsItsOwn(filter.GetPointer());
}
} // namespace
} // namespace tweedie
