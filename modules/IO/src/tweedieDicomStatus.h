// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomStatus_h
#define tweedieDicomStatus_h

#include <cstdint>
#include <string>

namespace tweedie
{
/** "status 0xA700" */
inline std::string
DicomStatusText(std::uint16_t status)
{
  const char * digits = "0123456789ABCDEF";
  std::string text = "status 0x";
  for (const unsigned shift : {12U, 8U, 4U, 0U})
  {
    text += digits[status >> shift & 0xFU];
  }
  return text;
}
} // namespace tweedie

#endif
