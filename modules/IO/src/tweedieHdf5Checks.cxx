// SPDX-License-Identifier: Apache-2.0
#include "tweedieHdf5Checks.h"

#include "tweedieError.h"
#include "tweedieHdf5Handle.h"

#include <array>

namespace tweedie
{
namespace
{
constexpr std::uint64_t largestChunk = std::uint64_t(1) << 30U;
constexpr std::uint64_t largestRatio = 1100; ///< deflate makes at most 1032 of 1
constexpr int mostDimensions = 8;

[[noreturn]] void
Refuse(const std::string & path, const std::string & what)
{
  throw DataError(path + ": " + what);
}

void
RequireFilters(hid_t creation, const std::string & path)
{
  const int filters = H5Pget_nfilters(creation);
  for (int i = 0; i < filters; ++i)
  {
    unsigned flags = 0;
    std::size_t parameters = 0;
    std::array<char, 64> name{};
    unsigned configuration = 0;
    const H5Z_filter_t filter = H5Pget_filter2(
        creation, static_cast<unsigned>(i), &flags, &parameters, nullptr, name.size() - 1, name.data(), &configuration);
    if (filter < 0 || filter > H5Z_FILTER_SCALEOFFSET || H5Zfilter_avail(filter) <= 0)
    {
      Refuse(path,
             "is compressed by filter " + std::to_string(filter) + " (" + name.data() +
                 "), which is no part of HDF5; required gzip, as h5repack -f GZIP=4 writes it");
    }
  }
}

/** Whether all chunks were written and none is larger than what is read at once. */
void
RequireChunks(hid_t dataset, hid_t creation, const std::vector<hsize_t> & extent, const std::string & path)
{
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = H5Pget_chunk(creation, H5S_MAX_RANK, chunk.data());
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  std::uint64_t wanted = 1, bytes = H5Tget_size(type);
  for (std::size_t i = 0; i < extent.size() && rank == static_cast<int>(extent.size()); ++i)
  {
    if (chunk[i] == 0 || chunk[i] > largestChunk / bytes)
    {
      Refuse(path, "has chunks of more than a gibibyte; required smaller ones");
    }
    bytes *= chunk[i];
    wanted *= (extent[i] - 1) / chunk[i] + 1;
  }
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  hsize_t written = 0;
  if (H5Dget_num_chunks(dataset, space, &written) < 0 || written != wanted)
  {
    Refuse(path,
           "has " + std::to_string(written) + " of " + std::to_string(wanted) +
               " chunks; required all of them: the file was not written to its end");
  }
}
} // namespace

std::uint64_t
LargestHdf5Count(std::uint64_t fileSize)
{
  return fileSize * largestRatio;
}

std::vector<hsize_t>
Hdf5Extent(hid_t space, const std::string & path)
{
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0 || rank > mostDimensions)
  {
    Refuse(path, "has no shape, or more than 8 dimensions; required an array");
  }
  std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
  if (rank > 0)
  {
    H5Sget_simple_extent_dims(space, extent.data(), nullptr);
  }
  return extent;
}

std::uint64_t
Hdf5Count(const std::vector<hsize_t> & extent, std::uint64_t limit, const std::string & path)
{
  std::uint64_t count = 1;
  for (const hsize_t length : extent)
  {
    if (length == 0 || length > limit || count > limit / length)
    {
      Refuse(path,
             length == 0 ? "is empty; required values"
                         : "claims more than " + std::to_string(limit) +
                               " values, which the file cannot hold or which are not read; required as many as it has");
    }
    count *= length;
  }
  return count;
}

void
RequireHdf5Stored(hid_t dataset, std::uint64_t fileSize, const std::string & path)
{
  const Hdf5Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  const auto extent = Hdf5Extent(space, path);
  const H5D_layout_t layout = H5Pget_layout(creation);
  if (layout == H5D_VIRTUAL || H5Pget_external_count(creation) != 0)
  {
    Refuse(path, "has its values in other files; required one file that holds them, as h5repack -l CONTI makes it");
  }
  const std::uint64_t count = Hdf5Count(extent, LargestHdf5Count(fileSize), path);
  if (layout == H5D_CHUNKED)
  {
    RequireFilters(creation, path);
    RequireChunks(dataset, creation, extent, path);
  }
  else if (H5Tis_variable_str(type) <= 0 && // texts of any length lie elsewhere
           (H5Dget_storage_size(dataset) != count * H5Tget_size(type) || H5Dget_storage_size(dataset) > fileSize))
  {
    Refuse(path, "claims " + std::to_string(count) + " values that the file does not hold; required as many as it has");
  }
}

bool
IsRealNumber(hid_t type)
{
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM;
}

bool
IsComplexNumber(hid_t type)
{
  return H5Tget_class(type) == H5T_COMPOUND && H5Tget_nmembers(type) == 2 &&
         H5Tget_member_class(type, 0) == H5T_FLOAT && H5Tget_member_class(type, 1) == H5T_FLOAT;
}

hid_t
ComplexType(hid_t type)
{
  const hid_t memory = H5Tcreate(H5T_COMPOUND, 2 * sizeof(float));
  for (unsigned i = 0; i < 2; ++i)
  {
    char * const name = H5Tget_member_name(type, i);
    H5Tinsert(memory, name, i * sizeof(float), H5T_NATIVE_FLOAT);
    H5free_memory(name);
  }
  return memory;
}
} // namespace tweedie
