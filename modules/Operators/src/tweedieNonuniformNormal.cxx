// SPDX-License-Identifier: Apache-2.0
#include "tweedieNonuniformNormal.h"

#include "tweedieBlockKernels.h"
#include "tweedieMapSets.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr std::int64_t kernelWidth = 16;                     ///< gridding error below 1e-12
constexpr std::size_t samplesAtATime = std::size_t{1} << 17; ///< bounds the table of weights to 50 MB

/** The smallest number from `least` on without a prime factor above 7. */
std::int64_t
TransformSize(std::int64_t least)
{
  return least == 1 ? 1 : EvenTransformSize(2 * least) / 2;
}

at::Tensor
RequireWeights(const at::Tensor & weights, const NonuniformSampling & sampling, const char * name)
{
  if (!weights.defined())
  {
    return at::ones({sampling.readouts, sampling.samples}, at::kDouble);
  }
  if (!weights.is_floating_point() || weights.dim() != 2 || weights.size(0) != sampling.readouts ||
      weights.size(1) != sampling.samples)
  {
    std::ostringstream message;
    message << name << ": given weights " << weights.sizes() << " of type " << weights.scalar_type()
            << "; required real ones [" << sampling.readouts << ", " << sampling.samples << "]";
    throw DataError(message.str());
  }
  const at::Tensor checked = weights.detach().cpu().to(at::kDouble).contiguous();
  if (!(checked.isfinite().all().item<bool>() && checked.ge(0).all().item<bool>()))
  {
    throw DataError(std::string(name) + ": given a negative weight or one that is not finite; required 0 or more");
  }
  return checked;
}

/** The lags of one block along an axis begin at 0 (bit 0) or at minus the pixels. */
std::int64_t
FirstLag(std::size_t block, std::size_t axis, std::int64_t pixels)
{
  return (block >> axis & 1U) == 0 ? 0 : -pixels;
}

/** Adds the lags of some samples to the kernel on the circle [z, y, x] of twice the transforms' points. */
void
AddLags(const NonuniformSampling & sampling,
        const double * weights,
        std::size_t begin,
        std::size_t end,
        const at::Tensor & circle)
{
  const auto first = sampling.frequencies.begin();
  const std::vector<Frequency> frequencies(first + static_cast<std::ptrdiff_t>(begin),
                                           first + static_cast<std::ptrdiff_t>(end));
  const auto & size = sampling.size;
  const GriddedFourier<double> transform(
      size, sampling.rank, kernelWidth, 1.0 / static_cast<double>(sampling.Pixels()), frequencies);
  const at::Tensor part = at::empty({size[2], size[1], size[0]}, at::kComplexDouble);
  std::vector<std::complex<double>> q(end - begin);
  for (std::size_t block = 0; block < std::size_t{1} << static_cast<unsigned>(sampling.rank); ++block)
  {
    for (std::size_t n = 0; n < q.size(); ++n)
    {
      double turns = 0.0;
      for (std::size_t axis = 0; axis < static_cast<std::size_t>(sampling.rank); ++axis)
      {
        const auto shift = static_cast<double>(FirstLag(block, axis, size[axis]) + size[axis] / 2);
        turns += frequencies[n][axis] * shift / static_cast<double>(size[axis]);
      }
      q[n] = std::polar(weights[begin + n], 2.0 * pi * (turns - std::floor(turns)));
    }
    transform.Adjoint(q.data(), reinterpret_cast<std::complex<double> *>(part.data_ptr<c10::complex<double>>()));
    at::Tensor to = circle;
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(sampling.rank); ++axis)
    {
      const auto dimension = static_cast<std::int64_t>(2 - axis);
      const std::int64_t lag = FirstLag(block, axis, size[axis]);
      to = to.narrow(dimension, lag < 0 ? circle.size(dimension) + lag : 0, size[axis]);
    }
    to.add_(part);
  }
}

/** The kernel's spectrum on twice the transforms' points, over their number. */
at::Tensor
SpectrumOf(const NonuniformSampling & sampling, const at::Tensor & weights, const std::array<std::int64_t, 3> & padded)
{
  const std::int64_t planes = sampling.rank == 3 ? 2 * padded[2] : 1;
  const at::Tensor circle = at::zeros({planes, 2 * padded[1], 2 * padded[0]}, at::kComplexDouble);
  for (std::size_t begin = 0; begin < sampling.frequencies.size(); begin += samplesAtATime)
  {
    const std::size_t end = std::min(sampling.frequencies.size(), begin + samplesAtATime);
    AddLags(sampling, weights.data_ptr<double>(), begin, end, circle);
  }
  // The lag of minus the extent has no counterpart, and no pixels are so far apart.
  for (std::int64_t axis = 0; axis < sampling.rank; ++axis)
  {
    const std::int64_t dimension = 2 - axis;
    circle.select(dimension, circle.size(dimension) - sampling.size[static_cast<std::size_t>(axis)]).zero_();
  }
  return at::real(at::fft_fftn(circle)) / static_cast<double>(circle.numel());
}

