// SPDX-License-Identifier: Apache-2.0
#include "tweedieSampleStatistics.h"

#include "tweedieSetCombination.h"
#include "tweedieTensorArchive.h"

#include <ATen/ATen.h>

#include <limits>

namespace tweedie
{
namespace
{
constexpr std::int64_t blockSize = 4;

/** Re <a, b> of each row. */
at::Tensor
RowProducts(const at::Tensor & a, const at::Tensor & b)
{
  return at::real(a.conj() * b).reshape({a.size(0), -1}).sum(1);
}

void
SaveMoments(const RunningMoments & moments, TensorArchive & archive, const std::string & prefix)
{
  archive.PutNumber(prefix + "count", static_cast<double>(moments.Count()));
  if (moments.Count() > 0)
  {
    archive.Put(prefix + "mean", moments.Mean());
    archive.Put(prefix + "squares", moments.SumOfSquares());
  }
}

RunningMoments
LoadMoments(const TensorArchive & archive, const std::string & prefix)
{
  return RunningMoments::Restore(
      archive.Integer(prefix + "count"), archive.Get(prefix + "mean"), archive.Get(prefix + "squares"));
}
} // namespace

void
SampleStatistics::Add(const at::Tensor & samples)
{
  const at::Tensor x = samples.detach().to(at::kCPU);
  m_Values.Add(x);
  if (x.is_complex())
  {
    const at::Tensor wide = CombineSets(x.to(at::kComplexDouble));
    if (IsStackOfSets(x))
    {
      m_Combined.Add(wide);
    }
    m_Magnitudes.Add(wide.abs());
    const at::Tensor sum = at::sgn(wide).sum(0);
    m_Phasors = m_Phasors.defined() ? m_Phasors + sum : sum;
  }
  AddBlocks(x);
}

void
SampleStatistics::AddBlocks(const at::Tensor & samples)
{
  const at::Tensor all = m_Pending.defined() ? at::cat({m_Pending, samples}) : samples;
  const std::int64_t blocks = all.size(0) / blockSize;
  const std::int64_t used = blocks * blockSize;
  m_Pending = all.size(0) > used ? all.slice(0, used).clone() : at::Tensor();
  if (blocks == 0)
  {
    return;
  }
  const at::Tensor wide = all.slice(0, 0, used).to(all.is_complex() ? at::kComplexDouble : at::kDouble);
  const auto member = [&](std::int64_t i) { return wide.slice(0, i, used, blockSize); };
  constexpr std::int64_t pairings[3][blockSize] = {{0, 1, 2, 3}, {0, 2, 1, 3}, {0, 3, 1, 2}};
  for (const auto & p : pairings)
  {
    const at::Tensor product = RowProducts(member(p[0]) - member(p[1]), member(p[2]) - member(p[3]));
    m_ProductSum += product.square().sum().item<double>();
    m_Products += blocks;
  }
}

at::Tensor
SampleStatistics::Mean() const
{
  return m_Values.Mean();
}

at::Tensor
SampleStatistics::StandardDeviation() const
{
  return (m_Combined.Count() > 0 ? m_Combined : m_Values).StandardDeviation();
}

at::Tensor
SampleStatistics::MagnitudeStandardDeviation() const
{
  return m_Magnitudes.StandardDeviation();
}

at::Tensor
SampleStatistics::PhaseStandardDeviation() const
{
  constexpr double smallestLength = 1e-12; // keeps the logarithm finite where phases cancel exactly
  const at::Tensor length = m_Phasors.abs() / static_cast<double>(Count());
  return (length.clamp(smallestLength, 1.0).log() * -2.0).sqrt();
}

double
SampleStatistics::Trace() const
{
  return m_Values.Variance().sum().item<double>();
}

double
SampleStatistics::TraceOfSquare() const
{
  return m_Products > 0 ? m_ProductSum / (4.0 * static_cast<double>(m_Products))
                        : std::numeric_limits<double>::quiet_NaN();
}

void
SampleStatistics::Save(TensorArchive & archive, const std::string & prefix) const
{
  SaveMoments(m_Values, archive, prefix + "values-");
  if (m_Combined.Count() > 0)
  {
    SaveMoments(m_Combined, archive, prefix + "combined-");
  }
  SaveMoments(m_Magnitudes, archive, prefix + "magnitudes-");
  archive.Put(prefix + "phasors", m_Phasors);
  archive.Put(prefix + "pending", m_Pending);
  archive.PutNumber(prefix + "product-sum", m_ProductSum);
  archive.PutNumber(prefix + "products", static_cast<double>(m_Products));
}

SampleStatistics
SampleStatistics::Load(const TensorArchive & archive, const std::string & prefix)
{
  SampleStatistics statistics;
  statistics.m_Values = LoadMoments(archive, prefix + "values-");
  if (archive.Get(prefix + "combined-mean").defined())
  {
    statistics.m_Combined = LoadMoments(archive, prefix + "combined-");
  }
  statistics.m_Magnitudes = LoadMoments(archive, prefix + "magnitudes-");
  statistics.m_Phasors = archive.Get(prefix + "phasors");
  statistics.m_Pending = archive.Get(prefix + "pending");
  statistics.m_ProductSum = archive.Number(prefix + "product-sum");
  statistics.m_Products = archive.Integer(prefix + "products");
  return statistics;
}
} // namespace tweedie
