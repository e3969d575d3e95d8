// SPDX-License-Identifier: Apache-2.0
// From a DICOM series to a DICOM result, by the program.
#include "tweedieAccessibility.h"
#include "tweedieDicomConverter.h"
#include "tweedieDicomWriterFixture.h"
#include "tweedieProgramTest.h"

#include "tweedieDicomResult.h"
#include "tweedieSliceSelection.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::ExpectValid;
using test::Program;
using test::Tweedie;
using test::TweedieHere;
using test::WrittenFile;

/** A head as series of CT and, oblique, of MR, and a network of random weights. */
class ReconstructDicom : public test::ProgramTest
{
protected:
  static void
  SetUpTestSuite()
  {
    ProgramTest::SetUpTestSuite();
    for (const char * modality : {"CT", "MR"})
    {
      const bool isCT = std::string(modality) == "CT";
      test::WriterSource source;
      source.modality = modality;
      source.image = test::PhantomImage();
      source.grid = source.image.GetGrid();
      if (!isCT) // slices of a CT scan lie across the axis of rotation
      {
        source.grid.direction = test::WriterSource::Oblique().direction;
      }
      source.intercept = isCT ? -1024.0 : 0.0;
      for (std::int64_t i = 0; i < source.image.NumberOfElements(); ++i)
      {
        float & value = source.image.Data()[i];
        value = isCT ? 10.0F * value - 1000.0F : value;
      }
      source.edit = [isCT](DcmDataset & set)
      {
        const Uint16 matrix[4] = {0, 48, 20, 0}; // half the lines of an image of 40 rows
        isCT ? OFCondition() : set.putAndInsertUint16Array(DCM_AcquisitionMatrix, matrix, 4);
      };
      fs::create_directory(File(modality));
      source.Write(File(modality));
    }
    ModelCard card;
    card.name = "ct";
    card.network.channels = 1;
    card.network.widths = {16.0, 16.0};
    card.network.blocks = 1;
    card.network.embedding = 16;
    card.channels = {"attenuation"};
    card.size = {40.0, 48.0};
    card.spacing = {2.5, 2.0};
    card.hounsfieldAtOne = 1500.0;
    SavePrior(File("ct.safetensors"), card, UNet(card.network, 1));
    ASSERT_EQ(
        TweedieHere({"geometry", "ct", "--type", "parallel", "--views", "90", "--output", File("g.xml")}).exitCode, 0);
  }

