// SPDX-License-Identifier: Apache-2.0
#include "tweedieIncrementMessages.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
/** Windows wider than this share of the range are the whole range: one matrix for all signals is then the faster way.
 */
constexpr double shared = 0.3;

constexpr double smallest = 1e-300; // stands for a sum that left the doubles, where its law has no weight

at::Tensor
Normalised(const at::Tensor & message)
{
  return message / message.sum(-1, true);
}

/** message [B, D, G] times a matrix [B or 1, G, G]; one for all is not copied for each. */
at::Tensor
Product(const at::Tensor & message, const at::Tensor & matrix)
{
  return at::matmul(message, matrix.size(0) == 1 ? matrix[0] : matrix);
}

/** h p(j h), with what the trapezoid rule lacks at a kink in the point j = 0: for f = p(u) m(c - u) with the jumps
 * -1 / b^2 of p' and -1 / b^4 of p''' (Euler and Maclaurin),
 *
 *    h^2 / 12 [f'] - h^4 / 720 [f'''],   [f'] = [p'] m,   [f'''] = [p'''] m + 3 [p'] m'',   m'' by differences */
at::Tensor
KernelAt(const IncrementPrior & prior, const at::Tensor & j, double h)
{
  const at::Tensor weight = prior.LogIncrement(j.to(at::kDouble) * h).exp() * h;
  if (prior.law != IncrementLaw::Laplace && prior.law != IncrementLaw::BernoulliLaplace)
  {
    return weight;
  }
  const double mass = prior.law == IncrementLaw::Laplace ? 1.0 : prior.jump;
  const double square = h * h / (prior.scale * prior.scale);
  const double atKink = mass * (square * square / 720.0 - square / 12.0 - square / 120.0);
  const double beside = mass * square / 240.0;
  const double atom = 1.0 - mass;
  return weight + j.eq(0).to(at::kDouble) * (atKink + atom) + j.abs().eq(1).to(at::kDouble) * beside;
}
} // namespace

IncrementLattice::IncrementLattice(const IncrementPrior & prior, const IncrementGrid & grid, double sigma)
{
  const double finest = std::min(prior.scale, std::sqrt(prior.firstVariance)) / grid.pointsPerScale;
  step = std::min(sigma / grid.pointsPerNoise, finest);
  const double variance = prior.firstVariance + prior.IncrementVariance() * static_cast<double>(prior.length - 1);
  range = static_cast<std::int64_t>(std::ceil(grid.range * std::sqrt(variance) / step));
  half = std::min(range, static_cast<std::int64_t>(std::ceil(grid.reach * sigma / step)));
  if (static_cast<double>(half) > shared * static_cast<double>(range))
  {
    half = range;
  }
}

IncrementMessages::IncrementMessages(const IncrementPrior & prior,
                                     const IncrementLattice & lattice,
                                     const at::Tensor & x,
                                     double sigma)
    : m_Lattice(lattice), m_Length(static_cast<std::size_t>(x.size(1)))
{
  const double h = lattice.step;
  const std::int64_t free = lattice.range - lattice.half; // where a window's centre may be
  const at::Tensor center = (x.detach() / h).round().clamp(-static_cast<double>(free), static_cast<double>(free));
  m_Center = center * h;
  m_Place = at::arange(-lattice.half, lattice.half + 1, at::kDouble) * h;
  const at::Tensor away = (x - m_Center).unsqueeze(2) - m_Place; // [B, n, G]
  const at::Tensor square = away.square() / (-2.0 * sigma * sigma);
  const at::Tensor evidence = (square - square.detach().amax(2, true)).exp();
  const at::Tensor first = (m_Center.slice(1, 0, 1) + m_Place).square() / (-2.0 * prior.firstVariance);
  m_First = (first - first.amax(1, true)).exp().unsqueeze(1);
  at::Tensor aligned; // one for all signals
  for (std::size_t i = 0; i < m_Length; ++i)
  {
    const auto k = static_cast<std::int64_t>(i);
    m_Evidence.push_back(evidence.select(1, k).unsqueeze(1));
    if (i + 1 < m_Length)
    {
      const at::Tensor offset = center.select(1, k + 1) - center.select(1, k);
      const bool isAligned = offset.eq(0.0).all().item<bool>();
      if (isAligned && !aligned.defined())
      {
        aligned = Kernel(prior, at::zeros({1}, at::kDouble));
      }
      m_Kernels.push_back(isAligned ? aligned : Kernel(prior, offset));
    }
  }
  PassForth();
  PassBack();
}

at::Tensor
IncrementMessages::Kernel(const IncrementPrior & prior, const at::Tensor & offset) const
{
  const std::int64_t points = m_Lattice.Points();
  const at::Tensor lag = offset.unsqueeze(1) + at::arange(1 - points, points, at::kDouble);
  const at::Tensor weight = KernelAt(prior, lag, m_Lattice.step);
  return weight.unfold(1, points, 1).flip(2); // [b, to, from] = weight[b, to - from + G - 1]
}

at::Tensor
IncrementMessages::Forth(std::size_t i, const at::Tensor & message) const
{
  return Product(message, m_Kernels[i].transpose(1, 2));
}

