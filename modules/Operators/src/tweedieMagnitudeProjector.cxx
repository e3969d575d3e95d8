// SPDX-License-Identifier: Apache-2.0
#include "tweedieMagnitudeProjector.h"

#include "tweedieError.h"
#include "tweedieFftwPlan.h"
#include "tweedieMagnitudeKernels.h"

#include <ATen/ATen.h>

#include <algorithm>
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

/** The half of the spectrum of a real plane: the mean of opposite pixels, of those that are known. */
at::Tensor
HalfOf(const at::Tensor & values)
{
  const at::Tensor opposite = at::roll(at::flip(values, {0, 1}), {1, 1}, {0, 1});
  const at::Tensor isKnown = values.ge(0.0);
  const at::Tensor isOther = opposite.ge(0.0);
  const at::Tensor either = at::where(isKnown, values, opposite);
  const at::Tensor both = (values + opposite) / 2.0;
  return at::where(isKnown.logical_and(isOther), both, either).narrow(1, 0, values.size(1) / 2 + 1);
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
  Plan(std::int64_t rows, std::int64_t columns, FourierDirection direction)
  {
    FftwLayout layout;
    layout.size = {static_cast<int>(rows), static_cast<int>(columns), 1};
    layout.direction = direction;
    layout.real = isHalf;
    layout.inPlace = false;
    layout.aligned = false; // the planes are the caller's
    return FftwPlan<Real>::Get(layout);
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

  void
  Forward(const TNumber * g, Spectrum * u) const
  {
    forward.Execute(const_cast<TNumber *>(g), u); // out of place: FFTW leaves its input alone
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
  const at::Tensor all = Unshifted(amplitude, measured);
  const at::Tensor values = (isRealNumber<TNumber> ? HalfOf(all) : all).contiguous();
  const double sum = values.clamp_min(0.0).sum().template item<double>();
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
    const std::int64_t first = row * data.half;
    error +=
        ReplaceMagnitude(buffer.Data() + first, data.amplitude.data() + first, data.half, scale, scale, scale * scale);
  }
  data.backward.Execute(buffer.Data(), out);
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
    const std::int64_t first = row * data.half;
    error += MagnitudeError(buffer.Data() + first, data.amplitude.data() + first, data.half, data.Scale());
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
  data.backward.Execute(buffer.Data(), out);
}

template class MagnitudeProjector<float>;
template class MagnitudeProjector<double>;
template class MagnitudeProjector<std::complex<float>>;
template class MagnitudeProjector<std::complex<double>>;
} // namespace tweedie
