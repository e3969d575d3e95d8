// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRandom_h
#define tweedieRandom_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Counter-based random numbers, one stream per sample of a batch.
 *
 * Number i of draw d of stream s is a pure function of (seed, s, d, i): Philox 4x32-10 (Salmon et al. 2011) keyed by
 * the seed. A sample gets the same numbers whatever the batch size, its place in the batch, or the thread count; the
 * whole state is the draw counter, one integer in a checkpoint. */
class RandomStreams
{
public:
  RandomStreams(std::uint64_t seed, std::vector<std::uint64_t> streams, std::uint64_t firstDraw = 0);

  /** Standard normal numbers of shape [number of streams, sampleShape...]. Each REAL component is N(0, 1), so a complex
   * element has E|n|^2 = 2. dtype: kFloat, kDouble, kComplexFloat or kComplexDouble. Advances the draw counter. */
  at::Tensor Normal(at::IntArrayRef sampleShape, at::ScalarType dtype);

  /** Uniform numbers in [0, 1), shape [number of streams, sampleShape...]. Advances the draw counter. */
  at::Tensor Uniform(at::IntArrayRef sampleShape, at::ScalarType dtype);

  /** Like Normal, for tensor x [number of streams, ...]: same shape, type and device. */
  at::Tensor NormalLike(const at::Tensor & x);

  std::uint64_t
  Seed() const
  {
    return m_Seed;
  }
  std::uint64_t
  DrawCounter() const
  {
    return m_Draw;
  }
  void
  SetDrawCounter(std::uint64_t draw)
  {
    m_Draw = draw;
  }
  const std::vector<std::uint64_t> &
  Streams() const
  {
    return m_Streams;
  }

private:
  std::uint64_t m_Seed;
  std::vector<std::uint64_t> m_Streams;
  std::uint64_t m_Draw;
};
} // namespace tweedie

#endif
