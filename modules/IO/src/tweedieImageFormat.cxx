// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageFormat.h"

#include "tweedieImageIntegrity.h"
#include "tweedieMRIImageFile.h"

#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace tweedie
{
namespace
{
template <typename TImageIO>
itk::ImageIOBase::Pointer
Make()
{
  return TImageIO::New().GetPointer();
}

// NRRD's own reader finds out itself that a file is too short.
const ImageFormat formats[] = {
    {".nii", "NIfTI", &Make<itk::NiftiImageIO>, &RequireWholeNifti, &ReadNiftiVoxels, true},
    {".nii.gz", "NIfTI", &Make<itk::NiftiImageIO>, &RequireWholeNifti, &ReadNiftiVoxels, true},
    {".mha", "MetaImage", &Make<itk::MetaImageIO>, &RequireWholeMeta, nullptr, true},
    {".mhd", "MetaImage", &Make<itk::MetaImageIO>, &RequireWholeMeta, nullptr, false},
    {".nrrd", "NRRD", &Make<itk::NrrdImageIO>, nullptr, nullptr, true},
    {".nhdr", "NRRD", &Make<itk::NrrdImageIO>, nullptr, nullptr, false},
    {".h5", "ISMRMRD", nullptr, nullptr, nullptr, true, false, &ReadMRIImage, &WriteMRIImage},
    {".mrd", "ISMRMRD", nullptr, nullptr, nullptr, true, false, &ReadMRIImage, &WriteMRIImage},
    {".png", "PNG", &Make<itk::PNGImageIO>, &RequireWholePng, nullptr, true, true}};

bool
EndsWith(const std::string & text, const std::string & end)
{
  return text.size() > end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}
} // namespace

const ImageFormat *
FindImageFormat(const std::string & path)
{
  const std::string name = std::filesystem::path(path).filename().string();
  const auto row = std::find_if(
      std::begin(formats), std::end(formats), [&](const ImageFormat & f) { return EndsWith(name, f.extension); });
  return row == std::end(formats) ? nullptr : row;
}

std::pair<std::string, std::string>
SplitExtension(const std::string & path)
{
  const ImageFormat * format = FindImageFormat(path);
  const std::string extension = format ? format->extension : std::filesystem::path(path).extension().string();
  return {path.substr(0, path.size() - extension.size()), extension};
}

std::string
WritableExtensions()
{
  std::string list;
  for (const ImageFormat & format : formats)
  {
    list += format.writable && !format.picture ? std::string(format.extension) + ", " : "";
  }
  return list + ".cfl";
}

std::string
Extension(const std::string & path)
{
  const std::string name = std::filesystem::path(path).filename().string();
  const auto dot = name.rfind('.');
  const bool word = dot != std::string::npos && dot > 0 && dot + 1 < name.size() &&
                    std::isalpha(static_cast<unsigned char>(name[dot + 1]));
  return word ? name.substr(dot) : "";
}

bool
IsBartPath(const std::string & path)
{
  const std::string extension = Extension(path);
  return extension.empty() || extension == ".cfl" || extension == ".hdr";
}
} // namespace tweedie
