// SPDX-License-Identifier: Apache-2.0
#include "itkPhaseRetrievalPosteriorMeanProblem.h"

#include <functional>
#include <limits>

namespace tweedie
{
namespace
{
using test::ExpectRefused;
using test::MakePhaseFilter;
using test::PatternImage;
using test::PatternMask;
using test::PhaseCodedScan;
using test::PhaseFarScan;
using test::PhaseFilter;
using test::PhaseNearScan;

void
ExpectRefusedAfter(const PhaseScan & scan, const std::function<void(PhaseFilter *)> & change, const std::string & word)
{
  SCOPED_TRACE(word);
  const auto filter = MakePhaseFilter(scan);
  change(filter);
  ExpectRefused(filter.GetPointer(), word);
}

TEST(PhaseRetrievalPosteriorMeanErrorsTest, WrongOptions)
{
  const PhaseScan scan = PhaseCodedScan();
  ExpectRefusedAfter(
      scan, [](PhaseFilter * filter) { filter->SetPrior(nullptr); }, "SetPriorFileName or SetPrior");
  ExpectRefusedAfter(
      scan,
      [](PhaseFilter * filter)
      {
        filter->SetPrior(nullptr);
        filter->SetPriorFileName("/no/such/model.safetensors");
      },
      "/no/such/model.safetensors");
  ExpectRefusedAfter(
      scan, [](PhaseFilter * filter) { filter->SetNumberOfSteps(0); }, "steps");
  ExpectRefusedAfter(
      scan, [](PhaseFilter * filter) { filter->SetMethod("guess"); }, "guess");
  ExpectRefusedAfter(
      scan, [](PhaseFilter * filter) { filter->SetStartMethod("guess"); }, "given 'guess'");
  ExpectRefusedAfter(
      scan,
      [](PhaseFilter * filter)
      {
        filter->SetStartMethod("hio");
        filter->SetStart(ImageFromVolume<PatternImage>(test::PhaseObjects(2)));
      },
      "start: given both an image and the method hio");
  ExpectRefusedAfter(
      scan, [](PhaseFilter * filter) { filter->SetNoiseStandardDeviation({}); }, "noise");
  EXPECT_THROW(PhaseFilter::New()->SetExperiment("far"), itk::ExceptionObject);
  EXPECT_THROW(PhaseFilter::New()->SetEnergy(0.0), itk::ExceptionObject);
}

/** Before any work: a pipeline asks for the grid first. */
TEST(PhaseRetrievalPosteriorMeanErrorsTest, PhysicsThatIsMissing)
{
  const PhaseScan scan = PhaseFarScan();
  ExpectRefusedAfter(
      scan, [](PhaseFilter * filter) { filter->SetWavelength(0.0); }, "wavelength: given none; required");
  ExpectRefusedAfter(
      scan, [](PhaseFilter * filter) { filter->SetWavelength(-1.0); }, "wavelength: given -1 m; required");
  ExpectRefusedAfter(
      scan, [](PhaseFilter * filter) { filter->SetDistances({}); }, "required by SetDistances");
  ExpectRefusedAfter(
      scan, [](PhaseFilter * filter) { filter->SetDistances({-2.5}); }, "distance: given -2.5 m");
  ExpectRefusedAfter(
      scan,
      [](PhaseFilter * filter) {
        filter->SetDistances({1.0, 2.0});
      },
      "given 2 distances; required 1");
  ExpectRefusedAfter(
      scan, [](PhaseFilter * filter) { filter->SetBeamCentre({}); }, "required x and y in pixels by SetBeamCentre");
  ExpectRefusedAfter(
      scan,
      [](PhaseFilter * filter) {
        filter->SetBeamCentre({{-1.0, 3.0}});
      },
      "beam centre");
  ExpectRefusedAfter(
      scan,
      [](PhaseFilter * filter)
      {
        filter->SetObjectSize({0, 0});
        filter->SetSupport(nullptr);
      },
      "required by SetObjectSize, a support or codes");
  ExpectRefusedAfter(
      PhaseNearScan(), [](PhaseFilter * filter) { filter->SetSourceDistance(-1.0); }, "distance of the source");
  ExpectRefusedAfter(
      PhaseNearScan(), [](PhaseFilter * filter) { filter->SetCountsPerUnit({}); }, "mean count of a unit");
  ExpectRefusedAfter(
      PhaseCodedScan(), [](PhaseFilter * filter) { filter->SetCodes(nullptr); }, "required a code for each pattern");
}

TEST(PhaseRetrievalPosteriorMeanErrorsTest, PartsOfAWrongSize)
{
  const PhaseScan scan = PhaseFarScan();
  Grid wide = scan.patterns.GetGrid();
  wide.size.x += 1;
  ExpectRefusedAfter(
      scan,
      [&](PhaseFilter * filter) { filter->SetMask(ImageFromVolume<PatternMask>(Volume(wide, Volume::Element::Real))); },
      "mask");
  ExpectRefusedAfter(
      scan,
      [&](PhaseFilter * filter)
      {
        const Volume nothing(scan.patterns.GetGrid(), Volume::Element::Real);
        filter->SetMask(ImageFromVolume<PatternMask>(nothing));
      },
      "mask: given only zeros");
  ExpectRefusedAfter(
      scan,
      [](PhaseFilter * filter)
      {
        filter->SetObjectSize({12, 12}); // of 16 x 24 pixels
        filter->SetSupport(nullptr);
      },
      "at most half");
  ExpectRefusedAfter(
      scan,
      [](PhaseFilter * filter) { filter->SetStart(ImageFromVolume<PatternImage>(test::PhaseObjects(2))); },
      "another size than the object");
}

TEST(PhaseRetrievalPosteriorMeanErrorsTest, WrongData)
{
  ExpectRefused(PhaseFilter::New().GetPointer(), "Primary"); // no input at all
  const PhaseScan scan = PhaseCodedScan();
  const auto setValue = [&scan](float value, std::int64_t count)
  {
    return [=](PhaseFilter * filter)
    {
      Volume patterns = scan.patterns.Clone();
      std::fill_n(patterns.Data(), count, value);
      filter->SetInput(ImageFromVolume<PatternImage>(patterns));
    };
  };
  ExpectRefusedAfter(scan, setValue(std::numeric_limits<float>::quiet_NaN(), 1), "finite");
  ExpectRefusedAfter(scan, setValue(-1.0f, 1), "not below 0");
  ExpectRefusedAfter(scan, setValue(0.0f, scan.patterns.NumberOfElements()), "patterns of zeros");
}

TEST(PhaseRetrievalPosteriorMeanErrorsTest, RealObjectsHaveRealPixels)
{
  const auto filter = MakePhaseFilter<test::ComplexPhaseFilter>(PhaseCodedScan());
  ExpectRefused(filter.GetPointer(), "required real pixels, or ObjectIsReal false");
}

TEST(PhaseRetrievalPosteriorMeanErrorsTest, AbortStopsAndTheFilterCanRunAgain)
{
  const auto filter = MakePhaseFilter(PhaseCodedScan());
  test::ExpectAbortStopsOnce(filter.GetPointer());
  test::ExpectSameValues(filter->GetPosteriorMean(), test::PhaseExpected(PhaseCodedScan()).mean);
  filter->SetStartMethod("hio"); // stops there too
  test::ExpectAbortStopsOnce(filter.GetPointer());
}

TEST(PhaseRetrievalPosteriorMeanErrorsTest, AnObserversExceptionIsItsOwn)
{
  const auto filter = MakePhaseFilter(PhaseCodedScan());
  test::ExpectObserversExceptionIsItsOwn(filter.GetPointer());
}
} // namespace
} // namespace tweedie
