// SPDX-License-Identifier: Apache-2.0
#include "tweedieSampleKernels.h"

#include "tweedieMultiversion.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

namespace tweedie
{
namespace
{
constexpr std::int64_t blockLength = 8192;
constexpr std::int64_t blocksPerTask = 8; // below this a second thread costs more than it brings
constexpr int lanes = 8;                  // independent partial sums: what vector units need, in a fixed order

template <typename T>
TWEEDIE_ALWAYS_INLINE double
DotBlock(const T * a, const T * b, std::int64_t count)
{
  double sums[lanes] = {};
  std::int64_t i = 0;
  for (; i + lanes <= count; i += lanes)
  {
    for (int lane = 0; lane < lanes; ++lane)
    {
      sums[lane] += static_cast<double>(a[i + lane]) * static_cast<double>(b[i + lane]);
    }
  }
  for (; i < count; ++i)
  {
    sums[0] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
AddBlock(T * y, const T * x, T factor, std::int64_t count)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    y[i] += factor * x[i];
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
DirectionBlock(T * p, const T * r, T beta, std::int64_t count)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    p[i] = r[i] + beta * p[i];
  }
}

// One plain function per type: a template cannot be compiled for several processors.
TWEEDIE_MULTIVERSION double
Dot(const float * a, const float * b, std::int64_t count)
{
  return DotBlock(a, b, count);
}
TWEEDIE_MULTIVERSION double
Dot(const double * a, const double * b, std::int64_t count)
{
  return DotBlock(a, b, count);
}
TWEEDIE_MULTIVERSION void
Add(float * y, const float * x, float factor, std::int64_t count)
{
  AddBlock(y, x, factor, count);
}
TWEEDIE_MULTIVERSION void
Add(double * y, const double * x, double factor, std::int64_t count)
{
  AddBlock(y, x, factor, count);
}
TWEEDIE_MULTIVERSION void
Turn(float * p, const float * r, float beta, std::int64_t count)
{
  DirectionBlock(p, r, beta, count);
}
TWEEDIE_MULTIVERSION void
Turn(double * p, const double * r, double beta, std::int64_t count)
{
  DirectionBlock(p, r, beta, count);
}

/** work(sample, first index, count, index of the block) for each block of each sample. */
template <typename TWork>
void
ForBlocks(SampleExtent extent, const TWork & work)
{
  const std::int64_t blocks = (extent.count + blockLength - 1) / blockLength;
  at::parallel_for(0,
                   extent.samples * blocks,
                   blocksPerTask,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t i = begin; i < end; ++i)
                     {
                       const std::int64_t first = i % blocks * blockLength;
                       work(i / blocks, first, std::min(blockLength, extent.count - first), i);
                     }
                   });
}

/** Sums the blocks of each sample in order. */
std::vector<double>
SumBlocks(SampleExtent extent, const std::vector<double> & partial)
{
  std::vector<double> sums(extent.samples, 0.0);
  const std::int64_t blocks = extent.samples > 0 ? static_cast<std::int64_t>(partial.size()) / extent.samples : 0;
  for (std::int64_t i = 0; i < extent.samples * blocks; ++i)
  {
    sums[i / blocks] += partial[i];
  }
  return sums;
}

std::vector<double>
Partial(SampleExtent extent)
{
  return std::vector<double>(extent.samples * ((extent.count + blockLength - 1) / blockLength), 0.0);
}
} // namespace

template <typename T>
void
BatchDot(SampleExtent extent, const T * a, const T * b, double * result)
{
  auto partial = Partial(extent);
  ForBlocks(extent,
            [&](std::int64_t sample, std::int64_t first, std::int64_t count, std::int64_t block)
            {
              const std::int64_t at = sample * extent.count + first;
              partial[block] = Dot(a + at, b + at, count);
            });
  const auto sums = SumBlocks(extent, partial);
  std::copy(sums.begin(), sums.end(), result);
}

template <typename T>
void
BatchStep(SampleExtent extent, const double * alpha, const T * p, const T * q, T * x, T * r, double * squaredNorm)
{
  auto partial = Partial(extent);
  ForBlocks(extent,
            [&](std::int64_t sample, std::int64_t first, std::int64_t count, std::int64_t block)
            {
              if (alpha[sample] != 0.0)
              {
                const std::int64_t at = sample * extent.count + first;
                Add(x + at, p + at, static_cast<T>(alpha[sample]), count);
                Add(r + at, q + at, static_cast<T>(-alpha[sample]), count);
                partial[block] = Dot(r + at, r + at, count);
              }
            });
  const auto sums = SumBlocks(extent, partial);
  for (std::int64_t sample = 0; sample < extent.samples; ++sample)
  {
    squaredNorm[sample] = alpha[sample] != 0.0 ? sums[sample] : squaredNorm[sample];
  }
}

template <typename T>
void
BatchDirection(SampleExtent extent, const double * beta, const bool * active, const T * r, T * p)
{
  ForBlocks(extent,
            [&](std::int64_t sample, std::int64_t first, std::int64_t count, std::int64_t)
            {
              if (active[sample])
              {
                const std::int64_t at = sample * extent.count + first;
                Turn(p + at, r + at, static_cast<T>(beta[sample]), count);
              }
            });
}

template void BatchDot(SampleExtent, const float *, const float *, double *);
template void BatchDot(SampleExtent, const double *, const double *, double *);
template void BatchStep(SampleExtent, const double *, const float *, const float *, float *, float *, double *);
template void BatchStep(SampleExtent, const double *, const double *, const double *, double *, double *, double *);
template void BatchDirection(SampleExtent, const double *, const bool *, const float *, float *);
template void BatchDirection(SampleExtent, const double *, const bool *, const double *, double *);
} // namespace tweedie
