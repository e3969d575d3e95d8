// SPDX-License-Identifier: Apache-2.0
#include "itkPhaseRetrievalPosteriorMeanProblem.h"

#include "tweedieImagePart.h"
#include "tweedieTemporaryFolder.h"

#include <itkCastImageFilter.h>
#include <itkMetaDataObject.h>

#include <cmath>
#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
using test::ExpectSameValues;
using test::MakePhaseFilter;
using test::PatternImage;
using test::PatternMask;
using test::PhaseCodedScan;
using test::PhaseFarScan;
using test::PhaseFilter;
using test::PhaseNearScan;

class PhaseRetrievalPosteriorMeanImageFilterTest : public test::TemporaryFolderTest
{
};

Grid
Announced(const itk::ImageBase<3> * output)
{
  return GridFromInformation(*output);
}

template <typename TFilter>
void
ExpectEqual(TFilter * filter, const VolumeEstimate & expected)
{
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
  ExpectSameValues(filter->GetPosteriorStandardDeviation(), expected.standardDeviation);
  EXPECT_GT(at::std(TensorView(expected.mean).abs(), false).template item<float>(), 0.0f); // not a constant image
  EXPECT_GT(TensorView(expected.standardDeviation).max().template item<float>(), 0.0f);
  EXPECT_EQ(filter->GetOutput(), filter->GetPosteriorMean());
}

TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, EqualsTheLibraryUnderAPriorOfAFile)
{
  PhaseScan scan = PhaseCodedScan();
  PhasePosteriorOptions options = test::PhaseOptions(scan);
  options.prior = m_Folder.File("tiny.safetensors");
  options.seed = 9;
  test::WriteTinyModel(options.prior, 1);
  auto filter = MakePhaseFilter(scan);
  filter->SetPrior(nullptr);
  filter->SetPriorFileName(options.prior);
  filter->SetSeed(9);
  filter->Update();
  ExpectEqual(filter.GetPointer(), ReconstructPhasePosterior(scan, options));
  // The scale of a prior of Hounsfield units follows from that of the object.
  options.prior = m_Folder.File("hounsfield.safetensors");
  test::WriteTinyModel(options.prior, 1, 1000.0);
  filter->SetPriorFileName(options.prior);
  filter->SetHounsfieldPerUnit(1500.0);
  filter->Update();
  const VolumeEstimate inUnits = ReconstructPhasePosterior(scan, options);
  scan.hounsfieldPerUnit = 1500.0;
  const VolumeEstimate inHounsfield = ReconstructPhasePosterior(scan, options);
  ExpectEqual(filter.GetPointer(), inHounsfield);
  EXPECT_FALSE(at::equal(TensorView(inUnits.mean), TensorView(inHounsfield.mean)));
}

TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, EveryExperimentEqualsTheLibrary)
{
  for (const PhaseScan & scan : {PhaseCodedScan(), PhaseFarScan(), PhaseNearScan()})
  {
    SCOPED_TRACE(ToString(scan.experiment));
    auto filter = MakePhaseFilter(scan);
    filter->Update();
    const VolumeEstimate expected = test::PhaseExpected(scan);
    ExpectEqual(filter.GetPointer(), expected);
    const auto & figures = expected.summary.figures;
    EXPECT_EQ(filter->GetKeptChainsShare(), figures.at("chains-kept"));
    EXPECT_EQ(filter->GetKeptSamplesShare(), figures.at("samples-kept"));
    EXPECT_EQ(filter->GetWorstDataFit(), figures.at("data-fit-worst"));
    EXPECT_EQ(filter->GetDataFit(), expected.summary.dataFit);
    const bool hasShare = figures.count("mode-share-flipped") > 0;
    EXPECT_EQ(hasShare ? filter->GetFlippedShare() : 0.0, hasShare ? figures.at("mode-share-flipped") : 0.0);
    EXPECT_TRUE(hasShare || std::isnan(filter->GetFlippedShare()));
  }
}

