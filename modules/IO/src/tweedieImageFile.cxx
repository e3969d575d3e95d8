// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageFile.h"

#include "tweedieAtomicFile.h"
#include "tweedieBartFile.h"
#include "tweedieDicomSeries.h"
#include "tweedieError.h"
#include "tweedieImageBridge.h"
#include "tweedieImageFormat.h"

#include <itkImageFileReader.h>
#include <itkImageFileWriter.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace tweedie
{
namespace
{
using ComplexType = std::complex<float>;

/** The first line of an ITK message that says something, without ITK's own place names. */
std::string
FirstLine(const itk::ExceptionObject & error)
{
  std::string text = error.GetDescription();
  const auto start = text.find("): ");
  text = start == std::string::npos ? text : text.substr(start + 3);
  return text.substr(0, text.find('\n'));
}

/** Runs an ITK reader or writer; ITK's exceptions and failed allocations become DataError. Its warnings (an unusual
 * direction, say) are switched off meanwhile: a library does not print. */
template <typename TWork>
void
GuardItk(const std::string & path, const TWork & work)
{
  struct Quiet
  {
    const bool display = itk::Object::GetGlobalWarningDisplay();
    Quiet()
    {
      itk::Object::SetGlobalWarningDisplay(false);
    }
    ~Quiet()
    {
      itk::Object::SetGlobalWarningDisplay(display);
    }
  } const quiet;
  try
  {
    work();
  }
  catch (const itk::ExceptionObject & error)
  {
    throw DataError(path + ": " + FirstLine(error));
  }
  catch (const std::bad_alloc &)
  {
    throw DataError(path + ": too large for the memory of this machine");
  }
}

template <typename TImage>
Volume
ReadAs(const std::string & path, itk::ImageIOBase * io)
{
  auto reader = itk::ImageFileReader<TImage>::New();
  reader->SetImageIO(io);
  reader->SetFileName(path);
  reader->Update();
  return VolumeFromImage(reader->GetOutput());
}

/** ITK has no complex pixels in MetaImage: it writes two components, and so they are read. */
bool
IsComplexFile(const itk::ImageIOBase & io, const ImageFormat & format)
{
  const bool twoFloats = io.GetNumberOfComponents() == 2 && (io.GetComponentType() == itk::IOComponentEnum::FLOAT ||
                                                             io.GetComponentType() == itk::IOComponentEnum::DOUBLE);
  return io.GetPixelType() == itk::IOPixelEnum::COMPLEX || (twoFloats && std::string(format.name) == "MetaImage");
}

void
RequireReadable(const std::string & path, const itk::ImageIOBase & io)
{
  if (io.GetNumberOfDimensions() > 4)
  {
    throw DataError(path + ": " + std::to_string(io.GetNumberOfDimensions()) + " axes; required at most 4");
  }
  if (io.GetNumberOfDimensions() == 4 && io.GetNumberOfComponents() > 2)
  {
    throw DataError(path + ": four axes of vectors; required vectors on three axes, or numbers on four");
  }
}

/** Where the voxels of a file lie. */
Grid
ReadGrid(const std::string & path, itk::ImageIOBase * io)
{
  auto reader = itk::ImageFileReader<itk::Image<float, 4>>::New();
  reader->SetImageIO(io);
  reader->SetFileName(path);
  reader->UpdateOutputInformation();
  reader->GetOutput()->SetBufferedRegion(reader->GetOutput()->GetLargestPossibleRegion());
  return GridFromImage(*reader->GetOutput());
}

/** Without the last channel, which says how opaque a pixel is: it must be the same everywhere. */
Volume
WithoutOpacity(const Volume & volume, const std::string & path)
{
  const std::int64_t colours = volume.Channels() - 1;
  const std::int64_t voxels = volume.GetGrid().NumberOfVoxels();
  const float * const opacity = volume.Data() + colours * voxels;
  if (std::any_of(opacity, opacity + voxels, [&](float value) { return value != opacity[0]; }))
  {
    throw DataError(path + ": transparency that varies over the image; required an image without");
  }
  Volume result(volume.GetGrid(), Volume::Element::Real, colours);
  std::copy_n(volume.Data(), result.NumberOfElements(), result.Data());
  return result;
}

/** The values that a picture keeps, and the highest of them. */
Volume
WholeNumbers(const Volume & volume, double & highest)
{
  if (volume.IsEmpty())
  {
    return volume;
  }
  Volume result = volume.Clone();
  float * const end = result.Data() + result.NumberOfElements();
  std::transform(
      result.Data(), end, result.Data(), [](float value) { return std::round(std::clamp(value, 0.0F, 65535.0F)); });
  highest = *std::max_element(result.Data(), end);
  return result;
}

/** The image of a file that is there and whole. */
Volume
ReadPixels(const std::string & path, const ImageFormat & format)
{
  if (format.read != nullptr)
  {
    return format.read(path);
  }
  const auto io = format.makeIO();
  if (!io->CanReadFile(path.c_str()))
  {
    throw DataError(path + ": is no " + format.name + " file, which its extension promises");
  }
  io->SetFileName(path);
  io->ReadImageInformation();
  RequireReadable(path, *io);
  if (format.readVoxels != nullptr)
  {
    return format.readVoxels(path, ReadGrid(path, io));
  }
  if (IsComplexFile(*io, format))
  {
    return ReadAs<itk::Image<ComplexType, 4>>(path, io);
  }
  if (io->GetNumberOfComponents() == 1)
  {
    return ReadAs<itk::Image<float, 4>>(path, io);
  }
  const Volume channels = ReadAs<itk::VectorImage<float, 3>>(path, io);
  const bool isEven = channels.Channels() == 2 || channels.Channels() == 4;
  const bool hasOpacity = io->GetPixelType() == itk::IOPixelEnum::RGBA || (format.picture && isEven);
  return hasOpacity ? WithoutOpacity(channels, path) : channels;
}

template <typename TImage>
void
WriteAs(const std::string & path, const ImageFormat & format, const Volume & volume)
{
  auto writer = itk::ImageFileWriter<TImage>::New();
  writer->SetImageIO(format.makeIO());
  writer->SetFileName(path);
  writer->SetInput(ImageFromVolume<TImage>(volume));
  writer->Update();
}

void
WritePixels(const std::string & path, const ImageFormat & format, const Volume & volume, const std::string & header)
{
  if (format.write != nullptr)
  {
    format.write(path, volume, header);
  }
  else if (format.picture)
  {
    double highest = 0.0;
    const Volume whole = WholeNumbers(volume, highest);
    highest > 255.0 ? WriteAs<itk::VectorImage<unsigned short, 2>>(path, format, whole)
                    : WriteAs<itk::VectorImage<unsigned char, 2>>(path, format, whole);
  }
  else if (volume.IsComplex())
  {
    volume.Channels() == 1 ? WriteAs<itk::Image<ComplexType, 3>>(path, format, volume)
                           : WriteAs<itk::Image<ComplexType, 4>>(path, format, volume);
  }
  else
  {
    volume.Channels() == 1 ? WriteAs<itk::Image<float, 3>>(path, format, volume)
                           : WriteAs<itk::Image<float, 4>>(path, format, volume);
  }
}

/** ITK does not notice a full disk. */
void
RequireWritten(const std::string & temporaryPath,
               const std::string & path,
               const ImageFormat & format,
               const Volume & volume)
{
  if (format.requireWhole != nullptr)
  {
    return format.requireWhole(temporaryPath);
  }
  const auto required = static_cast<std::uintmax_t>(volume.NumberOfElements()) * (volume.IsComplex() ? 8 : 4);
  if (std::filesystem::file_size(temporaryPath) < required)
  {
    throw DataError("output " + path + ": not written whole; required " + std::to_string(required) + " bytes of disk");
  }
}

const ImageFormat &
WritableFormat(const std::string & path)
{
  const ImageFormat * const format = FindImageFormat(path);
  if (format == nullptr || !format->writable)
  {
    throw UsageError("output " + path + ": unknown extension; required one of " + WritableExtensions());
  }
  return *format;
}
} // namespace

Volume
ReadImage(const std::string & path)
{
  if (IsDicomPath(path))
  {
    return ReadDicomVolume(SelectDicomSeries(path));
  }
  if (IsBartPath(path))
  {
    Volume volume = VolumeFromBart(ReadBart(path), path);
    volume.RequireFinite(path.c_str());
    return volume;
  }
  const ImageFormat * const format = FindImageFormat(path);
  if (format == nullptr)
  {
    throw DataError(path + ": unknown extension; required one of .nii, .nii.gz, .mha, .mhd, .nrrd, .nhdr, .h5, .mrd, "
                           ".png, .cfl, or a folder of DICOM files");
  }
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
  {
    throw DataError(path + ": no such file; required an image");
  }
  if (format->requireWhole != nullptr)
  {
    format->requireWhole(path);
  }
  Volume volume;
  GuardItk(path, [&] { volume = ReadPixels(path, *format); });
  volume.RequireFinite(path.c_str());
  return volume;
}

void
WriteImage(const std::string & path, const Volume & volume, const std::string & header)
{
  if (IsBartPath(path))
  {
    return WriteBart(path, BartFromVolume(volume));
  }
  const ImageFormat & format = WritableFormat(path);
  if (format.picture)
  {
    RequirePicture(path, volume.GetGrid(), volume.Channels(), volume.IsComplex());
    volume.RequireFinite(("output " + path).c_str());
  }
  WriteAtomically(path,
                  [&](const std::string & temporaryPath)
                  {
                    GuardItk("output " + path, [&] { WritePixels(temporaryPath, format, volume, header); });
                    RequireWritten(temporaryPath, path, format, volume);
                  });
}

void
RequireWritableImage(const std::string & path, bool overwrite, bool pictures)
{
  if (IsBartPath(path))
  {
    RequireWritable(BartBase(path) + ".cfl", overwrite);
    RequireWritable(BartBase(path) + ".hdr", overwrite);
    return;
  }
  if (WritableFormat(path).picture && !pictures)
  {
    throw UsageError("output " + path + ": a picture, which keeps one slice of whole numbers; required one of " +
                     WritableExtensions());
  }
  RequireWritable(path, overwrite);
}

bool
HasExtension(const std::string & path)
{
  return !Extension(path).empty();
}

bool
IsPicturePath(const std::string & path)
{
  const ImageFormat * const format = IsBartPath(path) ? nullptr : FindImageFormat(path);
  return format != nullptr && format->picture;
}

void
RequirePicture(const std::string & path, const Grid & grid, std::int64_t channels, bool isComplex)
{
  if (IsPicturePath(path) && (grid.size.z != 1 || (channels != 1 && channels != 3) || isComplex))
  {
    throw DataError("output " + path + ": given " + std::to_string(grid.size.z) + " slices of " +
                    std::to_string(channels) + (isComplex ? " complex" : " real") +
                    " channels; required one slice of one or three real channels for a picture, or one of " +
                    WritableExtensions());
  }
}
} // namespace tweedie
