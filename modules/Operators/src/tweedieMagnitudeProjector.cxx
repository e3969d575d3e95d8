// SPDX-License-Identifier: Apache-2.0
#include "tweedieMagnitudeProjector.h"

#include "tweedieError.h"
#include "tweedieFftwPlan.h"
#include "tweedieMagnitudeKernels.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <vector>

namespace tweedie
{
namespace
{
template <typename TNumber> constexpr bool isRealNumber = std::is_floating_point_v<TNumber>;

/** Amplitudes, negative where unknown, with zero frequency first. */
at::Tensor
Unshifted(const at::Tensor & amplitude, const at::Tensor & measured)
{
  at::Tensor values = amplitude.to(at::kCPU, at::kDouble).clamp_min(0.0);
  if (measured.defined())
  {
    values = at::where(measured.to(at::kCPU).ne(0), values, at::full_like(values, -1.0));
  }
  return at::roll(values, {-(values.size(0) / 2), -(values.size(1) / 2)}, {0, 1});
}

/** The pattern of a real plane: the mean of opposite pixels, of those that are known. */
at::Tensor
Symmetric(const at::Tensor & values)
{
  const at::Tensor opposite = at::roll(at::flip(values, {0, 1}), {1, 1}, {0, 1});
  const at::Tensor isKnown = values.ge(0.0);
  const at::Tensor isOther = opposite.ge(0.0);
  const at::Tensor either = at::where(isKnown, values, opposite);
  const at::Tensor both = (values + opposite) / 2.0;
  return at::where(isKnown.logical_and(isOther), both, either);
}
} // namespace

template <typename TNumber> struct MagnitudeProjector<TNumber>::Data
{
  using Spectrum = std::complex<Real>;
  static constexpr bool isHalf = isRealNumber<TNumber>;

  std::int64_t rows;
  std::int64_t columns;
  std::int64_t half; ///< columns of the spectrum
  std::vector<Real> amplitude;
  double sum; ///< of the known amplitudes
  FftwPlan<Real> forward;
  FftwPlan<Real> backward;

  static FftwPlan<Real>
  Plan(std::int64_t rows, std::int64_t columns, FourierDirection direction, bool aligned = true)
  {
    FftwLayout layout;
    layout.size = {static_cast<int>(rows), static_cast<int>(columns), 1};
    layout.direction = direction;
    layout.real = isHalf;
    layout.inPlace = false;
    layout.aligned = aligned;
    return FftwPlan<Real>::Get(layout);
  }

  /** Of a row of errors, all: those of a half count for their opposites too, but in columns that hold both. */
  double
  ErrorOfRow(double errors, const std::array<double, 2> & ownColumns) const
  {
    return isHalf ? 2.0 * errors - ownColumns[0] - ownColumns[1] : errors;
  }

  /** Errors of a row in the first column and, of an even number, the last one of the half. */
  std::array<double, 2>
  OwnColumns(const Spectrum * u, const Real * b) const
  {
    const auto errorAt = [&, scale = Scale()](std::int64_t i)
    { return b[i] >= Real(0) ? std::abs(scale * std::sqrt(std::norm(u[i])) - b[i]) : Real(0); };
    return {isHalf ? errorAt(0) : 0.0, isHalf && columns % 2 == 0 ? errorAt(half - 1) : 0.0};
  }

  std::int64_t
  Count() const
  {
    return rows * half;
  }

  /** F is unitary, FFTW's transforms are not. */
  Real
  Scale() const
  {
    return static_cast<Real>(1.0 / std::sqrt(static_cast<double>(rows * columns)));
  }

  /** The planes are the caller's; at odd places FFTW needs twice the time. */
  FftwPlan<Real>
  PlanFor(const TNumber * plane, FourierDirection direction) const
  {
    if (!FftwPlan<Real>::IsAligned(reinterpret_cast<const Spectrum *>(plane)))
    {
      return Plan(rows, columns, direction, false);
    }
    return direction == FourierDirection::Forward ? forward : backward;
  }

  void
  Forward(const TNumber * g, Spectrum * u) const
  {
    // Out of place: FFTW leaves its input alone.
    PlanFor(g, FourierDirection::Forward).Execute(const_cast<TNumber *>(g), u);
  }

  void
  Backward(Spectrum * u, TNumber * out) const
  {
    PlanFor(out, FourierDirection::Backward).Execute(u, out);
  }
};

template <typename TNumber>
MagnitudeProjector<TNumber>::MagnitudeProjector(const at::Tensor & amplitude, const at::Tensor & measured)
{
  if (!amplitude.defined() || amplitude.dim() != 2 || amplitude.is_complex() || amplitude.numel() == 0 ||
      (measured.defined() && measured.sizes() != amplitude.sizes()))
  {
    std::ostringstream message;
    message << "MagnitudeProjector: given ";
    amplitude.defined() ? message << "amplitudes " << amplitude.sizes() : message << "none";
    throw DataError(message.str() + "; required real ones [rows, columns], and a mask of that size");
  }
  const at::Tensor given = Unshifted(amplitude, measured);
  const at::Tensor all = isRealNumber<TNumber> ? Symmetric(given) : given;
  const at::Tensor values = (isRealNumber<TNumber> ? all.narrow(1, 0, all.size(1) / 2 + 1) : all).contiguous();
  const double sum = all.clamp_min(0.0).sum().template item<double>();
  if (!(sum > 0.0))
  {
    throw DataError("MagnitudeProjector: given no amplitude above 0 where something was measured; required some");
  }
  const double * numbers = values.template data_ptr<double>();
  const std::int64_t rows = amplitude.size(0);
  const std::int64_t columns = amplitude.size(1);
  m_Data.reset(new Data{rows,
                        columns,
                        values.size(1),
                        std::vector<Real>(numbers, numbers + values.numel()),
                        sum,
                        Data::Plan(rows, columns, FourierDirection::Forward),
                        Data::Plan(rows, columns, FourierDirection::Backward)});
}

template <typename TNumber> MagnitudeProjector<TNumber>::~MagnitudeProjector() = default;

template <typename TNumber>
std::int64_t
MagnitudeProjector<TNumber>::Rows() const
{
  return m_Data->rows;
}

template <typename TNumber>
std::int64_t
MagnitudeProjector<TNumber>::Columns() const
{
  return m_Data->columns;
}

template <typename TNumber>
double
MagnitudeProjector<TNumber>::Project(const TNumber * g, TNumber * out) const
{
  const Data & data = *m_Data;
  const FftwBuffer<Real> buffer(0, data.Count());
  data.Forward(g, buffer.Data());
  const Real scale = data.Scale();
  double error = 0.0;
  for (std::int64_t row = 0; row < data.rows; ++row) // a row's sum keeps its digits in single precision
  {
    auto * const u = buffer.Data() + row * data.half;
    const Real * const b = data.amplitude.data() + row * data.half;
    const auto own = data.OwnColumns(u, b);
    error += data.ErrorOfRow(ReplaceMagnitude(u, b, data.half, scale, scale, scale * scale), own);
  }
  data.Backward(buffer.Data(), out);
  return error / data.sum;
}

template <typename TNumber>
double
MagnitudeProjector<TNumber>::Residual(const TNumber * g) const
{
  const Data & data = *m_Data;
  const FftwBuffer<Real> buffer(0, data.Count());
  data.Forward(g, buffer.Data());
  double error = 0.0;
  for (std::int64_t row = 0; row < data.rows; ++row)
  {
    const auto * const u = buffer.Data() + row * data.half;
    const Real * const b = data.amplitude.data() + row * data.half;
    error += data.ErrorOfRow(MagnitudeError(u, b, data.half, data.Scale()), data.OwnColumns(u, b));
  }
  return error / data.sum;
}

template <typename TNumber>
void
MagnitudeProjector<TNumber>::Smooth(const TNumber * g, double width, TNumber * out) const
{
  const Data & data = *m_Data;
  const FftwBuffer<Real> buffer(0, data.Count());
  data.Forward(g, buffer.Data());
  const auto weights = [width](std::int64_t count, std::int64_t of)
  {
    std::vector<Real> w(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i)
    {
      const double f = static_cast<double>(std::min(i, of - i)) / (width * static_cast<double>(of));
      w[static_cast<std::size_t>(i)] = static_cast<Real>(std::exp(-0.5 * f * f));
    }
    return w;
  };
  const std::vector<Real> down = weights(data.rows, data.rows);
  const std::vector<Real> across = weights(data.half, data.columns);
  const Real scale = data.Scale() * data.Scale();
  for (std::int64_t row = 0; row < data.rows; ++row)
  {
    auto * values = reinterpret_cast<Real *>(buffer.Data() + row * data.half);
    const Real factor = scale * down[static_cast<std::size_t>(row)];
    for (std::int64_t i = 0; i < data.half; ++i)
    {
      const Real w = factor * across[static_cast<std::size_t>(i)];
      values[2 * i] *= w;
      values[2 * i + 1] *= w;
    }
  }
  data.Backward(buffer.Data(), out);
}

template class MagnitudeProjector<float>;
template class MagnitudeProjector<double>;
template class MagnitudeProjector<std::complex<float>>;
template class MagnitudeProjector<std::complex<double>>;
} // namespace tweedie
