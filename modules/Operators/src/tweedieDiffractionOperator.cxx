// SPDX-License-Identifier: Apache-2.0
#include "tweedieDiffractionOperator.h"

#include "tweedieCenteredFourier.h"
#include "tweedieCoefficient.h"
#include "tweedieDecompositions.h"
#include "tweedieError.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
struct DiffractionOperator::Data
{
  Coefficient codes;
  Coefficient diagonal;
  Extent object;
  Extent pattern;
  std::int64_t patterns;
  bool isProjection;
};

namespace
{
/** The object's quadrants where a bare transform wants them: its centre at index 0 of the padded plane. */
std::array<QuadrantShift::Quadrant, 4>
PaddedQuadrants(Extent object, Extent pattern)
{
  const std::int64_t rows = object.rows / 2;
  const std::int64_t columns = object.columns / 2;
  const Extent after{object.rows - rows, object.columns - columns};
  const std::int64_t lastRow = pattern.rows - rows;
  const std::int64_t lastColumn = pattern.columns - columns;
  return {QuadrantShift::Quadrant{rows, columns, 0, 0, after},
          QuadrantShift::Quadrant{rows, 0, 0, lastColumn, {after.rows, columns}},
          QuadrantShift::Quadrant{0, columns, lastRow, 0, {rows, after.columns}},
          QuadrantShift::Quadrant{0, 0, lastRow, lastColumn, {rows, columns}}};
}

/** Raw memory of one application, and the loops over planes. */
template <typename T> struct Task
{
  using Complex = std::complex<T>;
  using TorchComplex = c10::complex<T>;

  Task(const at::Tensor & x, const at::Tensor & y, const at::Tensor & codes)
      : object{x.size(-2), x.size(-1)}, pattern{y.size(-2), y.size(-1)}, pixels(object.rows * object.columns),
        points(pattern.rows * pattern.columns), batch(x.size(0)), patterns(y.size(1)),
        image(reinterpret_cast<Complex *>(x.data_ptr<TorchComplex>())),
        data(reinterpret_cast<Complex *>(y.data_ptr<TorchComplex>())),
        code(reinterpret_cast<const Complex *>(codes.data_ptr<TorchComplex>())),
        codesPerEntry(codes.size(0) > 1 ? patterns * pixels : 0),
        factor(static_cast<T>(1.0 / std::sqrt(static_cast<double>(points * patterns)))),
        quadrants(PaddedQuadrants(object, pattern)), before(pattern.rows, pattern.columns, false),
        after(pattern.rows, pattern.columns, true)
  {
  }

  /** Pattern l of one batch entry. */
  void
  Forward(std::int64_t entry, std::int64_t l, const FftwPlan<T> & plan) const
  {
    const FftwBuffer<T> buffer(0, points);
    std::fill_n(buffer.Data(), points, Complex(0));
    const Block<Complex> work{buffer.Data(), pattern.columns};
    const Block<const Complex> x{image + entry * pixels, object.columns};
    for (const auto & q : quadrants)
    {
      BlockMultiply(work.At(q.toRow, q.toColumn),
                    Code(entry, l).At(q.fromRow, q.fromColumn),
                    x.At(q.fromRow, q.fromColumn),
                    q.extent);
    }
    plan.Execute(buffer.Data(), buffer.Data());
    const Block<const Complex> done{buffer.Data(), pattern.columns};
    const Block<Complex> y{data + (entry * patterns + l) * points, pattern.columns};
    for (const auto & q : after.quadrants)
    {
      BlockScale(y.At(q.toRow, q.toColumn), done.At(q.fromRow, q.fromColumn), factor, q.extent);
    }
  }

  /** The object of one batch entry: the patterns in their order, so that the sum does not depend on threads. */
  void
  Adjoint(std::int64_t entry, const FftwPlan<T> & plan) const
  {
    const FftwBuffer<T> buffer(0, points);
    const Block<Complex> work{buffer.Data(), pattern.columns};
    const Block<const Complex> done{buffer.Data(), pattern.columns};
    const Block<Complex> x{image + entry * pixels, object.columns};
    for (std::int64_t l = 0; l < patterns; ++l)
    {
      const Block<const Complex> y{data + (entry * patterns + l) * points, pattern.columns};
      for (const auto & q : before.quadrants)
      {
        BlockScale(work.At(q.toRow, q.toColumn), y.At(q.fromRow, q.fromColumn), T(1), q.extent);
      }
      plan.Execute(buffer.Data(), buffer.Data());
      for (const auto & q : quadrants)
      {
        BlockMultiplyConjugate(x.At(q.fromRow, q.fromColumn),
                               Code(entry, l).At(q.fromRow, q.fromColumn),
                               done.At(q.toRow, q.toColumn),
                               factor,
                               l > 0,
                               q.extent);
      }
    }
  }

  FftwPlan<T>
  Plan(FourierDirection direction) const
  {
    return PlanePlan<T>(pattern.rows, pattern.columns, direction, true, true);
  }

  Block<const Complex>
  Code(std::int64_t entry, std::int64_t l) const
  {
    return {code + entry * codesPerEntry + l * pixels, object.columns};
  }

  Extent object;
  Extent pattern;
  std::int64_t pixels;
  std::int64_t points;
  std::int64_t batch;
  std::int64_t patterns;
  Complex * image;
  Complex * data;
  const Complex * code;
  std::int64_t codesPerEntry;
  T factor;
  std::array<QuadrantShift::Quadrant, 4> quadrants;
  QuadrantShift before;
  QuadrantShift after;
};

template <typename T>
void
ForwardOnCpu(const at::Tensor & x, const at::Tensor & y, const at::Tensor & codes)
{
  const Task<T> task(x, y, codes);
  const auto plan = task.Plan(FourierDirection::Forward);
  const auto work = [&](std::int64_t begin, std::int64_t end)
  {
    for (std::int64_t i = begin; i < end; ++i)
    {
      task.Forward(i / task.patterns, i % task.patterns, plan);
    }
  };
  at::parallel_for(0, task.batch * task.patterns, 1, work);
}

template <typename T>
void
AdjointOnCpu(const at::Tensor & x, const at::Tensor & y, const at::Tensor & codes)
{
  const Task<T> task(x, y, codes);
  const auto plan = task.Plan(FourierDirection::Backward);
  const auto work = [&](std::int64_t begin, std::int64_t end)
  {
    for (std::int64_t i = begin; i < end; ++i)
    {
      task.Adjoint(i, plan);
    }
  };
  at::parallel_for(0, task.batch, 1, work);
}

/** The part of a padded plane where the object lies. */
at::Tensor
ObjectPart(const at::Tensor & padded, Extent object, Extent pattern)
{
  return padded.narrow(-2, pattern.rows / 2 - object.rows / 2, object.rows)
      .narrow(-1, pattern.columns / 2 - object.columns / 2, object.columns);
}

bool
IsZeroOrOne(const at::Tensor & values)
{
  return values.eq(0).logical_or(values.eq(1)).all().item<bool>();
}
} // namespace