/** exp(-pi i n / points), n = 0 to pixels - 1, or ones. */
at::Tensor
PhaseAlong(std::int64_t pixels, std::int64_t points, bool odd)
{
  const at::Tensor angle = at::arange(pixels, at::kDouble) * (odd ? -pi / static_cast<double>(points) : 0.0);
  return at::polar(at::ones_like(angle), angle);
}
} // namespace

NonuniformNormal::NonuniformNormal(const NonuniformSampling & sampling, const at::Tensor & weights, const char * name)
    : m_Size(sampling.size), m_Padded{TransformSize(m_Size[0]), TransformSize(m_Size[1]), TransformSize(m_Size[2])},
      m_Rank(sampling.rank),
      m_Spectra(
          [&]
          {
            const at::Tensor spectrum = SpectrumOf(sampling, RequireWeights(weights, sampling, name), m_Padded);
            std::vector<at::Tensor> parts;
            for (std::int64_t part = 0; part < std::int64_t{1} << m_Rank; ++part)
            {
              at::Tensor every = spectrum.slice(2, part & 1, {}, 2).slice(1, part >> 1 & 1, {}, 2);
              parts.push_back(m_Rank == 3 ? every.slice(0, part >> 2 & 1, {}, 2) : every);
            }
            return at::stack(parts);
          }()),
      m_Phases(
          [&]
          {
            std::vector<at::Tensor> parts;
            for (std::int64_t part = 0; part < std::int64_t{1} << m_Rank; ++part)
            {
              const at::Tensor x = PhaseAlong(m_Size[0], m_Padded[0], (part & 1) != 0);
              const at::Tensor y = PhaseAlong(m_Size[1], m_Padded[1], (part >> 1 & 1) != 0);
              const at::Tensor z = PhaseAlong(m_Size[2], m_Padded[2], (part >> 2 & 1) != 0);
              parts.push_back(z.view({-1, 1, 1}) * y.view({1, -1, 1}) * x);
            }
            return at::stack(parts);
          }())
{
}

/** Raw memory and plans of one application. */
template <typename T> struct NonuniformNormal::Task
{
  using Complex = std::complex<T>;

  std::array<std::int64_t, 3> size;
  std::array<std::int64_t, 3> padded;
  std::int64_t sets;
  std::int64_t coils;
  std::int64_t parts;
  std::int64_t mapsPerBatch; ///< elements to the next batch entry, 0 when shared
  const Complex * x;
  const Complex * maps; ///< may be null
  const Complex * phases;
  const T * spectra;
  Complex * sums; ///< [batch, part, set, z, y, x]
  Complex * out;
  FftwPlan<T> forward;
  FftwPlan<T> backward;

  std::int64_t
  Pixels() const
  {
    return size[0] * size[1] * size[2];
  }

  /** image(of the pixels), grid(of the transform's points) row by row, or all at a time where they agree. */
  template <typename TWork>
  void
  ForEachPlaneOf(const TWork & work) const
  {
    const bool whole = size[0] == padded[0] && size[1] == padded[1];
    const Extent extent{whole ? size[1] * size[2] : size[1], size[0]};
    for (std::int64_t z = 0; z < (whole ? 1 : size[2]); ++z)
    {
      work(z * size[0] * size[1], z * padded[0] * padded[1], extent);
    }
  }

  /** The images of the sets as a coil sees them; map: that of the first set. */
  void
  Load(const Complex * images, const Complex * map, Complex * grid) const
  {
    if (size != padded)
    {
      std::fill_n(grid, padded[0] * padded[1] * padded[2], Complex(0));
    }
    ForEachPlaneOf(
        [&](std::int64_t at, std::int64_t to, Extent extent)
        {
          const Block<const Complex> from{images + at, size[0]};
          const Block<Complex> target{grid + to, padded[0]};
          map == nullptr ? BlockScale(target, from, T(1), extent)
                         : BlockMultiply(target, {map + at, size[0]}, from, extent);
          for (std::int64_t set = 1; set < sets; ++set)
          {
            BlockMultiplyAdd(
                target, {map + set * coils * Pixels() + at, size[0]}, {images + set * Pixels() + at, size[0]}, extent);
          }
        });
  }

  void
  Store(const Complex * grid, const Complex * map, bool accumulate, Complex * image) const
  {
    ForEachPlaneOf(
        [&](std::int64_t at, std::int64_t to, Extent extent)
        {
          const Block<const Complex> from{grid + to, padded[0]};
          const Block<Complex> target{image + at, size[0]};
          map == nullptr ? BlockScale(target, from, T(1), extent)
                         : BlockMultiplyConjugate(target, {map + at, size[0]}, from, T(1), accumulate, extent);
        });
  }

  /** One of the circulants: sum_c conj(S) C sum_s S (phase x). */
  void
  Run(std::int64_t batch, std::int64_t part) const
  {
    const std::int64_t points = padded[0] * padded[1] * padded[2];
    const Extent image{size[1] * size[2], size[0]};
    const Extent grid{padded[1] * padded[2], padded[0]};
    const FftwBuffer<T> buffer(0, points);
    const FftwBuffer<T> turned(1, sets * Pixels());
    for (std::int64_t set = 0; set < sets; ++set)
    {
      BlockMultiply({turned.Data() + set * Pixels(), size[0]},
                    {phases + part * Pixels(), size[0]},
                    {x + (batch * sets + set) * Pixels(), size[0]},
                    image);
    }
    for (std::int64_t coil = 0; coil < coils; ++coil)
    {
      const Complex * map = maps == nullptr ? nullptr : maps + batch * mapsPerBatch + coil * Pixels();
      Load(turned.Data(), map, buffer.Data());
      forward.Execute(buffer.Data(), buffer.Data());
      BlockMaskInPlace({buffer.Data(), padded[0]}, {spectra + part * points, padded[0]}, grid);
      backward.Execute(buffer.Data(), buffer.Data());
      for (std::int64_t set = 0; set < sets; ++set)
      {
        Store(buffer.Data(),
              map == nullptr ? nullptr : map + set * coils * Pixels(),
              coil > 0,
              sums + ((batch * parts + part) * sets + set) * Pixels());
      }
    }
  }

  /** image: of a set, counted over the batch. */
  void
  Combine(std::int64_t image) const
  {
    const Extent pixels{size[1] * size[2], size[0]};
    const std::int64_t batch = image / sets, set = image % sets;
    for (std::int64_t part = 0; part < parts; ++part)
    {
      BlockMultiplyConjugate({out + image * Pixels(), size[0]},
                             {phases + part * Pixels(), size[0]},
                             {sums + ((batch * parts + part) * sets + set) * Pixels(), size[0]},
                             T(1),
                             part > 0,
                             pixels);
    }
  }
};

