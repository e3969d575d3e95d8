// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHdf5Checks_h
#define tweedieHdf5Checks_h

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** How many values a file of that size can hold at most, compressed as HDF5 does. */
std::uint64_t LargestHdf5Count(std::uint64_t fileSize);

/** Of a data space. Throws DataError where it has none. */
std::vector<hsize_t> Hdf5Extent(hid_t space, const std::string & path);

/** Product of an extent. Throws DataError where it is more than limit, or nothing. */
std::uint64_t Hdf5Count(const std::vector<hsize_t> & extent, std::uint64_t limit, const std::string & path);

/** Throws DataError unless all values of a data set are in this file, and HDF5 itself can decode them. */
void RequireHdf5Stored(hid_t dataset, std::uint64_t fileSize, const std::string & path);

bool IsRealNumber(hid_t type);

/** What h5py writes for complex numbers, and others after it: two floats. */
bool IsComplexNumber(hid_t type);

/** Two floats by the names that the file's type gives its members. */
hid_t ComplexType(hid_t type);
} // namespace tweedie

#endif
