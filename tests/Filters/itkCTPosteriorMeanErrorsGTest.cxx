// SPDX-License-Identifier: Apache-2.0
#include "itkCTPosteriorMeanProblem.h"
#include "tweedieTemporaryFolder.h"

#include <functional>
#include <limits>

namespace tweedie
{
namespace
{
using test::CTImage;
using test::CTPosteriorFilter;
using test::CTProblem;
using test::CTProblems;

void
ExpectRefusedAfter(const std::function<void(CTPosteriorFilter *)> & change, const std::string & word)
{
  SCOPED_TRACE(word);
  const CTProblem problem = CTProblems().front();
  const auto filter = test::MakeCTPosteriorFilter(problem, test::CTScanOf(problem));
  change(filter);
  test::ExpectRefused(filter.GetPointer(), word);
}

TEST(CTPosteriorMeanErrorsTest, WrongOptions)
{
  ExpectRefusedAfter([](auto * filter) { filter->SetPrior(nullptr); }, "required SetPriorFileName or SetPrior");
  ExpectRefusedAfter([](auto * filter) { filter->SetNumberOfSteps(0); }, "steps");
  ExpectRefusedAfter([](auto * filter) { filter->SetMethod("guess"); }, "guess");
  ExpectRefusedAfter([](auto * filter) { filter->SetNoiseStandardDeviation(std::nullopt); },
                     "line integrals of unknown noise");
  ExpectRefusedAfter([](auto * filter) { filter->SetAttenuationAtOne(0.0); }, "the prior's 1");
  ExpectRefusedAfter([](auto * filter) { filter->SetInputIsCounts(true); }, "counts without the number of photons");
  ExpectRefusedAfter(
      [](auto * filter)
      {
        filter->SetNoiseStandardDeviation(std::nullopt);
        filter->SetPhotons(-1.0);
      },
      "photons that are not positive");
}

TEST(CTPosteriorMeanErrorsTest, WrongData)
{
  test::ExpectRefused(CTPosteriorFilter::New().GetPointer(), "Primary"); // no input at all
  ExpectRefusedAfter([](auto * filter) { filter->SetGeometry({}); }, "required SetGeometry");
  ExpectRefusedAfter([](auto * filter) { filter->SetGeometry(CTProblems().back().geometry); },
                     "given 40 projections and a geometry of 64 views");
  ExpectRefusedAfter([](auto * filter) { filter->SetSize({{20, 18, 0}}); }, "required SetSize");
  const auto setStack = [](CTPosteriorFilter * filter, const std::function<void(Grid &, Volume &)> & change)
  {
    Grid grid = CTProblems().front().projections;
    Volume stack(grid, Volume::Element::Real);
    change(grid, stack);
    stack.SetGrid(grid);
    filter->SetInput(ImageFromVolume<CTImage>(stack));
  };
  ExpectRefusedAfter([&](auto * filter) { setStack(filter, [](Grid & grid, Volume &) { grid.direction[0] = -1.0; }); },
                     "a direction of its own");
  ExpectRefusedAfter(
      [&](auto * filter)
      { setStack(filter, [](Grid &, Volume & stack) { stack.Data()[3] = std::numeric_limits<float>::infinity(); }); },
      "finite");
}

/** In memory one of another size; in a file one that knows nothing of Hounsfield units, or is not there. */
TEST(CTPosteriorMeanErrorsTest, APriorThatDoesNotFit)
{
  ExpectRefusedAfter([](auto * filter) { filter->SetPrior(test::RestorationPrior(8, 6)); }, "20");
  const test::TemporaryFolder folder;
  const auto setFile = [](CTPosteriorFilter * filter, const std::string & path)
  {
    filter->SetPrior(nullptr);
    filter->SetPriorFileName(path);
  };
  ExpectRefusedAfter([&](auto * filter) { setFile(filter, "/no/such/model.safetensors"); },
                     "/no/such/model.safetensors");
  test::WriteTinyModel(folder.File("tiny.safetensors"), 1);
  ExpectRefusedAfter([&](auto * filter) { setFile(filter, folder.File("tiny.safetensors")); },
                     "not trained on Hounsfield units");
}

TEST(CTPosteriorMeanErrorsTest, AbortStopsAndTheFilterCanRunAgain)
{
  const CTProblem problem = CTProblems().front();
  const CTScan scan = test::CTScanOf(problem);
  const auto filter = test::MakeCTPosteriorFilter(problem, scan);
  test::ExpectAbortStopsOnce(filter.GetPointer());
  test::ExpectSameValues(filter->GetPosteriorMean(), test::CTExpected(problem, scan, test::CTOptions()).mean);
}
} // namespace
} // namespace tweedie
