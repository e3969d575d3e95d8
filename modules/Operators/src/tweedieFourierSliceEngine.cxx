// SPDX-License-Identifier: Apache-2.0
#include "tweedieFourierSliceEngine.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr int spectrumSlot = 3; // the transform has slots 0 to 2
constexpr std::int64_t columnsPerTask = 1 << 14;

double
Sinc(double a)
{
  return a == 0.0 ? 1.0 : std::sin(pi * a) / (pi * a);
}

/** The spectrum of samples repeats itself; an image between them has it once. */
double
BandLimit(const PlaneFrequency & frequency)
{
  constexpr double half = 0.5 + 1e-9; // and rounding
  return std::abs(frequency.x) <= half && std::abs(frequency.y) <= half ? 1.0 : 0.0;
}

template <typename T>
FftwPlan<T>
LinePlan(std::int64_t size, FourierDirection direction)
{
  FftwLayout layout;
  layout.rank = 1;
  layout.size = {static_cast<int>(size), 1, 1};
  layout.direction = direction;
  layout.inPlace = false;
  layout.real = true;
  return FftwPlan<T>::Get(layout);
}

// Plain real arithmetic: the standard's complex product checks for NaN.
template <typename T>
std::complex<T>
Product(const std::complex<T> & a, const std::complex<T> & b)
{
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
} // namespace

SliceSpectrum
SliceSpectrumOf(const SliceViews & views, const Grid & grid, const FourierSliceOptions & options)
{
  SliceSpectrum result;
  result.perView = (views.period + 1) / 2;
  const double dx = grid.spacing.x;
  const double dy = grid.spacing.y;
  const auto period = static_cast<double>(views.period);
  for (const SliceView & view : views.views)
  {
    for (std::int64_t m = 0; m < result.perView; ++m)
    {
      const double relative = static_cast<double>(m) / period; // cycles per column
      const double k = relative / view.pitch;
      const PlaneFrequency frequency{k * view.normalX * dx, k * view.normalY * dy};
      double amplitude = dx * dy / (period * std::abs(view.pitch));
      amplitude *= options.detectorFootprint ? Sinc(relative) : 1.0;
      amplitude *= options.pixelFootprint ? Sinc(frequency.x) * Sinc(frequency.y) : BandLimit(frequency);
      result.frequencies.push_back(frequency);
      result.factors.push_back(std::polar(1.0, 2.0 * pi * k * view.first) * amplitude);
    }
  }
  return result;
}

template <typename T>
FourierSliceEngine<T>::FourierSliceEngine(const SliceViews & views,
                                          const Grid & grid,
                                          const CTDetector & detector,
                                          const FourierSliceOptions & options)
    : FourierSliceEngine(views, grid, detector, options.width, SliceSpectrumOf(views, grid, options))
{
}

template <typename T>
FourierSliceEngine<T>::FourierSliceEngine(const SliceViews & views,
                                          const Grid & grid,
                                          const CTDetector & detector,
                                          std::int64_t width,
                                          const SliceSpectrum & spectrum)
    : m_Columns(detector.columns), m_DetectorRows(detector.rows), m_PerView(spectrum.perView),
      m_Transform(grid.size.y, grid.size.x, width, spectrum.frequencies),
      m_Factors(spectrum.factors.begin(), spectrum.factors.end()),
      m_ToLine(LinePlan<T>(views.period, FourierDirection::Backward)),
      m_FromLine(LinePlan<T>(views.period, FourierDirection::Forward))
{
  for (const SliceView & view : views.views)
  {
    m_Slices.push_back(view.slices);
  }
}

template <typename T>
void
FourierSliceEngine<T>::ProjectView(const Complex * q, std::size_t view, std::int64_t slice, T * projection) const
{
  const auto & slices = m_Slices[view];
  if (std::find(slices.begin(), slices.end(), slice) == slices.end())
  {
    return;
  }
  const FftwBuffer<T> buffer(0, LineLength() + m_PerView);
  Complex * spectrum = buffer.Data();
  T * line = reinterpret_cast<T *>(spectrum + LineLength());
  const Complex * factors = m_Factors.data() + static_cast<std::int64_t>(view) * m_PerView;
  for (std::int64_t m = 0; m < m_PerView; ++m)
  {
    spectrum[m] = Product(q[m], factors[m]);
  }
  spectrum[0] = spectrum[0].real();
  spectrum[m_PerView] = Complex(0);
  m_ToLine.Execute(spectrum, line);
  for (std::size_t row = 0; row < slices.size(); ++row)
  {
    if (slices[row] == slice)
    {
      std::copy_n(line, m_Columns, projection + static_cast<std::int64_t>(row) * m_Columns);
    }
  }
}

template <typename T>
void
FourierSliceEngine<T>::SmearView(const T * projection, std::size_t view, std::int64_t slice, Complex * q) const
{
  const FftwBuffer<T> buffer(0, LineLength() + m_PerView);
  Complex * spectrum = buffer.Data();
  T * line = reinterpret_cast<T *>(spectrum + LineLength());
  std::fill_n(line, 2 * m_PerView, T(0));
  const auto & slices = m_Slices[view];
  for (std::size_t row = 0; row < slices.size(); ++row)
  {
    const T * from = projection + static_cast<std::int64_t>(row) * m_Columns;
    for (std::int64_t d = 0; slices[row] == slice && d < m_Columns; ++d)
    {
      line[d] += from[d];
    }
  }
  m_FromLine.Execute(line, spectrum);
  const Complex * factors = m_Factors.data() + static_cast<std::int64_t>(view) * m_PerView;
  for (std::int64_t m = 0; m < m_PerView; ++m)
  {
    q[m] = Product(spectrum[m], std::conj(factors[m])) * T(m == 0 ? 1 : 2);
  }
}

template <typename T>
void
FourierSliceEngine<T>::Forward(const T * image, std::int64_t slice, T * projections) const
{
  const auto views = static_cast<std::int64_t>(m_Slices.size());
  const FftwBuffer<T> buffer(spectrumSlot, views * m_PerView);
  Complex * q = buffer.Data();
  m_Transform.Forward(image, q);
  at::parallel_for(0,
                   views,
                   std::max<std::int64_t>(1, columnsPerTask / (2 * m_PerView)),
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t v = begin; v < end; ++v)
                     {
                       ProjectView(q + v * m_PerView,
                                   static_cast<std::size_t>(v),
                                   slice,
                                   projections + v * m_DetectorRows * m_Columns);
                     }
                   });
}

template <typename T>
void
FourierSliceEngine<T>::Adjoint(const T * projections, std::int64_t slice, T * image) const
{
  const auto views = static_cast<std::int64_t>(m_Slices.size());
  const FftwBuffer<T> buffer(spectrumSlot, views * m_PerView);
  Complex * q = buffer.Data();
  at::parallel_for(0,
                   views,
                   std::max<std::int64_t>(1, columnsPerTask / (2 * m_PerView)),
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t v = begin; v < end; ++v)
                     {
                       SmearView(projections + v * m_DetectorRows * m_Columns,
                                 static_cast<std::size_t>(v),
                                 slice,
                                 q + v * m_PerView);
                     }
                   });
  m_Transform.Adjoint(q, image);
}

template class FourierSliceEngine<float>;
template class FourierSliceEngine<double>;
} // namespace tweedie
