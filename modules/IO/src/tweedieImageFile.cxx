// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageFile.h"

#include "tweedieAtomicFile.h"
#include "tweedieBartFile.h"
#include "tweedieError.h"
#include "tweedieImageBridge.h"
#include "tweedieImageFormat.h"

#include <itkImageFileReader.h>
#include <itkImageFileWriter.h>

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
  const auto pixel = io.GetPixelType();
  if (pixel == itk::IOPixelEnum::RGB || pixel == itk::IOPixelEnum::RGBA)
  {
    throw DataError(path + ": a colour image; required real or complex values");
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

/** The image of a file that is there and whole. */
Volume
ReadPixels(const std::string & path, const ImageFormat & format)
{
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
  return io->GetNumberOfComponents() == 1 ? ReadAs<itk::Image<float, 4>>(path, io)
                                          : ReadAs<itk::VectorImage<float, 3>>(path, io);
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
WritePixels(const std::string & path, const ImageFormat & format, const Volume & volume)
{
  if (volume.IsComplex())
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
  if (IsBartPath(path))
  {
    Volume volume = VolumeFromBart(ReadBart(path), path);
    volume.RequireFinite(path.c_str());
    return volume;
  }
  const ImageFormat * const format = FindImageFormat(path);
  if (format == nullptr)
  {
    throw DataError(path + ": unknown extension; required one of .nii, .nii.gz, .mha, .mhd, .nrrd, .nhdr, .cfl");
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
WriteImage(const std::string & path, const Volume & volume)
{
  if (IsBartPath(path))
  {
    return WriteBart(path, BartFromVolume(volume));
  }
  const ImageFormat & format = WritableFormat(path);
  WriteAtomically(path,
                  [&](const std::string & temporaryPath)
                  {
                    GuardItk("output " + path, [&] { WritePixels(temporaryPath, format, volume); });
                    RequireWritten(temporaryPath, path, format, volume);
                  });
}

void
RequireWritableImage(const std::string & path, bool overwrite)
{
  if (IsBartPath(path))
  {
    RequireWritable(BartBase(path) + ".cfl", overwrite);
    RequireWritable(BartBase(path) + ".hdr", overwrite);
    return;
  }
  WritableFormat(path);
  RequireWritable(path, overwrite);
}
} // namespace tweedie