/** One by one, as a user without a file of Tweedie's gives them. */
TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, ParametersMayBeSetAlone)
{
  const PhaseScan scan = PhaseNearScan();
  auto filter = PhaseFilter::New();
  filter->SetInput(ImageFromVolume<PatternImage>(scan.patterns));
  filter->SetOptions(test::PhaseOptions(scan));
  filter->SetPrior(test::PhasePrior());
  filter->SetExperiment("near-field");
  filter->SetEnergy(12.398419843320026); // h c / 1e-10 m in keV
  filter->SetDistances({0.02});
  filter->SetSourceDistance(0.1);
  filter->SetBeamCentre({{scan.beamCentre[0], scan.beamCentre[1]}});
  filter->SetInputIsCounts(true);
  filter->SetCountsPerUnit(scan.countsPerUnit);
  filter->SetDarkCount(2.0);
  filter->SetScale(scan.scale);
  filter->Update();
  ExpectEqual(filter.GetPointer(), test::PhaseExpected(scan));
  EXPECT_EQ(filter->GetWavelength(), 1e-10);
  EXPECT_EQ(filter->GetExperiment(), "near-field");
  // Of the light of a point the detector's pitch over the magnification, 1 + 0.02 / 0.1.
  const Grid grid = GridFromImage(*filter->GetOutput());
  EXPECT_NEAR(grid.spacing.x, 6e-3 / 1.2, 1e-12);
  EXPECT_EQ(grid.size, (Axes<std::int64_t>{1, test::phaseRows, test::phaseColumns}));
}

/** As in files; and of parallel light no place is the centre. */
TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, OneDistanceStandsForAllNearFields)
{
  PhaseSimulationOptions simulation;
  simulation.experiment = "near-field";
  simulation.distance = {0.02, 0.02};
  simulation.pixelPitch = 6e-6;
  simulation.noise = 0.05;
  PhaseScan scan = SimulatePhase(test::PhaseObjects(1), simulation);
  auto filter = MakePhaseFilter(scan);
  filter->SetDistances({0.02});
  filter->SetBeamCentre({});
  filter->SetObjectSize({0, 0});
  filter->Update();
  ExpectEqual(filter.GetPointer(), test::PhaseExpected(scan));
}

TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, TheObjectsGridIsKnownBeforeTheWork)
{
  const PhaseScan scan = PhaseFarScan();
  auto filter = MakePhaseFilter(scan);
  test::IterationCounter iterations(filter);
  filter->UpdateOutputInformation();
  EXPECT_EQ(iterations.Take(), 0);
  EXPECT_EQ(filter->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 0u);
  const Grid known = Announced(filter->GetPosteriorMean());
  EXPECT_EQ(known.size, (Axes<std::int64_t>{1, test::phaseRows, test::phaseColumns}));
  // lambda z / (M pitch): 12.398 A keV / 8 keV, 2.5 m, 16 and 24 pixels of 55 um.
  EXPECT_NEAR(known.spacing.x, 1e3 * 12.398419843320026e-10 / 8.0 * 2.5 / (16.0 * 55e-6), 1e-12);
  EXPECT_NEAR(known.spacing.y, 1e3 * 12.398419843320026e-10 / 8.0 * 2.5 / (24.0 * 55e-6), 1e-12);
  filter->Update();
  for (const Grid & delivered : {GridFromImage(*filter->GetPosteriorMean()),
                                 GridFromImage(*filter->GetPosteriorStandardDeviation()),
                                 Announced(filter->GetPosteriorStandardDeviation())})
  {
    EXPECT_EQ(delivered.size, known.size);
    EXPECT_EQ(delivered.spacing, known.spacing);
    EXPECT_EQ(delivered.origin, known.origin);
  }
  // By default the size of the support, else that of the codes.
  filter->SetObjectSize({0, 0});
  filter->UpdateOutputInformation();
  EXPECT_EQ(Announced(filter->GetOutput()).size, known.size);
  auto coded = MakePhaseFilter(PhaseCodedScan());
  coded->SetObjectSize({0, 0});
  coded->UpdateOutputInformation();
  EXPECT_EQ(Announced(coded->GetOutput()).size, (Axes<std::int64_t>{2, test::phaseRows, test::phaseColumns}));
}

TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, ComplexObjectsAndTheirMagnitude)
{
  const PhaseScan scan = PhaseCodedScan(false, 1);
  PhasePosteriorOptions options = test::PhaseOptions(scan);
  options.keepSamples = true;
  const VolumeEstimate expected = test::PhaseExpected(scan, options);
  auto filter = MakePhaseFilter<test::ComplexPhaseFilter>(scan);
  EXPECT_FALSE(test::ComplexPhaseFilter::New()->GetObjectIsReal());
  EXPECT_TRUE(PhaseFilter::New()->GetObjectIsReal());
  filter->Update();
  ExpectEqual(filter.GetPointer(), expected);
  auto magnitude = MakePhaseFilter(scan);
  magnitude->Update();
  ExpectSameValues(magnitude->GetPosteriorMean(), ImagePart(expected.mean, "magnitude"));
  ExpectSameValues(magnitude->GetPosteriorStandardDeviation(), expected.magnitudeStandardDeviation);
  ASSERT_GT(expected.samples.Channels(), 1);
  const at::Tensor spread = TensorView(expected.samples).abs().std(0, true, true);
  EXPECT_TRUE(at::allclose(TensorView(expected.magnitudeStandardDeviation), spread, 1e-4)); // single precision
}

/** What a dead pixel says, be it no number at all, counts for nothing; and the input is only read. */
TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, WhatIsMaskedIsNotUsed)
{
  const PhaseScan scan = PhaseFarScan();
  const VolumeEstimate expected = test::PhaseExpected(scan);
  auto filter = MakePhaseFilter(scan);
  Volume mask = scan.mask.Clone();
  TensorView(mask).mul_(255.0f);
  filter->SetMask(ImageFromVolume<PatternMask>(mask));
  for (const float value : {0.0f, 1e6f, -1.0f, std::numeric_limits<float>::quiet_NaN()})
  {
    const Volume patterns = scan.patterns.Clone();
    TensorView(patterns).masked_fill_(TensorView(scan.mask).eq(0.0f), value);
    const Volume copy = patterns.Clone();
    filter->SetInput(ImageFromVolume<PatternImage>(patterns));
    filter->Update();
    ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
    EXPECT_TRUE(at::equal(TensorView(patterns).nan_to_num(), TensorView(copy).nan_to_num())) << value;
  }
}

TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, ChainsMayStartFromAnImageOrAClassicalMethod)
{
  const PhaseScan scan = PhaseFarScan();
  auto filter = MakePhaseFilter(scan);
  PhaseClassicalOptions classical;
  classical.starts = 3;
  classical.iterations = 20;
  PhasePosteriorOptions options = test::PhaseOptions(scan);
  options.startSigma = 0.3;
  options.start = "hio";
  filter->SetOptions(options);
  filter->SetStartMethod("hio");
  filter->SetStartOptions(classical);
  filter->Update();
  classical.keepStarts = true;
  classical.method = "hio";
  const Volume ends = ReconstructPhaseClassical(scan, classical).samples;
  ASSERT_EQ(ends.Channels(), 3);
  const VolumeEstimate expected = test::PhaseExpected(scan, options, ends);
  ExpectEqual(filter.GetPointer(), expected);
  EXPECT_FALSE(at::equal(TensorView(expected.mean), TensorView(test::PhaseExpected(scan).mean)));
  // The same ends as an image.
  filter->SetStartMethod("");
  filter->SetStart(ImageFromVolume<PatternImage>(ends));
  filter->Update();
  ExpectSameValues(filter->GetPosteriorMean(), expected.mean);
}

