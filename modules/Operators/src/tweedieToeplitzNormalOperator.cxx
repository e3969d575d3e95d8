// SPDX-License-Identifier: Apache-2.0
#include "tweedieFourierSliceData.h"
#include "tweediePlaneLoop.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
const char * const name = "ToeplitzNormalOperator";
constexpr std::int64_t kernelWidth = 14;                     ///< gridding error about 1e-11
constexpr std::size_t samplesAtATime = std::size_t{1} << 17; ///< bounds the table of weights to 40 MB

/** Multiplies the spectrum of an image padded with zeros. */
template <typename T> class PaddedConvolution
{
public:
  /** spectrum: [padded rows, padded columns / 2 + 1], double. */
  PaddedConvolution(const Grid & grid, const at::Tensor & spectrum)
      : m_Plane(grid.size.y, grid.size.x, spectrum.size(0), 2 * (spectrum.size(1) - 1)),
        m_RowOnes(static_cast<std::size_t>(grid.size.y), T(1)),
        m_ColumnOnes(static_cast<std::size_t>(grid.size.x), T(1)),
        m_Spectrum(static_cast<std::size_t>(m_Plane.PaddedRows() * m_Plane.Stride()), T(0))
  {
    const auto from = spectrum.accessor<double, 2>();
    for (std::int64_t r = 0; r < spectrum.size(0); ++r)
    {
      for (std::int64_t c = 0; c < spectrum.size(1); ++c)
      {
        // Strip by strip, as the strips are.
        const std::int64_t strip = c / wide * m_Plane.PaddedRows() * wide;
        m_Spectrum[static_cast<std::size_t>(strip + r * wide + c % wide)] = static_cast<T>(from[r][c]);
      }
    }
  }

  void
  Apply(const T * image, T * result) const
  {
    const typename HalfPlane<T>::Factors ones{m_RowOnes.data(), m_ColumnOnes.data()};
    const FftwBuffer<T> half(1, m_Plane.Rows() * m_Plane.Stride());
    m_Plane.RowsForward(image, ones, half.Data());
    at::parallel_for(0,
                     m_Plane.Strips(),
                     m_Plane.StripsPerTask(),
                     [&](std::int64_t begin, std::int64_t end)
                     {
                       const FftwBuffer<T> strip(0, m_Plane.PaddedRows() * wide);
                       for (std::int64_t s = begin; s < end; ++s)
                       {
                         m_Plane.LoadStrip(half.Data(), s, strip.Data());
                         m_Plane.StripForward(strip.Data());
                         Multiply(strip.Data(), s);
                         m_Plane.StripBackward(strip.Data());
                         m_Plane.StoreStrip(strip.Data(), s, half.Data());
                       }
                     });
    m_Plane.RowsBackward(half.Data(), ones, result);
  }

private:
  static constexpr std::int64_t wide = HalfPlane<T>::stripColumns;

  void
  Multiply(std::complex<T> * strip, std::int64_t index) const
  {
    const std::int64_t count = m_Plane.PaddedRows() * wide;
    const T * factors = m_Spectrum.data() + index * count;
    T * values = reinterpret_cast<T *>(strip);
    for (std::int64_t i = 0; i < count; ++i)
    {
      values[2 * i] *= factors[i];
      values[2 * i + 1] *= factors[i];
    }
  }

  HalfPlane<T> m_Plane;
  std::vector<T> m_RowOnes;
  std::vector<T> m_ColumnOnes;
  std::vector<T> m_Spectrum;
};

at::Tensor
RequireWeights(const at::Tensor & weights, std::int64_t views)
{
  if (!weights.defined())
  {
    return at::ones({views}, at::kDouble);
  }
  if (!weights.is_floating_point() || weights.dim() != 1 || weights.size(0) != views)
  {
    std::ostringstream message;
    message << name << ": given weights " << weights.sizes() << " of type " << weights.scalar_type()
            << "; required real ones [" << views << "], one for each view";
    throw DataError(message.str());
  }
  const at::Tensor checked = weights.detach().cpu().to(at::kDouble).contiguous();
  if (!(checked.isfinite().all().item<bool>() && checked.ge(0).all().item<bool>()))
  {
    throw DataError(std::string(name) + ": given a negative weight or one that is not finite; required 0 or more");
  }
  return checked;
}

