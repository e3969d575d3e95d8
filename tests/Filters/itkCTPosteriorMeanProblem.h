// SPDX-License-Identifier: Apache-2.0
#ifndef itkCTPosteriorMeanProblem_h
#define itkCTPosteriorMeanProblem_h

#include "itkCTPosteriorMeanImageFilter.h"
#include "itkCTProjectionProblem.h"
#include "itkRestorationPosteriorMeanProblem.h"
#include "tweedieCTProjection.h"

namespace tweedie
{
namespace test
{
using CTPosteriorFilter = itk::CTPosteriorMeanImageFilter<CTImage>;

constexpr double ctAttenuationAtOne = 0.04; // 1/mm
constexpr double ctNoise = 0.02;

/** Line integrals, with noise, of an image of noise: a shell's test needs no meaning in its numbers. */
inline CTScan
CTScanOf(const CTProblem & problem)
{
  CTScan scan;
  scan.geometry = problem.geometry;
  scan.projections = ProjectCT(NoiseVolume(problem.image, 11), problem.geometry, problem.projections);
  const at::Tensor view = TensorView(scan.projections);
  view.add_(RandomStreams(12, {0}).Normal(view.sizes(), at::kFloat)[0], ctNoise);
  return scan;
}

inline CTPosteriorOptions
CTOptions()
{
  CTPosteriorOptions options;
  options.steps = 4;
  options.samples = 3;
  options.sampleSteps = 3;
  options.noise = ctNoise;
  options.sigmaMaximum = 5.0;
  options.sigmaMinimum = 0.05;
  return options;
}

/** Smooth slices of the problem's size. */
inline std::shared_ptr<const Denoiser>
CTPrior(const CTProblem & problem)
{
  return RestorationPrior(problem.image.size.y, problem.image.size.x);
}

/** What the library itself returns: the shell must return that, to the last bit. */
inline VolumeEstimate
CTExpected(const CTProblem & problem, const CTScan & scan, const CTPosteriorOptions & options)
{
  return ReconstructCTPosterior(scan, problem.image, CTPrior(problem), ctAttenuationAtOne, options);
}

/** A filter with line integrals, geometry, grid, and the prior in memory. */
inline CTPosteriorFilter::Pointer
MakeCTPosteriorFilter(const CTProblem & problem, const CTScan & scan)
{
  auto filter = CTPosteriorFilter::New();
  filter->SetInput(ImageFromVolume<CTImage>(scan.projections));
  filter->SetGeometry(scan.geometry);
  filter->SetOutputParametersFromImage(
      ImageFromVolume<CTImage>(Volume(problem.image, Volume::Element::Real)).GetPointer());
  filter->SetOptions(CTOptions());
  filter->SetPrior(CTPrior(problem));
  filter->SetAttenuationAtOne(ctAttenuationAtOne);
  return filter;
}
} // namespace test
} // namespace tweedie

#endif
