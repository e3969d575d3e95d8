// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageBridge.h"

#include "tweedieError.h"

#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
using ComplexFloat = std::complex<float>;

template <typename TImage>
typename TImage::Pointer
NumberedImage(std::initializer_list<itk::SizeValueType> extents, unsigned int components = 1)
{
  typename TImage::SizeType size;
  std::copy(extents.begin(), extents.end(), size.begin());
  auto image = TImage::New();
  image->SetRegions(size);
  image->SetNumberOfComponentsPerPixel(components);
  image->Allocate();
  for (std::size_t i = 0; i < image->GetPixelContainer()->Size(); ++i)
  {
    image->GetBufferPointer()[i] = static_cast<typename TImage::InternalPixelType>(i);
  }
  return image;
}

Volume
NumberedVolume(Volume::Element element, std::int64_t channels)
{
  Grid grid;
  grid.size = {2, 3, 4};
  grid.spacing = {3.0, 2.0, 1.5};
  Volume volume(grid, element, channels);
  const std::int64_t floats = volume.NumberOfElements() * (volume.IsComplex() ? 2 : 1);
  for (std::int64_t i = 0; i < floats; ++i)
  {
    volume.Data()[i] = static_cast<float>(i);
  }
  return volume;
}

/** Memory is shared, and stays when the other owner goes. */
template <typename TImage>
void
ExpectSharedFromImage(std::initializer_list<itk::SizeValueType> extents, std::int64_t channels)
{
  auto image = NumberedImage<TImage>(extents);
  auto * const memory = reinterpret_cast<float *>(image->GetBufferPointer());
  const Volume volume = VolumeFromImage(image.GetPointer());
  EXPECT_EQ(volume.Data(), memory);
  EXPECT_EQ(volume.Channels(), channels);
  memory[2] = 77.0f;
  image = nullptr;
  EXPECT_EQ(volume.Data()[2], 77.0f); // a sanitizer build fails here if the memory is gone
}

TEST(VolumeFromImageTest, SharesFloatAndComplexFloat)
{
  ExpectSharedFromImage<itk::Image<float, 2>>({5, 4}, 1);
  ExpectSharedFromImage<itk::Image<float, 3>>({5, 4, 3}, 1);
  ExpectSharedFromImage<itk::Image<float, 4>>({5, 4, 3, 2}, 2);
  ExpectSharedFromImage<itk::Image<ComplexFloat, 2>>({5, 4}, 1);
  ExpectSharedFromImage<itk::Image<ComplexFloat, 3>>({5, 4, 3}, 1);
  ExpectSharedFromImage<itk::Image<ComplexFloat, 4>>({5, 4, 3, 2}, 2);
}

/** What a pipeline does when it runs again: the old pixels belong to the volume alone. */
TEST(VolumeFromImageTest, OutlivesANewBufferOfTheImage)
{
  auto image = NumberedImage<itk::Image<float, 3>>({5, 4, 3});
  const Volume volume = VolumeFromImage(image.GetPointer());
  image->Initialize();
  image->SetRegions(itk::Size<3>{{50, 40, 30}});
  image->Allocate(true);
  EXPECT_NE(volume.Data(), image->GetBufferPointer());
  EXPECT_EQ(volume.Data()[59], 59.0f);
}

template <typename TPixel>
void
ExpectConverted()
{
  auto image = NumberedImage<itk::Image<TPixel, 3>>({5, 4, 3});
  const Volume volume = VolumeFromImage(image.GetPointer());
  ASSERT_EQ(volume.NumberOfElements(), 60);
  EXPECT_EQ(volume.Data()[volume.IsComplex() ? 2 * 17 : 17], 17.0f);
}

TEST(VolumeFromImageTest, ConvertsOtherPixels)
{
  ExpectConverted<unsigned char>();
  ExpectConverted<short>();
  ExpectConverted<int>();
  ExpectConverted<double>();
  ExpectConverted<std::complex<double>>();
}