/** t[n] for -rows <= n_y < rows, -columns <= n_x < columns, the origin in the middle. */
at::Tensor
KernelOf(const SliceSpectrum & spectrum, const at::Tensor & weights, std::int64_t period, const Grid & grid)
{
  const Shape size{2 * grid.size.y, 2 * grid.size.x};
  at::Tensor kernel = at::zeros(size, at::kDouble);
  at::Tensor part = at::empty(size, at::kDouble);
  const auto perView = static_cast<std::size_t>(spectrum.perView);
  const double * weight = weights.data_ptr<double>();
  const std::size_t count = spectrum.frequencies.size();
  for (std::size_t begin = 0; begin < count; begin += samplesAtATime)
  {
    const std::size_t end = std::min(count, begin + samplesAtATime);
    std::vector<std::complex<double>> power;
    for (std::size_t n = begin; n < end; ++n)
    {
      // Over a whole period the columns' sum of exp(2 pi i (m - m') d / period) is the period, or 0; the frequencies
      // from 1 on also stand for the negative ones.
      const double both = n % perView == 0 ? 1.0 : 2.0;
      power.emplace_back(both * static_cast<double>(period) * weight[n / perView] * std::norm(spectrum.factors[n]));
    }
    const auto first = spectrum.frequencies.begin();
    const NonuniformFourier<double> transform(
        size[0],
        size[1],
        kernelWidth,
        {first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(end)});
    transform.Adjoint(power.data(), part.data_ptr<double>());
    kernel += part;
  }
  return kernel;
}

/** The real spectrum of the kernel on a circle that is long enough, over the number of its points. */
at::Tensor
SpectrumOf(const at::Tensor & kernel)
{
  const Shape padded{EvenTransformSize(kernel.size(0)), EvenTransformSize(kernel.size(1))};
  at::Tensor circle = at::zeros(padded, kernel.options());
  circle.narrow(0, 0, kernel.size(0)).narrow(1, 0, kernel.size(1)).copy_(kernel);
  // The row and the column at minus the extent have no counterpart, and no pixels are so far apart.
  circle.select(0, 0).zero_();
  circle.select(1, 0).zero_();
  const at::Tensor centred = at::roll(circle, {-kernel.size(0) / 2, -kernel.size(1) / 2}, {0, 1});
  return at::real(at::fft_rfft2(centred)).contiguous() / static_cast<double>(padded[0] * padded[1]);
}

/** The spectrum with the kernel tapered by (1 - |n_y| / rows) (1 - |n_x| / columns): its mean over a window without
 * negative weights (Fejer's), so that the oscillations of a kernel that ends are gone. */
at::Tensor
Smoothed(const at::Tensor & spectrum, const Grid & grid)
{
  const std::int64_t columns = 2 * (spectrum.size(1) - 1);
  const auto taper = [](std::int64_t points, std::int64_t extent)
  {
    const at::Tensor n = at::arange(points, at::kDouble);
    return (1.0 - at::minimum(n, static_cast<double>(points) - n) / static_cast<double>(extent)).clamp_min(0.0);
  };
  const at::Tensor kernel =
      at::fft_irfft2(at::complex(spectrum, at::zeros_like(spectrum)), at::IntArrayRef{spectrum.size(0), columns});
  return at::real(at::fft_rfft2(kernel * at::outer(taper(spectrum.size(0), grid.size.y), taper(columns, grid.size.x))))
      .contiguous();
}

template <typename T>
at::Tensor
Convolve(const PaddedConvolution<T> & convolution, const at::Tensor & x)
{
  at::Tensor result = at::empty_like(x);
  const std::int64_t pixels = x.size(3) * x.size(4);
  const T * from = x.data_ptr<T>();
  T * to = result.data_ptr<T>();
  ForEachPlane(x.numel() / pixels, [&](std::int64_t p) { convolution.Apply(from + p * pixels, to + p * pixels); });
  return result;
}
} // namespace

