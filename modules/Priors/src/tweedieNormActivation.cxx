// SPDX-License-Identifier: Apache-2.0
#include "tweedieNormActivation.h"

#include "tweedieNormActivationKernels.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
constexpr std::int64_t ChunkPixels = 512; // a chunk of 64 channels stays in the second-level cache

/** Statistics of one image: per group mean and reciprocal standard deviation. */
struct GroupStatistics
{
  std::vector<float> mean;
  std::vector<float> scale;
};

/** The image as the kernels see it: rows of channels. */
struct Layout
{
  std::int64_t batch, channels, pixels, groups;

  std::int64_t
  GroupSize() const
  {
    return channels / groups;
  }
  std::int64_t
  Chunks() const
  {
    return (pixels + ChunkPixels - 1) / ChunkPixels;
  }
};

/** Runs body(image, first pixel, number of pixels, partial sums) over all chunks in parallel and returns, per image,
 * the two per-channel sums added in a fixed order: the result does not depend on the number of threads. */
template <typename TBody>
std::vector<double>
ReduceChunks(const Layout & l, const TBody & body)
{
  const std::int64_t chunks = l.Chunks();
  std::vector<float> partial(static_cast<std::size_t>(l.batch * chunks * 2 * l.channels), 0.0F);
  at::parallel_for(0,
                   l.batch * chunks,
                   1,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t i = begin; i < end; ++i)
                     {
                       const std::int64_t first = (i % chunks) * ChunkPixels;
                       const std::int64_t count = std::min(ChunkPixels, l.pixels - first);
                       body(i / chunks, first, count, partial.data() + i * 2 * l.channels);
                     }
                   });
  std::vector<double> sums(static_cast<std::size_t>(l.batch * 2 * l.channels), 0.0);
  for (std::int64_t i = 0; i < l.batch * chunks; ++i)
  {
    for (std::int64_t c = 0; c < 2 * l.channels; ++c)
    {
      sums[(i / chunks) * 2 * l.channels + c] += partial[i * 2 * l.channels + c];
    }
  }
  return sums;
}

template <typename TBody>
void
ForChunks(const Layout & l, const TBody & body)
{
  const std::int64_t chunks = l.Chunks();
  at::parallel_for(0,
                   l.batch * chunks,
                   1,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t i = begin; i < end; ++i)
                     {
                       const std::int64_t first = (i % chunks) * ChunkPixels;
                       body(i / chunks, first, std::min(ChunkPixels, l.pixels - first));
                     }
                   });
}

GroupStatistics
StatisticsFromSums(const Layout & l, const std::vector<double> & sums)
{
  const double count = static_cast<double>(l.GroupSize() * l.pixels);
  GroupStatistics s;
  s.mean.resize(static_cast<std::size_t>(l.batch * l.groups));
  s.scale.resize(s.mean.size());
  for (std::int64_t g = 0; g < l.batch * l.groups; ++g)
  {
    const std::int64_t n = g / l.groups;
    const std::int64_t firstChannel = (g % l.groups) * l.GroupSize();
    double sum = 0.0;
    double squares = 0.0;
    for (std::int64_t c = firstChannel; c < firstChannel + l.GroupSize(); ++c)
    {
      sum += sums[n * 2 * l.channels + c];
      squares += sums[n * 2 * l.channels + l.channels + c];
    }
    const double mean = sum / count;
    s.mean[g] = static_cast<float>(mean);
    s.scale[g] =
        static_cast<float>(1.0 / std::sqrt(std::max(0.0, squares / count - mean * mean) + NormActivationEpsilon));
  }
  return s;
}

/** z = a x + b per image and channel. */
void
AffineFromStatistics(const Layout & l,
                     const GroupStatistics & s,
                     const float * gain,
                     const float * offset,
                     std::vector<float> & a,
                     std::vector<float> & b)
{
  a.resize(static_cast<std::size_t>(l.batch * l.channels));
  b.resize(a.size());
  for (std::int64_t i = 0; i < l.batch * l.channels; ++i)
  {
    const std::int64_t g = (i / l.channels) * l.groups + (i % l.channels) / l.GroupSize();
    a[i] = s.scale[g] * gain[i];
    b[i] = offset[i] - s.mean[g] * a[i];
  }
}

template <typename T>
at::Tensor
FusedForward(
    const at::Tensor & x, const Layout & l, const at::Tensor & gain, const at::Tensor & offset, at::Tensor & statistics)
{
  const auto * in = static_cast<const T *>(x.data_ptr());
  const auto sums =
      ReduceChunks(l,
                   [&](std::int64_t n, std::int64_t first, std::int64_t count, float * out)
                   { SumRows(in + (n * l.pixels + first) * l.channels, count, l.channels, out, out + l.channels); });
  const auto s = StatisticsFromSums(l, sums);
  std::vector<float> a;
  std::vector<float> b;
  AffineFromStatistics(l, s, gain.data_ptr<float>(), offset.data_ptr<float>(), a, b);
  at::Tensor y = at::empty_like(x);
  auto * out = static_cast<T *>(y.data_ptr());
  ForChunks(l,
            [&](std::int64_t n, std::int64_t first, std::int64_t count)
            {
              const std::int64_t at0 = (n * l.pixels + first) * l.channels;
              AffineSiluRows(
                  in + at0, count, l.channels, a.data() + n * l.channels, b.data() + n * l.channels, out + at0);
            });
  statistics = at::empty({2, l.batch * l.groups}, gain.options());
  std::copy(s.mean.begin(), s.mean.end(), statistics.data_ptr<float>());
  std::copy(s.scale.begin(), s.scale.end(), statistics.data_ptr<float>() + s.mean.size());
  return y;
}