DiffractionOperator::DiffractionOperator(const at::Tensor & codes, std::int64_t rows, std::int64_t columns)
{
  std::ostringstream given;
  codes.defined() ? given << "codes " << codes.sizes() << " of type " << codes.scalar_type() : given << "no codes";
  const bool fits = codes.defined() && codes.dim() == 5 && codes.size(2) == 1 && codes.numel() > 0 &&
                    codes.size(3) <= rows && codes.size(4) <= columns;
  if (!fits)
  {
    given << " and patterns of " << rows << " x " << columns;
    throw DataError("DiffractionOperator: given " + given.str() +
                    "; required codes [1 or batch, patterns, 1, y, x], not larger than a pattern");
  }
  if (!codes.isfinite().all().item<bool>() || codes.eq(0).all().item<bool>())
  {
    throw DataError("DiffractionOperator: given codes that are not finite or all zero; required numbers");
  }
  const at::Tensor exact = codes.to(codes.is_complex() ? at::kComplexDouble : at::kDouble);
  const at::Tensor diagonal = exact.abs().square().mean(1, true);
  m_Data.reset(new Data{Coefficient(codes),
                        Coefficient(diagonal),
                        {codes.size(3), codes.size(4)},
                        {rows, columns},
                        codes.size(1),
                        IsZeroOrOne(diagonal)});
}