template <typename T>
at::Tensor
NonuniformNormal::ApplyOnCpu(const at::Tensor & x, const at::Tensor & maps) const
{
  using Complex = std::complex<T>;
  const auto numbers = [](const at::Tensor & t) { return reinterpret_cast<Complex *>(t.data_ptr<c10::complex<T>>()); };
  FftwLayout layout;
  layout.rank = m_Rank;
  const auto points = [this](std::size_t axis) { return static_cast<int>(m_Padded[axis]); };
  layout.size =
      m_Rank == 3 ? std::array<int, 3>{points(2), points(1), points(0)} : std::array<int, 3>{points(1), points(0), 1};
  const auto forward = FftwPlan<T>::Get(layout);
  layout.direction = FourierDirection::Backward;
  const at::Tensor phases = m_Phases.For(x);
  const at::Tensor spectra = m_Spectra.RealFor(x);
  const std::int64_t parts = phases.size(0);
  const std::int64_t sets = MapSets(maps);
  const at::Tensor sums = at::empty({x.size(0), parts, sets, m_Size[2], m_Size[1], m_Size[0]}, x.options());
  at::Tensor result = at::empty_like(x);
  const Task<T> task{m_Size,
                     m_Padded,
                     sets,
                     MapCoils(maps),
                     parts,
                     MapsPerBatch(maps),
                     numbers(x),
                     maps.defined() ? numbers(maps) : nullptr,
                     numbers(phases),
                     spectra.data_ptr<T>(),
                     numbers(sums),
                     numbers(result),
                     forward,
                     FftwPlan<T>::Get(layout)};
  const auto each = [](std::int64_t count, const auto & work)
  {
    at::parallel_for(0,
                     count,
                     1,
                     [&](std::int64_t begin, std::int64_t end)
                     {
                       for (std::int64_t i = begin; i < end; ++i)
                       {
                         work(i);
                       }
                     });
  };
  each(x.size(0) * parts, [&](std::int64_t i) { task.Run(i / parts, i % parts); });
  each(x.size(0) * sets, [&](std::int64_t i) { task.Combine(i); });
  return result;
}

at::Tensor
NonuniformNormal::Apply(const at::Tensor & x, const at::Tensor & maps) const
{
  if (!x.device().is_cpu())
  {
    return ApplyByATen(x, maps);
  }
  return x.scalar_type() == at::kComplexFloat ? ApplyOnCpu<float>(x, maps) : ApplyOnCpu<double>(x, maps);
}

at::Tensor
NonuniformNormal::ApplyByATen(const at::Tensor & x, const at::Tensor & maps) const
{
  const at::Tensor phases = m_Phases.For(x);
  const at::Tensor spectra = m_Spectra.RealFor(x);
  const at::IntArrayRef size{m_Padded[2], m_Padded[1], m_Padded[0]};
  const at::IntArrayRef axes{-3, -2, -1};
  at::Tensor result = at::zeros_like(x);
  for (std::int64_t part = 0; part < phases.size(0); ++part)
  {
    const at::Tensor coils = SeenByCoils(x * phases[part], maps);
    // Unnormalised in both directions: the spectra carry the number of points.
    const at::Tensor spectrum = at::fft_fftn(coils, size, axes) * spectra[part];
    const at::Tensor images = at::fft_ifftn(spectrum, size, axes, "forward")
                                  .narrow(-3, 0, m_Size[2])
                                  .narrow(-2, 0, m_Size[1])
                                  .narrow(-1, 0, m_Size[0]);
    result += CombinedByMaps(images, maps) * phases[part].conj();
  }
  return result;
}
} // namespace tweedie
