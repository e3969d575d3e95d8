// SPDX-License-Identifier: Apache-2.0
#include "tweedieSensePlanes.h"

#include "tweedieCenteredFourier.h"
#include "tweedieMapSets.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
/** Raw memory of one application, and the loops over planes. */
template <typename T> struct Task
{
  using Complex = std::complex<T>;
  using TorchComplex = c10::complex<T>;

  Task(const at::Tensor & image, const at::Tensor & kspace, const at::Tensor & mask, const at::Tensor & maps)
      : extent{image.size(-2), image.size(-1)}, points(extent.rows * extent.columns), batch(image.size(0)),
        sets(image.size(1)), coils(kspace.size(1)),
        m_Image(reinterpret_cast<Complex *>(image.data_ptr<TorchComplex>())),
        m_Data(reinterpret_cast<Complex *>(kspace.data_ptr<TorchComplex>())), m_Mask(mask.data_ptr<T>()),
        m_Maps(maps.defined() ? reinterpret_cast<const Complex *>(maps.data_ptr<TorchComplex>()) : nullptr),
        m_MaskPerBatch(mask.size(0) > 1 ? points : 0), m_MapsPerBatch(MapsPerBatch(maps)),
        m_Factor(static_cast<T>(1.0 / std::sqrt(static_cast<double>(points)))),
        m_Before(extent.rows, extent.columns, false), m_After(extent.rows, extent.columns, true)
  {
  }

  /** y[c] of one batch entry. */
  void
  Forward(std::int64_t entry, std::int64_t coil, const FftwPlan<T> & plan) const
  {
    const FftwBuffer<T> buffer(0, points);
    const auto work = Plane(buffer.Data());
    for (std::int64_t set = 0; set < sets; ++set)
    {
      const auto image = Plane(m_Image + (entry * sets + set) * points);
      const auto map = Map(entry, set, coil);
      for (const auto & q : m_Before.quadrants)
      {
        const auto from = ReadOnly(image.At(q.fromRow, q.fromColumn));
        const auto to = work.At(q.toRow, q.toColumn);
        m_Maps == nullptr ? BlockScale(to, from, T(1), q.extent)
        : set == 0        ? BlockMultiply(to, map.At(q.fromRow, q.fromColumn), from, q.extent)
                          : BlockMultiplyAdd(to, map.At(q.fromRow, q.fromColumn), from, q.extent);
      }
    }
    plan.Execute(buffer.Data(), buffer.Data());
    const auto data = Plane(m_Data + (entry * coils + coil) * points);
    for (const auto & q : m_After.quadrants)
    {
      BlockMask(data.At(q.toRow, q.toColumn),
                ReadOnly(work.At(q.fromRow, q.fromColumn)),
                MaskOf(entry).At(q.toRow, q.toColumn),
                m_Factor,
                q.extent);
    }
  }

  /** The images of one batch entry: the coils in their order, so that the sum does not depend on threads. */
  void
  Adjoint(std::int64_t entry, const FftwPlan<T> & plan) const
  {
    const FftwBuffer<T> buffer(0, points);
    const auto work = Plane(buffer.Data());
    for (std::int64_t coil = 0; coil < coils; ++coil)
    {
      const auto data = Plane(m_Data + (entry * coils + coil) * points);
      for (const auto & q : m_Before.quadrants)
      {
        BlockMask(work.At(q.toRow, q.toColumn),
                  ReadOnly(data.At(q.fromRow, q.fromColumn)),
                  MaskOf(entry).At(q.fromRow, q.fromColumn),
                  T(1),
                  q.extent);
      }
      plan.Execute(buffer.Data(), buffer.Data());
      for (std::int64_t set = 0; set < sets; ++set)
      {
        Collect(work, entry, set, coil);
      }
    }
  }

  Extent extent;
  std::int64_t points;
  std::int64_t batch;
  std::int64_t sets;
  std::int64_t coils;

private:
  /** Adds a coil's image, transformed, to that of a set. */
  void
  Collect(const Block<Complex> & work, std::int64_t entry, std::int64_t set, std::int64_t coil) const
  {
    const auto image = Plane(m_Image + (entry * sets + set) * points);
    const auto map = Map(entry, set, coil);
    for (const auto & q : m_After.quadrants)
    {
      const auto from = ReadOnly(work.At(q.fromRow, q.fromColumn));
      const auto to = image.At(q.toRow, q.toColumn);
      m_Maps == nullptr ? BlockScale(to, from, m_Factor, q.extent)
                        : BlockMultiplyConjugate(to, map.At(q.toRow, q.toColumn), from, m_Factor, coil > 0, q.extent);
    }
  }
  Block<Complex>
  Plane(Complex * data) const
  {
    return {data, extent.columns};
  }
  static Block<const Complex>
  ReadOnly(const Block<Complex> & block)
  {
    return {block.data, block.stride};
  }
  Block<const Complex>
  Map(std::int64_t entry, std::int64_t set, std::int64_t coil) const
  {
    return {m_Maps == nullptr ? nullptr : m_Maps + entry * m_MapsPerBatch + (set * coils + coil) * points,
            extent.columns};
  }
  Block<const T>
  MaskOf(std::int64_t entry) const
  {
    return {m_Mask + entry * m_MaskPerBatch, extent.columns};
  }

  Complex * m_Image;
  Complex * m_Data;
  const T * m_Mask;
  const Complex * m_Maps;
  std::int64_t m_MaskPerBatch;
  std::int64_t m_MapsPerBatch;
  T m_Factor;
  QuadrantShift m_Before;
  QuadrantShift m_After;
};

