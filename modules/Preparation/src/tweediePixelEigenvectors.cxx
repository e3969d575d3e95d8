// SPDX-License-Identifier: Apache-2.0
#include "tweediePixelEigenvectors.h"

#include "tweedieMultiversion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
constexpr std::int64_t lanes = 16; ///< pixels at once
constexpr int mostIterations = 60; ///< where two eigenvalues are equal, any vector between theirs is as good
constexpr float standsStill = 1e-6F;

/** w = G v of some neighbouring pixels. */
TWEEDIE_ALWAYS_INLINE void
Multiply(const float * gr, const float * gi, std::int64_t coils, std::int64_t stride, const float * v, float * w)
{
  std::fill_n(w, 2 * coils * lanes, 0.0F);
  for (std::int64_t c = 0; c < coils; ++c)
  {
    const float * const cr = v + 2 * c * lanes;
    const float * const ci = cr + lanes;
    float * const toC = w + 2 * c * lanes;
    for (std::int64_t i = 0; i < lanes; ++i) // the diagonal is real
    {
      toC[i] += gr[i] * cr[i];
      toC[lanes + i] += gr[i] * ci[i];
    }
    gr += stride;
    gi += stride;
    for (std::int64_t d = c + 1; d < coils; ++d, gr += stride, gi += stride)
    {
      const float * const dr = v + 2 * d * lanes;
      const float * const di = dr + lanes;
      float * const toD = w + 2 * d * lanes;
      TWEEDIE_INDEPENDENT_LOOP
      for (std::int64_t i = 0; i < lanes; ++i)
      {
        toC[i] += gr[i] * dr[i] - gi[i] * di[i];
        toC[lanes + i] += gr[i] * di[i] + gi[i] * dr[i];
        toD[i] += gr[i] * cr[i] + gi[i] * ci[i];
        toD[lanes + i] += gr[i] * ci[i] - gi[i] * cr[i];
      }
    }
  }
}

/** v = w / |w|; norms: |w|. */
TWEEDIE_ALWAYS_INLINE void
Normalize(const float * w, float * v, std::int64_t coils, float * norms)
{
  std::array<float, lanes> sum{};
  for (std::int64_t c = 0; c < 2 * coils; ++c)
  {
    for (std::int64_t i = 0; i < lanes; ++i)
    {
      const auto k = static_cast<std::size_t>(i);
      sum[k] += w[c * lanes + i] * w[c * lanes + i];
    }
  }
  for (std::int64_t i = 0; i < lanes; ++i)
  {
    const auto k = static_cast<std::size_t>(i);
    norms[i] = std::sqrt(sum[k]);
    sum[k] = norms[i] > 0.0F ? 1.0F / norms[i] : 0.0F;
  }
  for (std::int64_t c = 0; c < 2 * coils; ++c)
  {
    for (std::int64_t i = 0; i < lanes; ++i)
    {
      v[c * lanes + i] = w[c * lanes + i] * sum[static_cast<std::size_t>(i)];
    }
  }
}

/** w -= u <u, w> of a unit vector u. */
TWEEDIE_ALWAYS_INLINE void
Deflate(const float * u, float * w, std::int64_t coils)
{
  std::array<float, lanes> re{}, im{};
  for (std::int64_t c = 0; c < coils; ++c)
  {
    const float * const ur = u + 2 * c * lanes;
    const float * const wr = w + 2 * c * lanes;
    for (std::int64_t i = 0; i < lanes; ++i)
    {
      const auto k = static_cast<std::size_t>(i);
      re[k] += ur[i] * wr[i] + ur[lanes + i] * wr[lanes + i];
      im[k] += ur[i] * wr[lanes + i] - ur[lanes + i] * wr[i];
    }
  }
  for (std::int64_t c = 0; c < coils; ++c)
  {
    const float * const ur = u + 2 * c * lanes;
    float * const wr = w + 2 * c * lanes;
    for (std::int64_t i = 0; i < lanes; ++i)
    {
      const auto k = static_cast<std::size_t>(i);
      wr[i] -= ur[i] * re[k] - ur[lanes + i] * im[k];
      wr[lanes + i] -= ur[i] * im[k] + ur[lanes + i] * re[k];
    }
  }
}

