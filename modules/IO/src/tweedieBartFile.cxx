// SPDX-License-Identifier: Apache-2.0
#include "tweedieBartFile.h"

#include "tweedieBartGroup.h"
#include "tweedieError.h"
#include "tweedieImageFormat.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace tweedie
{
namespace
{
using Dimensions = std::array<std::int64_t, BartArray::numberOfDimensions>;

/** Whole numbers from a line of text; false if anything but them and blanks is in it, or if there are too many. */
bool
ParseDimensions(const std::string & line, Dimensions & dimensions)
{
  dimensions.fill(1);
  int axis = 0;
  for (const char *at = line.data(), *end = at + line.size(); at < end; ++axis)
  {
    at = std::find_if(at, end, [](char c) { return c != ' ' && c != '\t' && c != '\r'; });
    if (at == end)
    {
      break;
    }
    std::int64_t number = 0;
    const auto result = std::from_chars(at, end, number);
    if (result.ec != std::errc() || number < 1 || (axis >= BartArray::numberOfDimensions && number != 1))
    {
      return false;
    }
    if (axis < BartArray::numberOfDimensions)
    {
      dimensions[axis] = number;
    }
    at = result.ptr;
  }
  return axis > 0;
}

Dimensions
ReadHeader(const std::string & path)
{
  std::ifstream stream(path);
  if (!stream)
  {
    throw DataError(path + ": no such file; required the header of a BART array");
  }
  Dimensions dimensions;
  std::string line;
  while (std::getline(stream, line) && line.size() < 4096)
  {
    if (line.rfind("# Dimensions", 0) == 0)
    {
      if (std::getline(stream, line) && ParseDimensions(line, dimensions))
      {
        return dimensions;
      }
      break;
    }
  }
  throw DataError(path + ": is no BART header; required '# Dimensions' and a line of up to 16 positive numbers");
}

/** Number of elements; throws where it is more than a file could hold. */
std::int64_t
Product(const Dimensions & dimensions, const std::string & path)
{
  constexpr std::int64_t limit = std::int64_t{1} << 56;
  std::int64_t product = 1;
  for (const std::int64_t extent : dimensions)
  {
    if (extent > limit / product)
    {
      throw DataError(path + ": its dimensions multiply to more than any file holds; required a smaller array");
    }
    product *= extent;
  }
  return product;
}

std::string
HeaderText(const Dimensions & dimensions)
{
  std::string text = "# Dimensions\n";
  for (const std::int64_t extent : dimensions)
  {
    text += std::to_string(extent) + " ";
  }
  return text + "\n";
}

/** Copies the planes of a BART array (order y x inside, then z or slice outermost after coil) to or from a volume. */
template <typename TCopy>
void
ForEachPlane(std::int64_t channels, std::int64_t slices, bool slicesOutermost, const TCopy & copy)
{
  for (std::int64_t channel = 0; channel < channels; ++channel)
  {
    for (std::int64_t z = 0; z < slices; ++z)
    {
      copy(channel * slices + z, slicesOutermost ? z * channels + channel : channel * slices + z);
    }
  }
}
} // namespace

std::string
BartBase(const std::string & path)
{
  for (const char * end : {".cfl", ".hdr", ".json"})
  {
    if (Extension(path) == end)
    {
      return path.substr(0, path.size() - std::string(end).size());
    }
  }
  return path;
}

std::array<std::int64_t, BartArray::numberOfDimensions>
ReadBartDimensions(const std::string & path)
{
  return ReadHeader(BartBase(path) + ".hdr");
}

BartArray
ReadBart(const std::string & path)
{
  const std::string header = BartBase(path) + ".hdr";
  const std::string file = BartBase(path) + ".cfl";
  BartArray array;
  array.dimensions = ReadHeader(header);
  const std::int64_t elements = Product(array.dimensions, header);
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file, error);
  if (error)
  {
    throw DataError(file + ": no such file; required the data of " + header);
  }
  const std::uintmax_t required = static_cast<std::uintmax_t>(elements) * sizeof(std::complex<float>);
  if (bytes != required)
  {
    throw DataError(file + ": holds " + std::to_string(bytes) + " bytes; required " + std::to_string(required) +
                    " as its header says" + (bytes < required ? " (truncated?)" : ""));
  }
  array.data.resize(static_cast<std::size_t>(elements));
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(reinterpret_cast<char *>(array.data.data()), static_cast<std::streamsize>(required)))
  {
    throw DataError(file + ": cannot be read; required a readable file");
  }
  return array;
}

