// SPDX-License-Identifier: Apache-2.0
// A real head, as a scanner's DICOM series, through reconstruct ct and back.
#include "tweedieDicomConverter.h"
#include "tweedieDicomWriterFixture.h"
#include "tweedieProgramTest.h"
#include "tweedieSliceSelection.h"

#include <cmath>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::Process;
using test::Program;
using test::Tweedie;

constexpr double air = -1000.0;

/** Slices 40 to 42 of the head CT of the package invesalius-examples, and their scan of many views. */
class HeadCTDicom : public test::TemporaryFolderTest
{
protected:
  void
  SetUp() override
  {
    if (!fs::exists("/usr/share/doc/invesalius-examples/examples/Cranium.inv3"))
    {
      GTEST_SKIP() << "without the package invesalius-examples";
    }
    const auto import =
        Process({Program("python3"), TWEEDIE_SOURCE "/data/import-head-ct.py", File("head.nii.gz")}).Run();
    ASSERT_EQ(import.exitCode, 0) << import.error;
    test::WriterSource source;
    source.image = SelectStoredSlices(ReadImage(File("head.nii.gz")), "40:42").Clone();
    source.grid = source.image.GetGrid();
    source.intercept = -1024.0;
    float * values = source.image.Data();
    std::transform(values,
                   values + source.image.NumberOfElements(),
                   values,
                   [](float value) { return std::max(value, -1024.0F); });
    fs::create_directory(File("series"));
    source.Write(File("series"));
    m_Truth = source.image;
  }
  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }
  /** reconstruct ct of the series after a scan of that many views. */
  void
  Reconstruct(const std::string & views, const std::string & output, const std::vector<std::string> & more) const
  {
    const std::string geometry = File(views + ".xml");
    ASSERT_EQ(Tweedie({"geometry", "ct", "--type", "parallel", "--views", views, "--output", geometry}).exitCode, 0);
    std::vector<std::string> words{"reconstruct", "ct", File("series"), "--simulate", "--geometry", geometry};
    words.insert(words.end(), {"--photons", "1e5", "--electronic", "10", "--output", File(output)});
    words.insert(words.end(), more.begin(), more.end());
    const auto result = Tweedie(words);
    ASSERT_EQ(result.exitCode, 0) << result.error;
  }

  Volume m_Truth;
};

struct MeanError
{
  double sum = 0.0;
  std::int64_t count = 0;
};

/** Mean of found - expected over pixels whose 7 x 7 neighbours all lie within flat of value. */
MeanError
ErrorIn(const Volume & truth, const Volume & found, double value, double flat)
{
  const Axes<std::int64_t> size = truth.GetGrid().size;
  constexpr std::int64_t reach = 3;
  MeanError error;
  const auto at = [&](std::int64_t z, std::int64_t y, std::int64_t x) { return (z * size.y + y) * size.x + x; };
  for (std::int64_t z = 0; z < size.z; ++z)
  {
    for (std::int64_t y = reach; y < size.y - reach; ++y)
    {
      for (std::int64_t x = reach; x < size.x - reach; ++x)
      {
        bool isFlat = true;
        for (std::int64_t k = 0; k < (2 * reach + 1) * (2 * reach + 1) && isFlat; ++k)
        {
          const double near = truth.Data()[at(z, y + k / (2 * reach + 1) - reach, x + k % (2 * reach + 1) - reach)];
          isFlat = std::abs(std::max(near, air) - value) <= flat;
        }
        if (isFlat)
        {
          error.sum += found.Data()[at(z, y, x)] - std::max<double>(truth.Data()[at(z, y, x)], air);
          ++error.count;
        }
      }
    }
  }
  return error;
}

TEST_F(HeadCTDicom, WaterAndAirKeepTheirHounsfieldUnits)
{
  Reconstruct("720", "complete", {"--method", "fbp", "--window", "hann"});
  const Volume mean = ReadImage(File("complete/mean"));
  ASSERT_TRUE(mean.GetGrid().IsCongruent(m_Truth.GetGrid(), 1e-6));
  // Soft tissue is what a head has of water: within 100 HU of it, noise of the scan included. The goals are 4 and 10
  // HU.
  const MeanError water = ErrorIn(m_Truth, mean, 0.0, 100.0);
  ASSERT_GT(water.count, 1000);
  EXPECT_LE(std::abs(water.sum / static_cast<double>(water.count)), 4.0);
  const MeanError outside = ErrorIn(m_Truth, mean, air, 10.0);
  ASSERT_GT(outside.count, 1000);
  EXPECT_LE(std::abs(outside.sum / static_cast<double>(outside.count)), 10.0);
  RecordProperty("water-error-HU", std::to_string(water.sum / static_cast<double>(water.count)));
  RecordProperty("air-error-HU", std::to_string(outside.sum / static_cast<double>(outside.count)));
}

TEST_F(HeadCTDicom, MeanAndMapComeBackAtTheSamePlaceForOthers)
{
  if (Program("dcm2niix").empty())
  {
    GTEST_SKIP() << "dcm2niix of the package dcm2niix is not installed";
  }
  // Three levels are far too few for a good image; where it lies does not depend on that.
  Reconstruct("30",
              "sparse",
              {"--prior",
               TWEEDIE_SOURCE "/data/priors/head-ct.safetensors",
               "--steps",
               "3",
               "--samples",
               "2",
               "--sample-steps",
               "3",
               "--rmp-draws",
               "1"});
  fs::create_directory(File("one"));
  fs::copy_file(File("sparse/standard-deviation.dcm"), File("one/map.dcm"));
  const Volume mean = ReadImage(File("sparse/mean"));
  const Volume map = ReadImage(File("sparse/standard-deviation.dcm"));
  EXPECT_TRUE(map.GetGrid().IsCongruent(mean.GetGrid(), 1e-6));
  const std::string folder = m_Folder.Path().string();
  // Whole numbers of HU, and floats, as they are.
  test::ExpectSameInSpace(test::ConvertedDicom(File("sparse/mean"), folder, "m"), mean, 0.0);
  test::ExpectSameInSpace(test::ConvertedDicom(File("one"), folder, "s"), map, 0.0);
}
} // namespace
} // namespace tweedie
