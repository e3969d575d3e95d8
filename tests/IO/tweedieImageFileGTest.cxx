// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageFile.h"

#include "tweedieError.h"
#include "tweedieScanFixture.h"
#include "tweedieTemporaryFolder.h"

#include <limits>
#include <tuple>

namespace tweedie
{
namespace
{
using test::ExpectSameValues;
using test::NumberedVolume;
using test::ObliqueGrid;
using test::TemporaryFolderTest;

/** Extension, element, channels. */
using Format = std::tuple<const char *, Volume::Element, std::int64_t>;

class ImageFormatTest : public ::testing::TestWithParam<Format>
{
protected:
  std::string
  Path() const
  {
    return m_Folder.File(std::string("image") + std::get<0>(GetParam()));
  }
  Volume
  Numbered(const Grid & grid) const
  {
    return NumberedVolume(grid, std::get<1>(GetParam()), std::get<2>(GetParam()));
  }

  test::TemporaryFolder m_Folder;
};

TEST_P(ImageFormatTest, ReturnsValuesAndGeometry)
{
  const Volume image = Numbered(ObliqueGrid(5, 4, 3));
  WriteImage(Path(), image);
  const Volume read = ReadImage(Path());
  ExpectSameValues(image, read);
  // NIfTI keeps geometry as float32, direction as a quaternion of them: 1e-5 of an element is 40 roundings.
  EXPECT_TRUE(read.GetGrid().IsCongruent(image.GetGrid(), 1e-5));
  EXPECT_EQ(m_Folder.Count(), 1);
}

TEST_P(ImageFormatTest, KeepsALeftHandedDirection)
{
  Grid grid = ObliqueGrid(3, 4, 2);
  for (int row = 0; row < 3; ++row)
  {
    grid.direction[static_cast<std::size_t>(3 * row + 2)] *= -1.0;
  }
  WriteImage(Path(), Numbered(grid));
  EXPECT_TRUE(ReadImage(Path()).GetGrid().IsCongruent(grid, 1e-5)); // as above
}

TEST_P(ImageFormatTest, KeepsASingleSlice)
{
  const Volume image = Numbered(ObliqueGrid(6, 5, 1));
  WriteImage(Path(), image);
  const Volume read = ReadImage(Path());
  ExpectSameValues(image, read);
  EXPECT_TRUE(read.GetGrid().IsCongruent(image.GetGrid(), 1e-5)); // as above
}

/** Wherever a file is cut, it is refused: never stray memory in place of voxels. */
TEST_P(ImageFormatTest, RefusesATruncatedFile)
{
  WriteImage(Path(), Numbered(ObliqueGrid(16, 16, 4)));
  const std::string whole = test::ReadFile(Path());
  for (const std::size_t kept :
       {whole.size() - 1, whole.size() * 2 / 3, whole.size() / 3, std::size_t{120}, std::size_t{0}})
  {
    test::WriteFile(Path(), whole.substr(0, kept));
    testing::internal::CaptureStderr();
    EXPECT_THROW(ReadImage(Path()), DataError) << "cut to " << kept << " of " << whole.size();
    EXPECT_EQ(testing::internal::GetCapturedStderr(), ""); // a library does not print
  }
}

TEST_P(ImageFormatTest, RefusesAForeignFile)
{
  test::WriteFile(Path(), "This is a letter, not an image.\nIt has two lines.\n");
  testing::internal::CaptureStderr();
  EXPECT_THROW(ReadImage(Path()), DataError);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_P(ImageFormatTest, RefusesWhatIsNotFinite)
{
  Volume image = Numbered(ObliqueGrid(4, 3, 2));
  image.Data()[3] = std::numeric_limits<float>::quiet_NaN();
  WriteImage(Path(), image);
  EXPECT_THROW(ReadImage(Path()), DataError);
}

TEST_P(ImageFormatTest, ReplacesAnOlderFile)
{
  test::WriteFile(Path(), std::string(100000, 'x')); // longer than the image
  EXPECT_THROW(RequireWritableImage(Path(), false), UsageError);
  RequireWritableImage(Path(), true);
  const Volume image = Numbered(ObliqueGrid(4, 3, 2));
  WriteImage(Path(), image);
  ExpectSameValues(image, ReadImage(Path()));
}

std::string
FormatName(const ::testing::TestParamInfo<Format> & info)
{
  std::string name = std::get<0>(info.param) + 1;
  name.erase(std::remove(name.begin(), name.end(), '.'), name.end());
  return name + (std::get<1>(info.param) == Volume::Element::Complex ? "Complex" : "Real") +
         std::to_string(std::get<2>(info.param));
}

INSTANTIATE_TEST_SUITE_P(All,
                         ImageFormatTest,
                         ::testing::Combine(::testing::Values(".nii", ".nii.gz", ".mha", ".nrrd"),
                                            ::testing::Values(Volume::Element::Real, Volume::Element::Complex),
                                            ::testing::Values(1, 3)),
                         FormatName);

using ImageFileTest = TemporaryFolderTest;

TEST_F(ImageFileTest, OneLineSaysWhatIsMissing)
{
  const std::string path = m_Folder.File("missing.nii.gz");
  try
  {
    ReadImage(path);
    FAIL() << "no exception";
  }
  catch (const DataError & error)
  {
    EXPECT_EQ(std::string(error.what()), path + ": no such file; required an image");
  }
}

TEST_F(ImageFileTest, UnknownExtensions)
{
  test::WriteFile(m_Folder.File("image.jpg"), "x");
  test::WriteFile(m_Folder.File("image.MHA"), "x");
  EXPECT_THROW(ReadImage(m_Folder.File("image.jpg")), DataError);
  EXPECT_THROW(ReadImage(m_Folder.File("image.MHA")), DataError); // other programs would not find it either
  EXPECT_THROW(ReadImage(m_Folder.Path().string()), DataError);   // a folder
  const Volume image = NumberedVolume(ObliqueGrid(3, 3, 1), Volume::Element::Real);
  for (const char * name : {"out.jpg", "out.dcm", "out.mhd", "out.nhdr", "out.gz", "out.MHA"})
  {
    EXPECT_THROW(WriteImage(m_Folder.File(name), image), UsageError) << name;
    EXPECT_THROW(RequireWritableImage(m_Folder.File(name), true), UsageError) << name;
  }
  EXPECT_EQ(m_Folder.Count(), 2);
}

TEST_F(ImageFileTest, FailuresLeaveNothingBehind)
{
  const Volume image = NumberedVolume(ObliqueGrid(3, 3, 1), Volume::Element::Real);
  EXPECT_THROW(WriteImage(m_Folder.File("no/such/folder/a.nii"), image), UsageError);
  EXPECT_THROW(RequireWritableImage(m_Folder.File("no/such/folder/a.nii"), true), UsageError);
  EXPECT_THROW(WriteImage(m_Folder.File("empty.nii.gz"), Volume()), DataError);
  EXPECT_THROW(WriteImage(m_Folder.File("empty.cfl"), Volume()), DataError);
  EXPECT_EQ(m_Folder.Count(), 0);
}

TEST_F(ImageFileTest, NamedCflOrWithoutExtensionIsBart)
{
  const Volume image = NumberedVolume(ObliqueGrid(5, 4, 3), Volume::Element::Complex, 2);
  for (const char * name : {"first.cfl", "second", "version.1"})
  {
    RequireWritableImage(m_Folder.File(name), false);
    WriteImage(m_Folder.File(name), image);
    EXPECT_THROW(RequireWritableImage(m_Folder.File(name), false), UsageError);
    const Volume read = ReadImage(m_Folder.File(name));
    ExpectSameValues(image, read);
    EXPECT_EQ(read.GetGrid().spacing, (Axes<double>{1.0, 1.0, 1.0}));
  }
  EXPECT_EQ(m_Folder.Count(), 6);
}
} // namespace
} // namespace tweedie
