// SPDX-License-Identifier: Apache-2.0
#include "tweedieSenseNormal.h"

#include "tweedieCenteredFourier.h"
#include "tweedieMapSets.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

namespace tweedie
{
namespace
{
// Columns transformed together: one or two cache lines wide, so that a strip of the usual image stays in the first
// level of the cache from the map's product to the sum over coils. A block of rows has about the same size.
constexpr std::int64_t stripColumns = 16;
constexpr std::int64_t rowBlockElements = 4096;

const std::vector<std::int64_t> plane{-2, -1};

bool
IsConstantAlong(const at::Tensor & mask, std::int64_t dimension)
{
  return mask.eq(mask.narrow(dimension, 0, 1)).all().item<bool>();
}
} // namespace

SenseNormal::SenseNormal(const at::Tensor & mask)
    : m_Kind(IsConstantAlong(mask, -1)   ? Kind::Columns
             : IsConstantAlong(mask, -2) ? Kind::Rows
                                         : Kind::Plane),
      m_Extent{mask.size(-2), mask.size(-1)}, m_Mask(at::fft_ifftshift(mask, plane).to(at::kFloat)),
      m_BlockMask(
          [this]
          {
            const at::Tensor shifted = m_Mask.Original().flatten(0, 2).to(at::kDouble);
            switch (m_Kind)
            {
            case Kind::Columns:
              return shifted.narrow(-1, 0, 1).expand({-1, -1, stripColumns}) / static_cast<double>(m_Extent.rows);
            case Kind::Rows:
              return shifted.narrow(-2, 0, 1) / static_cast<double>(m_Extent.columns);
            default:
              return shifted / static_cast<double>(m_Extent.rows * m_Extent.columns);
            }
          }())
{
}

/** Raw memory and plans of one application. A block is a strip of columns, a few rows, or the whole plane. */
template <typename T> struct SenseNormal::Task
{
  using Complex = std::complex<T>;

  Kind kind;
  Extent image;
  Extent block;
  std::int64_t sets;
  std::int64_t coils;
  const Complex * x;
  const Complex * maps; ///< may be null
  const T * mask;
  Complex * out;
  std::int64_t mapsPerBatch; ///< elements to the next batch entry, 0 when shared
  std::int64_t maskPerBatch;
  FftwPlan<T> forward;
  FftwPlan<T> backward;

  static FftwLayout
  Layout(Kind kind, const Extent & image, const Extent & block)
  {
    FftwLayout layout;
    layout.rank = kind == Kind::Plane ? 2 : 1;
    const auto rows = static_cast<int>(image.rows);
    const auto columns = static_cast<int>(image.columns);
    layout.size = kind == Kind::Rows ? std::array<int, 3>{columns, 1, 1} : std::array<int, 3>{rows, columns, 1};
    if (kind == Kind::Columns)
    {
      layout.size[1] = 1;
      layout.many = static_cast<int>(block.columns);
      layout.stride = layout.many;
      layout.distance = 1;
    }
    else if (kind == Kind::Rows)
    {
      layout.many = static_cast<int>(block.rows);
      layout.distance = columns;
    }
    return layout;
  }

  std::int64_t
  Blocks() const
  {
    return kind == Kind::Columns ? (image.columns + block.columns - 1) / block.columns
           : kind == Kind::Rows  ? (image.rows + block.rows - 1) / block.rows
                                 : 1;
  }

  void
  Run(std::int64_t batch, std::int64_t index) const
  {
    const std::int64_t row = kind == Kind::Rows ? index * block.rows : 0;
    const std::int64_t column = kind == Kind::Columns ? index * block.columns : 0;
    const Extent used{std::min(block.rows, image.rows - row), std::min(block.columns, image.columns - column)};
    const std::int64_t points = image.rows * image.columns;
    const FftwBuffer<T> buffer(0, block.rows * block.columns);
    const Block<Complex> work{buffer.Data(), block.columns};
    const Block<const Complex> result{buffer.Data(), block.columns};
    const Block<const T> keep{mask + batch * maskPerBatch,
                              kind == Kind::Rows      ? 0
                              : kind == Kind::Columns ? stripColumns
                                                      : image.columns};
    const auto from = Block<const Complex>{x + batch * sets * points, image.columns}.At(row, column);
    const auto to = Block<Complex>{out + batch * sets * points, image.columns}.At(row, column);
    if (used.rows != block.rows || used.columns != block.columns)
    {
      std::fill_n(buffer.Data(), block.rows * block.columns, Complex(0));
    }
    for (std::int64_t coil = 0; coil < coils; ++coil)
    {
      const Block<const Complex> map{
          maps == nullptr ? nullptr : maps + batch * mapsPerBatch + coil * points + row * image.columns + column,
          image.columns};
      maps == nullptr ? BlockScale(work, from, T(1), used) : BlockMultiply(work, map, from, used);
      for (std::int64_t set = 1; set < sets; ++set)
      {
        BlockMultiplyAdd(work, Ahead(map, set * coils), Ahead(from, set), used);
      }
      forward.Execute(buffer.Data(), buffer.Data());
      BlockMaskInPlace(work, keep, block);
      backward.Execute(buffer.Data(), buffer.Data());
      maps == nullptr ? BlockScale(to, result, T(1), used)
                      : BlockMultiplyConjugate(to, map, result, T(1), coil > 0, used);
      for (std::int64_t set = 1; set < sets; ++set)
      {
        BlockMultiplyConjugate(Ahead(to, set), Ahead(map, set * coils), result, T(1), coil > 0, used);
      }
    }
  }

  /** The same rectangle some planes further on. */
  template <typename TElement>
  Block<TElement>
  Ahead(const Block<TElement> & rectangle, std::int64_t planes) const
  {
    return {rectangle.data + planes * image.rows * image.columns, rectangle.stride};
  }

  /** One coil of sensitivity 1 and a mask without structure: out of place, no copy. */
  void
  RunPlane(std::int64_t batch) const
  {
    const std::int64_t points = image.rows * image.columns;
    const FftwBuffer<T> buffer(0, points);
    // FFTW's interface is not const-correct; an out-of-place transform leaves its input alone.
    auto * const from = const_cast<Complex *>(x + batch * points);
    auto * const to = out + batch * points;
    const bool aligned = FftwPlan<T>::IsAligned(from) && FftwPlan<T>::IsAligned(to);
    const auto there = PlanePlan<T>(image.rows, image.columns, FourierDirection::Forward, false, aligned);
    const auto back = PlanePlan<T>(image.rows, image.columns, FourierDirection::Backward, false, aligned);
    there.Execute(from, buffer.Data());
    BlockMaskInPlace({buffer.Data(), image.columns}, {mask + batch * maskPerBatch, image.columns}, image);
    back.Execute(buffer.Data(), to);
  }
};

template <typename T>
at::Tensor
SenseNormal::ApplyOnCpu(const at::Tensor & x, const at::Tensor & maps) const
{
  using Complex = std::complex<T>;
  using TorchComplex = c10::complex<T>;
  at::Tensor result = at::empty_like(x);
  const at::Tensor mask = m_BlockMask.RealFor(x);
  const Extent block{m_Kind == Kind::Rows
                         ? std::clamp<std::int64_t>(rowBlockElements / m_Extent.columns, 1, m_Extent.rows)
                         : m_Extent.rows,
                     m_Kind == Kind::Columns ? stripColumns : m_Extent.columns};
  auto layout = Task<T>::Layout(m_Kind, m_Extent, block);
  const auto forward = FftwPlan<T>::Get(layout);
  layout.direction = FourierDirection::Backward;
  const Task<T> task{m_Kind,
                     m_Extent,
                     block,
                     MapSets(maps),
                     MapCoils(maps),
                     reinterpret_cast<const Complex *>(x.data_ptr<TorchComplex>()),
                     maps.defined() ? reinterpret_cast<const Complex *>(maps.data_ptr<TorchComplex>()) : nullptr,
                     mask.data_ptr<T>(),
                     reinterpret_cast<Complex *>(result.data_ptr<TorchComplex>()),
                     MapsPerBatch(maps),
                     mask.size(0) > 1 ? mask.stride(0) : 0,
                     forward,
                     FftwPlan<T>::Get(layout)};
  const std::int64_t blocks = task.Blocks();
  const bool direct = m_Kind == Kind::Plane && !maps.defined();
  at::parallel_for(0,
                   x.size(0) * blocks,
                   1,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t i = begin; i < end; ++i)
                     {
                       direct ? task.RunPlane(i) : task.Run(i / blocks, i % blocks);
                     }
                   });
  return result;
}

at::Tensor
SenseNormal::Apply(const at::Tensor & x, const at::Tensor & maps) const
{
  if (!x.device().is_cpu())
  {
    return ApplyByATen(x, maps);
  }
  return x.scalar_type() == at::kComplexFloat ? ApplyOnCpu<float>(x, maps) : ApplyOnCpu<double>(x, maps);
}

at::Tensor
SenseNormal::ApplyByATen(const at::Tensor & x, const at::Tensor & maps) const
{
  const at::Tensor kept = at::fft_fft2(SeenByCoils(x, maps), c10::nullopt, plane, "ortho") * m_Mask.RealFor(x);
  return CombinedByMaps(at::fft_ifft2(kept, c10::nullopt, plane, "ortho"), maps);
}
} // namespace tweedie
