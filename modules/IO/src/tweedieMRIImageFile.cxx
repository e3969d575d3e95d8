// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIImageFile.h"

#include "tweedieChildProcess.h"
#include "tweedieError.h"
#include "tweedieHdf5Reader.h"
#include "tweedieHdf5Writer.h"
#include "tweedieImageFormat.h"
#include "tweedieMRIImageRecord.h"
#include "tweedieMRIRawFile.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace tweedie
{
namespace
{
using Emit = std::function<void(const std::string &)>;

constexpr char images[] = "/dataset/image_0";

hid_t
TypeOf(MRINumber kind)
{
  return kind == MRINumber::Uint16   ? H5T_NATIVE_UINT16
         : kind == MRINumber::Uint32 ? H5T_NATIVE_UINT32
         : kind == MRINumber::Uint64 ? H5T_NATIVE_UINT64
         : kind == MRINumber::Int32  ? H5T_NATIVE_INT32
                                     : H5T_NATIVE_FLOAT;
}

/** A head as it lies in memory. */
Hdf5Handle
HeadType()
{
  Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(MRIImageHead)), H5Tclose);
  for (const MRIImageMember & member : MRIImageMembers())
  {
    const hsize_t count = member.count;
    const Hdf5Handle array(H5Tarray_create2(TypeOf(member.kind), 1, &count), H5Tclose);
    H5Tinsert(type, member.name, member.offset, count == 1 ? TypeOf(member.kind) : static_cast<hid_t>(array));
  }
  return type;
}

/** The same without gaps, as ISMRMRD stores it. */
Hdf5Handle
PackedType(hid_t type)
{
  Hdf5Handle packed(H5Tcopy(type), H5Tclose);
  H5Tpack(packed);
  return packed;
}

/** ISMRMRD's library finds the parts of complex numbers by these names. */
Hdf5Handle
PixelType(bool isComplex)
{
  if (!isComplex)
  {
    return {H5Tcopy(H5T_NATIVE_FLOAT), H5Tclose};
  }
  Hdf5Handle type(H5Tcreate(H5T_COMPOUND, 2 * sizeof(float)), H5Tclose);
  H5Tinsert(type, "real", 0, H5T_NATIVE_FLOAT);
  H5Tinsert(type, "imag", sizeof(float), H5T_NATIVE_FLOAT);
  return type;
}

Hdf5Handle
TextType()
{
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  return type;
}

std::vector<float>
AllPixels(const Volume & volume)
{
  std::vector<float> pixels;
  pixels.reserve(static_cast<std::size_t>(volume.NumberOfElements() * (volume.IsComplex() ? 2 : 1)));
  for (std::int64_t slice = 0; slice < volume.GetGrid().size.z; ++slice)
  {
    const std::vector<float> more = SlicePixels(volume, slice);
    pixels.insert(pixels.end(), more.begin(), more.end());
  }
  return pixels;
}

std::vector<char>
FileBytes(const Volume & volume, const std::string & header)
{
  const std::vector<MRIImageHead> heads = HeadsOfSlices(volume);
  const hsize_t count = heads.size();
  Hdf5Writer file;
  const Hdf5Handle text = TextType(), head = HeadType(), packed = PackedType(head),
                   pixel = PixelType(volume.IsComplex());
  if (!header.empty())
  {
    const char * const characters = header.c_str();
    file.Rows("/dataset/xml", {1}, text, text, &characters);
  }
  const std::string group = images;
  file.Rows(group + "/header", {count}, packed, head, heads.data());
  const std::vector<const char *> none(heads.size(), "");
  file.Rows(group + "/attributes", {count}, text, text, none.data());
  const Axes<std::int64_t> & size = volume.GetGrid().size;
  const auto length = [](std::int64_t n) { return static_cast<hsize_t>(n); };
  file.Rows(group + "/data",
            {count, length(volume.Channels()), 1, length(size.y), length(size.x)},
            pixel,
            pixel,
            AllPixels(volume).data());
  return file.Finish();
}

bool
IsImageGroup(const Hdf5Reader & file, const std::string & group)
{
  return file.IsDataset(group + "/header") && file.IsDataset(group + "/data");
}

/** All groups of images, at the place where ISMRMRD's programs put them: GROUP / NAME. */
std::vector<std::string>
ImageGroups(const Hdf5Reader & file)
{
  std::vector<std::string> groups;
  for (const std::string & outer : file.Groups("/"))
  {
    for (const std::string & inner : file.Groups("/" + outer))
    {
      const std::string group = "/" + outer + "/" + inner;
      if (IsImageGroup(file, group))
      {
        groups.push_back(group);
      }
    }
  }
  return groups;
}

std::string
GroupToRead(const Hdf5Reader & file)
{
  if (IsImageGroup(file, images))
  {
    return images;
  }
  const std::vector<std::string> groups = ImageGroups(file);
  if (groups.size() == 1)
  {
    return groups[0];
  }
  std::string names;
  for (const std::string & group : groups)
  {
    names += (names.empty() ? "" : ", ") + group.substr(1);
  }
  throw DataError(names.empty() ? "given no ISMRMRD images; required dataset/image_0 with header and data"
                                : "given several groups of images, " + names + "; required dataset/image_0, or one");
}

