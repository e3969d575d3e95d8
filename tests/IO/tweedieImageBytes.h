// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageBytes_h
#define tweedieImageBytes_h

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace tweedie
{
namespace test
{
/** A NIfTI-1 file byte by byte from its definition (nifti1.h): an oracle that shares no code with what reads it. */
struct NiftiBytes
{
  std::int16_t datatype = 16; ///< 4 int16, 16 float32, 32 complex64, 128 RGB, 1792 complex128
  std::int16_t bits = 32;
  std::vector<std::int16_t> size = {3, 2, 2};
  float slope = 0.0f;
  float intercept = 0.0f;
  bool bigEndian = false;

  template <typename T>
  std::string
  With(const std::vector<T> & values) const
  {
    std::string bytes(352, '\0');
    Put<std::int32_t>(bytes, 0, 348);
    Put<std::int16_t>(bytes, 40, static_cast<std::int16_t>(size.size()));
    for (int i = 0; i < 7; ++i)
    {
      const bool given = i < static_cast<int>(size.size());
      Put<std::int16_t>(bytes, 42 + 2 * i, given ? size[static_cast<std::size_t>(i)] : std::int16_t{1});
      Put<float>(bytes, 80 + 4 * i, 1.0f);
    }
    Put<std::int16_t>(bytes, 70, datatype);
    Put<std::int16_t>(bytes, 72, bits);
    Put<float>(bytes, 76, 1.0f);
    Put<float>(bytes, 108, 352.0f);
    Put<float>(bytes, 112, slope);
    Put<float>(bytes, 116, intercept);
    bytes.replace(344, 3, "n+1");
    for (const T & value : values)
    {
      bytes.append(sizeof(T), '\0');
      Put<T>(bytes, bytes.size() - sizeof(T), value);
    }
    return bytes;
  }

private:
  template <typename T>
  void
  Put(std::string & bytes, std::size_t offset, T value) const
  {
    std::memcpy(&bytes[offset], &value, sizeof(T));
    if (bigEndian)
    {
      std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                   bytes.begin() + static_cast<std::ptrdiff_t>(offset + sizeof(T)));
    }
  }
};

/** The bytes of numbers as they lie in memory. */
template <typename T>
std::string
RawBytes(const std::vector<T> & values)
{
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}
} // namespace test
} // namespace tweedie

#endif
