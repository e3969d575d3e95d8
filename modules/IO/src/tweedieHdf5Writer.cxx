// SPDX-License-Identifier: Apache-2.0
#include "tweedieHdf5Writer.h"

#include "tweedieError.h"

#include <array>

namespace tweedie
{
namespace
{
void
Require(bool isDone, const std::string & path)
{
  if (!isDone)
  {
    throw NumericalError("HDF5 " + path + ": cannot be made; required memory for twice the file");
  }
}

Hdf5Handle
MakeFile()
{
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  constexpr std::size_t step = std::size_t(1) << 20U;
  H5Pset_fapl_core(access, step, false);
  Hdf5Handle file(H5Fcreate("tweedie-in-memory", H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose);
  Require(static_cast<bool>(file), "file");
  return file;
}

/** Groups on the way are made. */
Hdf5Handle
LinkCreation()
{
  Hdf5Handle creation(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(creation, 1);
  return creation;
}

Hdf5Handle
SpaceOf(const std::vector<hsize_t> & shape)
{
  return {shape.empty() ? H5Screate(H5S_SCALAR)
                        : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
          H5Sclose};
}

Hdf5Handle
TextType()
{
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}
} // namespace

Hdf5Writer::Hdf5Writer() : m_File(MakeFile()) {}

void
Hdf5Writer::Group(const std::string & path, const std::string & nexusClass)
{
  {
    const Hdf5Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
    H5Pset_obj_track_times(creation, false);
    const Hdf5Handle group(H5Gcreate2(m_File, path.c_str(), LinkCreation(), creation, H5P_DEFAULT), H5Gclose);
    Require(static_cast<bool>(group), path);
  }
  if (!nexusClass.empty())
  {
    Attribute(path, "NX_class", nexusClass);
  }
}

void
Hdf5Writer::Create(
    const std::string & path, hid_t space, hid_t creation, hid_t fileType, hid_t type, const void * values)
{
  H5Pset_obj_track_times(creation, false); // the same numbers are the same bytes
  const Hdf5Handle set(H5Dcreate2(m_File, path.c_str(), fileType, space, LinkCreation(), creation, H5P_DEFAULT),
                       H5Dclose);
  Require(set && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0, path);
}

void
Hdf5Writer::Data(
    const std::string & path, const std::vector<hsize_t> & shape, hid_t fileType, hid_t type, const void * values)
{
  const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  Create(path, SpaceOf(shape), creation, fileType, type, values);
}

void
Hdf5Writer::Rows(
    const std::string & path, const std::vector<hsize_t> & shape, hid_t fileType, hid_t type, const void * values)
{
  std::vector<hsize_t> chunk = shape, largest = shape;
  chunk.front() = 1;
  largest.front() = H5S_UNLIMITED;
  const int rank = static_cast<int>(shape.size());
  const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(creation, rank, chunk.data());
  const Hdf5Handle space(H5Screate_simple(rank, shape.data(), largest.data()), H5Sclose);
  Create(path, space, creation, fileType, type, values);
}

void
Hdf5Writer::Text(const std::string & path, const std::string & text)
{
  const char * const characters = text.c_str();
  const Hdf5Handle type = TextType();
  Data(path, {}, type, type, &characters);
}

void
Hdf5Writer::Numbers(const std::string & path,
                    const std::vector<hsize_t> & shape,
                    const std::vector<double> & numbers,
                    const std::string & units)
{
  Data(path, shape, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, numbers.data());
  if (!units.empty())
  {
    Attribute(path, "units", units);
  }
}

void
Hdf5Writer::Floats(const std::string & path, const std::vector<hsize_t> & shape, const float * values)
{
  Data(path, shape, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values);
}

void
Hdf5Writer::Complex(const std::string & path, const std::vector<hsize_t> & shape, const float * values)
{
  const auto pair = [](hid_t part)
  {
    const hid_t type = H5Tcreate(H5T_COMPOUND, 2 * sizeof(float));
    H5Tinsert(type, "r", 0, part);
    H5Tinsert(type, "i", sizeof(float), part);
    return Hdf5Handle(type, H5Tclose);
  };
  const Hdf5Handle fileType = pair(H5T_IEEE_F32LE), type = pair(H5T_NATIVE_FLOAT);
  Data(path, shape, fileType, type, values);
}

void
Hdf5Writer::Whole(const std::string & path,
                  const std::vector<hsize_t> & shape,
                  const std::vector<std::uint32_t> & values)
{
  Data(path, shape, H5T_STD_U32LE, H5T_NATIVE_UINT32, values.data());
}

void
Hdf5Writer::Attribute(const std::string & path, const char * name, const std::string & text)
{
  const Hdf5Handle object(H5Oopen(m_File, path.c_str(), H5P_DEFAULT), H5Oclose);
  const Hdf5Handle type = TextType(), space = SpaceOf({});
  const Hdf5Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  const char * const characters = text.c_str();
  Require(attribute && H5Awrite(attribute, type, &characters) >= 0, path);
}

void
Hdf5Writer::Link(const std::string & path, const std::string & target)
{
  Require(H5Lcreate_soft(target.c_str(), m_File, path.c_str(), LinkCreation(), H5P_DEFAULT) >= 0, path);
}

std::vector<char>
Hdf5Writer::Finish()
{
  Require(H5Fflush(m_File, H5F_SCOPE_LOCAL) >= 0, "file");
  const ssize_t size = H5Fget_file_image(m_File, nullptr, 0);
  Require(size > 0, "file");
  std::vector<char> bytes(static_cast<std::size_t>(size));
  Require(H5Fget_file_image(m_File, bytes.data(), bytes.size()) == size, "file");
  return bytes;
}
} // namespace tweedie
