// SPDX-License-Identifier: Apache-2.0
#include "tweedieResamplingOperators.h"

#include "tweedieCoefficient.h"
#include "tweedieDecompositions.h"
#include "tweedieResamplingFactors.h"

#include <ATen/ATen.h>

#include <cmath>
#include <mutex>

namespace tweedie
{
namespace
{
/** Cubic convolution, a = -1/2 (Keys, 1981, equation 15). */
double
CubicKernel(double t)
{
  const double s = std::abs(t);
  if (s <= 1.0)
  {
    return (1.5 * s - 2.5) * s * s + 1.0;
  }
  return s < 2.0 ? ((-0.5 * s + 2.5) * s - 4.0) * s + 2.0 : 0.0;
}

/** The index that n stands for where the image is mirrored at its borders, period 2 extent. */
std::int64_t
Mirrored(std::int64_t n, std::int64_t extent)
{
  const std::int64_t period = 2 * extent;
  const std::int64_t inPeriod = ((n % period) + period) % period;
  return inPeriod < extent ? inPeriod : period - 1 - inPeriod;
}

/** [extent / factor, extent], double. */
at::Tensor
DownsamplingMatrix(std::int64_t extent, std::int64_t factor)
{
  at::Tensor matrix = at::zeros({extent / factor, extent}, at::kDouble);
  auto weights = matrix.accessor<double, 2>();
  const auto f = static_cast<double>(factor);
  for (std::int64_t j = 0; j < extent / factor; ++j)
  {
    const double u = (static_cast<double>(j) + 0.5) * f - 0.5;
    const auto first = static_cast<std::int64_t>(std::floor(u - 2.0 * f));
    for (std::int64_t n = first; n <= first + 4 * factor + 1; ++n)
    {
      weights[j][Mirrored(n, extent)] += CubicKernel((static_cast<double>(n) - u) / f);
    }
  }
  return matrix / matrix.sum(1, true);
}
} // namespace

struct BicubicDownsampleOperator::Data
{
  struct Axis
  {
    std::int64_t axis; ///< from the end
    Coefficient matrix;
    Coefficient transposed;
  };

  Shape domain;
  Shape range;
  std::vector<Axis> axes; ///< those that shrink
  std::once_flag decomposed;
  std::vector<BasisAlongAxis> basis;
};

BicubicDownsampleOperator::BicubicDownsampleOperator(Shape domain, const std::vector<std::int64_t> & factors)
    : m_Data(new Data)
{
  const Shape all = ResamplingFactors(domain, factors, "BicubicDownsampleOperator");
  m_Data->range = DividedBy(domain, all);
  for (std::size_t i = 1; i < 4; ++i)
  {
    if (all[i] > 1)
    {
      const at::Tensor matrix = DownsamplingMatrix(domain[i], all[i]);
      m_Data->axes.push_back({static_cast<std::int64_t>(i) - 4, Coefficient(matrix), Coefficient(matrix.t())});
    }
  }
  m_Data->domain = std::move(domain);
}

BicubicDownsampleOperator::~BicubicDownsampleOperator() = default;

std::string
BicubicDownsampleOperator::Name() const
{
  return "BicubicDownsampleOperator";
}

Shape
BicubicDownsampleOperator::DomainShape() const
{
  return m_Data->domain;
}

Shape
BicubicDownsampleOperator::RangeShape() const
{
  return m_Data->range;
}

NormalDecompositionPointer
BicubicDownsampleOperator::Decompose(const at::TensorOptions & images) const
{
  const auto make = [this]
  {
    for (const auto & along : m_Data->axes)
    {
      const at::Tensor matrix = along.matrix.Original();
      const auto [left, values, right] = at::linalg_svd(matrix, true);
      at::Tensor squared = at::zeros({matrix.size(1)}, at::kDouble);
      squared.narrow(0, 0, values.size(0)).copy_(values.square());
      m_Data->basis.push_back({along.axis, right, squared});
    }
  };
  std::call_once(m_Data->decomposed, make);
  return DecomposeAxes(m_Data->basis, m_Data->domain, images);
}

at::Tensor
BicubicDownsampleOperator::DoForward(const at::Tensor & x) const
{
  at::Tensor y = x;
  for (const auto & along : m_Data->axes)
  {
    y = MultiplyAlong(y, along.matrix.RealFor(y), along.axis);
  }
  return y;
}

at::Tensor
BicubicDownsampleOperator::DoAdjoint(const at::Tensor & y) const
{
  at::Tensor x = y;
  for (const auto & along : m_Data->axes)
  {
    x = MultiplyAlong(x, along.transposed.RealFor(x), along.axis);
  }
  return x;
}
} // namespace tweedie
