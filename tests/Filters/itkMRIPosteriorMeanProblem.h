// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIPosteriorMeanProblem_h
#define itkMRIPosteriorMeanProblem_h

#include "itkMRIPosteriorMeanImageFilter.h"
#include "itkPosteriorMeanTesting.h"
#include "tweedieFourierGaussianDenoiser.h"
#include "tweedieImageBridge.h"
#include "tweedieRandom.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace test
{
using KSpaceImage = itk::Image<std::complex<float>, 4>;
using ComplexImage = itk::Image<std::complex<float>, 3>;
using RealImage = itk::Image<float, 3>;
using MaskImage = itk::Image<unsigned char, 3>;
using ComplexFilter = itk::MRIPosteriorMeanImageFilter<KSpaceImage, ComplexImage>;
using MagnitudeFilter = itk::MRIPosteriorMeanImageFilter<KSpaceImage, RealImage>;

constexpr std::int64_t problemRows = 12;
constexpr std::int64_t problemColumns = 10;
constexpr std::int64_t problemSlices = 2;
constexpr std::int64_t problemCoils = 2;
constexpr double problemNoise = 0.05;

/** Anisotropic, oblique, off-centre. */
inline Grid
ProblemGrid(std::int64_t slices = problemSlices)
{
  const double c = std::cos(0.3);
  const double s = std::sin(0.3);
  Grid grid;
  grid.size = {slices, problemRows, problemColumns};
  grid.spacing = {3.5, 2.25, 0.75};
  grid.origin = {-40.5, 12.25, 101.0};
  grid.direction = {c, -s * c, s * s, s, c * c, -c * s, 0.0, s, c};
  return grid;
}

/** Smooth complex images. */
inline std::shared_ptr<const Denoiser>
ProblemPrior()
{
  const auto ky = (at::arange(problemRows, at::kDouble) - problemRows / 2).square().reshape({problemRows, 1});
  const auto kx = (at::arange(problemColumns, at::kDouble) - problemColumns / 2).square().reshape({1, problemColumns});
  const auto spectrum = 0.6 / (1.0 + (ky + kx) / 4.0).square() + 1e-4;
  return std::make_shared<FourierGaussianDenoiser>(spectrum.reshape({1, 1, problemRows, problemColumns}));
}

/** Lines 0, 2, 4 ... of noise around a few strong samples: a shell's test needs no meaning in its numbers. */
inline MRIScan
ProblemScan()
{
  RandomStreams random(3, {0});
  const auto kspace =
      random.Normal({problemCoils, problemSlices, problemRows, problemColumns}, at::kComplexFloat)[0] * 0.1;
  kspace.select(2, problemRows / 2).select(2, problemColumns / 2).fill_(5.0);
  const auto lines = at::remainder(at::arange(problemRows), 2).eq(0).to(at::kFloat).reshape({1, 1, problemRows, 1});
  MRIScan scan;
  scan.kspace = VolumeFromTensor(kspace * lines, ProblemGrid());
  scan.mask = VolumeFromTensor(lines.expand({1, 1, problemRows, problemColumns}).contiguous(), ProblemGrid(1));
  const auto angle = at::linspace(0.0, 1.5, problemColumns, at::kFloat);
  const auto maps = at::stack({angle.cos(), angle.sin()}).reshape({problemCoils, 1, 1, problemColumns});
  scan.sensitivities = VolumeFromTensor(
      maps.expand({problemCoils, 1, problemRows, problemColumns}).to(at::kComplexFloat).contiguous(), ProblemGrid(1));
  return scan;
}

inline PosteriorOptions
ProblemOptions()
{
  PosteriorOptions options;
  options.steps = 4;
  options.samples = 3;
  options.sampleSteps = 3;
  options.noise = problemNoise;
  options.sigmaMaximum = 5.0;
  options.sigmaMinimum = 0.05;
  return options;
}

/** A filter with k-space and sensitivities of ProblemScan, the prior in memory, and no mask. */
template <typename TFilter>
typename TFilter::Pointer
MakeFilter(const MRIScan & scan)
{
  auto filter = TFilter::New();
  filter->SetInput(ImageFromVolume<KSpaceImage>(scan.kspace));
  filter->SetSensitivities(ImageFromVolume<KSpaceImage>(scan.sensitivities));
  filter->SetOptions(ProblemOptions());
  filter->SetPrior(ProblemPrior());
  return filter;
}
} // namespace test
} // namespace tweedie

#endif
