// SPDX-License-Identifier: Apache-2.0
#include "tweedieGrappa.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace tweedie
{
namespace
{
constexpr std::int64_t leastCenter = 4;
using Offsets = std::vector<std::int64_t>;

/** Which lines are measured. */
class LinePattern
{
public:
  explicit LinePattern(const at::Tensor & measured) : m_Rows(measured.size(0))
  {
    const at::Tensor flags = measured.to(at::kCPU, at::kBool).contiguous();
    for (std::int64_t y = 0; y < m_Rows; ++y)
    {
      if (flags[y].item<bool>())
      {
        m_Lines.push_back(y);
      }
    }
    const auto isMeasured = [&](std::int64_t y)
    { return y >= 0 && y < m_Rows && std::binary_search(m_Lines.begin(), m_Lines.end(), y); };
    m_CenterBegin = m_Rows / 2;
    m_CenterEnd = m_CenterBegin;
    while (isMeasured(m_CenterEnd))
    {
      ++m_CenterEnd;
    }
    while (m_CenterEnd > m_CenterBegin && isMeasured(m_CenterBegin - 1))
    {
      --m_CenterBegin;
    }
    for (std::size_t i = 1; i < m_Lines.size(); ++i)
    {
      m_WidestGap = std::max(m_WidestGap, m_Lines[i] - m_Lines[i - 1] - 1);
    }
  }

  /** The missing lines by the offsets of the lines that they are made of. */
  std::map<Offsets, std::vector<std::int64_t>>
  Missing(std::int64_t count) const
  {
    std::map<Offsets, std::vector<std::int64_t>> missing;
    for (std::int64_t y = 0; y < m_Rows; ++y)
    {
      const Offsets offsets = Nearest(y, count);
      if (!offsets.empty())
      {
        missing[offsets].push_back(y);
      }
    }
    return missing;
  }

  std::int64_t m_CenterBegin = 0;
  std::int64_t m_CenterEnd = 0;

private:
  /** Of a missing line; none for a measured one or one too far away. Fewer than count where they span more than the
   * centre, in which the weights are found. */
  Offsets
  Nearest(std::int64_t y, std::int64_t count) const
  {
    Offsets offsets;
    for (const std::int64_t line : m_Lines)
    {
      offsets.push_back(line - y);
    }
    std::stable_sort(offsets.begin(), offsets.end(), [](auto a, auto b) { return std::abs(a) < std::abs(b); });
    if (offsets.empty() || offsets.front() == 0 || std::abs(offsets.front()) > m_WidestGap)
    {
      return {};
    }
    offsets.resize(std::min(offsets.size(), static_cast<std::size_t>(count)));
    const auto doesNotFit = [&]
    {
      const auto [low, high] = std::minmax_element(offsets.begin(), offsets.end());
      return std::max<std::int64_t>(*high, 0) - std::min<std::int64_t>(*low, 0) >= m_CenterEnd - m_CenterBegin;
    };
    while (!offsets.empty() && doesNotFit())
    {
      offsets.pop_back();
    }
    std::sort(offsets.begin(), offsets.end());
    return offsets;
  }

  std::int64_t m_Rows;
  std::int64_t m_WidestGap = 0;
  std::vector<std::int64_t> m_Lines;
};

/** What lines `rows` are made of, [coil * offset * column, rows * x]; padded: k-space with `half` zeros at both ends of
 * its rows. */
at::Tensor
Sources(const at::Tensor & padded, const at::Tensor & rows, const Offsets & offsets, std::int64_t columns)
{
  const std::int64_t width = padded.size(2) - columns + 1;
  std::vector<at::Tensor> parts;
  for (const std::int64_t offset : offsets)
  {
    const at::Tensor lines = padded.index_select(1, rows + offset);
    for (std::int64_t column = 0; column < columns; ++column)
    {
      parts.push_back(lines.narrow(2, column, width));
    }
  }
  return at::stack(parts, 1).flatten(0, 1).flatten(1, 2);
}

/** [coil, source]: least squares over the centre, damped. */
at::Tensor
Weights(const at::Tensor & kspace, const LinePattern & pattern, const Offsets & offsets, const GrappaOptions & options)
{
  const std::int64_t first = pattern.m_CenterBegin - std::min<std::int64_t>(offsets.front(), 0);
  const std::int64_t last = pattern.m_CenterEnd - std::max<std::int64_t>(offsets.back(), 0);
  const at::Tensor rows = at::arange(first, last, at::TensorOptions(at::kLong).device(kspace.device()));
  const std::int64_t half = options.columns / 2;
  const at::Tensor sources = Sources(kspace, rows, offsets, options.columns).to(at::kComplexDouble);
  const at::Tensor targets =
      kspace.index_select(1, rows).narrow(2, half, kspace.size(2) - 2 * half).flatten(1, 2).to(at::kComplexDouble);
  const at::Tensor adjoint = sources.conj().transpose(0, 1).resolve_conj();
  at::Tensor normal = at::matmul(sources, adjoint);
  const at::Tensor diagonal = at::real(normal.diagonal());
  const double damping = options.damping * diagonal.mean().item<double>();
  normal.diagonal().add_(damping > 0.0 ? damping : 1.0);
  // W (S S^H + d) = T S^H, transposed as the solver wants it.
  const at::Tensor right = at::matmul(targets, adjoint);
  return at::linalg_solve(normal.transpose(0, 1), right.transpose(0, 1)).transpose(0, 1).to(kspace.scalar_type());
}

void
RequireArguments(const at::Tensor & kspace, const at::Tensor & measured, const GrappaOptions & options)
{
  if (options.lines < 1 || options.columns < 1 || options.columns % 2 == 0 || !(options.damping >= 0.0))
  {
    throw UsageError("grappa: " + std::to_string(options.lines) + " lines of " + std::to_string(options.columns) +
                     " columns, damping " + std::to_string(options.damping) +
                     "; required at least 1, an odd number, and at least 0");
  }
  if (!kspace.defined() || !kspace.is_complex() || kspace.dim() != 3 || !measured.defined() || measured.dim() != 1 ||
      measured.size(0) != kspace.size(1) || kspace.size(2) < options.columns)
  {
    throw DataError("grappa: k-space or lines of wrong shape; required complex [coil, y, x], [y], and at least " +
                    std::to_string(options.columns) + " columns");
  }
}
} // namespace

at::Tensor
FillByGrappa(const at::Tensor & kspace, const at::Tensor & measured, const GrappaOptions & options)
{
  RequireArguments(kspace, measured, options);
  const LinePattern pattern(measured);
  if (pattern.m_CenterEnd - pattern.m_CenterBegin < leastCenter)
  {
    throw DataError("grappa: " + std::to_string(pattern.m_CenterEnd - pattern.m_CenterBegin) +
                    " measured lines around the centre of k-space; required at least " + std::to_string(leastCenter) +
                    " to find its weights in");
  }
  at::Tensor filled = kspace.clone();
  const at::Tensor padded = at::constant_pad_nd(kspace, {options.columns / 2, options.columns / 2});
  for (const auto & [offsets, lines] : pattern.Missing(options.lines))
  {
    const at::Tensor rows = at::tensor(lines, at::kLong).to(kspace.device());
    const at::Tensor sums =
        at::matmul(Weights(kspace, pattern, offsets, options), Sources(padded, rows, offsets, options.columns));
    filled.index_copy_(1, rows, sums.view({kspace.size(0), rows.size(0), kspace.size(2)}));
  }
  return filled;
}
} // namespace tweedie