std::vector<MRIImageHead>
ReadHeads(const Hdf5Reader & file, const std::string & path)
{
  constexpr std::int64_t mostImages = 65535; // as many as an image's counter tells apart
  const std::vector<std::int64_t> shape = file.Shape(path);
  if (shape.size() != 1 || shape[0] > mostImages)
  {
    throw DataError(path + ": given no list of at most 65535 images; required one");
  }
  std::vector<MRIImageHead> heads;
  const Hdf5Handle type = HeadType();
  file.Records(path,
               type,
               [&](const void * records, std::size_t count)
               {
                 const auto * const first = static_cast<const char *>(records);
                 const std::size_t before = heads.size();
                 heads.resize(before + count);
                 std::copy_n(first, count * sizeof(MRIImageHead), reinterpret_cast<char *>(heads.data() + before));
               });
  return heads;
}

/** Heads, "complex" or "real", then pixels. */
void
EmitImages(const std::string & path, const Emit & emit)
{
  const Hdf5Reader file(path);
  const std::string group = GroupToRead(file);
  const std::vector<MRIImageHead> heads = ReadHeads(file, group + "/header");
  const std::vector<std::int64_t> shape = file.Shape(group + "/data");
  const MRIImageHead & head = heads.front();
  const std::vector<std::int64_t> wanted{static_cast<std::int64_t>(heads.size()),
                                         std::max<std::int64_t>(head.channels, 1),
                                         head.matrix[2],
                                         head.matrix[1],
                                         head.matrix[0]};
  if (shape != wanted)
  {
    throw DataError(group + "/data: given another shape than the heads say; required [image, channel, z, y, x]");
  }
  emit({reinterpret_cast<const char *>(heads.data()), heads.size() * sizeof(MRIImageHead)});
  emit(file.IsComplex(group + "/data") ? "complex" : "real");
  file.Pixels(group + "/data",
              [&](const float * values, std::size_t count) {
                emit({reinterpret_cast<const char *>(values), count * sizeof(float)});
              });
}

/** What arrives from the child. */
struct Arrived
{
  std::vector<MRIImageHead> heads;
  bool isComplex = false;
  std::vector<float> pixels; ///< [image][channel][z][y][x]
  int messages = 0;

  void
  Take(const std::string & message)
  {
    ++messages;
    if (messages == 1)
    {
      heads.resize(message.size() / sizeof(MRIImageHead));
      std::memcpy(heads.data(), message.data(), heads.size() * sizeof(MRIImageHead));
    }
    else if (messages == 2)
    {
      isComplex = message == "complex";
    }
    else
    {
      const std::size_t before = pixels.size(), count = message.size() / sizeof(float);
      pixels.resize(before + count);
      std::copy_n(message.data(), count * sizeof(float), reinterpret_cast<char *>(pixels.data() + before));
    }
  }
};

Volume
Assembled(const Arrived & arrived)
{
  const MRIImagePlaces places = PlacesOfImages(arrived.heads);
  const std::int64_t channels = std::max<std::int64_t>(arrived.heads.front().channels, 1);
  const auto count = static_cast<std::size_t>(places.grid.NumberOfVoxels() * channels) * (arrived.isComplex ? 2 : 1);
  if (arrived.pixels.size() != count)
  {
    throw DataError("given " + std::to_string(arrived.pixels.size()) + " numbers; required " + std::to_string(count));
  }
  Volume volume(places.grid, arrived.isComplex ? Volume::Element::Complex : Volume::Element::Real, channels);
  const std::size_t stack = places.order.size();
  const std::size_t image = count / stack / static_cast<std::size_t>(channels); // of one channel
  for (std::size_t z = 0; z < stack; ++z)
  {
    for (std::size_t channel = 0; channel < static_cast<std::size_t>(channels); ++channel)
    {
      const std::size_t from = (places.order[z] * static_cast<std::size_t>(channels) + channel) * image;
      std::copy_n(arrived.pixels.data() + from, image, volume.Data() + (channel * stack + z) * image);
    }
  }
  return volume;
}
} // namespace

void
WriteMRIImage(const std::string & path, const Volume & volume, const std::string & header)
{
  const std::vector<char> bytes = FileBytes(volume, header);
  std::ofstream stream(path, std::ios::binary);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream)
  {
    throw DataError("output " + path + ": not written whole; required " + std::to_string(bytes.size()) +
                    " bytes of disk");
  }
}

Volume
ReadMRIImage(const std::string & path)
{
  Arrived arrived;
  try
  {
    RunInChild(
        "HDF5",
        Hdf5Limits(path),
        [&](const Emit & emit) { EmitImages(path, emit); },
        [&](const std::string & message) { arrived.Take(message); });
    return Assembled(arrived);
  }
  catch (const DataError & error)
  {
    throw DataError(path + ": " + error.what());
  }
}

bool
IsMRIImageFile(const std::string & path)
{
  std::error_code error;
  const ImageFormat * const format = FindImageFormat(path);
  if (format == nullptr || format->read != &ReadMRIImage || !std::filesystem::is_regular_file(path, error) ||
      IsMRIRawFile(path))
  {
    return false;
  }
  bool hasImages = false;
  try
  {
    RunInChild(
        "HDF5",
        Hdf5Limits(path),
        [&](const Emit & emit) { emit(ImageGroups(Hdf5Reader(path)).empty() ? "" : "images"); },
        [&](const std::string & message) { hasImages = message == "images"; });
  }
  catch (const DataError &)
  {
    return false; // whoever reads it will say what is wrong
  }
  return hasImages;
}
} // namespace tweedie
