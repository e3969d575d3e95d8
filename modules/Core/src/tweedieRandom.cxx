// SPDX-License-Identifier: Apache-2.0
#include "tweedieRandom.h"

#include "tweedieError.h"
#include "tweediePhilox.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <limits>

namespace tweedie
{
namespace
{
constexpr std::int64_t chunkNumbers = 4 * philoxChunk;
constexpr double twoToMinus24 = 1.0 / 16777216.0;

struct MakeNormal
{
  template <typename T>
  static void
  Write(const PhiloxLanes<std::uint32_t> & bits, T * out, std::int64_t count)
  {
    PhiloxLanes<double> normal;
    NormalFromBits(bits, normal);
    for (std::int64_t i = 0; i < count; ++i)
    {
      out[i] = static_cast<T>(normal[i % 4][i / 4]);
    }
  }
};

struct MakeUniform
{
  template <typename T>
  static void
  Write(const PhiloxLanes<std::uint32_t> & bits, T * out, std::int64_t count)
  {
    // 24 bits: exact in float too, so that no number is rounded up to 1.
    for (std::int64_t i = 0; i < count; ++i)
    {
      out[i] = static_cast<T>(static_cast<double>(bits[i % 4][i / 4] >> 8) * twoToMinus24);
    }
  }
};

/** Fills data[stream][numbers]. Each chunk is a function of its place alone: any division among threads is the same. */
template <typename TMaker, typename T>
void
Fill(T * data, std::int64_t numbers, std::uint64_t seed, const std::vector<std::uint64_t> & streams, std::uint32_t draw)
{
  const std::int64_t chunks = (numbers + chunkNumbers - 1) / chunkNumbers;
  const auto work = [&](std::int64_t begin, std::int64_t end)
  {
    PhiloxLanes<std::uint32_t> bits;
    for (std::int64_t i = begin; i < end; ++i)
    {
      const std::int64_t stream = i / chunks;
      const std::int64_t chunk = i % chunks;
      PhiloxBits({seed, streams[stream], draw, static_cast<std::uint32_t>(chunk * philoxChunk)}, bits);
      const std::int64_t first = chunk * chunkNumbers;
      TMaker::Write(bits, data + stream * numbers + first, std::min(chunkNumbers, numbers - first));
    }
  };
  at::parallel_for(0, chunks * static_cast<std::int64_t>(streams.size()), 8, work);
}

template <typename TMaker>
at::Tensor
Draw(at::IntArrayRef sampleShape,
     at::ScalarType dtype,
     std::uint64_t seed,
     const std::vector<std::uint64_t> & streams,
     std::uint64_t draw)
{
  std::vector<std::int64_t> shape{static_cast<std::int64_t>(streams.size())};
  shape.insert(shape.end(), sampleShape.begin(), sampleShape.end());
  const at::Tensor result = at::empty(shape, at::TensorOptions().dtype(dtype));
  const bool isComplex = at::isComplexType(dtype);
  const std::int64_t numbers = streams.empty() ? 0 : result.numel() / shape[0] * (isComplex ? 2 : 1);
  constexpr auto counterLimit = std::int64_t{std::numeric_limits<std::uint32_t>::max()};
  if (numbers / 4 > counterLimit || draw > static_cast<std::uint64_t>(counterLimit))
  {
    throw UsageError("RandomStreams: draw " + std::to_string(draw) + " of " + std::to_string(numbers) +
                     " numbers; required below 2^32 draws of 2^34 numbers");
  }
  const at::Tensor real = isComplex ? at::view_as_real(result) : result;
  if (real.scalar_type() == at::kFloat)
  {
    Fill<TMaker>(real.data_ptr<float>(), numbers, seed, streams, static_cast<std::uint32_t>(draw));
  }
  else if (real.scalar_type() == at::kDouble)
  {
    Fill<TMaker>(real.data_ptr<double>(), numbers, seed, streams, static_cast<std::uint32_t>(draw));
  }
  else
  {
    throw UsageError(std::string("RandomStreams: numbers of type ") + at::toString(dtype) +
                     "; required float or double, real or complex");
  }
  return result;
}
} // namespace

RandomStreams::RandomStreams(std::uint64_t seed, std::vector<std::uint64_t> streams, std::uint64_t firstDraw)
    : m_Seed(seed), m_Streams(std::move(streams)), m_Draw(firstDraw)
{
}

at::Tensor
RandomStreams::Normal(at::IntArrayRef sampleShape, at::ScalarType dtype)
{
  const at::Tensor result = Draw<MakeNormal>(sampleShape, dtype, m_Seed, m_Streams, m_Draw);
  ++m_Draw;
  return result;
}

at::Tensor
RandomStreams::Uniform(at::IntArrayRef sampleShape, at::ScalarType dtype)
{
  const at::Tensor result = Draw<MakeUniform>(sampleShape, dtype, m_Seed, m_Streams, m_Draw);
  ++m_Draw;
  return result;
}

at::Tensor
RandomStreams::NormalLike(const at::Tensor & x)
{
  if (x.dim() < 1 || x.size(0) != static_cast<std::int64_t>(m_Streams.size()))
  {
    throw UsageError("RandomStreams: a batch of " + std::to_string(x.dim() < 1 ? 0 : x.size(0)) + " samples for " +
                     std::to_string(m_Streams.size()) + " streams; required one stream per sample");
  }
  return Normal(x.sizes().slice(1), x.scalar_type()).to(x.device());
}
} // namespace tweedie
