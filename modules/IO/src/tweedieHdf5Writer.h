// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHdf5Writer_h
#define tweedieHdf5Writer_h

#include "tweedieHdf5Handle.h"

#include <string>
#include <vector>

namespace tweedie
{
/** An HDF5 file that is made in memory, so that a full disk meets a writer that can say so. The same calls make the
 * same bytes. Groups on the way to a path are made. Throws NumericalError where memory does not suffice. */
class Hdf5Writer
{
public:
  Hdf5Writer();

  /** A group of a NeXus class; empty: of none. */
  void Group(const std::string & path, const std::string & nexusClass);

  void Text(const std::string & path, const std::string & text);
  /** Shape {}: a scalar. units empty: none. */
  void Numbers(const std::string & path,
               const std::vector<hsize_t> & shape,
               const std::vector<double> & numbers,
               const std::string & units);
  void Floats(const std::string & path, const std::vector<hsize_t> & shape, const float * values);
  /** Pairs of floats, with the names that h5py gives them. */
  void Complex(const std::string & path, const std::vector<hsize_t> & shape, const float * values);
  void Whole(const std::string & path, const std::vector<hsize_t> & shape, const std::vector<std::uint32_t> & values);
  /** A list that can grow, as ISMRMRD keeps records, arrays and texts: each row of a shape is a chunk. */
  void
  Rows(const std::string & path, const std::vector<hsize_t> & shape, hid_t fileType, hid_t type, const void * values);
  void Attribute(const std::string & path, const char * name, const std::string & text);
  /** Another name of an object of this file. */
  void Link(const std::string & path, const std::string & target);

  /** All bytes of the file, which ends. */
  std::vector<char> Finish();

private:
  void
  Data(const std::string & path, const std::vector<hsize_t> & shape, hid_t fileType, hid_t type, const void * values);
  void Create(const std::string & path, hid_t space, hid_t creation, hid_t fileType, hid_t type, const void * values);

  QuietHdf5 m_Quiet;
  Hdf5Handle m_File;
};
} // namespace tweedie

#endif