  static std::vector<std::string>
  Words(const std::vector<std::string> & first, const std::vector<std::string> & more)
  {
    std::vector<std::string> words = first;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static std::vector<std::string>
  OfCT(const std::string & output, const std::vector<std::string> & more = {})
  {
    return Words({"reconstruct",
                  "ct",
                  File("CT"),
                  "--simulate",
                  "--geometry",
                  File("g.xml"),
                  "--pitch",
                  "2",
                  "--photons",
                  "1e5",
                  "--output",
                  output},
                 more);
  }
  static std::vector<std::string>
  Posterior(const std::string & prior)
  {
    return {"--prior", prior, "--steps", "3", "--sample-steps", "3", "--samples", "2", "--rmp-draws", "2"};
  }
  static std::vector<std::string>
  DicomFiles(const std::string & folder)
  {
    std::vector<std::string> files;
    for (const auto & entry : fs::recursive_directory_iterator(folder))
    {
      if (entry.path().extension() == ".dcm")
      {
        files.push_back(entry.path().string());
      }
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  static void
  ExpectAllValid(const std::string & folder)
  {
    for (const std::string & file : Program("dciodvfy").empty() ? std::vector<std::string>() : DicomFiles(folder))
    {
      ExpectValid(file, false);
    }
  }
};

TEST_F(ReconstructDicom, AMagnitudeSeriesIsMeasuredAndComesBackAtItsPlace)
{
  const auto result = Tweedie({"reconstruct",
                               "mri",
                               File("MR"),
                               "--simulate",
                               "--acceleration",
                               "1",
                               "--simulate-noise",
                               "0.001",
                               "--coils",
                               "1",
                               "--phase",
                               "none",
                               "--method",
                               "zero-filled",
                               "--output",
                               File("mr out")});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_NE(result.error.find("the scanner took 48 x 20 samples for images of 48 x 40"), std::string::npos)
      << result.error;
  const Volume truth = ReadImage(File("MR"));
  const Volume mean = ReadImage(File("mr out/mean"));
  EXPECT_TRUE(mean.GetGrid().IsCongruent(truth.GetGrid(), 1e-6)); // of decimal strings with 10 digits
  // All of k-space, noise of 0.001 of the 99.9th percentile (200): 0.2.
  double sum = 0.0;
  for (std::int64_t i = 0; i < truth.NumberOfElements(); ++i)
  {
    sum += std::pow(mean.Data()[i] - truth.Data()[i], 2);
  }
  EXPECT_LT(std::sqrt(sum / static_cast<double>(truth.NumberOfElements())), 0.5);
  WrittenFile slice(File("mr out/mean/image-0001.dcm"));
  const std::string derivation = slice.Text(DCM_DerivationDescription);
  EXPECT_NE(derivation.find("Retrospective, from magnitude images"), std::string::npos) << derivation;
  EXPECT_NE(derivation.find("Research use only"), std::string::npos) << derivation;
  EXPECT_EQ(slice.Text(DCM_SeriesDescription), "reconstruction, zero-filled");
  EXPECT_FALSE(slice.Has(DCM_DerivationCodeSequence)) << "it is no mean";
  EXPECT_FALSE(fs::exists(File("mr out/standard-deviation.dcm"))) << "this method has none";
  ExpectAllValid(File("mr out"));
}

TEST_F(ReconstructDicom, MeanDeviationAndIntervalAreTheNumbersOfTheRun)
{
  const auto more = Words(Posterior(File("ct.safetensors")), {"--slices", "1:5:2", "--threads", "1"});
  const auto result = Tweedie(OfCT(File("ct-out"), Words(more, {"--std", File("ct-std.nii.gz")})));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const auto plain = Tweedie(OfCT(File("ct-mean.nii.gz"), more));
  ASSERT_EQ(plain.exitCode, 0) << plain.error;
  const Volume mean = ReadImage(File("ct-mean.nii.gz"));
  const Volume deviation = ReadImage(File("ct-std.nii.gz"));
  const Volume stored = ReadImage(File("ct-out/mean"));
  const Volume map = ReadImage(File("ct-out/standard-deviation.dcm"));
  const Volume upper = ReadImage(File("ct-out/interval-upper.dcm"));
  const Volume twin = ReadImage(File("ct-out/standard-deviation-16-bit"));
  const auto summary = nlohmann::json::parse(test::ReadFile(File("ct-out/summary.json")));
  const double twinSlope = summary["dicom"]["standard-deviation-16-bit"]["slope"];
  EXPECT_EQ(summary["dicom"]["mean"]["slope"], 1.0);
  EXPECT_LE(summary["dicom"]["mean"]["largest-rounding-error"], 0.5);
  EXPECT_EQ(summary["samples"], 2);
  ASSERT_EQ(map.NumberOfElements(), deviation.NumberOfElements());
  const Volume share = ReadImage(File("ct-out/null-space-share.dcm"));
  EXPECT_GT(summary["figures"]["null-space-share"], 0.0);
  EXPECT_LT(summary["figures"]["null-space-share"], 1.0);
  EXPECT_TRUE(std::all_of(share.Data(),
                          share.Data() + share.NumberOfElements(),
                          [](float value) { return value >= 0.0F && value <= 1.0F; }));
  // StudentQuantile(0.95, 1) = tan(0.45 pi); two samples.
  const double factor = std::tan(0.45 * M_PI) * std::sqrt(1.5);
  EXPECT_NEAR(IntervalFactor(2), factor, 1e-9 * factor); // the quantile's own accuracy
  for (std::int64_t i = 0; i < map.NumberOfElements(); ++i)
  {
    ASSERT_EQ(map.Data()[i], deviation.Data()[i]) << "floats are kept as they are";
    // Half of the slope, 1 HU; a value beyond 16 bits would be clamped, and there is none.
    ASSERT_NEAR(stored.Data()[i], mean.Data()[i], 0.5 + 1e-3);
    ASSERT_NEAR(upper.Data()[i], mean.Data()[i] + factor * deviation.Data()[i], 1e-2); // single precision of 1e4
    ASSERT_NEAR(twin.Data()[i], deviation.Data()[i], 0.5 * twinSlope * 1.001);         // single precision
  }
  EXPECT_EQ(summary["dicom"]["mean"]["clamped"], 0);
  EXPECT_TRUE(stored.GetGrid().IsCongruent(ReadImage(File("CT")).GetGrid().Slices(1, 3, 2), 1e-6));
  EXPECT_NE(test::ReadFile(File("ct-out/report.dcm")).find("%PDF-"), std::string::npos);
  const std::string report = test::ReadFile(File("ct-out/report.html"));
  EXPECT_NE(report.find("Does the standard deviation predict"), std::string::npos);
  test::ExpectAccessible(report, "reconstruct");
  EXPECT_EQ(report.find(s_Folder->Path().string()), std::string::npos) << "names of folders may name patients";
  ExpectAllValid(File("ct-out"));
}

TEST_F(ReconstructDicom, TheSameRunGivesTheSameBytesWhereverItsFilesLie)
{
  const auto more = Words(Posterior(File("ct.safetensors")), {"--slices", "2:3", "--deterministic-uids"});
  const std::string other = File("Röntgen bilder");
  fs::create_directory(other);
  fs::copy(File("CT"), other + "/CT");
  fs::copy_file(File("ct.safetensors"), other + "/ct.safetensors");
  fs::copy_file(File("g.xml"), other + "/g.xml");
  const auto words = OfCT(File("same"), more);
  auto elsewhere = words;
  for (std::string & word : elsewhere)
  {
    if (word.rfind(s_Folder->Path().string(), 0) == 0)
    {
      word = other + word.substr(s_Folder->Path().string().size());
    }
  }
  ASSERT_EQ(Tweedie(words).exitCode, 0);
  ::setenv("TZ", "Asia/Tokyo", 1);
  const auto result = Tweedie(elsewhere);
  ::unsetenv("TZ");
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const auto files = DicomFiles(File("same"));
  ASSERT_EQ(files.size(), 9U); // two slices twice, four maps, a report
  for (const std::string & file : files)
  {
    const std::string name = file.substr(File("same").size());
    EXPECT_TRUE(test::ReadFile(file) == test::ReadFile(other + "/same" + name)) << name;
  }
  auto seed = Words(words, {"--seed", "2", "--overwrite"});
  ASSERT_EQ(Tweedie(seed).exitCode, 0);
  EXPECT_NE(WrittenFile(File("same/report.dcm")).Text(DCM_SOPInstanceUID),
            WrittenFile(other + "/same/report.dcm").Text(DCM_SOPInstanceUID));
}

TEST_F(ReconstructDicom, ImagesAreDenoisedInTheirUnits)
{
  for (const auto & [modality, prior] :
       {std::pair{"CT", File("ct.safetensors")}, std::pair{"MR", Model("magnitude.safetensors", 1)}})
  {
    SCOPED_TRACE(modality);
    const std::string output = File(std::string("denoised ") + modality);
    const auto result = Tweedie({"reconstruct",
                                 "restoration",
                                 File(modality),
                                 "--task",
                                 "denoise",
                                 "--noise",
                                 "0.01",
                                 "--prior",
                                 prior,
                                 "--steps",
                                 "3",
                                 "--slices",
                                 "0:1",
                                 "--output",
                                 output});
    ASSERT_EQ(result.exitCode, 0) << result.error;
    const Volume truth = SelectStoredSlices(ReadImage(File(modality)), "0:1");
    const Volume mean = ReadImage(output + "/mean");
    // Data with next to no noise are their own restoration, whatever the network says: 0.01 units, and half a step of
    // the stored numbers (1 HU, and a 65535th of the range).
    for (std::int64_t i = 0; i < truth.NumberOfElements(); ++i)
    {
      ASSERT_NEAR(mean.Data()[i], truth.Data()[i], 0.6);
    }
    ExpectAllValid(output);
  }
}

TEST_F(ReconstructDicom, WhatDoesNotFitIsRefusedBeforeTheWork)
{
  ExpectWrongUse({"reconstruct", "mri", File("MR"), "--method", "tv", "--output", File("no")},
                 "given DICOM images, which are no measurement; required --simulate");
  ExpectWrongUse({"reconstruct", "ct", File("CT"), "--method", "fbp", "--output", File("no")}, "required --simulate");
  ExpectWrongUse({"reconstruct", "ct", File("CT"), "--simulate", "--method", "fbp", "--output", File("no")},
                 "--geometry: not given; required with --simulate");
  ExpectWrongUse({"reconstruct", "mri", File("scan"), "--method", "tv", "--acceleration", "3", "--output", File("no")},
                 "--acceleration: belongs to --simulate");
  ExpectWrongUse({"reconstruct", "mri", File("scan"), "--method", "tv", "--slices", "1", "--output", File("no")},
                 "--slices: belongs to an image");
  ExpectWrongUse(OfCT(File("no"), {"--method", "fbp", "--units", "mu"}), "--units: given mu for DICOM output");
  ExpectWrongUse(OfCT(File("no.xyz"), {"--method", "fbp"}), "no.xyz");
  ExpectWrongUse(OfCT(File("no"), {"--method", "fbp", "--report", File("report.doc")}), "ends in .html or .pdf");
  ExpectWrongUse(OfCT(File("MR"), {"--method", "fbp"}), "MR: exists already");
  ExpectWrongUse(OfCT(File("CT"), {"--method", "fbp", "--overwrite"}), "which is an input");
  ExpectFailureOf([](const auto & words) { return TweedieHere(words); },
                  OfCT(File("no"), {"--method", "fbp", "--slices", "0:6"}),
                  1,
                  "0:6");
}

TEST_F(ReconstructDicom, AllVolumesOfAFolderAreTakenOneByOne)
{
  fs::create_directory(File("study"));
  fs::copy(File("MR"), File("study/a"));
  fs::copy(File("CT"), File("study/b"));
  fs::remove(File("study/b/source-3.dcm")); // not whole
  std::vector<std::string> words{"reconstruct", "restoration", File("study"), "--task", "denoise", "--noise", "0.01"};
  words.insert(words.end(), {"--method", "tv", "--series", "all"});
  const auto result = Tweedie(Words(words, {"--output", File("volumes")}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const auto info = TweedieHere({"info", File("study")});
  EXPECT_EQ(info.exitCode, 0) << info.error;
  EXPECT_NE(info.output.find("series 2"), std::string::npos) << info.output;
  std::set<std::string> found;
  for (const auto & entry : fs::directory_iterator(File("volumes")))
  {
    found.insert(entry.path().filename().string());
    EXPECT_TRUE(
        ReadImage(entry.path().string() + "/mean").GetGrid().IsCongruent(ReadImage(File("MR")).GetGrid(), 1e-6));
  }
  EXPECT_EQ(found.size(), 1U);
  EXPECT_NE(result.error.find("is left out: "), std::string::npos) << result.error;
  ExpectFailure(Words(words, {"--output", File("one.nii.gz")}), 1, "--series: given all for output");
}

TEST_F(ReconstructDicom, TheTaskMayStandInAConfiguration)
{
  test::WriteFile(File("denoise.json"), R"({"task": "denoise", "noise": 0.01})");
  const auto result = Tweedie({"reconstruct",
                               "restoration",
                               File("MR"),
                               "--config",
                               File("denoise.json"),
                               "--method",
                               "tv",
                               "--slices",
                               "0",
                               "--output",
                               File("configured")});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_TRUE(fs::exists(File("configured/mean/image-0001.dcm")));
}

TEST_F(ReconstructDicom, ThoseWithoutAScannerMakeASeriesOfAnImage)
{
  if (!fs::exists("/usr/lib/python3/dist-packages/pydicom"))
  {
    GTEST_SKIP() << "without the package python3-pydicom";
  }
  const auto made = test::Process({Program("python3"),
                                   TWEEDIE_SOURCE "/data/make-dicom-series.py",
                                   File("head.nii.gz"),
                                   File("made"),
                                   "--slices",
                                   "0:5"})
                        .Run();
  ASSERT_EQ(made.exitCode, 0) << made.error;
  test::ExpectSameInSpace(ReadImage(File("made")), test::PhantomImage(), 0.0); // whole numbers
}

TEST_F(ReconstructDicom, AReportIsWrittenBesideAnyResult)
{
  for (const char * name : {"report.html", "report.pdf"})
  {
    const auto result = Tweedie(Reconstruct("scan", {"--method", "tv", "--iterations", "5", "--report", File(name)}));
    ASSERT_EQ(result.exitCode, 0) << result.error;
    const std::string report = test::ReadFile(File(name));
    EXPECT_EQ(report.rfind(std::string(name) == "report.pdf" ? "%PDF-" : "<!DOCTYPE html>", 0), 0U)
        << report.substr(0, 40);
    fs::remove(File("out.nii.gz"));
    fs::remove(File("out.summary.json"));
  }
}
} // namespace
} // namespace tweedie
