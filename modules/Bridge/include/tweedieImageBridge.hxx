// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageBridge_hxx
#define tweedieImageBridge_hxx

#include "tweedieError.h"
#include "tweedieItkCompat.h"

#include <string>
#include <type_traits>

namespace tweedie
{
namespace bridge
{
/** Memory of a Volume as the pixel container of an ITK image. */
template <typename TPixel>
class VolumePixelContainer final : public itk::ImportImageContainer<itk::SizeValueType, TPixel>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(VolumePixelContainer);
  using Self = VolumePixelContainer;
  using Superclass = itk::ImportImageContainer<itk::SizeValueType, TPixel>;
  using Pointer = itk::SmartPointer<Self>;
  itkFactorylessNewMacro(Self);
  itkOverrideGetNameOfClassMacro(VolumePixelContainer);

  void
  Keep(const Volume & volume)
  {
    m_Volume = volume;
    this->SetImportPointer(reinterpret_cast<TPixel *>(m_Volume.Data()),
                           static_cast<itk::SizeValueType>(m_Volume.NumberOfElements()),
                           false);
  }

protected:
  VolumePixelContainer() = default;
  ~VolumePixelContainer() override = default;

private:
  Volume m_Volume;
};

template <typename T> struct IsComplex : std::false_type
{
};
template <typename T> struct IsComplex<std::complex<T>> : std::true_type
{
};

template <typename TImage>
constexpr bool isVectorImage =
    std::is_same_v<TImage, itk::VectorImage<typename TImage::InternalPixelType, TImage::ImageDimension>>;

/** One scalar or complex number of one kind as that of another kind. */
template <typename TTo, typename TFrom>
TTo
Convert(const TFrom & value)
{
  if constexpr (IsComplex<TTo>::value)
  {
    using Part = typename TTo::value_type;
    return TTo(static_cast<Part>(value.real()), static_cast<Part>(value.imag()));
  }
  else
  {
    return static_cast<TTo>(value);
  }
}

template <typename TElement>
TElement *
Elements(Volume & volume)
{
  return reinterpret_cast<TElement *>(volume.Data());
}

/** The size of axis 3, or the number of components. */
template <typename TImage>
std::int64_t
ChannelsOf(const TImage & image)
{
  if constexpr (TImage::ImageDimension == 4)
  {
    return static_cast<std::int64_t>(image.GetBufferedRegion().GetSize(3));
  }
  else if constexpr (isVectorImage<TImage>)
  {
    return static_cast<std::int64_t>(image.GetNumberOfComponentsPerPixel());
  }
  else
  {
    return 1; // ITK counts a complex pixel as two components
  }
}

template <typename TElement, typename TPixel>
Volume
CopyPixels(const TPixel * pixels, const Grid & grid, std::int64_t channels, bool interleaved)
{
  constexpr auto kind = IsComplex<TElement>::value ? Volume::Element::Complex : Volume::Element::Real;
  Volume volume(grid, kind, channels);
  const std::int64_t voxels = grid.NumberOfVoxels();
  for (std::int64_t channel = 0; channel < channels; ++channel)
  {
    for (std::int64_t i = 0; i < voxels; ++i)
    {
      const std::int64_t from = interleaved ? i * channels + channel : channel * voxels + i;
      Elements<TElement>(volume)[channel * voxels + i] = Convert<TElement>(pixels[from]);
    }
  }
  return volume;
}

inline void
RequireForImage(const Volume & volume, bool complexPixels, bool holdsChannels)
{
  if (volume.IsEmpty())
  {
    throw DataError("Bridge: an empty volume; required one with values");
  }
  if (volume.IsComplex() != complexPixels)
  {
    throw DataError(std::string("Bridge: a ") + (volume.IsComplex() ? "complex" : "real") +
                    " volume for an image of other pixels; required both real or both complex");
  }
  if (!holdsChannels && volume.Channels() != 1)
  {
    throw DataError("Bridge: " + std::to_string(volume.Channels()) + " channels; required 1 for this type of image");
  }
}

template <typename TElement, typename TPixel>
void
CopyElements(Volume volume, TPixel * pixels, bool interleaved)
{
  const std::int64_t channels = volume.Channels();
  const std::int64_t voxels = volume.GetGrid().NumberOfVoxels();
  for (std::int64_t channel = 0; channel < channels; ++channel)
  {
    for (std::int64_t i = 0; i < voxels; ++i)
    {
      pixels[interleaved ? i * channels + channel : channel * voxels + i] =
          Convert<TPixel>(Elements<TElement>(volume)[channel * voxels + i]);
    }
  }
}
} // namespace bridge

template <typename TImage>
Volume
VolumeFromImage(TImage * image)
{
  using PixelType = typename TImage::PixelType;
  using NumberType = typename TImage::InternalPixelType;
  static_assert(std::is_arithmetic_v<NumberType> || bridge::IsComplex<NumberType>::value,
                "VolumeFromImage: pixels must be numbers, complex numbers, or vectors of them in a VectorImage");
  if (image == nullptr || image->GetBufferPointer() == nullptr || image->GetBufferedRegion().GetNumberOfPixels() == 0)
  {
    throw DataError("Bridge: an image without pixels; required one that is allocated");
  }
  const Grid grid = GridFromImage(*image);
  const std::int64_t channels = bridge::ChannelsOf(*image);
  if constexpr (isVolumePixel<PixelType>)
  {
    using Container = typename TImage::PixelContainer;
    typename Container::Pointer container = image->GetPixelContainer();
    auto keeper = std::make_shared<typename Container::Pointer>(container);
    constexpr auto kind = bridge::IsComplex<PixelType>::value ? Volume::Element::Complex : Volume::Element::Real;
    return Volume(grid, kind, channels, reinterpret_cast<float *>(image->GetBufferPointer()), keeper);
  }
  else
  {
    using Element = std::conditional_t<bridge::IsComplex<NumberType>::value, std::complex<float>, float>;
    return bridge::CopyPixels<Element>(image->GetBufferPointer(), grid, channels, bridge::isVectorImage<TImage>);
  }
}

template <typename TImage>
typename TImage::Pointer
ImageFromVolume(const Volume & volume)
{
  using NumberType = typename TImage::InternalPixelType;
  constexpr bool vector = bridge::isVectorImage<TImage>;
  constexpr bool complexPixels = bridge::IsComplex<NumberType>::value;
  bridge::RequireForImage(volume, complexPixels, vector || TImage::ImageDimension == 4);
  auto image = TImage::New();
  SetImageGrid(*image, volume.GetGrid(), volume.Channels());
  if constexpr (isVolumePixel<typename TImage::PixelType>)
  {
    auto container = bridge::VolumePixelContainer<NumberType>::New();
    container->Keep(volume);
    image->SetPixelContainer(container);
  }
  else
  {
    if constexpr (vector)
    {
      image->SetNumberOfComponentsPerPixel(static_cast<unsigned int>(volume.Channels()));
    }
    image->Allocate();
    using Element = std::conditional_t<complexPixels, std::complex<float>, float>;
    bridge::CopyElements<Element>(volume, image->GetBufferPointer(), vector);
  }
  return image;
}
} // namespace tweedie

#endif
