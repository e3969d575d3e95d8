// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHdf5Handle_h
#define tweedieHdf5Handle_h

#include <hdf5.h>

#include <utility>

namespace tweedie
{
/** An identifier of the HDF5 library that closes itself; below 0 it is none. */
class Hdf5Handle
{
public:
  using Close = herr_t (*)(hid_t);

  Hdf5Handle() = default;
  Hdf5Handle(hid_t id, Close close) : m_Id(id), m_Close(close) {}
  Hdf5Handle(Hdf5Handle && other) noexcept : m_Id(std::exchange(other.m_Id, -1)), m_Close(other.m_Close) {}
  Hdf5Handle(const Hdf5Handle &) = delete;
  Hdf5Handle & operator=(const Hdf5Handle &) = delete;
  Hdf5Handle & operator=(Hdf5Handle && other) = delete;
  ~Hdf5Handle()
  {
    if (m_Id >= 0)
    {
      m_Close(m_Id);
    }
  }
  operator hid_t() const
  {
    return m_Id;
  }
  explicit operator bool() const
  {
    return m_Id >= 0;
  }

private:
  hid_t m_Id = -1;
  Close m_Close = nullptr;
};

/** The library says nothing on standard error as long as this lives. */
class QuietHdf5
{
public:
  QuietHdf5()
  {
    H5Eget_auto2(H5E_DEFAULT, &m_Function, &m_Data);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  QuietHdf5(const QuietHdf5 &) = delete;
  QuietHdf5 & operator=(const QuietHdf5 &) = delete;
  ~QuietHdf5()
  {
    H5Eset_auto2(H5E_DEFAULT, m_Function, m_Data);
  }

private:
  H5E_auto2_t m_Function = nullptr;
  void * m_Data = nullptr;
};
} // namespace tweedie

#endif
