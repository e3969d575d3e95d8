// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieImageIntegrity.h"

#include <itk_zlib.h>

#include <fstream>
#include <iterator>

namespace tweedie
{
namespace
{
const std::string signature("\x89PNG\r\n\x1a\n", 8);
constexpr std::size_t frame = 12; // length, name and checksum of a part (ISO/IEC 15948, 5.3)

std::uint32_t
BigEndian(const std::string & bytes, std::size_t at)
{
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
  {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}
} // namespace

void
RequireWholePng(const std::string & path)
{
  std::ifstream stream(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (bytes.compare(0, signature.size(), signature) != 0)
  {
    throw DataError(path + ": is no PNG file, which its extension promises");
  }
  std::string name;
  for (std::size_t at = signature.size(); name != "IEND";)
  {
    const std::size_t left = bytes.size() - at;
    const std::size_t length = left < frame ? 0 : BigEndian(bytes, at);
    if (left < frame || length > left - frame)
    {
      throw DataError(path + ": ends early; required a whole PNG file");
    }
    name = bytes.substr(at + 4, 4);
    const auto * body = reinterpret_cast<const unsigned char *>(bytes.data()) + at + 4;
    if (crc32(0, body, static_cast<unsigned int>(length + 4)) != BigEndian(bytes, at + 8 + length))
    {
      throw DataError(path + ": damaged; required the checksums that it states");
    }
    at += frame + length;
  }
}
} // namespace tweedie