void
RequireBartOutput(const std::string & path)
{
  if (!IsBartPath(path) && Extension(path) != ".json")
  {
    throw UsageError("output " + path + ": unknown extension; required .cfl or none");
  }
}

std::vector<GroupFile>
BartFiles(const std::string & base, const BartArray & array)
{
  const auto writeData = [&array](const std::string & temporaryPath)
  { WriteBytes(temporaryPath, array.data.data(), array.data.size() * sizeof(std::complex<float>)); };
  const auto writeHeader = [&array](const std::string & temporaryPath)
  {
    const std::string text = HeaderText(array.dimensions);
    WriteBytes(temporaryPath, text.data(), text.size());
  };
  return {{base + ".cfl", writeData}, {base + ".hdr", writeHeader}};
}

void
WriteBart(const std::string & path, const BartArray & array)
{
  RequireBartOutput(path);
  if (Product(array.dimensions, path) != static_cast<std::int64_t>(array.data.size()))
  {
    throw DataError("output " + path + ": " + std::to_string(array.data.size()) +
                    " elements; required as many as its dimensions multiply to");
  }
  WriteGroupAtomically(BartFiles(BartBase(path), array));
}

Volume
VolumeFromBart(const BartArray & array, const std::string & name)
{
  const auto & size = array.dimensions;
  for (int axis = 0; axis < BartArray::numberOfDimensions; ++axis)
  {
    const bool known = axis <= BartArray::maps || axis == BartArray::slice;
    if (!known && size[axis] != 1)
    {
      throw DataError(name + ": BART dimension " + std::to_string(axis) + " is " + std::to_string(size[axis]) +
                      "; required 1 (used are 0 to 4 and 13)");
    }
  }
  if (size[2] != 1 && size[BartArray::slice] != 1)
  {
    throw DataError(name + ": BART dimensions 2 and 13 are " + std::to_string(size[2]) + " and " +
                    std::to_string(size[BartArray::slice]) + "; required that one of them is 1");
  }
  Grid grid;
  grid.size = {size[2] * size[BartArray::slice], size[1], size[0]};
  const std::int64_t channels = size[BartArray::coil] * size[BartArray::maps];
  Volume volume(grid, Volume::Element::Complex, channels);
  const std::int64_t plane = size[0] * size[1];
  ForEachPlane(channels,
               grid.size.z,
               size[2] == 1,
               [&](std::int64_t ours, std::int64_t theirs)
               { std::copy_n(array.data.data() + theirs * plane, plane, volume.ComplexData() + ours * plane); });
  return volume;
}

BartArray
BartFromVolume(const Volume & volume)
{
  if (volume.IsEmpty())
  {
    throw DataError("BartFromVolume: an empty volume; required one with values");
  }
  const Grid & grid = volume.GetGrid();
  BartArray array;
  array.dimensions[0] = grid.size.x;
  array.dimensions[1] = grid.size.y;
  array.dimensions[BartArray::coil] = volume.Channels();
  array.dimensions[BartArray::slice] = grid.size.z;
  array.data.resize(static_cast<std::size_t>(volume.NumberOfElements()));
  const std::int64_t plane = grid.size.x * grid.size.y;
  ForEachPlane(volume.Channels(),
               grid.size.z,
               true,
               [&](std::int64_t ours, std::int64_t theirs)
               {
                 auto * const to = array.data.data() + theirs * plane;
                 volume.IsComplex() ? std::copy_n(volume.ComplexData() + ours * plane, plane, to)
                                    : std::copy_n(volume.Data() + ours * plane, plane, to);
               });
  return array;
}
} // namespace tweedie