at::Tensor
IncrementMessages::Back(std::size_t i, const at::Tensor & message) const
{
  return Product(message, m_Kernels[i]);
}

void
IncrementMessages::PassForth()
{
  m_Forth.push_back(Normalised(m_First * m_Evidence[0]));
  for (std::size_t i = 0; i + 1 < m_Length; ++i)
  {
    m_Forth.push_back(Normalised(Forth(i, m_Forth[i]) * m_Evidence[i + 1]));
  }
}

void
IncrementMessages::PassBack()
{
  m_Back.assign(m_Length, at::ones_like(m_First));
  for (std::size_t i = m_Length - 1; i > 0; --i)
  {
    m_Back[i - 1] = Normalised(Back(i - 1, m_Back[i] * m_Evidence[i]));
  }
}

at::Tensor
IncrementMessages::Mean() const
{
  std::vector<at::Tensor> means;
  for (std::size_t i = 0; i < m_Length; ++i)
  {
    means.push_back(at::matmul(Normalised(m_Forth[i] * m_Back[i]), m_Place)); // [B, 1]
  }
  return m_Center + at::cat(means, 1);
}

std::vector<at::Tensor>
IncrementMessages::TangentsForth(const at::Tensor & u) const
{
  const auto tilt = [&](std::size_t i) { return u.select(2, static_cast<std::int64_t>(i)).unsqueeze(2) * m_Place; };
  // Adding a multiple of the message changes nothing: the sum is kept at 0, where rounding is least.
  const auto balanced = [](const at::Tensor & tangent, const at::Tensor & message)
  { return tangent - message * tangent.sum(-1, true); };
  std::vector<at::Tensor> tangents{balanced(m_Forth[0] * tilt(0), m_Forth[0])};
  for (std::size_t i = 0; i + 1 < m_Length; ++i)
  {
    const at::Tensor scale = (Forth(i, m_Forth[i]) * m_Evidence[i + 1]).sum(-1, true);
    const at::Tensor moved = Forth(i, tangents[i]) * m_Evidence[i + 1] / scale;
    tangents.push_back(balanced(moved + m_Forth[i + 1] * tilt(i + 1), m_Forth[i + 1]));
  }
  return tangents;
}

std::vector<at::Tensor>
IncrementMessages::TangentsBack(const at::Tensor & u) const
{
  std::vector<at::Tensor> tangents(m_Length, at::zeros({1, 1, 1}, at::kDouble));
  for (std::size_t i = m_Length - 1; i > 0; --i)
  {
    const at::Tensor tilt = u.select(2, static_cast<std::int64_t>(i)).unsqueeze(2) * m_Place;
    const at::Tensor scale = Back(i - 1, m_Back[i] * m_Evidence[i]).sum(-1, true);
    const at::Tensor moved = Back(i - 1, m_Evidence[i] * (m_Back[i] * tilt + tangents[i])) / scale;
    tangents[i - 1] = moved - m_Back[i - 1] * moved.sum(-1, true);
  }
  return tangents;
}

at::Tensor
IncrementMessages::CovarianceProduct(const at::Tensor & u) const
{
  const std::vector<at::Tensor> forth = TangentsForth(u);
  const std::vector<at::Tensor> back = TangentsBack(u);
  std::vector<at::Tensor> products;
  for (std::size_t i = 0; i < m_Length; ++i)
  {
    const at::Tensor law = m_Forth[i] * m_Back[i];
    const at::Tensor total = law.sum(-1, true);
    const at::Tensor change = (forth[i] * m_Back[i] + m_Forth[i] * back[i]) / total; // [B, D, G]
    const at::Tensor mean = at::matmul(law / total, m_Place).unsqueeze(-1);
    products.push_back((change * (m_Place - mean)).sum(-1)); // the law's own sum stays 1
  }
  return at::stack(products, 2);
}
at::Tensor
IncrementMessages::Covariance() const
{
  const auto n = static_cast<std::int64_t>(m_Length);
  std::vector<at::Tensor> rows(m_Length); // of the upper triangle
  at::Tensor later;                       // E[x0_j | x0_i = g, x] about the window's centre, j > i: [B, j, G]
  for (std::int64_t i = n - 1; i >= 0; --i)
  {
    const auto k = static_cast<std::size_t>(i);
    if (i + 1 < n)
    {
      const at::Tensor weight = m_Back[k + 1] * m_Evidence[k + 1];
      later = Back(k, weight * later) / Back(k, weight).clamp_min(smallest);
    }
    const at::Tensor law = Normalised(m_Forth[k] * m_Back[k]);
    const at::Tensor place = m_Place - at::matmul(law, m_Place).unsqueeze(-1); // [B, 1, G]
    const at::Tensor here = m_Place.expand_as(law);
    later = later.defined() ? at::cat({here, later}, 1) : here;
    rows[k] = at::constant_pad_nd((law * place * later).sum(-1), {i, 0});
  }
  const at::Tensor upper = at::stack(rows, 1);
  return upper + upper.triu(1).transpose(1, 2);
}
} // namespace tweedie
