// SPDX-License-Identifier: Apache-2.0
#include "tweedieFourierOperator.h"

#include "tweedieCenteredFourier.h"
#include "tweedieDecompositions.h"
#include "tweedieError.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cmath>
#include <limits>
#include <sstream>

namespace tweedie
{
QuadrantShift::QuadrantShift(std::int64_t rows, std::int64_t columns, bool toCenter)
{
  // An element moves up by floor(N / 2) cyclically, or by as much as brings it back.
  const std::int64_t rowShift = toCenter ? rows / 2 : rows - rows / 2;
  const std::int64_t columnShift = toCenter ? columns / 2 : columns - columns / 2;
  const std::int64_t rowTail = rows - rowShift;
  const std::int64_t columnTail = columns - columnShift;
  quadrants = {Quadrant{0, 0, rowShift, columnShift, {rowTail, columnTail}},
               Quadrant{0, columnTail, rowShift, 0, {rowTail, columnShift}},
               Quadrant{rowTail, 0, 0, columnShift, {rowShift, columnTail}},
               Quadrant{rowTail, columnTail, 0, 0, {rowShift, columnShift}}};
}

template <typename T>
FftwPlan<T>
PlanePlan(std::int64_t rows, std::int64_t columns, FourierDirection direction, bool inPlace, bool aligned)
{
  FftwLayout layout;
  layout.size = {static_cast<int>(rows), static_cast<int>(columns), 1};
  layout.direction = direction;
  layout.inPlace = inPlace;
  layout.aligned = aligned;
  return FftwPlan<T>::Get(layout);
}

template FftwPlan<float> PlanePlan(std::int64_t, std::int64_t, FourierDirection, bool, bool);
template FftwPlan<double> PlanePlan(std::int64_t, std::int64_t, FourierDirection, bool, bool);

namespace
{
struct Box
{
  std::int64_t planes, rows, columns;
};

template <typename T>
void
TransformBox(std::complex<T> * out, const std::complex<T> * in, const Box & box, const FftwPlan<T> & plan)
{
  const std::int64_t plane = box.rows * box.columns;
  const FftwBuffer<T> buffer(0, box.planes * plane);
  const auto factor = static_cast<T>(1.0 / std::sqrt(static_cast<double>(box.planes * plane)));
  const QuadrantShift before(box.rows, box.columns, false);
  const QuadrantShift after(box.rows, box.columns, true);
  const Block<const std::complex<T>> buffered{buffer.Data(), box.columns};
  for (std::int64_t z = 0; z < box.planes; ++z)
  {
    const std::int64_t target = (z + box.planes - box.planes / 2) % box.planes;
    const Block<const std::complex<T>> from{in + z * plane, box.columns};
    const Block<std::complex<T>> to{buffer.Data() + target * plane, box.columns};
    for (const auto & q : before.quadrants)
    {
      BlockScale(to.At(q.toRow, q.toColumn), from.At(q.fromRow, q.fromColumn), factor, q.extent);
    }
  }
  plan.Execute(buffer.Data(), buffer.Data());
  for (std::int64_t z = 0; z < box.planes; ++z)
  {
    const std::int64_t target = (z + box.planes / 2) % box.planes;
    const Block<std::complex<T>> to{out + target * plane, box.columns};
    for (const auto & q : after.quadrants)
    {
      const auto from = buffered.At(z * box.rows + q.fromRow, q.fromColumn);
      BlockScale(to.At(q.toRow, q.toColumn), from, T(1), q.extent);
    }
  }
}

template <typename T>
at::Tensor
TransformOnCpu(const at::Tensor & x, int dimensions, FourierDirection direction)
{
  using Complex = c10::complex<T>;
  const auto sizes = x.sizes();
  const Box box{dimensions == 3 ? sizes[sizes.size() - 3] : 1, sizes[sizes.size() - 2], sizes[sizes.size() - 1]};
  FftwLayout layout;
  layout.direction = direction;
  const auto rows = static_cast<int>(box.rows);
  const auto columns = static_cast<int>(box.columns);
  layout.rank = dimensions;
  layout.size = dimensions == 3 ? std::array<int, 3>{static_cast<int>(box.planes), rows, columns}
                                : std::array<int, 3>{rows, columns, 1};
  const auto plan = FftwPlan<T>::Get(layout);
  const at::Tensor input = x.contiguous();
  at::Tensor result = at::empty_like(input);
  const auto * in = reinterpret_cast<const std::complex<T> *>(input.template data_ptr<Complex>());
  auto * out = reinterpret_cast<std::complex<T> *>(result.template data_ptr<Complex>());
  const std::int64_t volume = box.planes * box.rows * box.columns;
  at::parallel_for(0,
                   input.numel() / volume,
                   1,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t i = begin; i < end; ++i)
                     {
                       TransformBox(out + i * volume, in + i * volume, box, plan);
                     }
                   });
  return result;
}