DiffractionOperator::~DiffractionOperator() = default;

std::string
DiffractionOperator::Name() const
{
  return "DiffractionOperator";
}

Shape
DiffractionOperator::DomainShape() const
{
  return {1, 1, m_Data->object.rows, m_Data->object.columns};
}

Shape
DiffractionOperator::RangeShape() const
{
  return {m_Data->patterns, 1, m_Data->pattern.rows, m_Data->pattern.columns};
}

std::int64_t
DiffractionOperator::BatchSize() const
{
  return m_Data->codes.Original().size(0);
}

ForwardModelPointer
DiffractionOperator::Select(const at::Tensor & index) const
{
  return BatchSize() == 1 ? shared_from_this()
                          : std::make_shared<const DiffractionOperator>(
                                m_Data->codes.Select(index), m_Data->pattern.rows, m_Data->pattern.columns);
}

bool
DiffractionOperator::IsMaskedUnitary() const
{
  return m_Data->isProjection;
}

bool
DiffractionOperator::RequiresComplex() const
{
  return true;
}

NormalDecompositionPointer
DiffractionOperator::Decompose(const at::TensorOptions & images) const
{
  return DecomposePixels(NormalDiagonal(), DomainShape(), images);
}

at::Tensor
DiffractionOperator::NormalDiagonal() const
{
  return m_Data->diagonal.Original();
}

at::Tensor
DiffractionOperator::DoForward(const at::Tensor & x) const
{
  const at::Tensor codes = m_Data->codes.For(x);
  const Extent & pattern = m_Data->pattern;
  if (!x.device().is_cpu())
  {
    const at::Tensor padded = at::zeros({x.size(0), m_Data->patterns, 1, pattern.rows, pattern.columns}, x.options());
    ObjectPart(padded, m_Data->object, pattern).copy_(codes * x);
    return FourierTransformByATen(padded, 2, FourierDirection::Forward) /
           std::sqrt(static_cast<double>(m_Data->patterns));
  }
  at::Tensor result = at::empty({x.size(0), m_Data->patterns, 1, pattern.rows, pattern.columns}, x.options());
  x.scalar_type() == at::kComplexFloat ? ForwardOnCpu<float>(x, result, codes) : ForwardOnCpu<double>(x, result, codes);
  return result;
}

at::Tensor
DiffractionOperator::DoAdjoint(const at::Tensor & y) const
{
  const at::Tensor codes = m_Data->codes.For(y);
  const Extent & object = m_Data->object;
  if (!y.device().is_cpu())
  {
    const at::Tensor back = FourierTransformByATen(y, 2, FourierDirection::Backward);
    return (codes.conj() * ObjectPart(back, object, m_Data->pattern)).sum(1, true) /
           std::sqrt(static_cast<double>(m_Data->patterns));
  }
  at::Tensor result = at::empty({y.size(0), 1, 1, object.rows, object.columns}, y.options());
  y.scalar_type() == at::kComplexFloat ? AdjointOnCpu<float>(result, y, codes) : AdjointOnCpu<double>(result, y, codes);
  return result;
}

at::Tensor
DiffractionOperator::DoNormal(const at::Tensor & x) const
{
  return x * m_Data->diagonal.RealFor(x);
}
} // namespace tweedie
