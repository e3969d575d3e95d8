// SPDX-License-Identifier: Apache-2.0
#include "tweedieSparsifyingTransform.h"

#include "tweedieWaveletTransform.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr std::int64_t alongZ = 2; // of [n, channel, z, y, x]

class Gradient final : public SparsifyingTransform
{
public:
  explicit Gradient(const std::array<double, 3> & edges) : m_Edges(edges) {}

  at::Tensor
  Analyze(const at::Tensor & x) const override
  {
    const std::vector<Axis> axes = AxesOf(x);
    auto shape = x.sizes().vec();
    shape[1] = static_cast<std::int64_t>(axes.size());
    at::Tensor result = at::zeros(shape, x.options());
    for (std::size_t d = 0; d < axes.size(); ++d)
    {
      const auto [dimension, weight, steps] = axes[d];
      const at::Tensor to = result.narrow(1, static_cast<std::int64_t>(d), 1).narrow(dimension, 0, steps);
      at::sub_out(const_cast<at::Tensor &>(to), x.narrow(dimension, 1, steps), x.narrow(dimension, 0, steps));
      if (weight != 1.0)
      {
        to.mul_(weight);
      }
    }
    return result;
  }

  at::Tensor
  Adjoint(const at::Tensor & c) const override
  {
    const std::vector<Axis> axes = AxesOf(c);
    auto shape = c.sizes().vec();
    shape[1] = 1;
    const at::Tensor result = at::zeros(shape, c.options());
    for (std::size_t d = 0; d < axes.size(); ++d)
    {
      const auto [dimension, weight, steps] = axes[d];
      const at::Tensor part = c.narrow(1, static_cast<std::int64_t>(d), 1).narrow(dimension, 0, steps);
      result.narrow(dimension, 1, steps).add_(part, weight);
      result.narrow(dimension, 0, steps).sub_(part, weight);
    }
    return result;
  }

  at::Tensor
  Normal(const at::Tensor & x) const override
  {
    return Adjoint(Analyze(x));
  }

  at::Tensor
  Magnitude(const at::Tensor & c) const override
  {
    const at::Tensor numbers = c.is_complex() ? at::view_as_real(c) : c.unsqueeze(-1);
    return numbers.square().sum({1, -1}).sqrt_().unsqueeze(1);
  }

  at::Tensor
  Spectrum(at::IntArrayRef size) const override
  {
    at::Tensor sum = at::zeros(size, at::kDouble);
    for (const auto & [dimension, weight, steps] : AxesOf(sum.unsqueeze(0).unsqueeze(0)))
    {
      const at::Tensor angle = at::arange(steps + 1, at::kDouble) * (2.0 * pi / static_cast<double>(steps + 1));
      std::vector<std::int64_t> shape(3, 1);
      shape[static_cast<std::size_t>(dimension - alongZ)] = -1;
      sum.add_((2.0 - 2.0 * at::cos(angle)).view(shape), weight * weight);
    }
    return sum;
  }

private:
  struct Axis
  {
    std::int64_t dimension;
    double weight;
    std::int64_t steps;
  };

  std::vector<Axis>
  AxesOf(const at::Tensor & x) const
  {
    const bool volume = x.size(alongZ) > 1;
    const double least = volume ? *std::min_element(m_Edges.begin(), m_Edges.end()) : 1.0;
    std::vector<Axis> axes;
    for (std::int64_t dimension = alongZ; dimension < 5; ++dimension)
    {
      if (dimension > alongZ || volume)
      {
        const double weight = volume ? least / m_Edges[static_cast<std::size_t>(dimension - alongZ)] : 1.0;
        axes.push_back({dimension, weight, x.size(dimension) - 1});
      }
    }
    return axes;
  }

  std::array<double, 3> m_Edges;
};

class Wavelets final : public SparsifyingTransform
{
public:
  explicit Wavelets(const std::optional<std::int64_t> & levels) : m_Levels(levels) {}

  at::Tensor
  Analyze(const at::Tensor & x) const override
  {
    if (x.size(alongZ) == 1)
    {
      return WaveletTransform(x, LevelsOf(x));
    }
    at::Tensor result = x.clone(at::MemoryFormat::Contiguous);
    for (const Corner & corner : CornersOf(x))
    {
      const at::Tensor block = corner.Of(result);
      const at::Tensor within = WaveletTransform(block, 1);
      block.copy_(corner.halvesZ ? AlongZ(within, WaveletTransform) : within);
    }
    return result;
  }

  at::Tensor
  Adjoint(const at::Tensor & c) const override
  {
    if (c.size(alongZ) == 1)
    {
      return InverseWaveletTransform(c, LevelsOf(c));
    }
    at::Tensor result = c.clone(at::MemoryFormat::Contiguous);
    std::vector<Corner> corners = CornersOf(c);
    std::reverse(corners.begin(), corners.end());
    for (const Corner & corner : corners)
    {
      const at::Tensor block = corner.Of(result);
      block.copy_(InverseWaveletTransform(corner.halvesZ ? AlongZ(block, InverseWaveletTransform) : block, 1));
    }
    return result;
  }

  at::Tensor
  Normal(const at::Tensor & x) const override
  {
    return x;
  }

  at::Tensor
  Magnitude(const at::Tensor & c) const override
  {
    return c.abs();
  }

  at::Tensor
  Spectrum(at::IntArrayRef size) const override
  {
    return at::ones(size, at::kDouble);
  }

private:
  struct Corner
  {
    std::int64_t slices;
    std::int64_t rows;
    std::int64_t columns;
    bool halvesZ;

    at::Tensor
    Of(const at::Tensor & x) const
    {
      return x.narrow(2, 0, slices).narrow(3, 0, rows).narrow(4, 0, columns);
    }
  };

  static at::Tensor
  AlongZ(const at::Tensor & x, at::Tensor (*transform)(const at::Tensor &, std::int64_t))
  {
    return transform(x.movedim(alongZ, 4).unsqueeze(5), 1).squeeze(5).movedim(4, alongZ);
  }

  std::int64_t
  LevelsOf(const at::Tensor & x) const
  {
    return m_Levels.value_or(WaveletLevels(x.size(3), x.size(4)));
  }

  std::vector<Corner>
  CornersOf(const at::Tensor & x) const
  {
    const std::int64_t levels = LevelsOf(x), across = WaveletLevels(x.size(2), x.size(2));
    std::vector<Corner> corners;
    Corner corner{x.size(2), x.size(3), x.size(4), false};
    for (std::int64_t level = 0; level < levels; ++level)
    {
      corner.halvesZ = level < across;
      corners.push_back(corner);
      corner.slices = corner.halvesZ ? (corner.slices + 1) / 2 : corner.slices;
      corner.rows = (corner.rows + 1) / 2;
      corner.columns = (corner.columns + 1) / 2;
    }
    return corners;
  }

  std::optional<std::int64_t> m_Levels;
};
} // namespace

std::unique_ptr<const SparsifyingTransform>
MakeGradient(const std::array<double, 3> & edges)
{
  return std::make_unique<const Gradient>(edges);
}

std::unique_ptr<const SparsifyingTransform>
MakeWavelets(const std::optional<std::int64_t> & levels)
{
  return std::make_unique<const Wavelets>(levels);
}
} // namespace tweedie
