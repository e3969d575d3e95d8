// SPDX-License-Identifier: Apache-2.0
// Model files, and headers whose hash is right so that what is behind the check is reached.
#include "tweedieFuzz.h"
#include "tweedieModelHeader.h"

#include <cstring>

namespace
{
constexpr std::size_t hashSize = 64;

/** The bytes with the SHA-256 that they ought to have, if they name one. */
std::string
Repaired(std::string bytes)
{
  const std::string before = R"(sha256\":\")";
  const std::size_t place = bytes.find(before);
  std::uint64_t length = 0;
  if (bytes.size() >= 8)
  {
    std::memcpy(&length, bytes.data(), 8);
  }
  if (place == std::string::npos || bytes.size() < 8 || length > bytes.size() - 8 ||
      place + before.size() + hashSize > 8 + length)
  {
    return bytes;
  }
  bytes.replace(place + before.size(), hashSize, std::string(hashSize, '0'));
  const std::string header = bytes.substr(8, length);
  const std::string data = bytes.substr(8 + length);
  return bytes.substr(0, 8) + tweedie::WithHash(header, data) + data;
}
} // namespace

int
LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size)
{
  using namespace tweedie;
  const std::string given = fuzz::Text(bytes, size);
  for (const std::string & file : {given, Repaired(given)})
  {
    fuzz::Hold(
        [&]
        {
          const ModelHeader header = ParseModelHeader("model", file);
          std::uint64_t position = 0;
          for (const ModelEntry & entry : header.entries)
          {
            fuzz::Require(entry.begin == position && entry.end >= entry.begin);
            position = entry.end;
          }
          fuzz::Require(header.dataBegin + position == file.size());
        });
  }
  return 0;
}
