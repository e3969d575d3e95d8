// SPDX-License-Identifier: Apache-2.0
#include "tweedieSha256.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace tweedie
{
namespace
{
constexpr std::uint32_t roundConstants[64] = {
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u,
    0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u,
    0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
    0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u,
    0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u,
    0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
    0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
    0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u};

constexpr std::uint32_t
RotateRight(std::uint32_t x, int n)
{
  return (x >> n) | (x << (32 - n));
}
} // namespace

void
Sha256Hash::Compress(const std::uint8_t * block)
{
  std::uint32_t w[64];
  for (int i = 0; i < 16; ++i)
  {
    w[i] = std::uint32_t{block[4 * i]} << 24 | std::uint32_t{block[4 * i + 1]} << 16 |
           std::uint32_t{block[4 * i + 2]} << 8 | block[4 * i + 3];
  }
  for (int i = 16; i < 64; ++i)
  {
    const std::uint32_t a = RotateRight(w[i - 15], 7) ^ RotateRight(w[i - 15], 18) ^ (w[i - 15] >> 3);
    const std::uint32_t b = RotateRight(w[i - 2], 17) ^ RotateRight(w[i - 2], 19) ^ (w[i - 2] >> 10);
    w[i] = w[i - 16] + a + w[i - 7] + b;
  }
  auto s = m_State;
  for (int i = 0; i < 64; ++i)
  {
    const std::uint32_t big1 = RotateRight(s[4], 6) ^ RotateRight(s[4], 11) ^ RotateRight(s[4], 25);
    const std::uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
    const std::uint32_t t1 = s[7] + big1 + choice + roundConstants[i] + w[i];
    const std::uint32_t big0 = RotateRight(s[0], 2) ^ RotateRight(s[0], 13) ^ RotateRight(s[0], 22);
    const std::uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
    s = {t1 + big0 + majority, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
  }
  for (int i = 0; i < 8; ++i)
  {
    m_State[i] += s[i];
  }
}

void
Sha256Hash::Update(const void * data, std::size_t size)
{
  const auto * bytes = static_cast<const std::uint8_t *>(data);
  while (size > 0)
  {
    const std::size_t filled = m_Size % 64;
    const std::size_t count = std::min(size, 64 - filled);
    if (count == 64)
    {
      Compress(bytes);
    }
    else
    {
      std::copy_n(bytes, count, m_Block.begin() + filled);
      if (filled + count == 64)
      {
        Compress(m_Block.data());
      }
    }
    m_Size += count;
    bytes += count;
    size -= count;
  }
}

std::string
Sha256Hash::Finish()
{
  const std::uint64_t bits = 8 * m_Size;
  const std::uint8_t one = 0x80;
  const std::uint8_t zero = 0;
  Update(&one, 1);
  while (m_Size % 64 != 56)
  {
    Update(&zero, 1);
  }
  for (int shift = 56; shift >= 0; shift -= 8)
  {
    const auto byte = static_cast<std::uint8_t>(bits >> shift);
    Update(&byte, 1);
  }
  std::string text;
  for (const std::uint32_t word : m_State)
  {
    for (int shift = 28; shift >= 0; shift -= 4)
    {
      text += "0123456789abcdef"[(word >> shift) & 15u];
    }
  }
  return text;
}

std::string
Sha256(const void * data, std::size_t size)
{
  Sha256Hash hash;
  hash.Update(data, size);
  return hash.Finish();
}

std::string
FileSha256(const std::string & path)
{
  std::ifstream stream(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  return stream.is_open() ? Sha256(bytes.data(), bytes.size()) : "";
}
} // namespace tweedie
