// SPDX-License-Identifier: Apache-2.0
#ifndef itkRestorationPosteriorMeanProblem_h
#define itkRestorationPosteriorMeanProblem_h

#include "itkPosteriorMeanTesting.h"
#include "itkRestorationPosteriorMeanImageFilter.h"
#include "tweedieFourierGaussianDenoiser.h"
#include "tweedieRandom.h"
#include "tweedieRealImageDenoiser.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace test
{
using RestorationImage = itk::Image<float, 3>;
using RestorationMask = itk::Image<unsigned char, 3>;
using RestorationFilter = itk::RestorationPosteriorMeanImageFilter<RestorationImage>;

constexpr std::int64_t restorationRows = 16;
constexpr std::int64_t restorationColumns = 12;

/** Anisotropic, oblique, off-centre; the direction is not symmetric, so that rows and columns cannot be confused. */
inline Grid
RestorationGrid(std::int64_t slices = 2, std::int64_t rows = restorationRows, std::int64_t columns = restorationColumns)
{
  const double c = std::cos(0.4);
  const double s = std::sin(0.4);
  Grid grid;
  grid.size = {slices, rows, columns};
  grid.spacing = {3.5, 2.25, 0.75};
  grid.origin = {-40.5, 12.25, 101.0};
  grid.direction = {c, -s * c, s * s, s, c * c, -c * s, 0.0, s, c};
  return grid;
}

/** A bright disc on a ramp, with noise, in units of hundreds; another radius in each slice and channel. */
inline Volume
RestorationData(const Grid & grid, Volume::Element element = Volume::Element::Real, std::int64_t channels = 1)
{
  Volume volume(grid, element, channels);
  const at::Tensor view = TensorView(volume);
  const auto type = view.is_complex() ? at::kComplexFloat : at::kFloat;
  const at::Tensor y = at::linspace(-1.0, 1.0, grid.size.y, at::kFloat).reshape({grid.size.y, 1});
  const at::Tensor x = at::linspace(-1.0, 1.0, grid.size.x, at::kFloat);
  for (std::int64_t channel = 0; channel < channels; ++channel)
  {
    for (std::int64_t slice = 0; slice < grid.size.z; ++slice)
    {
      const double radius = 0.5 + 0.2 * static_cast<double>(slice) + 0.1 * static_cast<double>(channel);
      const at::Tensor disc = (y.square() + x.square()).lt(radius * radius);
      view[channel][slice].copy_(200.0 * disc + 50.0 * (x + y));
    }
  }
  view.add_(RandomStreams(5, {0}).Normal(view.sizes(), type).squeeze(0) * 5.0);
  return volume;
}

/** Smooth real slices of one channel on any grid of this size. */
inline std::shared_ptr<const Denoiser>
RestorationPrior(std::int64_t rows = restorationRows, std::int64_t columns = restorationColumns)
{
  const auto ky = (at::arange(rows, at::kDouble) - rows / 2).square().reshape({rows, 1});
  const auto kx = (at::arange(columns, at::kDouble) - columns / 2).square().reshape({1, columns});
  const auto spectrum = 0.6 / (1.0 + (ky + kx) / 4.0).square() + 1e-4;
  return std::make_shared<RealImageDenoiser>(
      std::make_shared<FourierGaussianDenoiser>(spectrum.reshape({1, 1, rows, columns})));
}

inline RestorationPosteriorOptions
RestorationOptions()
{
  RestorationPosteriorOptions options;
  options.steps = 4;
  options.samples = 3;
  options.sampleSteps = 3;
  options.noise = 5.0;
  options.sigmaMaximum = 5.0;
  options.sigmaMinimum = 0.05;
  return options;
}

/** An image and a mask, real 0 and 255, of a box in each slice where metal outshines everything. */
struct Shadow
{
  Volume image = RestorationData(RestorationGrid());
  Volume mask = Volume(RestorationGrid(), Volume::Element::Real);

  explicit Shadow(float metal = 30000.0f)
  {
    TensorView(mask).fill_(255.0f);
    Box(mask).fill_(0.0f);
    Box(image).fill_(metal);
  }

private:
  static at::Tensor
  Box(const Volume & volume)
  {
    return TensorView(volume).narrow(2, 5, 6).narrow(3, 3, 5);
  }
};

/** A filter for a task with the prior in memory, RestorationData and no mask or kernel. */
inline RestorationFilter::Pointer
MakeRestorationFilter(const std::string & task)
{
  auto filter = RestorationFilter::New();
  filter->SetInput(ImageFromVolume<RestorationImage>(RestorationData(RestorationGrid())));
  filter->SetOptions(RestorationOptions());
  filter->SetTask(task);
  filter->SetPrior(RestorationPrior());
  return filter;
}

/** A Gaussian of 5 x 3 pixels per slice, wider in the later ones. */
inline Volume
RestorationKernels(std::int64_t slices)
{
  Grid grid;
  grid.size = {slices, 5, 3};
  Volume kernels(grid, Volume::Element::Real);
  const at::Tensor y = at::arange(-2, 3, at::kFloat).square().reshape({1, 5, 1});
  const at::Tensor x = at::arange(-1, 2, at::kFloat).square();
  const at::Tensor width = at::arange(1, slices + 1, at::kFloat).reshape({slices, 1, 1});
  const at::Tensor values = (-(y + x) / (2.0 * width)).exp();
  TensorView(kernels)[0].copy_(values / values.sum({1, 2}, true));
  return kernels;
}
} // namespace test
} // namespace tweedie

#endif