void
Require(const at::Tensor & x, int dimensions)
{
  const bool typed = x.defined() && x.is_complex() && x.scalar_type() != at::kComplexHalf;
  if ((dimensions != 2 && dimensions != 3) || !typed || x.dim() < dimensions)
  {
    std::ostringstream message;
    message << "FourierTransform: given " << dimensions << " dimensions of a tensor ";
    if (x.defined())
    {
      message << x.sizes() << " of type " << x.scalar_type();
    }
    message << "; required: the last 2 or 3 dimensions of a complex tensor in float or double precision";
    throw DataError(message.str());
  }
  for (const auto extent : x.sizes().slice(x.dim() - dimensions))
  {
    if (extent < 1 || extent > std::numeric_limits<int>::max())
    {
      throw DataError("FourierTransform: given an extent of " + std::to_string(extent) + "; required 1 to 2^31 - 1");
    }
  }
}
} // namespace

at::Tensor
FourierTransformByATen(const at::Tensor & x, int dimensions, FourierDirection direction)
{
  const std::vector<std::int64_t> all{-3, -2, -1};
  const at::IntArrayRef dims(all.data() + 3 - dimensions, static_cast<std::size_t>(dimensions));
  const at::Tensor shifted = at::fft_ifftshift(x, dims);
  const at::Tensor transformed = direction == FourierDirection::Forward ? at::fft_fftn(shifted, {}, dims, "ortho")
                                                                        : at::fft_ifftn(shifted, {}, dims, "ortho");
  return at::fft_fftshift(transformed, dims);
}

at::Tensor
FourierTransform(const at::Tensor & x, int dimensions, FourierDirection direction)
{
  Require(x, dimensions);
  const at::Tensor input = x.detach().resolve_conj();
  if (!input.device().is_cpu())
  {
    return FourierTransformByATen(input, dimensions, direction);
  }
  return input.scalar_type() == at::kComplexFloat ? TransformOnCpu<float>(input, dimensions, direction)
                                                  : TransformOnCpu<double>(input, dimensions, direction);
}

FourierOperator::FourierOperator(Shape shape, int dimensions) : m_Shape(std::move(shape)), m_Dimensions(dimensions)
{
  if ((dimensions != 2 && dimensions != 3) || m_Shape.size() != 4)
  {
    throw DataError("FourierOperator: given " + std::to_string(m_Shape.size()) + " extents and " +
                    std::to_string(dimensions) + " dimensions; required {channel, z, y, x} and 2 or 3");
  }
}

std::string
FourierOperator::Name() const
{
  return "FourierOperator";
}

Shape
FourierOperator::DomainShape() const
{
  return m_Shape;
}

Shape
FourierOperator::RangeShape() const
{
  return m_Shape;
}

bool
FourierOperator::IsUnitary() const
{
  return true;
}

bool
FourierOperator::RequiresComplex() const
{
  return true;
}

NormalDecompositionPointer
FourierOperator::Decompose(const at::TensorOptions & images) const
{
  return DecomposePixels(at::ones({1}), m_Shape, images);
}

at::Tensor
FourierOperator::DoForward(const at::Tensor & x) const
{
  return FourierTransform(x, m_Dimensions, FourierDirection::Forward);
}

at::Tensor
FourierOperator::DoAdjoint(const at::Tensor & y) const
{
  return FourierTransform(y, m_Dimensions, FourierDirection::Backward);
}

at::Tensor
FourierOperator::DoNormal(const at::Tensor & x) const
{
  return x.clone();
}
} // namespace tweedie
