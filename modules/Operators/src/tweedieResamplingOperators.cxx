// SPDX-License-Identifier: Apache-2.0
#include "tweedieResamplingOperators.h"

#include "tweedieResamplingFactors.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <sstream>

namespace tweedie
{
Shape
ResamplingFactors(const Shape & domain, const std::vector<std::int64_t> & factors, const std::string & where)
{
  const auto isPositive = [](std::int64_t n) { return n > 0; };
  if (domain.size() != 4 || !std::all_of(domain.begin(), domain.end(), isPositive))
  {
    std::ostringstream message;
    message << where << ": given the shape " << at::IntArrayRef(domain) << "; required {channel, z, y, x}";
    throw DataError(message.str());
  }
  bool fits = factors.size() == 2 || factors.size() == 3;
  Shape result{1};
  result.resize(fits ? 4 - factors.size() : 1, 1);
  for (std::size_t i = 0; fits && i < factors.size(); ++i)
  {
    const std::int64_t extent = domain[4 - factors.size() + i];
    fits = factors[i] > 0 && extent % factors[i] == 0;
    result.push_back(factors[i]);
  }
  if (!fits)
  {
    std::ostringstream message;
    message << where << ": given the factors " << at::IntArrayRef(factors) << " for an image {channel, z, y, x} of "
            << at::IntArrayRef(domain) << "; required one for each of y, x or z, y, x that divides the extent";
    throw UsageError(message.str());
  }
  return result;
}

Shape
DividedBy(const Shape & domain, const Shape & factors)
{
  Shape result = domain;
  std::transform(domain.begin(), domain.end(), factors.begin(), result.begin(), std::divides<>());
  return result;
}

namespace
{
std::int64_t
Product(const Shape & shape)
{
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

/** [batch, channel, z', fz, y', fy, x', fx]: every axis with its blocks apart. */
at::Tensor
InBlocks(const at::Tensor & x, const Shape & domain, const Shape & factors)
{
  const Shape range = DividedBy(domain, factors);
  return x.reshape({x.size(0), domain[0], range[1], factors[1], range[2], factors[2], range[3], factors[3]});
}

/** Blocks one by one: [batch, blocks, pixels of a block], and back. */
class BlockDecomposition final : public NormalDecomposition
{
public:
  BlockDecomposition(const Shape & domain, const Shape & factors, const at::TensorOptions & images)
      : m_Domain(domain), m_Factors(factors), m_Pixels(Product(factors))
  {
    const auto type = at::toRealValueType(c10::typeMetaToScalarType(images.dtype()));
    m_Eigenvalues = at::zeros({1, Product(domain) / m_Pixels, m_Pixels}, images.dtype(type));
    m_Eigenvalues.select(2, 0).fill_(1.0 / static_cast<double>(m_Pixels));
  }

  at::Tensor
  Eigenvalues() const override
  {
    return m_Eigenvalues;
  }
  at::Tensor
  Analyze(const at::Tensor & x) const override
  {
    const at::Tensor blocks = InBlocks(x.resolve_conj(), m_Domain, m_Factors).permute({0, 1, 2, 4, 6, 3, 5, 7});
    return Reflected(blocks.reshape({x.size(0), -1, m_Pixels}));
  }
  at::Tensor
  Synthesize(const at::Tensor & z) const override
  {
    const Shape range = DividedBy(m_Domain, m_Factors);
    const at::Tensor blocks =
        Reflected(z.resolve_conj())
            .reshape({z.size(0), m_Domain[0], range[1], range[2], range[3], m_Factors[1], m_Factors[2], m_Factors[3]});
    auto sizes = m_Domain;
    sizes.insert(sizes.begin(), z.size(0));
    return blocks.permute({0, 1, 2, 5, 3, 6, 4, 7}).reshape(sizes);
  }

private:
  /** Householder's reflection Q = I - 2 v v^T / (v^T v), v = e_1 - u, that swaps the first unit vector and the constant
   * u = (1, ..., 1) / sqrt(b): its own inverse, and its first row is u. */
  at::Tensor
  Reflected(const at::Tensor & blocks) const
  {
    if (m_Pixels == 1)
    {
      return blocks.clone();
    }
    const double constant = 1.0 / std::sqrt(static_cast<double>(m_Pixels));
    const at::Tensor first = blocks.narrow(2, 0, 1);
    const at::Tensor along = (first - blocks.sum(2, true) * constant) / (1.0 - constant); // 2 v^T x / (v^T v)
    at::Tensor result = blocks + along * constant;
    result.narrow(2, 0, 1).sub_(along);
    return result;
  }

  Shape m_Domain;
  Shape m_Factors;
  std::int64_t m_Pixels;
  at::Tensor m_Eigenvalues;
};
} // namespace

BlockAverageOperator::BlockAverageOperator(Shape domain, const std::vector<std::int64_t> & factors)
    : m_Domain(std::move(domain)), m_Factors(ResamplingFactors(m_Domain, factors, "BlockAverageOperator"))
{
}

std::string
BlockAverageOperator::Name() const
{
  return "BlockAverageOperator";
}

Shape
BlockAverageOperator::DomainShape() const
{
  return m_Domain;
}

Shape
BlockAverageOperator::RangeShape() const
{
  return DividedBy(m_Domain, m_Factors);
}

NormalDecompositionPointer
BlockAverageOperator::Decompose(const at::TensorOptions & images) const
{
  return std::make_shared<const BlockDecomposition>(m_Domain, m_Factors, images);
}

at::Tensor
BlockAverageOperator::DoForward(const at::Tensor & x) const
{
  return InBlocks(x, m_Domain, m_Factors).sum(at::IntArrayRef({3, 5, 7})) / static_cast<double>(Product(m_Factors));
}

at::Tensor
BlockAverageOperator::DoAdjoint(const at::Tensor & y) const
{
  const Shape range = RangeShape();
  const at::Tensor values = y / static_cast<double>(Product(m_Factors));
  const at::Tensor blocks =
      values.reshape({y.size(0), range[0], range[1], 1, range[2], 1, range[3], 1})
          .expand({y.size(0), range[0], range[1], m_Factors[1], range[2], m_Factors[2], range[3], m_Factors[3]});
  auto sizes = m_Domain;
  sizes.insert(sizes.begin(), y.size(0));
  return blocks.reshape(sizes);
}
} // namespace tweedie