struct ToeplitzNormalOperator::Data
{
  Grid grid;
  std::int64_t channels;
  at::Tensor spectrum; ///< over the number of points, so that the transforms need no other factor
  InBothPrecisions<PaddedConvolution> convolutions;

  template <typename T>
  const PaddedConvolution<T> &
  Convolution() const
  {
    return convolutions.template Get<T>([this]
                                        { return std::make_unique<const PaddedConvolution<T>>(grid, spectrum); });
  }
};

std::unique_ptr<const ToeplitzNormalOperator::Data>
ToeplitzNormalOperator::Make(const FourierSliceProjector::Data & projector, const at::Tensor & weights)
{
  const auto & views = projector.views;
  const at::Tensor checked = RequireWeights(weights, static_cast<std::int64_t>(views.views.size()));
  if (!views.coversGrid || !views.hasAllSlices)
  {
    throw UsageError(std::string(name) + ": given " +
                     (views.coversGrid ? "views without exactly one row for each slice"
                                       : "a detector that does not see the whole grid") +
                     "; required both, or the product by forward and back projection");
  }
  auto data = std::make_unique<Data>();
  data->grid = projector.grid;
  data->channels = projector.channels;
  data->spectrum = SpectrumOf(
      KernelOf(SliceSpectrumOf(views, projector.grid, projector.options), checked, views.period, projector.grid));
  return data;
}

std::unique_ptr<const ToeplitzNormalOperator>
ToeplitzNormalOperator::Of(const FourierSliceProjector::Data & projector)
{
  return std::unique_ptr<const ToeplitzNormalOperator>(new ToeplitzNormalOperator(Make(projector, {})));
}

ToeplitzNormalOperator::ToeplitzNormalOperator(const FourierSliceProjector & projector, const at::Tensor & weights)
    : ToeplitzNormalOperator(Make(*projector.m_Data, weights))
{
}

ToeplitzNormalOperator::ToeplitzNormalOperator(std::unique_ptr<const Data> data) : m_Data(std::move(data)) {}

ToeplitzNormalOperator::~ToeplitzNormalOperator() = default;

std::string
ToeplitzNormalOperator::Name() const
{
  return name;
}

Shape
ToeplitzNormalOperator::DomainShape() const
{
  const auto & size = m_Data->grid.size;
  return {m_Data->channels, size.z, size.y, size.x};
}

Shape
ToeplitzNormalOperator::RangeShape() const
{
  return DomainShape();
}

LinearOperatorPointer
ToeplitzNormalOperator::Preconditioner(double ridge) const
{
  if (!(ridge > 0.0) || !std::isfinite(ridge))
  {
    throw UsageError(std::string(name) + ": given a ridge of " + std::to_string(ridge) + "; required above 0");
  }
  auto data = std::make_unique<Data>();
  data->grid = m_Data->grid;
  data->channels = m_Data->channels;
  const double points = 2.0 * static_cast<double>(m_Data->spectrum.size(0) * (m_Data->spectrum.size(1) - 1));
  data->spectrum = 1.0 / (Smoothed(m_Data->spectrum * points, m_Data->grid).clamp_min(0.0) + ridge) / points;
  return LinearOperatorPointer(new ToeplitzNormalOperator(std::move(data)));
}

at::Tensor
ToeplitzNormalOperator::DoForward(const at::Tensor & x) const
{
  return ApplyToParts(x,
                      [this](const at::Tensor & images)
                      {
                        return images.scalar_type() == at::kFloat ? Convolve(m_Data->Convolution<float>(), images)
                                                                  : Convolve(m_Data->Convolution<double>(), images);
                      });
}

at::Tensor
ToeplitzNormalOperator::DoAdjoint(const at::Tensor & y) const
{
  return DoForward(y);
}
} // namespace tweedie
