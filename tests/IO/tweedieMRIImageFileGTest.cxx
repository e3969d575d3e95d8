// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIImageFile.h"

#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieMRIImageRecord.h"
#include "tweedieMRIRawFile.h"
#include "tweedieProcess.h"
#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <limits>
#include <random>
#include <sstream>

namespace tweedie
{
namespace
{
/** What ISMRMRD's own library says, or a reason to skip. */
test::ProcessResult
Library(std::vector<std::string> words)
{
  words.insert(words.begin(), TWEEDIE_ISMRMRD_TOOL);
  return test::Process(words).Run();
}

bool
HasLibrary()
{
  return std::string(TWEEDIE_ISMRMRD_TOOL) != "";
}

/** Oblique, off-centre, of odd sizes; values that no two voxels share. */
Volume
Example(bool isComplex, std::int64_t channels, bool isLeft)
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({5, 4, 3});
  grid.spacing = Axes<double>::FromXyz({1.25, 0.8, 6.5});
  grid.origin = {31.25, -17.5, 420.125};
  const double side = isLeft ? -1.0 : 1.0;
  grid.direction = {0.8, -0.6, 0.0, 0.36, 0.48, -0.8 * side, 0.48, 0.64, 0.6 * side};
  Volume volume(grid, isComplex ? Volume::Element::Complex : Volume::Element::Real, channels);
  const std::int64_t count = volume.NumberOfElements() * (isComplex ? 2 : 1);
  for (std::int64_t i = 0; i < count; ++i)
  {
    volume.Data()[i] = 1.0F / (3.0F + static_cast<float>(i));
  }
  return volume;
}

void
ExpectSame(const Volume & given, const Volume & expected)
{
  ASSERT_EQ(given.IsComplex(), expected.IsComplex());
  ASSERT_EQ(given.Channels(), expected.Channels());
  const Grid &a = given.GetGrid(), &b = expected.GetGrid();
  ASSERT_EQ(a.size, b.size);
  const std::int64_t count = given.NumberOfElements() * (given.IsComplex() ? 2 : 1);
  EXPECT_TRUE(std::equal(given.Data(), given.Data() + count, expected.Data()));
  constexpr double ofFloats = 1e-7; // their rounding, relative
  for (std::size_t i = 0; i < 3; ++i)
  {
    EXPECT_NEAR(a.spacing.Xyz()[i], b.spacing.Xyz()[i], ofFloats * b.spacing.Xyz()[i]);
    EXPECT_NEAR(a.origin[i], b.origin[i], 500.0 * ofFloats); // mm, of positions of some hundred
  }
  for (std::size_t i = 0; i < 9; ++i)
  {
    EXPECT_NEAR(a.direction[i], b.direction[i], ofFloats);
  }
}

TEST(MRIImageFile, ValuesAndGeometryComeBack)
{
  const test::TemporaryFolder folder;
  for (const bool isComplex : {false, true})
  {
    for (const std::int64_t channels : {1, 3})
    {
      for (const bool isLeft : {false, true})
      {
        const std::string path = folder.File(isLeft ? "image.h5" : "image.mrd");
        const Volume volume = Example(isComplex, channels, isLeft);
        WriteImage(path, volume);
        EXPECT_TRUE(IsMRIImageFile(path));
        EXPECT_FALSE(IsMRIRawFile(path));
        ExpectSame(ReadImage(path), volume);
      }
    }
  }
}

TEST(MRIImageFile, AFileCutShortIsRefusedInOneLine)
{
  const test::TemporaryFolder folder;
  WriteImage(folder.File("image.h5"), Example(true, 2, false));
  const std::string whole = test::ReadFile(folder.File("image.h5"));
  for (const double share : {0.0, 0.1, 0.5, 0.9, 0.999})
  {
    const auto length = static_cast<std::size_t>(share * static_cast<double>(whole.size()));
    test::WriteFile(folder.File("cut.h5"), whole.substr(0, length));
    try
    {
      ReadImage(folder.File("cut.h5"));
      ADD_FAILURE() << share;
    }
    catch (const DataError & error)
    {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
    EXPECT_FALSE(IsMRIImageFile(folder.File("cut.h5")));
  }
}

TEST(MRIImageFile, DamagedFilesAreReadOrRefused)
{
  const test::TemporaryFolder folder;
  WriteImage(folder.File("image.h5"), Example(true, 2, false));
  const std::string whole = test::ReadFile(folder.File("image.h5"));
  std::mt19937 random(7);
  for (int i = 0; i < 60; ++i)
  {
    std::string damaged = whole;
    for (int k = 0; k < 4; ++k)
    {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    test::WriteFile(folder.File("damaged.h5"), damaged);
    try
    {
      const Volume volume = ReadImage(folder.File("damaged.h5"));
      EXPECT_LE(volume.NumberOfElements(), 120); // no more than were written
    }
    catch (const DataError & error)
    {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
}

/** The message of what is wrong with heads; empty: nothing. */
std::string
Problem(const std::vector<MRIImageHead> & heads)
{
  try
  {
    PlacesOfImages(heads);
  }
  catch (const DataError & error)
  {
    return error.what();
  }
  return "";
}

TEST(MRIImageFile, ImagesThatAreNoSlicesOfOneVolumeAreRefused)
{
  const std::vector<MRIImageHead> whole = HeadsOfSlices(Example(false, 1, false));
  ASSERT_EQ(Problem(whole), "");
  const auto changed = [&](const auto & change)
  {
    std::vector<MRIImageHead> heads = whole;
    change(heads);
    return Problem(heads);
  };
  using Heads = std::vector<MRIImageHead>;
  EXPECT_NE(changed([](Heads & heads) { heads[1].repetition = 1; }).find("one volume"), std::string::npos);
  EXPECT_NE(changed([](Heads & heads) { heads[2].matrix[0] = 6; }).find("one volume"), std::string::npos);
  EXPECT_NE(changed([](Heads & heads) { heads[1].position[2] += 1.0F; }).find("even steps"), std::string::npos);
  EXPECT_NE(changed([](Heads & heads) { heads[1].position[2] = std::numeric_limits<float>::infinity(); }), "");
  const auto all = [&](const auto & change)
  {
    return changed(
        [&](Heads & heads)
        {
          for (MRIImageHead & head : heads)
          {
            change(head);
          }
        });
  };
  EXPECT_NE(all([](MRIImageHead & head) { head.fieldOfView[1] = 0.0F; }).find("0 mm"), std::string::npos);
  EXPECT_NE(all([](MRIImageHead & head) { head.matrix[2] = 2; }).find("3 volumes"), std::string::npos);
  EXPECT_NE(all([](MRIImageHead & head) { head.sliceDirection = head.readDirection; }).find("plane"),
            std::string::npos);
}

TEST(MRIImageFile, WithoutDirectionsAxesAreThePatientsAndSlicesTouch)
{
  std::vector<MRIImageHead> heads = HeadsOfSlices(Example(false, 1, false));
  for (MRIImageHead & head : heads)
  {
    head.position = head.readDirection = head.phaseDirection = head.sliceDirection = {0.0F, 0.0F, 0.0F};
  }
  const MRIImagePlaces places = PlacesOfImages(heads);
  EXPECT_EQ(places.grid.direction, Grid().direction);
  EXPECT_NEAR(places.grid.spacing.z, 6.5, 1e-6);
  EXPECT_EQ(places.order, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_NEAR(places.grid.origin[0], -2 * 1.25, 1e-6); // voxel floor(5 / 2) is at 0
}

/** Little-endian, at an offset of a text. */
template <typename TValue>
TValue
At(const std::string & bytes, std::size_t offset)
{
  TValue value{};
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

TEST(MRIImageStream, MessagesAreHeaderImagesAndTheEnd)
{
  const Volume volume = Example(true, 1, true);
  std::ostringstream stream;
  WriteMRIImageStream(stream, volume, "<header/>");
  const std::string bytes = stream.str();
  constexpr std::size_t head = 198, pixels = 5 * 4 * 8, message = 2 + head + 8 + pixels, first = 2 + 4 + 9;
  ASSERT_EQ(bytes.size(), first + 3 * message + 2);
  EXPECT_EQ(At<std::uint16_t>(bytes, 0), 3);
  EXPECT_EQ(bytes.substr(6, 9), "<header/>");
  for (std::size_t slice = 0; slice < 3; ++slice)
  {
    const std::size_t at = first + slice * message;
    EXPECT_EQ(At<std::uint16_t>(bytes, at), 1022);
    EXPECT_EQ(At<std::uint16_t>(bytes, at + 2 + 16), 5);                               // matrix_size
    EXPECT_FLOAT_EQ(At<float>(bytes, at + 2 + 48), 0.8F);                              // read_dir
    EXPECT_EQ(At<std::uint16_t>(bytes, at + 2 + 98), slice);                           // slice
    EXPECT_EQ(At<std::uint16_t>(bytes, at + 2 + 124), 5);                              // complex
    EXPECT_EQ(At<std::uint64_t>(bytes, at + 2 + head), 0U);                            // attributes
    EXPECT_EQ(At<float>(bytes, at + 2 + head + 8), volume.Data()[slice * pixels / 4]); // first number
  }
  EXPECT_EQ(At<std::uint16_t>(bytes, bytes.size() - 2), 4);
}

/** The lines of a text, as numbers. */
std::vector<std::vector<double>>
Numbers(const std::string & text)
{
  std::vector<std::vector<double>> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
  {
    std::istringstream words(line);
    lines.emplace_back();
    for (double value = 0.0; words >> value;)
    {
      lines.back().push_back(value);
    }
  }
  return lines;
}

class MRIImageLibrary : public ::testing::Test
{
protected:
  void
  SetUp() override
  {
    if (!HasLibrary())
    {
      GTEST_SKIP() << "needs Debian's package libismrmrd-dev when Tweedie is built";
    }
  }
  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }

private:
  test::TemporaryFolder m_Folder;
};

TEST_F(MRIImageLibrary, ReadsWhatIsWritten)
{
  for (const bool isComplex : {false, true})
  {
    const Volume volume = Example(isComplex, 1, true);
    WriteImage(File("image.h5"), volume, "<?xml version=\"1.0\"?><ismrmrdHeader/>");
    EXPECT_EQ(Library({"header", File("image.h5")}).output, "<?xml version=\"1.0\"?><ismrmrdHeader/>");
    const auto lines = Numbers(Library({"images", File("image.h5"), "image_0"}).output);
    ASSERT_EQ(lines.size(), 3U);
    for (std::size_t slice = 0; slice < 3; ++slice)
    {
      const auto & line = lines[slice];
      const auto z = static_cast<double>(slice);
      // version, data type, image type, matrix, channels, slice, index; field of view
      const std::vector<double> start{
          1, isComplex ? 7.0 : 5.0, isComplex ? 5.0 : 1.0, 5, 4, 1, 1, z, z + 1, 6.25, 3.2F, 6.5};
      ASSERT_EQ(line.size(), 24U + 40U);
      for (std::size_t i = 0; i < start.size(); ++i)
      {
        EXPECT_NEAR(line[i], start[i], 1e-6) << i;
      }
      const Grid & grid = volume.GetGrid();
      for (std::size_t i = 0; i < 3; ++i)
      {
        // The pixel (floor(5 / 2), floor(4 / 2)) of the slice.
        const double position = grid.origin[i] + 2 * 1.25 * grid.direction[3 * i] +
                                2 * 0.8 * grid.direction[3 * i + 1] + z * 6.5 * grid.direction[3 * i + 2];
        EXPECT_NEAR(line[12 + i], position, 5e-5); // floats of some hundred mm
        EXPECT_NEAR(line[15 + i], grid.direction[3 * i], 1e-7);
        EXPECT_NEAR(line[18 + i], grid.direction[3 * i + 1], 1e-7);
        EXPECT_NEAR(line[21 + i], grid.direction[3 * i + 2], 1e-7);
      }
      const float * const first = volume.Data() + slice * 20 * (isComplex ? 2 : 1);
      for (std::size_t i = 0; i < 20; ++i)
      {
        EXPECT_EQ(static_cast<float>(line[24 + 2 * i]), first[isComplex ? 2 * i : i]);
        EXPECT_EQ(static_cast<float>(line[25 + 2 * i]), isComplex ? first[2 * i + 1] : 0.0F);
      }
    }
  }
}

TEST_F(MRIImageLibrary, ImagesThatItWroteAreSlicesInOrder)
{
  ASSERT_EQ(Library({"put", File("image.h5")}).exitCode, 0);
  const Volume volume = ReadImage(File("image.h5"));
  const Grid & grid = volume.GetGrid();
  EXPECT_EQ(grid.size, Axes<std::int64_t>::FromXyz({5, 4, 3}));
  EXPECT_NEAR(grid.spacing.z, 6.5, 1e-4); // from positions in floats; slices are 5 mm thick
  // Image 2 lies between 0 and 1, which are 13 mm from each other.
  EXPECT_EQ(volume.Data()[0], 0.0F);
  EXPECT_EQ(volume.Data()[20], 200.0F);
  EXPECT_EQ(volume.Data()[40], 100.0F);
  for (std::size_t i = 0; i < 3; ++i)
  {
    const double centre = grid.origin[i] + 2 * 2.0 * grid.direction[3 * i] + 2 * 3.0 * grid.direction[3 * i + 1];
    EXPECT_NEAR(centre, (std::array<double, 3>{31.25, -17.5, 420.125})[i], 1e-4);
  }
}

TEST_F(MRIImageLibrary, RawDataAreNoImage)
{
  ASSERT_EQ(Library({"raw", File("raw.h5"), "right", "bare"}).exitCode, 0);
  EXPECT_TRUE(IsMRIRawFile(File("raw.h5")));
  EXPECT_FALSE(IsMRIImageFile(File("raw.h5")));
  EXPECT_THROW(ReadImage(File("raw.h5")), DataError);
}
} // namespace
} // namespace tweedie
