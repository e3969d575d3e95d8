// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageIntegrity.h"

#include "tweedieError.h"
#include "tweedieReportTable.h"

#include <itk_zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

namespace tweedie
{
namespace
{
constexpr int headerBytes = 348;
constexpr std::int16_t complexFloat = 32;
constexpr std::int16_t complexDouble = 1792;

/** A file through zlib, which reads uncompressed ones too. */
class Stream
{
public:
  explicit Stream(const std::string & path) : m_Path(path), m_File(gzopen(path.c_str(), "rb"), &gzclose)
  {
    if (!m_File)
    {
      throw DataError(path + ": cannot be opened; required a NIfTI file");
    }
  }

  /** Bytes read: fewer than asked for at the end of the file. Throws for a damaged compressed stream. */
  std::size_t
  Read(void * to, std::size_t bytes)
  {
    std::size_t done = 0;
    while (done < bytes)
    {
      const auto chunk = static_cast<unsigned int>(std::min<std::size_t>(bytes - done, 1u << 30));
      const int got = gzread(m_File.get(), static_cast<char *>(to) + done, chunk);
      if (got < 0 || (got == 0 && !gzeof(m_File.get())))
      {
        throw DataError(m_Path + ": the compressed data are damaged or end too early; required a whole file");
      }
      if (got == 0)
      {
        break;
      }
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  /** Reads on to the end, which is where zlib compares the checksum; returns the number of bytes. */
  std::int64_t
  Drain()
  {
    std::vector<char> block(1 << 18);
    std::int64_t bytes = 0;
    for (std::size_t got = block.size(); got == block.size();)
    {
      got = Read(block.data(), block.size());
      bytes += static_cast<std::int64_t>(got);
    }
    int code = Z_OK;
    gzerror(m_File.get(), &code);
    if (code != Z_OK)
    {
      throw DataError(m_Path + ": the compressed data are damaged or end too early; required a whole file");
    }
    return bytes;
  }

private:
  std::string m_Path;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> m_File;
};

/** What the header says about the voxels (nifti1.h, R. W. Cox et al., 2004). */
struct Header
{
  std::array<unsigned char, headerBytes> bytes;
  bool swapped = false;

  template <typename T>
  T
  At(int offset) const
  {
    std::array<unsigned char, sizeof(T)> raw;
    std::copy_n(bytes.begin() + offset, sizeof(T), raw.begin());
    if (swapped)
    {
      std::reverse(raw.begin(), raw.end());
    }
    T value;
    std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }
  std::int16_t
  Dimension(int axis) const
  {
    return At<std::int16_t>(40 + 2 * axis);
  }
};

Header
ReadHeader(Stream & stream, const std::string & path)
{
  Header header;
  const bool complete = stream.Read(header.bytes.data(), headerBytes) == headerBytes;
  header.swapped = complete && header.At<std::int32_t>(0) != headerBytes;
  if (!complete || header.At<std::int32_t>(0) != headerBytes || header.bytes[344] != 'n' || header.bytes[345] != '+')
  {
    throw DataError(path + ": is no NIfTI file, or ends inside its header; required NIfTI-1 in one file");
  }
  return header;
}

/** Bytes of the voxels; the product cannot overflow double, and is exact where a file can be that long. */
double
VoxelBytes(const Header & header, const std::string & path)
{
  const int axes = header.Dimension(0);
  double bits = header.At<std::int16_t>(72);
  bool valid = axes >= 1 && axes <= 7 && bits > 0;
  for (int axis = 1; valid && axis <= axes; ++axis)
  {
    valid = header.Dimension(axis) >= 1;
    bits *= header.Dimension(axis);
  }
  if (!valid)
  {
    throw DataError(path + ": the NIfTI header has a size that is not positive; required positive ones");
  }
  return bits / 8.0;
}

double
DataOffset(const Header & header, const std::string & path)
{
  const double offset = header.At<float>(108);
  if (!(offset >= headerBytes && offset < 1e9))
  {
    throw DataError(path + ": the NIfTI header puts the voxels at byte " + std::to_string(offset) +
                    "; required behind the header");
  }
  return offset;
}

/** Throws unless spacing, quaternion and matrix are numbers that a body could have: ITK hands others to a decomposition
 * that prints. */
void
RequireSaneGeometry(const Header & header, const std::string & path)
{
  constexpr int firstSpacing = 76;
  constexpr int firstQuaternion = 256; // 6 numbers, then the 12 of the matrix
  constexpr float largest = 1e9F;
  const auto sane = [&](int first, int count)
  {
    bool result = true;
    for (int i = 0; i < count; ++i)
    {
      const auto value = header.At<float>(first + 4 * i);
      result = result && std::abs(value) < largest; // false for NaN
    }
    return result;
  };
  if (!sane(firstSpacing, 8) || !sane(firstQuaternion, 18))
  {
    throw DataError(path + ": spacing or orientation in the NIfTI header is not finite or absurdly large; required "
                           "millimetres and cosines");
  }
}

/** value = slope * stored + intercept */
struct Scaling
{
  double slope = 1.0;
  double intercept = 0.0;
};

Scaling
ScalingOf(const Header & header)
{
  const Scaling scaling{header.At<float>(112), header.At<float>(116)};
  const bool used = std::isfinite(scaling.slope) && std::isfinite(scaling.intercept) && scaling.slope != 0.0;
  return used ? scaling : Scaling{};
}

template <typename TStored>
void
ReadAs(Stream & stream, const Header & header, const std::string & path, float * values, std::int64_t count)
{
  constexpr std::int64_t blockSize = 65536;
  const Scaling scaling = ScalingOf(header);
  std::vector<unsigned char> block(sizeof(TStored) * blockSize);
  for (std::int64_t done = 0; done < count;)
  {
    const std::int64_t now = std::min(count - done, blockSize);
    const std::size_t bytes = static_cast<std::size_t>(now) * sizeof(TStored);
    if (stream.Read(block.data(), bytes) != bytes)
    {
      throw DataError(path + ": ends before its last voxel; required a whole file");
    }
    for (std::int64_t i = 0; i < now; ++i)
    {
      unsigned char * const raw = block.data() + static_cast<std::size_t>(i) * sizeof(TStored);
      if (header.swapped)
      {
        std::reverse(raw, raw + sizeof(TStored));
      }
      TStored stored;
      std::memcpy(&stored, raw, sizeof(TStored));
      values[done + i] = static_cast<float>(scaling.slope * static_cast<double>(stored) + scaling.intercept);
    }
    done += now;
  }
}

using Reader = void (*)(Stream &, const Header &, const std::string &, float *, std::int64_t);

/** What reads a NIfTI datatype (NIFTI_TYPE_...) of real numbers, or pairs of them; nullptr for others. */
Reader
ReaderOf(std::int16_t datatype)
{
  static const std::map<std::int16_t, Reader> readers = {{2, &ReadAs<std::uint8_t>},
                                                         {4, &ReadAs<std::int16_t>},
                                                         {8, &ReadAs<std::int32_t>},
                                                         {16, &ReadAs<float>},
                                                         {complexFloat, &ReadAs<float>},
                                                         {64, &ReadAs<double>},
                                                         {256, &ReadAs<std::int8_t>},
                                                         {512, &ReadAs<std::uint16_t>},
                                                         {768, &ReadAs<std::uint32_t>},
                                                         {1024, &ReadAs<std::int64_t>},
                                                         {1280, &ReadAs<std::uint64_t>},
                                                         {complexDouble, &ReadAs<double>}};
  const auto row = readers.find(datatype);
  return row == readers.end() ? nullptr : row->second;
}
} // namespace

void
RequireWholeNifti(const std::string & path)
{
  Stream stream(path);
  const Header header = ReadHeader(stream, path);
  RequireSaneGeometry(header, path);
  const double required = DataOffset(header, path) + VoxelBytes(header, path);
  const double found = static_cast<double>(headerBytes + stream.Drain());
  if (found < required)
  {
    throw DataError(path + ": holds " + FormatNumber(found, 0) + " bytes; required at least " +
                    FormatNumber(required, 0) + " by its header");
  }
}

Volume
ReadNiftiVoxels(const std::string & path, const Grid & grid)
{
  Stream stream(path);
  const Header header = ReadHeader(stream, path);
  const std::int16_t datatype = header.At<std::int16_t>(70);
  const Reader read = ReaderOf(datatype);
  if (read == nullptr)
  {
    throw DataError(path + ": NIfTI voxels of type " + std::to_string(datatype) +
                    "; required integer, real or complex ones of at most 64 bits a part");
  }
  std::int64_t channels = 1;
  for (int axis = 4; axis <= header.Dimension(0); ++axis)
  {
    channels *= header.Dimension(axis);
  }
  const bool isComplex = datatype == complexFloat || datatype == complexDouble;
  Volume volume(grid, isComplex ? Volume::Element::Complex : Volume::Element::Real, channels);
  std::vector<char> skipped(static_cast<std::size_t>(DataOffset(header, path)) - headerBytes);
  stream.Read(skipped.data(), skipped.size());
  read(stream, header, path, volume.Data(), volume.NumberOfElements() * (isComplex ? 2 : 1));
  return volume;
}
} // namespace tweedie
