// SPDX-License-Identifier: Apache-2.0
#include "tweediePhilox.h"

#include "tweedieMultiversion.h"

#include <cmath>
#include <cstring>

namespace tweedie
{
namespace
{
constexpr double twoToMinus32 = 1.0 / 4294967296.0;
constexpr double twoTo52 = 4503599627370496.0;

TWEEDIE_ALWAYS_INLINE double
FromWord(std::uint64_t word)
{
  double value;
  std::memcpy(&value, &word, sizeof(value));
  return value;
}

TWEEDIE_ALWAYS_INLINE std::uint64_t
ToWord(double value)
{
  std::uint64_t word;
  std::memcpy(&word, &value, sizeof(word));
  return word;
}

/** An integer below 2^52 as a double: put into the mantissa of 2^52, which vector units can do for unsigned numbers. */
TWEEDIE_ALWAYS_INLINE double
FromInteger(std::uint64_t k)
{
  return FromWord(ToWord(twoTo52) | k) - twoTo52;
}

/** -2 log u: u = 2^e m with m in [sqrt(1/2), sqrt(2)), log m = 2 artanh f, f = (m - 1) / (m + 1). */
TWEEDIE_ALWAYS_INLINE double
MinusTwoLog(double u)
{
  constexpr std::uint64_t sqrtHalf = 0x3FE6A09E667F3BCDu;
  constexpr std::uint64_t bias = std::uint64_t{1024} << 52; // e is in [-33, 0]: keeps the shifted word positive
  const std::uint64_t word = ToWord(u);
  const std::uint64_t exponent = (word - sqrtHalf + bias) >> 52;
  const double m = FromWord(word - ((exponent - 1024) << 52));
  const double f = (m - 1.0) / (m + 1.0);
  const double g = f * f;
  double series = 1.0 / 21.0;
  series = series * g + 1.0 / 19.0;
  series = series * g + 1.0 / 17.0;
  series = series * g + 1.0 / 15.0;
  series = series * g + 1.0 / 13.0;
  series = series * g + 1.0 / 11.0;
  series = series * g + 1.0 / 9.0;
  series = series * g + 1.0 / 7.0;
  series = series * g + 1.0 / 5.0;
  series = series * g + 1.0 / 3.0;
  return -2.0 * ((FromInteger(exponent) - 1024.0) * 0.693147180559945309417 + 2.0 * (f + f * g * series));
}

/** cos t and sin t for t = 2 pi k / 2^32: nearest quarter turn, then Taylor series on [-pi/4, pi/4]. */
TWEEDIE_ALWAYS_INLINE void
CosSin(std::uint32_t k, double & cosine, double & sine)
{
  const std::uint32_t quarter = (k + 0x20000000u) >> 30;
  const double t = static_cast<std::int32_t>(k - (quarter << 30)) * (6.283185307179586476925 * twoToMinus32);
  const double h = t * t;
  double s = -1.0 / 1307674368000.0;
  s = s * h + 1.0 / 6227020800.0;
  s = s * h - 1.0 / 39916800.0;
  s = s * h + 1.0 / 362880.0;
  s = s * h - 1.0 / 5040.0;
  s = s * h + 1.0 / 120.0;
  s = s * h - 1.0 / 6.0;
  s = t + t * h * s;
  double c = 1.0 / 20922789888000.0;
  c = c * h - 1.0 / 87178291200.0;
  c = c * h + 1.0 / 479001600.0;
  c = c * h - 1.0 / 3628800.0;
  c = c * h + 1.0 / 40320.0;
  c = c * h - 1.0 / 720.0;
  c = c * h + 1.0 / 24.0;
  c = c * h - 1.0 / 2.0;
  c = 1.0 + h * c;
  // Quarter q: (cos, sin) = (c, s), (-s, c), (-c, -s), (s, -c); by bits, so that no branch stops the vector code.
  const std::uint64_t swap = (ToWord(c) ^ ToWord(s)) & (std::uint64_t{0} - (quarter & 1u));
  const std::uint64_t cosineSign = static_cast<std::uint64_t>((quarter ^ (quarter >> 1)) & 1u) << 63;
  const std::uint64_t sineSign = static_cast<std::uint64_t>((quarter >> 1) & 1u) << 63;
  cosine = FromWord((ToWord(c) ^ swap) ^ cosineSign);
  sine = FromWord((ToWord(s) ^ swap) ^ sineSign);
}

TWEEDIE_ALWAYS_INLINE void
PhiloxRounds(std::uint32_t & c0,
             std::uint32_t & c1,
             std::uint32_t & c2,
             std::uint32_t & c3,
             std::uint32_t key0,
             std::uint32_t key1)
{
  for (int round = 0; round < 10; ++round)
  {
    const std::uint64_t a = std::uint64_t{0xD2511F53u} * c0;
    const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * c2;
    c0 = static_cast<std::uint32_t>(b >> 32) ^ c1 ^ key0;
    c1 = static_cast<std::uint32_t>(b);
    c2 = static_cast<std::uint32_t>(a >> 32) ^ c3 ^ key1;
    c3 = static_cast<std::uint32_t>(a);
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
}
} // namespace

std::array<std::uint32_t, 4>
Philox(const std::array<std::uint32_t, 4> & counter, std::array<std::uint32_t, 2> key)
{
  auto c = counter;
  PhiloxRounds(c[0], c[1], c[2], c[3], key[0], key[1]);
  return c;
}

TWEEDIE_MULTIVERSION void
PhiloxBits(const PhiloxPlace & place, PhiloxLanes<std::uint32_t> & bits)
{
  const PhiloxPlace p = place;
  for (int b = 0; b < philoxChunk; ++b)
  {
    std::uint32_t c0 = p.firstBlock + static_cast<std::uint32_t>(b);
    std::uint32_t c1 = p.draw;
    std::uint32_t c2 = static_cast<std::uint32_t>(p.stream);
    std::uint32_t c3 = static_cast<std::uint32_t>(p.stream >> 32);
    PhiloxRounds(c0, c1, c2, c3, static_cast<std::uint32_t>(p.seed), static_cast<std::uint32_t>(p.seed >> 32));
    bits[0][b] = c0;
    bits[1][b] = c1;
    bits[2][b] = c2;
    bits[3][b] = c3;
  }
}

TWEEDIE_MULTIVERSION void
NormalFromBits(const PhiloxLanes<std::uint32_t> & bits, PhiloxLanes<double> & normal)
{
  for (int pair = 0; pair < 4; pair += 2)
  {
    for (int b = 0; b < philoxChunk; ++b)
    {
      const double radius = std::sqrt(MinusTwoLog((FromInteger(bits[pair][b]) + 0.5) * twoToMinus32));
      double cosine;
      double sine;
      CosSin(bits[pair + 1][b], cosine, sine);
      normal[pair][b] = radius * cosine;
      normal[pair + 1][b] = radius * sine;
    }
  }
}
} // namespace tweedie
