// SPDX-License-Identifier: Apache-2.0
// Colour images: PNG, and colours in other formats, as channels.
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieScanFixture.h"
#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

#include <itkImageFileWriter.h>
#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>
#include <itkRGBAPixel.h>
#include <itkRGBPixel.h>

#include <cmath>

namespace tweedie
{
namespace
{
using test::ExpectSameValues;

Volume
Numbers(std::int64_t channels, float factor, std::int64_t slices = 1)
{
  Grid grid;
  grid.size = {slices, 4, 5};
  Volume volume(grid, Volume::Element::Real, channels);
  for (std::int64_t i = 0; i < volume.NumberOfElements(); ++i)
  {
    volume.Data()[i] = static_cast<float>(i) * factor;
  }
  return volume;
}

class PngImage : public test::TemporaryFolderTest
{
protected:
  /** An image of 5 x 4 such pixels, made by pixel(index), by ITK. */
  template <typename TPixel, unsigned int VDimension, typename TMake>
  std::string
  Foreign(const std::string & name, itk::ImageIOBase * io, const TMake & pixel)
  {
    using Image = itk::Image<TPixel, VDimension>;
    auto image = Image::New();
    typename Image::SizeType size;
    size.Fill(1);
    size[0] = 5;
    size[1] = 4;
    image->SetRegions(size);
    image->Allocate();
    typename Image::SpacingType spacing;
    spacing.Fill(0.5);
    image->SetSpacing(spacing);
    for (int i = 0; i < 20; ++i)
    {
      image->GetBufferPointer()[i] = pixel(i);
    }
    auto writer = itk::ImageFileWriter<Image>::New();
    writer->SetImageIO(io);
    writer->SetFileName(m_Folder.File(name));
    writer->SetInput(image);
    writer->Update();
    return m_Folder.File(name);
  }
};

TEST_F(PngImage, KeepsWholeNumbersOfOneChannelOrThree)
{
  for (const std::int64_t channels : {1, 3})
  {
    for (const float factor : {1.0F, 3.0F, 1000.0F}) // up to 59, 177 or 59000: 8 bits and 16
    {
      const Volume image = Numbers(channels, factor);
      const std::string path = m_Folder.File("image.png");
      WriteImage(path, image);
      const Volume read = ReadImage(path);
      EXPECT_EQ(read.Channels(), channels);
      ExpectSameValues(image, read);
      EXPECT_TRUE(read.GetGrid().IsCongruent(image.GetGrid())); // unit spacing, which is all that a picture has
    }
  }
  EXPECT_EQ(m_Folder.Count(), 1);
}

TEST_F(PngImage, RoundsAndClips)
{
  const std::string path = m_Folder.File("image.png");
  Volume image = Numbers(1, 1.0F);
  image.Data()[0] = -3.2F;
  image.Data()[1] = 1.6F;
  image.Data()[2] = 254.6F;
  WriteImage(path, image);
  const Volume small = ReadImage(path);
  EXPECT_EQ(small.Data()[0], 0.0F);
  EXPECT_EQ(small.Data()[1], 2.0F);
  EXPECT_EQ(small.Data()[2], 255.0F);
  image.Data()[2] = 1e9F;
  WriteImage(path, image);
  EXPECT_EQ(ReadImage(path).Data()[2], 65535.0F);
}

TEST_F(PngImage, RefusesWhatAPictureCannotKeep)
{
  const std::string path = m_Folder.File("image.png");
  EXPECT_THROW(WriteImage(path, Numbers(2, 1.0F)), DataError);
  EXPECT_THROW(WriteImage(path, Numbers(1, 1.0F, 2)), DataError);
  Grid grid;
  grid.size = {1, 4, 5};
  EXPECT_THROW(WriteImage(path, Volume(grid, Volume::Element::Complex)), DataError);
  Volume poisoned = Numbers(1, 1.0F);
  poisoned.Data()[3] = std::nanf("");
  EXPECT_THROW(WriteImage(path, poisoned), DataError);
  EXPECT_THROW(RequireWritableImage(path, false), UsageError);
  RequireWritableImage(path, false, true);
  RequirePicture(m_Folder.File("image.nii"), grid, 7, true); // no picture: anything goes
  EXPECT_EQ(m_Folder.Count(), 0);
}

TEST_F(PngImage, RefusesTruncatedAndDamagedFiles)
{
  const std::string path = m_Folder.File("image.png");
  WriteImage(path, Numbers(3, 3.0F));
  const std::string whole = test::ReadFile(path);
  for (std::size_t kept = 0; kept < whole.size(); ++kept)
  {
    test::WriteFile(path, whole.substr(0, kept));
    EXPECT_THROW(ReadImage(path), DataError) << kept;
  }
  for (std::size_t i = 0; i < whole.size(); ++i)
  {
    std::string changed = whole;
    changed[i] ^= 0x10;
    test::WriteFile(path, changed);
    EXPECT_THROW(ReadImage(path), DataError) << i;
  }
}

TEST_F(PngImage, DropsOpacityThatIsTheSameEverywhere)
{
  using Pixel = itk::RGBAPixel<unsigned char>;
  const auto opaque = [](int i)
  {
    Pixel pixel;
    pixel.Set(
        static_cast<unsigned char>(i), static_cast<unsigned char>(20 + i), static_cast<unsigned char>(40 + i), 255);
    return pixel;
  };
  const std::string path = Foreign<Pixel, 2>("opaque.png", itk::PNGImageIO::New(), opaque);
  ExpectSameValues(ReadImage(path), Numbers(3, 1.0F));
  const std::string varying = Foreign<Pixel, 2>("varying.png",
                                                itk::PNGImageIO::New(),
                                                [&](int i)
                                                {
                                                  Pixel pixel = opaque(i);
                                                  pixel.SetAlpha(static_cast<unsigned char>(i));
                                                  return pixel;
                                                });
  EXPECT_THROW(ReadImage(varying), DataError);
}

TEST_F(PngImage, ColoursOfOtherFormatsAreChannelsToo)
{
  using Pixel = itk::RGBPixel<unsigned char>;
  const auto colour = [](int i)
  {
    Pixel pixel;
    pixel.Set(static_cast<unsigned char>(i), static_cast<unsigned char>(20 + i), static_cast<unsigned char>(40 + i));
    return pixel;
  };
  for (const std::string & path : {Foreign<Pixel, 3>("colour.mha", itk::MetaImageIO::New(), colour),
                                   Foreign<Pixel, 3>("colour.nrrd", itk::NrrdImageIO::New(), colour)})
  {
    const Volume read = ReadImage(path);
    ExpectSameValues(read, Numbers(3, 1.0F));
    EXPECT_EQ(read.GetGrid().spacing, (Axes<double>{0.5, 0.5, 0.5}));
  }
}
} // namespace
} // namespace tweedie