/** Whatever is asked for: everything is needed, and everything is made. */
TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, RegionsAreTheLargest)
{
  const PhaseScan scan = PhaseCodedScan();
  auto source = itk::CastImageFilter<PatternImage, PatternImage>::New();
  source->InPlaceOff();
  source->SetInput(ImageFromVolume<PatternImage>(scan.patterns));
  auto filter = MakePhaseFilter(scan);
  filter->SetInput(source->GetOutput());
  filter->UpdateOutputInformation();
  filter->GetPosteriorStandardDeviation()->SetRequestedRegion(itk::ImageRegion<3>({{1, 2, 0}}, {{3, 4, 1}}));
  filter->GetPosteriorStandardDeviation()->Update();
  const auto voxels = static_cast<itk::SizeValueType>(scan.object.NumberOfVoxels());
  EXPECT_EQ(filter->GetPosteriorMean()->GetBufferedRegion().GetNumberOfPixels(), voxels);
  EXPECT_EQ(filter->GetPosteriorStandardDeviation()->GetBufferedRegion().GetNumberOfPixels(), voxels);
  EXPECT_EQ(source->GetOutput()->GetBufferedRegion().GetNumberOfPixels(), 2 * voxels); // of two codes
}

TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, RunsAgainOnlyWhenSomethingChanged)
{
  const PhaseScan scan = PhaseFarScan();
  auto filter = MakePhaseFilter(scan);
  test::IterationCounter iterations(filter);
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  const Volume first = VolumeFromImage(filter->GetPosteriorMean()).Clone();
  filter->SetExperiment("fourier");
  filter->SetWavelength(filter->GetWavelength());
  filter->SetBeamCentre(filter->GetBeamCentre());
  filter->SetDistances(filter->GetDistances());
  filter->SetNumberOfSteps(4);
  filter->Update();
  filter->GetPosteriorStandardDeviation()->Update();
  EXPECT_EQ(iterations.Take(), 0);
  filter->SetNoiseStandardDeviation(0.2);
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  EXPECT_FALSE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(first)));
  filter->SetNoiseStandardDeviation(0.05);
  filter->SetDistances({5.0}); // another pitch alone
  filter->Update();
  EXPECT_GT(iterations.Take(), 0);
  EXPECT_TRUE(at::equal(TensorView(VolumeFromImage(filter->GetPosteriorMean())), TensorView(first)));
  EXPECT_NEAR(GridFromImage(*filter->GetOutput()).spacing.x, 2.0 * first.GetGrid().spacing.x, 1e-12);
}

TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, ProgressRisesToOneAndMetadataSaysHowItCameAbout)
{
  const PhaseScan scan = PhaseCodedScan();
  auto filter = MakePhaseFilter(scan);
  const auto input = ImageFromVolume<PatternImage>(scan.patterns);
  itk::EncapsulateMetaData<std::string>(input->GetMetaDataDictionary(), "Beamline", "one");
  filter->SetInput(input);
  filter->SetStartMethod("hio"); // in the first half
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
  EXPECT_EQ(value("Beamline"), "one");
  EXPECT_EQ(value("Tweedie_Method"), "rmp");
}

TEST_F(PhaseRetrievalPosteriorMeanImageFilterTest, PrintsEveryOption)
{
  auto filter = MakePhaseFilter(PhaseCodedScan());
  std::ostringstream text;
  filter->Print(text);
  test::NameList list;
  PhasePosteriorOptions options;
  options.Visit(list);
  PhaseClassicalOptions classical;
  classical.Visit(list);
  ASSERT_GT(list.names.size(), 20u);
  for (const std::string & name : list.names)
  {
    EXPECT_NE(text.str().find(' ' + name + ": "), std::string::npos) << name;
  }
  for (const char * line : {"Experiment: coded", "Wavelength: 1.5e-10 m", "BeamCentre: 4 6", "ObjectIsReal: On"})
  {
    EXPECT_NE(text.str().find(line), std::string::npos) << line;
  }
  EXPECT_STREQ(filter->GetNameOfClass(), "PhaseRetrievalPosteriorMeanImageFilter");
}
} // namespace
} // namespace tweedie
