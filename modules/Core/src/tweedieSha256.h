// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSha256_h
#define tweedieSha256_h

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tweedie
{
/** SHA-256 (FIPS 180-4) of bytes that arrive in pieces. */
class Sha256Hash
{
public:
  void Update(const void * data, std::size_t size);
  /** Lower-case hexadecimal; nothing can be added afterwards. */
  std::string Finish();

private:
  void Compress(const std::uint8_t * block);

  std::array<std::uint32_t, 8> m_State{
      0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au, 0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};
  std::array<std::uint8_t, 64> m_Block{};
  std::uint64_t m_Size = 0;
};

/** Of tweedieModelFile.h, for what does without LibTorch. */
std::string Sha256(const void * data, std::size_t size);
std::string FileSha256(const std::string & path);
} // namespace tweedie

#endif
