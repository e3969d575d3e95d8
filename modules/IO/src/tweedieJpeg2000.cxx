// SPDX-License-Identifier: Apache-2.0
#include "tweedieJpeg2000.h"

#include "tweedieError.h"

#include <gdcmImageReader.h>
#include <gdcmTrace.h>

namespace tweedie
{
std::vector<std::uint8_t>
DecodeJpeg2000(const std::string & path, DicomPixelFormat & format)
{
  gdcm::Trace::WarningOff();
  gdcm::Trace::ErrorOff();
  gdcm::ImageReader reader;
  reader.SetFileName(path.c_str());
  if (!reader.Read())
  {
    throw DataError(path + ": given JPEG 2000 pixels that cannot be decoded; required whole ones");
  }
  const gdcm::Image & image = reader.GetImage();
  const gdcm::PixelFormat & decoded = image.GetPixelFormat();
  const bool isSame = image.GetDimension(0) == static_cast<unsigned>(format.columns) &&
                      image.GetDimension(1) == static_cast<unsigned>(format.rows) && decoded.GetSamplesPerPixel() == 1;
  std::vector<std::uint8_t> bytes(image.GetBufferLength());
  if (!isSame || bytes.empty() || !image.GetBuffer(reinterpret_cast<char *>(bytes.data())))
  {
    throw DataError(path + ": given JPEG 2000 pixels that disagree with the header; required " +
                    std::to_string(format.columns) + " columns and " + std::to_string(format.rows) + " rows");
  }
  format.bitsAllocated = decoded.GetBitsAllocated();
  format.bitsStored = decoded.GetBitsStored();
  format.highBit = decoded.GetHighBit();
  format.isSigned = decoded.GetPixelRepresentation() == 1;
  return bytes;
}
} // namespace tweedie