/** From the per-channel sums of dz and dz x: gradients of gain and offset, and k1, k2 of dx = a dz + k1 x + k2, by
 * which the group's mean and variance answer to each of its values. */
void
GroupGradients(const Layout & l,
               const GroupStatistics & s,
               const std::vector<double> & sums,
               const float * gain,
               float * dGain,
               float * dOffset,
               std::vector<float> & k1,
               std::vector<float> & k2)
{
  const double count = static_cast<double>(l.GroupSize() * l.pixels);
  for (std::int64_t g = 0; g < l.batch * l.groups; ++g)
  {
    const std::int64_t n = g / l.groups;
    const std::int64_t first = n * l.channels + (g % l.groups) * l.GroupSize();
    double sumOfGradient = 0.0;
    double sumWithXhat = 0.0;
    for (std::int64_t i = first; i < first + l.GroupSize(); ++i)
    {
      const double s1 = sums[i + n * l.channels];
      const double s2 = (sums[i + (n + 1) * l.channels] - s.mean[g] * s1) * s.scale[g];
      dOffset[i] = static_cast<float>(s1);
      dGain[i] = static_cast<float>(s2);
      sumOfGradient += gain[i] * s1;
      sumWithXhat += gain[i] * s2;
    }
    const double r = s.scale[g];
    for (std::int64_t i = first; i < first + l.GroupSize(); ++i)
    {
      k1[i] = static_cast<float>(-r * r * sumWithXhat / count);
      k2[i] = static_cast<float>(-r * (sumOfGradient - r * s.mean[g] * sumWithXhat) / count);
    }
  }
}

template <typename T>
std::vector<at::Tensor>
FusedBackward(const at::Tensor & dy,
              const at::Tensor & x,
              const Layout & l,
              const at::Tensor & gain,
              const at::Tensor & offset,
              const at::Tensor & statistics)
{
  GroupStatistics s;
  const float * stored = statistics.data_ptr<float>();
  s.mean.assign(stored, stored + l.batch * l.groups);
  s.scale.assign(stored + l.batch * l.groups, stored + 2 * l.batch * l.groups);
  std::vector<float> a;
  std::vector<float> b;
  AffineFromStatistics(l, s, gain.data_ptr<float>(), offset.data_ptr<float>(), a, b);

  at::Tensor dx = at::empty_like(x);
  const auto * in = static_cast<const T *>(x.data_ptr());
  const auto * up = static_cast<const T *>(dy.data_ptr());
  auto * out = static_cast<T *>(dx.data_ptr());
  const auto sums = ReduceChunks(l,
                                 [&](std::int64_t n, std::int64_t first, std::int64_t count, float * partial)
                                 {
                                   const std::int64_t at0 = (n * l.pixels + first) * l.channels;
                                   SiluBackwardRows(in + at0,
                                                    up + at0,
                                                    count,
                                                    l.channels,
                                                    a.data() + n * l.channels,
                                                    b.data() + n * l.channels,
                                                    out + at0,
                                                    partial,
                                                    partial + l.channels);
                                 });

  at::Tensor dGain = at::empty_like(gain);
  at::Tensor dOffset = at::empty_like(offset);
  std::vector<float> k1(static_cast<std::size_t>(l.batch * l.channels));
  std::vector<float> k2(k1.size());
  GroupGradients(l, s, sums, gain.data_ptr<float>(), dGain.data_ptr<float>(), dOffset.data_ptr<float>(), k1, k2);
  ForChunks(l,
            [&](std::int64_t n, std::int64_t first, std::int64_t pixels)
            {
              const std::int64_t at0 = (n * l.pixels + first) * l.channels;
              CombineRows(in + at0,
                          pixels,
                          l.channels,
                          a.data() + n * l.channels,
                          k1.data() + n * l.channels,
                          k2.data() + n * l.channels,
                          out + at0);
            });
  return {dx, dGain, dOffset};
}

class NormActivationFunction : public torch::autograd::Function<NormActivationFunction>
{
public:
  static at::Tensor
  forward(torch::autograd::AutogradContext * context,
          const at::Tensor & x,
          const at::Tensor & gain,
          const at::Tensor & offset,
          std::int64_t groups)
  {
    const Layout l{x.size(0), x.size(1), x.size(2) * x.size(3), groups};
    const auto input = x.contiguous(at::MemoryFormat::ChannelsLast);
    at::Tensor statistics;
    const auto g = gain.contiguous();
    const auto o = offset.contiguous();
    at::Tensor y = x.scalar_type() == at::kFloat ? FusedForward<float>(input, l, g, o, statistics)
                                                 : FusedForward<BrainFloat>(input, l, g, o, statistics);
    context->save_for_backward({input, g, o, statistics});
    context->saved_data["groups"] = groups;
    return y;
  }

  static torch::autograd::variable_list
  backward(torch::autograd::AutogradContext * context, torch::autograd::variable_list gradients)
  {
    const auto saved = context->get_saved_variables();
    const auto & x = saved[0];
    const Layout l{x.size(0), x.size(1), x.size(2) * x.size(3), context->saved_data["groups"].toInt()};
    const auto dy = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    const auto result = x.scalar_type() == at::kFloat
                            ? FusedBackward<float>(dy, x, l, saved[1], saved[2], saved[3])
                            : FusedBackward<BrainFloat>(dy, x, l, saved[1], saved[2], saved[3]);
    return {result[0], result[1], result[2], at::Tensor()};
  }
};
} // namespace

at::Tensor
NormActivation(const at::Tensor & x, const at::Tensor & gain, const at::Tensor & offset, std::int64_t groups)
{
  const bool fused = x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
  return fused ? NormActivationFunction::apply(x, gain, offset, groups)
               : NormActivationTensors(x, gain, offset, groups);
}
} // namespace tweedie
