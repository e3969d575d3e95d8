// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomUid.h"

#include "tweedieModelFile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <random>

namespace tweedie
{
namespace
{
using Bytes = std::array<std::uint8_t, 16>;

Bytes
HashBytes(const std::string & key)
{
  const std::string digits = Sha256(key.data(), key.size());
  Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
  {
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, bytes[i], 16);
  }
  return bytes;
}

Bytes
RandomBytes()
{
  std::random_device device;
  Bytes bytes{};
  for (std::uint8_t & byte : bytes)
  {
    byte = static_cast<std::uint8_t>(device());
  }
  return bytes;
}

/** A number of 128 bits, most significant byte first. */
std::string
Decimal(Bytes bytes)
{
  std::string digits;
  bool isZero = false;
  while (!isZero)
  {
    unsigned remainder = 0;
    isZero = true;
    for (std::uint8_t & byte : bytes)
    {
      const unsigned value = remainder << 8U | byte;
      byte = static_cast<std::uint8_t>(value / 10);
      remainder = value % 10;
      isZero = isZero && byte == 0;
    }
    digits.insert(digits.begin(), static_cast<char>('0' + remainder));
  }
  return digits;
}
} // namespace

std::string
MakeUid(const std::string & key)
{
  Bytes bytes = key.empty() ? RandomBytes() : HashBytes(key);
  const unsigned version = key.empty() ? 4 : 8;
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | version << 4U);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
  return "2.25." + Decimal(bytes);
}

bool
IsUid(const std::string & text)
{
  for (std::size_t begin = 0; begin <= text.size();)
  {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string component = text.substr(begin, end - begin);
    if (component.empty() || component.find_first_not_of("0123456789") != std::string::npos ||
        (component[0] == '0' && component.size() > 1))
    {
      return false;
    }
    begin = end + 1;
  }
  return text.size() <= 64;
}
} // namespace tweedie