TEST(VolumeFromImageTest, ComponentsBecomeChannels)
{
  // Component 2 of pixel 7 is number 3 * 7 + 2.
  const auto real = VolumeFromImage(NumberedImage<itk::VectorImage<float, 3>>({5, 4, 3}, 3).GetPointer());
  ASSERT_EQ(real.Channels(), 3);
  EXPECT_EQ(real.Data()[2 * 60 + 7], 23.0f);
  const auto complex = VolumeFromImage(NumberedImage<itk::VectorImage<ComplexFloat, 3>>({5, 4, 3}, 3).GetPointer());
  ASSERT_TRUE(complex.IsComplex());
  EXPECT_EQ(complex.ComplexData()[2 * 60 + 7], ComplexFloat(23.0f));
}

TEST(VolumeFromImageTest, RefusesAnImageWithoutPixels)
{
  auto image = itk::Image<float, 3>::New();
  EXPECT_THROW(VolumeFromImage(image.GetPointer()), DataError);
  image = nullptr;
  EXPECT_THROW(VolumeFromImage(image.GetPointer()), DataError);
}

TEST(ImageFromVolumeTest, SharesAndKeepsTheMemory)
{
  Volume volume = NumberedVolume(Volume::Element::Complex, 1);
  const float * const memory = volume.Data();
  auto image = ImageFromVolume<itk::Image<ComplexFloat, 3>>(volume);
  EXPECT_EQ(reinterpret_cast<const float *>(image->GetBufferPointer()), memory);
  EXPECT_EQ(image->GetSpacing()[0], 1.5);
  EXPECT_EQ(image->GetSpacing()[2], 3.0);
  volume = Volume();
  EXPECT_EQ(image->GetPixel({{3, 2, 1}}), ComplexFloat(46.0f, 47.0f)); // element 23
  const Volume again = VolumeFromImage(image.GetPointer());
  EXPECT_EQ(again.Data(), memory);
  image = nullptr;
  EXPECT_EQ(again.Data()[47], 47.0f);
}

TEST(ImageFromVolumeTest, ChannelsAreTheFourthAxis)
{
  const Volume volume = NumberedVolume(Volume::Element::Real, 3);
  const auto image = ImageFromVolume<itk::Image<float, 4>>(volume);
  EXPECT_EQ(image->GetBufferPointer(), volume.Data());
  EXPECT_EQ(image->GetPixel({{0, 0, 0, 2}}), 48.0f);
}

TEST(ImageFromVolumeTest, ConvertsForOtherPixels)
{
  const Volume volume = NumberedVolume(Volume::Element::Real, 3);
  EXPECT_EQ((ImageFromVolume<itk::Image<double, 4>>(volume)->GetPixel({{1, 2, 0, 1}})), 33.0);
  const auto vector = ImageFromVolume<itk::VectorImage<float, 3>>(volume);
  ASSERT_EQ(vector->GetNumberOfComponentsPerPixel(), 3u);
  EXPECT_EQ(vector->GetPixel({{1, 2, 0}})[1], 33.0f);
  const Volume plane = volume.Slices(1, 1);
  Volume first(plane.GetGrid(), Volume::Element::Real);
  std::copy_n(plane.Data(), first.NumberOfElements(), first.Data());
  EXPECT_EQ((ImageFromVolume<itk::Image<unsigned char, 2>>(first)->GetPixel({{1, 0}})), 13);
}

TEST(ImageFromVolumeTest, RefusesWhatDoesNotFit)
{
  const Volume real = NumberedVolume(Volume::Element::Real, 3);
  const Volume complex = NumberedVolume(Volume::Element::Complex, 1);
  using Real3 = itk::Image<float, 3>;
  using Real2 = itk::Image<float, 2>;
  using Complex3 = itk::Image<ComplexFloat, 3>;
  EXPECT_THROW(ImageFromVolume<Real3>(Volume()), DataError);
  EXPECT_THROW(ImageFromVolume<Real3>(real), DataError);    // three channels
  EXPECT_THROW(ImageFromVolume<Real3>(complex), DataError); // would lose a part
  EXPECT_THROW(ImageFromVolume<Complex3>(NumberedVolume(Volume::Element::Real, 1)), DataError);
  EXPECT_THROW(ImageFromVolume<Real2>(NumberedVolume(Volume::Element::Real, 1)), DataError); // two slices
}
} // namespace
} // namespace tweedie