TWEEDIE_ALWAYS_INLINE void
DeflateAll(const float * vectors, std::int64_t count, float * w, std::int64_t coils)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    Deflate(vectors + i * 2 * coils * lanes, w, coils);
  }
}

/** Vector number `set` of as many pixels as there are lanes. vectors: 2 coils lanes numbers each, those before it
 * found; w: as many. */
TWEEDIE_MULTIVERSION void
Iterate(const float * gr,
        const float * gi,
        std::int64_t coils,
        std::int64_t stride,
        std::int64_t set,
        float * vectors,
        float * w,
        float * values)
{
  float * const v = vectors + set * 2 * coils * lanes;
  std::array<float, lanes> before{};
  DeflateAll(vectors, set, v, coils);
  Normalize(v, v, coils, values);
  for (int iteration = 0; iteration < mostIterations; ++iteration)
  {
    Multiply(gr, gi, coils, stride, v, w);
    DeflateAll(vectors, set, w, coils);
    Normalize(w, v, coils, values);
    float change = 0.0F;
    for (std::int64_t i = 0; i < lanes; ++i)
    {
      const auto k = static_cast<std::size_t>(i);
      change = std::max(change, std::abs(values[i] - before[k]) - standsStill * values[i]);
      before[k] = values[i];
    }
    if (change <= 0.0F)
    {
      break;
    }
  }
}
} // namespace

void
LargestEigenvectors(const PixelMatrices & matrices,
                    std::int64_t count,
                    std::int64_t sets,
                    float * real,
                    float * imaginary,
                    std::int64_t stride,
                    float * values)
{
  const std::int64_t coils = matrices.coils, pairs = coils * (coils + 1) / 2;
  std::vector<float> scratch(static_cast<std::size_t>(2 * (sets + 1) * coils * lanes));
  std::vector<float> tail;
  for (std::int64_t first = 0; first < count; first += lanes)
  {
    const std::int64_t part = std::min(lanes, count - first);
    const float * gr = matrices.real + first;
    const float * gi = matrices.imaginary + first;
    std::int64_t step = matrices.stride;
    if (part < lanes) // the last pixels, with room to read beside them
    {
      tail.assign(static_cast<std::size_t>(2 * pairs * lanes), 0.0F);
      for (std::int64_t p = 0; p < pairs; ++p)
      {
        std::copy_n(gr + p * step, part, tail.data() + p * lanes);
        std::copy_n(gi + p * step, part, tail.data() + (pairs + p) * lanes);
      }
      gr = tail.data();
      gi = tail.data() + pairs * lanes;
      step = lanes;
    }
    std::fill(scratch.begin(), scratch.end(), 0.0F);
    for (std::int64_t c = 0; c < sets * coils; ++c)
    {
      std::copy_n(real + c * stride + first, part, scratch.data() + 2 * c * lanes);
      std::copy_n(imaginary + c * stride + first, part, scratch.data() + (2 * c + 1) * lanes);
    }
    for (std::int64_t set = 0; set < sets; ++set)
    {
      std::array<float, lanes> found{};
      float * const product = scratch.data() + 2 * sets * coils * lanes;
      Iterate(gr, gi, coils, step, set, scratch.data(), product, found.data());
      std::copy_n(found.data(), part, values + set * count + first);
    }
    for (std::int64_t c = 0; c < sets * coils; ++c)
    {
      std::copy_n(scratch.data() + 2 * c * lanes, part, real + c * stride + first);
      std::copy_n(scratch.data() + (2 * c + 1) * lanes, part, imaginary + c * stride + first);
    }
  }
}
} // namespace tweedie
