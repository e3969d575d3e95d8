// SPDX-License-Identifier: Apache-2.0
// Images that other programs have written: every file here is made byte by byte.
#include "tweedieError.h"
#include "tweedieImageBytes.h"
#include "tweedieImageFile.h"
#include "tweedieTemporaryFolder.h"

#include <functional>
#include <limits>
#include <zlib.h>

namespace tweedie
{
namespace
{
using test::NiftiBytes;

class ForeignImageTest : public test::TemporaryFolderTest
{
protected:
  Volume
  Read(const std::string & name, const std::string & bytes)
  {
    test::WriteFile(m_Folder.File(name), bytes);
    return ReadImage(m_Folder.File(name));
  }
  std::string
  Gzip(const std::string & bytes)
  {
    const std::string path = m_Folder.File("packed");
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned int>(bytes.size()));
    gzclose(file);
    return test::ReadFile(path);
  }
};

std::string
Meta(const std::string & size, const std::string & type, const std::string & data, const std::string & more = "")
{
  const auto axes = 1 + std::count(size.begin(), size.end(), ' ');
  return "ObjectType = Image\nNDims = " + std::to_string(axes) +
         "\nBinaryData = True\nBinaryDataByteOrderMSB = False\n" + more + "DimSize = " + size +
         "\nElementType = " + type + "\nElementDataFile = LOCAL\n" + data;
}

const std::vector<std::int16_t> counted = {-5, 0, 1, 2, 3, 400, -7, 8, 9, 10, 11, 32000};

TEST_F(ForeignImageTest, NiftiIntegersWithSlope)
{
  for (const bool bigEndian : {false, true})
  {
    NiftiBytes nifti{4, 16, {3, 2, 2}, 0.25f, -10.0f, bigEndian};
    for (const char * name : {"a.nii", "a.nii.gz"})
    {
      const std::string bytes = nifti.With(counted);
      const Volume volume = Read(name, std::string(name) == "a.nii" ? bytes : Gzip(bytes));
      ASSERT_EQ(volume.GetGrid().size, (Axes<std::int64_t>{2, 2, 3}));
      for (std::size_t i = 0; i < counted.size(); ++i)
      {
        EXPECT_EQ(volume.Data()[i], 0.25f * counted[i] - 10.0f) << i; // exact in float: a power of two
      }
    }
  }
}

TEST_F(ForeignImageTest, NiftiSlopeZeroMeansNone)
{
  const Volume volume = Read("a.nii", NiftiBytes{4, 16, {3, 2, 2}, 0.0f, 7.0f, false}.With(counted));
  EXPECT_EQ(volume.Data()[11], 32000.0f);
}

template <typename T>
std::vector<T>
ComplexParts()
{
  std::vector<T> parts;
  for (int i = 0; i < 24; ++i)
  {
    parts.push_back(static_cast<T>(i - 10));
  }
  return parts;
}

/** Slope and intercept act on the real and on the imaginary part of every number. */
TEST_F(ForeignImageTest, ComplexNiftiWithSlope)
{
  for (const bool bigEndian : {false, true})
  {
    const Volume single =
        Read("a.nii.gz", Gzip(NiftiBytes{32, 64, {3, 2, 2}, 0.5f, 2.0f, bigEndian}.With(ComplexParts<float>())));
    const Volume twice =
        Read("b.nii", NiftiBytes{1792, 128, {3, 2, 2}, 0.5f, 2.0f, bigEndian}.With(ComplexParts<double>()));
    for (int i = 0; i < 24; ++i)
    {
      EXPECT_EQ(single.Data()[i], 0.5f * static_cast<float>(i - 10) + 2.0f) << i; // exact, as above
      EXPECT_EQ(twice.Data()[i], single.Data()[i]) << i;
    }
  }
}

TEST_F(ForeignImageTest, NiftiWithFourAxesHasChannels)
{
  const Volume volume = Read("a.nii", NiftiBytes{4, 16, {3, 2, 1, 2}, 0.0f, 0.0f, false}.With(counted));
  EXPECT_EQ(volume.Channels(), 2);
  EXPECT_EQ(volume.GetGrid().size, (Axes<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(volume.Data()[6], -7.0f); // first voxel of the second channel
}

template <typename T>
void
ExpectCounted(const std::function<Volume(const std::string &)> & read, std::int16_t datatype)
{
  const std::vector<T> values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 127};
  const NiftiBytes nifti{datatype, static_cast<std::int16_t>(8 * sizeof(T)), {3, 2, 2}};
  const Volume volume = read(nifti.With(values));
  EXPECT_EQ(volume.Data()[10], 100.0f) << datatype;
  EXPECT_EQ(volume.Data()[11], 127.0f) << datatype;
}

TEST_F(ForeignImageTest, NiftiOfEveryNumberType)
{
  const auto read = [this](const std::string & bytes) { return Read("a.nii", bytes); };
  ExpectCounted<std::uint8_t>(read, 2);
  ExpectCounted<std::int16_t>(read, 4);
  ExpectCounted<std::int32_t>(read, 8);
  ExpectCounted<float>(read, 16);
  ExpectCounted<double>(read, 64);
  ExpectCounted<std::int8_t>(read, 256);
  ExpectCounted<std::uint16_t>(read, 512);
  ExpectCounted<std::uint32_t>(read, 768);
  ExpectCounted<std::int64_t>(read, 1024);
  ExpectCounted<std::uint64_t>(read, 1280);
}

TEST_F(ForeignImageTest, NiftiVectorsHaveChannels)
{
  NiftiBytes nifti{4, 16, {3, 2, 1, 1, 2}};
  std::string bytes = nifti.With(counted);
  bytes[68] = static_cast<char>(1007 & 0xFF); // intent: vector
  bytes[69] = static_cast<char>(1007 >> 8);
  const Volume volume = Read("a.nii", bytes);
  ASSERT_EQ(volume.Channels(), 2);
  EXPECT_EQ(volume.Data()[6], -7.0f);
}

TEST_F(ForeignImageTest, RefusedNifti)
{
  const std::vector<float> twelve(12, 1.0f);
  EXPECT_THROW(Read("a.nii", NiftiBytes{128, 24, {3, 2, 2}}.With(std::vector<char>(36, 'x'))), DataError); // colours
  EXPECT_THROW(Read("a.nii", NiftiBytes{16, 32, {3, 2, 1, 1, 2}}.With(twelve)), DataError);                // five axes
  EXPECT_THROW(Read("a.nii", NiftiBytes{16, 32, {3, -2, 2}}.With(twelve)), DataError);
  EXPECT_THROW(Read("a.nii", NiftiBytes{16, 32, {32000, 32000, 32000}}.With(twelve)), DataError);
  EXPECT_THROW(Read("a.nii", NiftiBytes{16, 32, {3, 2, 0}}.With(twelve)), DataError);
}

TEST_F(ForeignImageTest, AbsurdNiftiGeometryIsRefused)
{
  for (const std::size_t place : {80, 260, 300}) // spacing, quaternion, matrix
  {
    std::string bytes = NiftiBytes{4, 16, {3, 2, 2}}.With(counted);
    bytes.replace(place, 4, test::RawBytes(std::vector<float>{std::numeric_limits<float>::quiet_NaN()}));
    EXPECT_THROW(Read("a.nii", bytes), DataError) << place;
    bytes.replace(place, 4, test::RawBytes(std::vector<float>{1e30F}));
    EXPECT_THROW(Read("a.nii", bytes), DataError) << place;
  }
}

TEST_F(ForeignImageTest, DamagedGzipIsRefused)
{
  std::string bytes = Gzip(NiftiBytes{4, 16, {3, 2, 2}}.With(counted));
  bytes[bytes.size() - 6] ^= 1; // in the checksum, behind all voxels
  EXPECT_THROW(Read("a.nii.gz", bytes), DataError);
}

TEST_F(ForeignImageTest, MetaImageOfIntegersAndPlane)
{
  const Volume volume = Read("a.mha", Meta("4 3", "MET_SHORT", test::RawBytes(counted), "ElementSpacing = 2 3\n"));
  EXPECT_EQ(volume.GetGrid().size, (Axes<std::int64_t>{1, 3, 4}));
  EXPECT_EQ(volume.GetGrid().spacing, (Axes<double>{1.0, 3.0, 2.0}));
  EXPECT_EQ(volume.Data()[5], 400.0f);
}

/** ITK itself writes a complex image as two components. */
TEST_F(ForeignImageTest, MetaImageOfTwoFloatsIsComplex)
{
  const std::vector<float> parts = {1, 2, 3, 4, 5, 6, 7, 8};
  const Volume volume =
      Read("a.mha", Meta("2 2 1", "MET_FLOAT", test::RawBytes(parts), "ElementNumberOfChannels = 2\n"));
  ASSERT_TRUE(volume.IsComplex());
  EXPECT_EQ(volume.ComplexData()[1], (std::complex<float>{3.0f, 4.0f}));
}

TEST_F(ForeignImageTest, VectorPixelsBecomeChannels)
{
  const std::vector<float> parts = {1, 2, 3, 4, 5, 6};
  const Volume volume =
      Read("a.mha", Meta("2 1 1", "MET_FLOAT", test::RawBytes(parts), "ElementNumberOfChannels = 3\n"));
  ASSERT_EQ(volume.Channels(), 3);
  EXPECT_EQ(volume.Data()[0], 1.0f);
  EXPECT_EQ(volume.Data()[1], 4.0f); // second voxel of the first channel
  EXPECT_EQ(volume.Data()[2], 2.0f);
}

TEST_F(ForeignImageTest, CompressedMetaImage)
{
  const std::string data = test::RawBytes(counted);
  std::string packed(200, '\0');
  uLongf length = packed.size();
  ASSERT_EQ(compress(reinterpret_cast<Bytef *>(packed.data()),
                     &length,
                     reinterpret_cast<const Bytef *>(data.data()),
                     static_cast<uLong>(data.size())),
            Z_OK);
  packed.resize(length);
  const auto file = [](const std::string & content)
  {
    return Meta("3 2 2",
                "MET_SHORT",
                content,
                "CompressedData = True\nCompressedDataSize = " + std::to_string(content.size()) + "\n");
  };
  EXPECT_EQ(Read("a.mha", file(packed)).Data()[11], 32000.0f);
  EXPECT_THROW(Read("b.mha", file(packed.substr(0, packed.size() - 4))), DataError);
  std::string damaged = packed;
  damaged[damaged.size() / 2] ^= 4;
  EXPECT_THROW(Read("c.mha", file(damaged)), DataError);
}

TEST_F(ForeignImageTest, RefusedMetaImage)
{
  const std::string data = test::RawBytes(counted);
  EXPECT_THROW(Read("a.mha", Meta("3 2 2", "MET_STRANGE", data)), DataError);
  EXPECT_THROW(Read("a.mha", Meta("3 2 0", "MET_SHORT", data)), DataError);
  EXPECT_THROW(Read("a.mha", Meta("3 2 x", "MET_SHORT", data)), DataError);
  EXPECT_THROW(Read("a.mha", Meta("99999999999 99999999999 2", "MET_SHORT", data)), DataError);
  EXPECT_THROW(Read("a.mhd",
                    "ObjectType = Image\nNDims = 3\nDimSize = 3 2 2\nElementType = MET_SHORT\n"
                    "ElementDataFile = missing.raw\n"),
               DataError);
}

TEST_F(ForeignImageTest, DetachedMetaImage)
{
  test::WriteFile(m_Folder.File("a.raw"), test::RawBytes(counted));
  const std::string header = "ObjectType = Image\nNDims = 3\nDimSize = 3 2 2\nElementType = MET_SHORT\n"
                             "ElementDataFile = a.raw\n";
  EXPECT_EQ(Read("a.mhd", header).Data()[5], 400.0f);
  test::WriteFile(m_Folder.File("a.raw"), test::RawBytes(counted).substr(1));
  EXPECT_THROW(Read("a.mhd", header), DataError);
}

TEST_F(ForeignImageTest, ComplexNrrd)
{
  const std::vector<float> parts = {1, 2, 3, 4};
  const Volume volume =
      Read("a.nrrd",
           "NRRD0004\ntype: float\ndimension: 4\nsizes: 2 2 1 1\nkinds: complex domain domain domain\n"
           "endian: little\nencoding: raw\n\n" +
               test::RawBytes(parts));
  ASSERT_TRUE(volume.IsComplex());
  EXPECT_EQ(volume.ComplexData()[1], (std::complex<float>{3.0f, 4.0f}));
}
} // namespace
} // namespace tweedie
