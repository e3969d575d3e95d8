// SPDX-License-Identifier: Apache-2.0
#include "tweedieHdf5Reader.h"

#include "tweedieError.h"
#include "tweedieHdf5Checks.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>

namespace tweedie
{
namespace
{
constexpr std::size_t longestText = std::size_t(1) << 20U;
constexpr std::size_t longestPath = 1000;
constexpr std::uint64_t mostNumbers = 1000000;
constexpr std::uint64_t pieceLength = std::uint64_t(1) << 22U;
constexpr std::uint64_t longestRow = std::uint64_t(1) << 30U;

[[noreturn]] void
Refuse(const std::string & path, const std::string & what)
{
  throw DataError(path + ": " + what);
}

Hdf5Handle
OpenFile(const std::string & path)
{
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
  H5Lunregister(H5L_TYPE_EXTERNAL);
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_sec2(access); // whatever HDF5_DRIVER says
  H5Pset_file_locking(access, false, true);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
  {
    throw DataError("cannot be read; required a file");
  }
  if (H5Fis_hdf5(path.c_str()) <= 0)
  {
    throw DataError("is no HDF5 file, or one cut short; required HDF5 as in CXI and NeXus");
  }
  Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
  if (!file)
  {
    throw DataError("cannot be opened as HDF5, damaged or cut short; required a whole file");
  }
  return file;
}

/** The text of a string, fixed or variable in length; read is given a type and memory. */
template <typename TRead>
std::string
TextOf(hid_t type, hid_t space, const std::string & path, const TRead & read)
{
  if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1)
  {
    Refuse(path, "is no single text; required one");
  }
  if (H5Tis_variable_str(type) > 0)
  {
    char * text = nullptr;
    if (read(type, &text) < 0 || text == nullptr)
    {
      Refuse(path, "cannot be read; required a text");
    }
    const std::string result(text, strnlen(text, longestText));
    H5free_memory(text);
    return result;
  }
  const std::size_t size = H5Tget_size(type);
  std::string text(size > longestText ? 0 : size, '\0');
  if (text.empty() || read(type, text.data()) < 0)
  {
    Refuse(path, "cannot be read, or is longer than 1 MiB; required a text");
  }
  text.resize(strnlen(text.data(), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}
/** Throws DataError unless a record of the file has all members of one in memory, at every depth. */
void
RequireMembers(hid_t type, hid_t wanted, const std::string & path)
{
  if (H5Tget_class(type) != H5Tget_class(wanted))
  {
    Refuse(path, "is of another kind; required what ISMRMRD stores there");
  }
  if (H5Tget_class(wanted) == H5T_VLEN)
  {
    const Hdf5Handle ofFile(H5Tget_super(type), H5Tclose), ofMemory(H5Tget_super(wanted), H5Tclose);
    RequireMembers(ofFile, ofMemory, path);
  }
  for (int i = 0; H5Tget_class(wanted) == H5T_COMPOUND && i < H5Tget_nmembers(wanted); ++i)
  {
    char * const text = H5Tget_member_name(wanted, static_cast<unsigned>(i));
    const std::string name(text);
    H5free_memory(text);
    const int index = H5Tget_member_index(type, name.c_str());
    if (index < 0)
    {
      Refuse(path, "has no member '" + name + "'; required in every record");
    }
    const Hdf5Handle ofFile(H5Tget_member_type(type, static_cast<unsigned>(index)), H5Tclose);
    const Hdf5Handle ofMemory(H5Tget_member_type(wanted, static_cast<unsigned>(i)), H5Tclose);
    RequireMembers(ofFile, ofMemory, path + "/" + name);
  }
}
} // namespace

ChildLimits
Hdf5Limits(const std::string & path)
{
  constexpr std::uint64_t leastSeconds = 20, bytesPerSecond = 10000000; // gzip takes a tenth of that time
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  return {std::uint64_t(4) << 30U, leastSeconds + (error ? 0 : size / bytesPerSecond)};
}

Hdf5Reader::Hdf5Reader(const std::string & path) : m_File(OpenFile(path))
{
  std::error_code error;
  m_FileSize = std::filesystem::file_size(path, error);
}

bool
Hdf5Reader::Has(const std::string & path) const
{
  if (path.empty() || path.size() > longestPath || path.find('\0') != std::string::npos)
  {
    return false;
  }
  for (std::size_t end = path.find_first_not_of('/'); end != std::string::npos;)
  {
    end = path.find('/', end);
    const std::string prefix = path.substr(0, end);
    if (H5Lexists(m_File, prefix.c_str(), H5P_DEFAULT) <= 0)
    {
      return false;
    }
    H5L_info_t link{};
    if (H5Lget_info(m_File, prefix.c_str(), &link, H5P_DEFAULT) < 0)
    {
      return false;
    }
    if (link.type != H5L_TYPE_HARD && link.type != H5L_TYPE_SOFT)
    {
      Refuse(prefix, "is a link to another file; required one file that holds all, as h5copy -f ext makes it");
    }
    if (H5Oexists_by_name(m_File, prefix.c_str(), H5P_DEFAULT) <= 0)
    {
      return false;
    }
    end = end == std::string::npos ? end : path.find_first_not_of('/', end);
  }
  return true;
}

Hdf5Handle
Hdf5Reader::OpenObject(const std::string & path) const
{
  if (!Has(path))
  {
    Refuse(path, "is not there; required in the file");
  }
  Hdf5Handle object(H5Oopen(m_File, path.c_str(), H5P_DEFAULT), H5Oclose);
  if (!object)
  {
    Refuse(path, "cannot be opened; required an object in order");
  }
  return object;
}

bool
Hdf5Reader::IsDataset(const std::string & path) const
{
  return Has(path) && H5Iget_type(OpenObject(path)) == H5I_DATASET;
}

std::vector<std::string>
Hdf5Reader::Groups(const std::string & path) const
{
  const Hdf5Handle group(H5Gopen2(m_File, path.c_str(), H5P_DEFAULT), H5Gclose);
  std::vector<std::string> names;
  H5G_info_t info{};
  constexpr hsize_t mostLinks = 400;
  if (!group || H5Gget_info(group, &info) < 0)
  {
    return names;
  }
  for (hsize_t i = 0; i < std::min(info.nlinks, mostLinks); ++i)
  {
    std::array<char, 256> name{};
    H5L_info_t link{};
    H5O_info_t object{};
    const bool isGroup =
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT) > 0 &&
        H5Lget_info(group, name.data(), &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_HARD &&
        H5Oget_info_by_name2(group, name.data(), &object, H5O_INFO_BASIC, H5P_DEFAULT) >= 0 &&
        object.type == H5O_TYPE_GROUP;
    if (isGroup)
    {
      names.emplace_back(name.data());
    }
  }
  return names;
}

std::optional<std::string>
Hdf5Reader::Attribute(const std::string & path, const char * name) const
{
  const Hdf5Handle object = OpenObject(path);
  if (H5Aexists(object, name) <= 0)
  {
    return std::nullopt;
  }
  const Hdf5Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  const Hdf5Handle type(H5Aget_type(attribute), H5Tclose);
  const Hdf5Handle space(H5Aget_space(attribute), H5Sclose);
  return TextOf(type,
                space,
                path + "@" + name,
                [&](hid_t memoryType, void * memory) { return H5Aread(attribute, memoryType, memory); });
}

std::vector<std::int64_t>
Hdf5Reader::Shape(const std::string & path) const
{
  const Hdf5Handle dataset = OpenObject(path);
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  const auto extent = Hdf5Extent(space, path);
  Hdf5Count(extent, LargestHdf5Count(m_FileSize), path);
  return {extent.begin(), extent.end()};
}

bool
Hdf5Reader::IsComplex(const std::string & path) const
{
  const Hdf5Handle dataset = OpenObject(path);
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  return type && IsComplexNumber(type);
}

std::string
Hdf5Reader::Text(const std::string & path) const
{
  const Hdf5Handle dataset = OpenObject(path);
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  RequireHdf5Stored(dataset, m_FileSize, path);
  return TextOf(type,
                space,
                path,
                [&](hid_t memoryType, void * memory)
                { return H5Dread(dataset, memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, memory); });
}

std::vector<double>
Hdf5Reader::Numbers(const std::string & path) const
{
  const Hdf5Handle dataset = OpenObject(path);
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  if (!type || !IsRealNumber(type))
  {
    Refuse(path, "is no number; required one");
  }
  RequireHdf5Stored(dataset, m_FileSize, path);
  std::vector<double> numbers(Hdf5Count(Hdf5Extent(space, path), mostNumbers, path));
  if (H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) < 0)
  {
    Refuse(path, "cannot be read, damaged or cut short; required numbers");
  }
  return numbers;
}

template <typename TValue>
void
Hdf5Reader::Pieces(const std::string & path,
                   hid_t memoryType,
                   const std::function<void(const TValue *, std::size_t)> & piece) const
{
  const Hdf5Handle dataset = OpenObject(path);
  RequireHdf5Stored(dataset, m_FileSize, path);
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  const auto extent = Hdf5Extent(space, path);
  const std::size_t perValue = H5Tget_size(memoryType) / sizeof(TValue);
  const std::uint64_t rows = extent.empty() ? 1 : extent.front();
  const std::uint64_t rowLength = Hdf5Count(extent, UINT64_MAX, path) / rows;
  if (rowLength > longestRow)
  {
    Refuse(path, "has frames of more than a thousand million values; required smaller ones");
  }
  const std::uint64_t step = std::max<std::uint64_t>(1, pieceLength / rowLength);
  std::vector<TValue> values;
  for (std::uint64_t row = 0; row < rows; row += step)
  {
    std::vector<hsize_t> start(extent.size(), 0), count = extent;
    if (!extent.empty())
    {
      start[0] = row;
      count[0] = std::min(step, rows - row);
      H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
    }
    const hsize_t length = extent.empty() ? 1 : count[0] * rowLength;
    const Hdf5Handle memory(H5Screate_simple(1, &length, nullptr), H5Sclose);
    values.resize(length * perValue);
    if (H5Dread(dataset, memoryType, memory, space, H5P_DEFAULT, values.data()) < 0)
    {
      Refuse(path, "cannot be read, damaged or cut short; required a whole file");
    }
    piece(values.data(), values.size());
  }
}

void
Hdf5Reader::Pixels(const std::string & path, const std::function<void(const float *, std::size_t)> & piece) const
{
  const Hdf5Handle dataset = OpenObject(path);
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  if (!type || (!IsRealNumber(type) && !IsComplexNumber(type)))
  {
    Refuse(path, "holds no numbers; required real or complex ones");
  }
  const Hdf5Handle complexType(IsComplexNumber(type) ? ComplexType(type) : -1, H5Tclose);
  Pieces<float>(path, complexType ? static_cast<hid_t>(complexType) : H5T_NATIVE_FLOAT, piece);
}

void
Hdf5Reader::Bits(const std::string & path, const std::function<void(const std::uint32_t *, std::size_t)> & piece) const
{
  const Hdf5Handle dataset = OpenObject(path);
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  if (!type || !IsRealNumber(type))
  {
    Refuse(path, "holds no numbers; required whole ones");
  }
  Pieces<std::uint32_t>(path, H5T_NATIVE_UINT32, piece);
}

void
Hdf5Reader::Records(const std::string & path,
                    hid_t memoryType,
                    const std::function<void(const void *, std::size_t)> & piece) const
{
  constexpr std::uint64_t recordsAtOnce = 64;
  const Hdf5Handle dataset = OpenObject(path);
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  RequireMembers(type, memoryType, path);
  RequireHdf5Stored(dataset, m_FileSize, path);
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  const auto extent = Hdf5Extent(space, path);
  const std::uint64_t all = Hdf5Count(extent, mostNumbers * 10, path);
  if (extent.empty() || all != extent[0])
  {
    Refuse(path, "is no list of records; required one dimension");
  }
  const std::size_t size = H5Tget_size(memoryType);
  for (std::uint64_t first = 0; first < all; first += recordsAtOnce)
  {
    std::vector<hsize_t> start(extent.size(), 0), count(extent.size(), 1);
    start[0] = first;
    count[0] = std::min(recordsAtOnce, all - first);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
    const Hdf5Handle memory(H5Screate_simple(1, count.data(), nullptr), H5Sclose);
    std::vector<char> records(size * count[0], 0);
    if (H5Dread(dataset, memoryType, memory, space, H5P_DEFAULT, records.data()) < 0)
    {
      Refuse(path, "cannot be read, damaged or cut short; required a whole file");
    }
    piece(records.data(), count[0]);
    H5Dvlen_reclaim(memoryType, memory, H5P_DEFAULT, records.data());
  }
}
} // namespace tweedie
