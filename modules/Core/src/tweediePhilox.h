// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhilox_h
#define tweediePhilox_h

#include <array>
#include <cstdint>

namespace tweedie
{
/** Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, 2011): a bijection of the 128-bit counter for each 64-bit key. */
std::array<std::uint32_t, 4> Philox(const std::array<std::uint32_t, 4> & counter, std::array<std::uint32_t, 2> key);

/** Blocks of four numbers that are made together: long enough for vector code, short enough for the cache. */
constexpr int philoxChunk = 256;
template <typename T> using PhiloxLanes = T[4][philoxChunk]; ///< number j of block b at [j][b]

/** Which blocks: the counter is (first block + b, draw, low and high half of the stream), the key is the seed. */
struct PhiloxPlace
{
  std::uint64_t seed;
  std::uint64_t stream;
  std::uint32_t draw;
  std::uint32_t firstBlock;
};

void PhiloxBits(const PhiloxPlace & place, PhiloxLanes<std::uint32_t> & bits);

/** Two uniform numbers k0, k1 to two independent normal ones (Box and Muller, 1958), lanes (0, 1) and (2, 3):
 *
 *    u = (k0 + 1/2) / 2^32,  t = 2 pi k1 / 2^32:   sqrt(-2 log u) cos t,  sqrt(-2 log u) sin t
 *
 * Own polynomials for log, cos and sin (relative error below 1e-14) in plain arithmetic: the same bits on every
 * processor, and vector code from the compiler. */
void NormalFromBits(const PhiloxLanes<std::uint32_t> & bits, PhiloxLanes<double> & normal);
} // namespace tweedie

#endif
