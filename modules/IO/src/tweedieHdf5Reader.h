// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHdf5Reader_h
#define tweedieHdf5Reader_h

#include "tweedieChildProcess.h"
#include "tweedieHdf5Handle.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Of a child that reads such a file: damaged ones can send the library round in circles. */
ChildLimits Hdf5Limits(const std::string & path);

/** Reads an HDF5 file that nobody vouches for. Of a child process: it changes the library for all of it. No other file
 * is ever opened: external links, external and virtual data sets and filters from plugins are refused. What a data set
 * claims is held against the size of the file before memory is taken. Throws DataError, without the file's name. */
class Hdf5Reader
{
public:
  explicit Hdf5Reader(const std::string & path);

  /** Whether there is an object, by links inside of the file. */
  bool Has(const std::string & path) const;

  bool IsDataset(const std::string & path) const;

  /** Names of the groups in a group, some hundred at most. */
  std::vector<std::string> Groups(const std::string & path) const;

  /** A text attribute of an object. */
  std::optional<std::string> Attribute(const std::string & path, const char * name) const;

  /** Shape of a data set; empty for a scalar. */
  std::vector<std::int64_t> Shape(const std::string & path) const;

  bool IsComplex(const std::string & path) const;

  /** All numbers, at most a million. */
  std::vector<double> Numbers(const std::string & path) const;

  std::string Text(const std::string & path) const;

  /** All values in pieces, complex ones as two numbers each. */
  void Pixels(const std::string & path, const std::function<void(const float *, std::size_t)> & piece) const;

  /** All values in pieces. */
  void Bits(const std::string & path, const std::function<void(const std::uint32_t *, std::size_t)> & piece) const;

  /** All records of a list, some at a time, converted to memoryType, whose members' names the file must have; memory of
   * members without a fixed length is freed after each call. */
  void Records(const std::string & path,
               hid_t memoryType,
               const std::function<void(const void *, std::size_t)> & piece) const;

private:
  Hdf5Handle OpenObject(const std::string & path) const;
  template <typename TValue>
  void Pieces(const std::string & path,
              hid_t memoryType,
              const std::function<void(const TValue *, std::size_t)> & piece) const;

  std::uint64_t m_FileSize = 0;
  Hdf5Handle m_File;
};
} // namespace tweedie

#endif
