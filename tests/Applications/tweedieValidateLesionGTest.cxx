// SPDX-License-Identifier: Apache-2.0
// Known inserts in a scan of the phantom, from the command to its report.
#include "tweedieAccessibility.h"
#include "tweedieProgramTest.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace tweedie
{
namespace
{
using test::TweedieHere;

class ValidateLesion : public test::ProgramTest
{
protected:
  /** Few steps of an untrained network: what comes out is not judged here. */
  std::vector<std::string>
  Words(const std::vector<std::string> & more)
  {
    std::vector<std::string> words{"validate",
                                   "lesion",
                                   File("scan"),
                                   "--prior",
                                   Model("prior.safetensors", 2),
                                   "--steps",
                                   "2",
                                   "--samples",
                                   "2",
                                   "--output",
                                   File("lesions"),
                                   "--progress",
                                   "none"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static std::string
  Text(const std::string & name)
  {
    std::ifstream file(File(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST_F(ValidateLesion, WritesReportAndTablesOfBothMethods)
{
  const auto result = TweedieHere(
      Words({"--diameters", "6,10", "--contrasts", "20snr,-30%", "--places", "2", "--accelerations", "1,2"}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_NE(result.output.find("Contrast recovery of 6 mm"), std::string::npos) << result.output;
  for (const char * name : {"report.html", "report.pdf", "validation.json", "table.csv", "table.md", "inserts.csv"})
  {
    EXPECT_FALSE(Text(std::string("lesions/") + name).empty()) << name;
  }
  const auto rows = nlohmann::json::parse(Text("lesions/table.json"));
  ASSERT_EQ(rows.size(), 16U); // sizes, contrasts, undersamplings, methods
  int sense = 0;
  for (const auto & row : rows)
  {
    const double recovery = row.at("recovery").get<double>();
    if (row.at("method") == "sense" && row.at("acceleration") == 1.0)
    {
      EXPECT_NEAR(recovery, 1.0, 0.25) << row; // half of k-space, four coils: what the penalty takes away
      ++sense;
    }
    EXPECT_EQ(row.at("contrast-asked") == "-30%", row.at("contrast").get<double>() < 0.0) << row;
  }
  EXPECT_EQ(sense, 4);
  const std::string page = Text("lesions/report.html");
  EXPECT_NE(page.find("Does a lesion vanish?"), std::string::npos);
  test::ExpectAccessible(page, "validate lesion");
  std::filesystem::remove_all(File("lesions"));
}

TEST_F(ValidateLesion, GoesOnWhereItStoppedAndEndsInTheSameNumbers)
{
  const auto words = Words({"--diameters", "6", "--contrasts", "20snr,-30%", "--places", "2"});
  ASSERT_EQ(TweedieHere(words).exitCode, 0);
  const std::string before = Text("lesions/inserts.csv");
  std::vector<std::filesystem::path> means;
  for (const auto & entry : std::filesystem::directory_iterator(File("lesions/units")))
  {
    if (entry.path().string().find("-mean.cfl") != std::string::npos)
    {
      means.push_back(entry.path());
    }
  }
  ASSERT_EQ(means.size(), 3U); // without an insert, and two contrasts
  std::filesystem::remove(means.front());
  const auto kept = std::filesystem::last_write_time(means.back());
  std::filesystem::remove(File("lesions/report.html")); // of a run that was killed before its report
  auto again = words;
  again.emplace_back("--overwrite");
  const auto result = TweedieHere(again);
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_EQ(Text("lesions/inserts.csv"), before);
  EXPECT_TRUE(std::filesystem::exists(means.front()));
  EXPECT_EQ(std::filesystem::last_write_time(means.back()), kept);

  again.insert(again.end(), {"--seed", "2"}); // other samples: nothing of the above is theirs
  ASSERT_EQ(TweedieHere(again).exitCode, 0);
  EXPECT_NE(Text("lesions/inserts.csv"), before);
  std::filesystem::remove_all(File("lesions"));
}

TEST_F(ValidateLesion, TakesProjectionsInHounsfieldUnits)
{
  Volume head = test::PhantomImage().Slices(1, 1);
  for (std::int64_t i = 0; i < head.NumberOfElements(); ++i)
  {
    head.Data()[i] = head.Data()[i] * 10.0F - 1000.0F; // air to bone
  }
  Grid grid = head.GetGrid();
  grid.origin = {-47.0, -48.75, 0.0};
  head.SetGrid(grid);
  WriteImage(File("ct.nii.gz"), head);
  ASSERT_EQ(TweedieHere({"geometry", "ct", "--type", "parallel", "--views", "90", "--output", File("g.xml")}).exitCode,
            0);
  const auto made = TweedieHere({"simulate",
                                 "ct",
                                 "--image",
                                 File("ct.nii.gz"),
                                 "--geometry",
                                 File("g.xml"),
                                 "--pitch",
                                 "2",
                                 "--photons",
                                 "1e5",
                                 "--output",
                                 File("p.mha"),
                                 "--overwrite"});
  ASSERT_EQ(made.exitCode, 0) << made.error;
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
  const auto result = TweedieHere({"validate",    "lesion",      "ct",          File("p.mha"),
                                   "--geometry",  File("g.xml"), "--prior",     File("ct.safetensors"),
                                   "--steps",     "2",           "--samples",   "2",
                                   "--diameters", "12",          "--contrasts", "100",
                                   "--places",    "1",           "--output",    File("lesions"),
                                   "--progress",  "none"});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const auto rows = nlohmann::json::parse(Text("lesions/table.json"));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].at("method"), "fbp");
  EXPECT_NEAR(rows[1].at("contrast").get<double>(), 100.0, 1e-9); // HU
  EXPECT_NEAR(rows[1].at("recovery").get<double>(), 1.0, 0.1);    // filter and pixels of 2.5 mm at the edge
  std::filesystem::remove_all(File("lesions"));
}

TEST_F(ValidateLesion, RefusesWrongUseInOneLine)
{
  ExpectWrongUse(Words({"--diameters", "1"}), "smaller than a pixel");
  ExpectWrongUse(Words({"--contrasts", "strong"}), "--contrasts: given 'strong'");
  ExpectWrongUse(Words({"--at", "1,2"}), "required x,y,z");
  ExpectWrongUse(Words({"--classical", "fbp"}), "required sense or tv");
  ExpectWrongUse({"validate", "lesion", "phase", "p.h5", "--prior", "p", "--output", File("x")},
                 "diffraction patterns");
}

// Where the object is, the reconstruction without an insert tells: it stays for the command that names another place.
TEST_F(ValidateLesion, APlaceOutsideOfTheObjectLosesNothingThatWasComputed)
{
  const auto outside = TweedieHere(Words({"--at", "-47,-49,14", "--diameters", "6"}));
  EXPECT_EQ(outside.exitCode, 1);
  EXPECT_NE(outside.error.find("is not inside of the object"), std::string::npos) << outside.error;
  EXPECT_EQ(std::count(outside.error.begin(), outside.error.end(), '\n'), 1) << outside.error;
  const auto before = Files();
  ASSERT_TRUE(std::filesystem::is_directory(File("lesions/units")));
  EXPECT_EQ(TweedieHere(Words({"--at", "-47,-49,14", "--diameters", "6"})).exitCode, 1);
  EXPECT_EQ(Files(), before);
  std::filesystem::remove_all(File("lesions"));
}
} // namespace
} // namespace tweedie
