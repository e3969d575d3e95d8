// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageIntegrity.h"

#include "tweedieError.h"

#include <itk_zlib.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

namespace tweedie
{
namespace
{
/** The text part of a MetaImage, and where its voxels begin. */
struct MetaHeader
{
  std::map<std::string, std::string> values;
  std::string dataPath;
  std::int64_t offset = 0;

  std::string
  Value(const std::string & key) const
  {
    const auto entry = values.find(key);
    return entry == values.end() ? "" : entry->second;
  }
  bool
  IsTrue(const std::string & key) const
  {
    const std::string value = Value(key);
    return !value.empty() && (value[0] == 'T' || value[0] == 't' || value[0] == '1');
  }
};

std::string
Trimmed(const std::string & text)
{
  const auto first = text.find_first_not_of(" \t\r\n");
  const auto last = text.find_last_not_of(" \t\r\n");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

MetaHeader
ReadHeader(const std::string & path)
{
  constexpr int longestHeader = 1000; // lines: a file without an end of its header is not read to its own end
  MetaHeader header;
  std::ifstream stream(path, std::ios::binary);
  std::string line;
  for (int i = 0; i < longestHeader && std::getline(stream, line) && line.size() < 65536; ++i)
  {
    const auto sign = line.find('=');
    if (sign == std::string::npos)
    {
      break;
    }
    const std::string key = Trimmed(line.substr(0, sign));
    header.values[key] = Trimmed(line.substr(sign + 1));
    if (key == "ElementDataFile" && !stream.eof())
    {
      const std::string name = header.values[key];
      const bool local = name == "LOCAL" || name == "Local" || name == "local";
      header.dataPath = local ? path : (std::filesystem::path(path).parent_path() / name).string();
      header.offset = local ? static_cast<std::int64_t>(stream.tellg()) : 0;
      return header;
    }
  }
  throw DataError(path + ": is no MetaImage, or ends inside its header; required lines up to ElementDataFile");
}

/** The positive whole numbers of a header entry; empty if anything else is in it. */
std::vector<std::int64_t>
Numbers(const std::string & text)
{
  std::vector<std::int64_t> numbers;
  for (const char *at = text.data(), *end = at + text.size(); at < end;)
  {
    std::int64_t number = 0;
    const auto result = std::from_chars(at, end, number);
    if (result.ec != std::errc() || number < 1)
    {
      return {};
    }
    numbers.push_back(number);
    at = result.ptr;
    while (at < end && (*at == ' ' || *at == '\t'))
    {
      ++at;
    }
  }
  return numbers;
}

double
ElementBytes(const std::string & type)
{
  static const std::map<std::string, double> sizes = {{"CHAR", 1},
                                                      {"UCHAR", 1},
                                                      {"SHORT", 2},
                                                      {"USHORT", 2},
                                                      {"INT", 4},
                                                      {"UINT", 4},
                                                      {"LONG", 4},
                                                      {"ULONG", 4},
                                                      {"LONG_LONG", 8},
                                                      {"ULONG_LONG", 8},
                                                      {"FLOAT", 4},
                                                      {"DOUBLE", 8}};
  std::string name = type.rfind("MET_", 0) == 0 ? type.substr(4) : "";
  const auto suffix = name.find("_ARRAY");
  name = suffix == std::string::npos ? name : name.substr(0, suffix);
  const auto entry = sizes.find(name);
  return entry == sizes.end() ? 0.0 : entry->second;
}

double
VoxelBytes(const MetaHeader & header, const std::string & path)
{
  double bytes = ElementBytes(header.Value("ElementType"));
  const auto size = Numbers(header.Value("DimSize"));
  const auto channels = Numbers(header.Value("ElementNumberOfChannels"));
  if (bytes == 0.0 || size.empty())
  {
    throw DataError(path + ": the MetaImage header has ElementType '" + header.Value("ElementType") +
                    "' and DimSize '" + header.Value("DimSize") + "'; required a known type and positive sizes");
  }
  for (const std::int64_t extent : size)
  {
    bytes *= static_cast<double>(extent);
  }
  return bytes * (channels.empty() ? 1.0 : static_cast<double>(channels[0]));
}

/** Length of the data that a zlib stream unpacks to; -1 if it is damaged or has no end. */
double
InflatedBytes(std::ifstream & stream)
{
  z_stream zip{};
  constexpr int anyHeader = 32 + MAX_WBITS; // zlib or gzip
  if (inflateInit2(&zip, anyHeader) != Z_OK)
  {
    return -1.0;
  }
  std::vector<char> packed(1 << 18);
  std::vector<char> unpacked(1 << 20);
  double bytes = 0.0;
  int code = Z_OK;
  while (code == Z_OK && stream.read(packed.data(), static_cast<std::streamsize>(packed.size())).gcount() > 0)
  {
    zip.next_in = reinterpret_cast<unsigned char *>(packed.data());
    zip.avail_in = static_cast<unsigned int>(stream.gcount());
    do
    {
      zip.next_out = reinterpret_cast<unsigned char *>(unpacked.data());
      zip.avail_out = static_cast<unsigned int>(unpacked.size());
      code = inflate(&zip, Z_NO_FLUSH);
      bytes += static_cast<double>(unpacked.size() - zip.avail_out);
    } while (code == Z_OK && zip.avail_out == 0);
    code = code == Z_BUF_ERROR ? Z_OK : code; // nothing left to do for this block
  }
  inflateEnd(&zip);
  return code == Z_STREAM_END ? bytes : -1.0;
}
} // namespace

void
RequireWholeMeta(const std::string & path)
{
  const MetaHeader header = ReadHeader(path);
  const double required = VoxelBytes(header, path);
  const bool list = header.Value("ElementDataFile").find_first_of("% ") != std::string::npos ||
                    header.Value("ElementDataFile") == "LIST";
  if (list || header.Value("BinaryData") == "False")
  {
    throw DataError(path + ": a MetaImage of text or of several data files; required binary data in one file");
  }
  std::ifstream stream(header.dataPath, std::ios::binary);
  if (!stream)
  {
    throw DataError(path + ": its data file " + header.dataPath + " cannot be opened; required beside it");
  }
  stream.seekg(header.offset);
  const bool packed = header.IsTrue("CompressedData");
  const auto length = static_cast<double>(std::filesystem::file_size(header.dataPath) - header.offset);
  const double found = packed ? InflatedBytes(stream) : length;
  if (found < required)
  {
    throw DataError(path + ": " +
                    (found < 0.0 ? "compressed data damaged or incomplete"
                                 : "holds " + std::to_string(static_cast<std::int64_t>(found)) + " bytes of voxels") +
                    "; required a whole file as its header says");
  }
}
} // namespace tweedie
