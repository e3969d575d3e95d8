// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomBytes_h
#define tweedieDicomBytes_h

#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace tweedie::test
{
/** Little endian. */
inline std::uint64_t
NumberAt(const std::string & bytes, std::size_t at, std::size_t count)
{
  std::uint64_t number = 0;
  for (std::size_t i = count; i > 0; --i)
  {
    number = number << 8U | static_cast<unsigned char>(bytes.at(at + i - 1));
  }
  return number;
}

inline std::string
FileBytes(const std::string & path)
{
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/** What follows preamble, prefix and group 2 of a DICOM file. */
inline std::string
DataSetBytes(const std::string & path)
{
  const std::string bytes = FileBytes(path);
  return bytes.substr(144 + NumberAt(bytes, 140, 4));
}

/** (0002,0003) of a DICOM file. */
inline std::string
InstanceUid(const std::string & path)
{
  const std::string bytes = FileBytes(path);
  const std::size_t at = bytes.find(std::string("\x02\x00\x03\x00UI", 6));
  if (at == std::string::npos)
  {
    throw std::runtime_error("InstanceUid: " + path);
  }
  const std::string uid = bytes.substr(at + 8, NumberAt(bytes, at + 6, 2));
  return uid.substr(0, uid.find('\0'));
}
} // namespace tweedie::test

#endif
