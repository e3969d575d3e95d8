// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieFileGroup.h"
#include "tweedieImageFormat.h"
#include "tweediePicture.h"

#include <itk_zlib.h>

namespace tweedie
{
namespace
{
std::string
BigEndian(std::uint32_t value)
{
  return {static_cast<char>(value >> 24),
          static_cast<char>(value >> 16),
          static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

/** Length, name, content, CRC: the form of every part of a PNG file (ISO/IEC 15948, 5.3). */
std::string
Chunk(const std::string & name, const std::string & content)
{
  const std::string body = name + content;
  const auto crc =
      crc32(0, reinterpret_cast<const unsigned char *>(body.data()), static_cast<unsigned int>(body.size()));
  return BigEndian(static_cast<std::uint32_t>(content.size())) + body + BigEndian(static_cast<std::uint32_t>(crc));
}

/** Each row preceded by filter type 1: bytes minus those of the pixel to the left. */
std::string
FilteredRows(const Picture & picture)
{
  const std::size_t row = 3 * static_cast<std::size_t>(picture.Width());
  std::string rows;
  rows.reserve((row + 1) * static_cast<std::size_t>(picture.Height()));
  for (int y = 0; y < picture.Height(); ++y)
  {
    const std::uint8_t * const bytes = picture.Bytes().data() + static_cast<std::size_t>(y) * row;
    rows.push_back(1);
    for (std::size_t i = 0; i < row; ++i)
    {
      rows.push_back(static_cast<char>(bytes[i] - (i < 3 ? 0 : bytes[i - 3])));
    }
  }
  return rows;
}
} // namespace

std::string
EncodePng(const Picture & picture)
{
  const std::string rows = FilteredRows(picture);
  uLongf length = compressBound(static_cast<uLong>(rows.size()));
  std::string packed(length, '\0');
  const int code = compress2(reinterpret_cast<unsigned char *>(packed.data()),
                             &length,
                             reinterpret_cast<const unsigned char *>(rows.data()),
                             static_cast<uLong>(rows.size()),
                             Z_DEFAULT_COMPRESSION);
  if (code != Z_OK || picture.Width() == 0)
  {
    throw DataError("EncodePng: an empty picture, or no memory; required a picture of at least one pixel");
  }
  packed.resize(length);
  const std::string kind = {8, 2, 0, 0, 0}; // 8 bits, RGB, deflate, the five filters, not interlaced
  return std::string("\x89PNG\r\n\x1a\n") +
         Chunk("IHDR",
               BigEndian(static_cast<std::uint32_t>(picture.Width())) +
                   BigEndian(static_cast<std::uint32_t>(picture.Height())) + kind) +
         Chunk("IDAT", packed) + Chunk("IEND", "");
}

void
WritePng(const std::string & path, const Picture & picture)
{
  if (Extension(path) != ".png")
  {
    throw UsageError("output " + path + ": unknown extension; required .png");
  }
  const std::string bytes = EncodePng(picture);
  WriteAtomically(path,
                  [&](const std::string & temporaryPath) { WriteBytes(temporaryPath, bytes.data(), bytes.size()); });
}
} // namespace tweedie