template <typename T>
at::Tensor
ForwardOnCpu(const at::Tensor & x, const at::Tensor & mask, const at::Tensor & maps)
{
  const std::int64_t coils = MapCoils(maps);
  at::Tensor result = at::empty({x.size(0), coils, 1, x.size(-2), x.size(-1)}, x.options());
  const Task<T> task(x, result, mask, maps);
  const auto plan = PlanePlan<T>(task.extent.rows, task.extent.columns, FourierDirection::Forward, true, true);
  at::parallel_for(0,
                   task.batch * coils,
                   1,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t i = begin; i < end; ++i)
                     {
                       task.Forward(i / coils, i % coils, plan);
                     }
                   });
  return result;
}

template <typename T>
at::Tensor
AdjointOnCpu(const at::Tensor & y, const at::Tensor & mask, const at::Tensor & maps)
{
  at::Tensor result = at::empty({y.size(0), MapSets(maps), 1, y.size(-2), y.size(-1)}, y.options());
  const Task<T> task(result, y, mask, maps);
  const auto plan = PlanePlan<T>(task.extent.rows, task.extent.columns, FourierDirection::Backward, true, true);
  at::parallel_for(0,
                   task.batch,
                   1,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t entry = begin; entry < end; ++entry)
                     {
                       task.Adjoint(entry, plan);
                     }
                   });
  return result;
}
} // namespace

at::Tensor
SenseForward(const at::Tensor & x, const at::Tensor & mask, const at::Tensor & maps)
{
  if (!x.device().is_cpu())
  {
    return SenseForwardByATen(x, mask, maps);
  }
  return x.scalar_type() == at::kComplexFloat ? ForwardOnCpu<float>(x, mask, maps)
                                              : ForwardOnCpu<double>(x, mask, maps);
}

at::Tensor
SenseAdjoint(const at::Tensor & y, const at::Tensor & mask, const at::Tensor & maps)
{
  if (!y.device().is_cpu())
  {
    return SenseAdjointByATen(y, mask, maps);
  }
  return y.scalar_type() == at::kComplexFloat ? AdjointOnCpu<float>(y, mask, maps)
                                              : AdjointOnCpu<double>(y, mask, maps);
}

at::Tensor
SenseForwardByATen(const at::Tensor & x, const at::Tensor & mask, const at::Tensor & maps)
{
  return FourierTransformByATen(SeenByCoils(x, maps), 2, FourierDirection::Forward) * mask;
}

at::Tensor
SenseAdjointByATen(const at::Tensor & y, const at::Tensor & mask, const at::Tensor & maps)
{
  return CombinedByMaps(FourierTransformByATen(y * mask, 2, FourierDirection::Backward), maps);
}
} // namespace tweedie
