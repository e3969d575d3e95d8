// SPDX-License-Identifier: Apache-2.0
#ifndef itkPhaseRetrievalPosteriorMeanProblem_h
#define itkPhaseRetrievalPosteriorMeanProblem_h

#include "itkPhaseRetrievalPosteriorMeanImageFilter.h"
#include "itkPosteriorMeanTesting.h"
#include "tweedieFourierGaussianDenoiser.h"
#include "tweediePhaseSimulation.h"
#include "tweedieRandom.h"
#include "tweedieRealImageDenoiser.h"

namespace tweedie
{
namespace test
{
using PatternImage = itk::Image<float, 4>;
using PatternMask = itk::Image<unsigned char, 4>;
using CodesImage = itk::Image<std::complex<float>, 4>;
using SupportImage = itk::Image<unsigned char, 3>;
using RealObjectImage = itk::Image<float, 3>;
using ComplexObjectImage = itk::Image<std::complex<float>, 3>;
using PhaseFilter = itk::PhaseRetrievalPosteriorMeanImageFilter<PatternImage, RealObjectImage>;
using ComplexPhaseFilter = itk::PhaseRetrievalPosteriorMeanImageFilter<PatternImage, ComplexObjectImage>;

constexpr std::int64_t phaseRows = 12;
constexpr std::int64_t phaseColumns = 8; // rows and columns cannot be confused

/** Positive noise, or complex noise, of some objects. */
inline Volume
PhaseObjects(std::int64_t objects, bool isReal = true)
{
  Grid grid;
  grid.size = {objects, phaseRows, phaseColumns};
  const auto type = isReal ? at::kFloat : at::kComplexFloat;
  const at::Tensor noise = RandomStreams(3, {0}).Normal({1, objects, phaseRows, phaseColumns}, type)[0];
  return VolumeFromTensor((isReal ? noise.abs() : noise).contiguous(), grid);
}

/** Amplitudes of objects behind two codes. */
inline PhaseScan
PhaseCodedScan(bool isReal = true, std::int64_t objects = 2)
{
  PhaseSimulationOptions options;
  options.experiment = "coded";
  options.patterns = 2;
  options.noise = 0.05;
  return SimulatePhase(PhaseObjects(objects, isReal), options);
}

/** Amplitudes of the far field of one object, with a beam stop and a support. */
inline PhaseScan
PhaseFarScan()
{
  PhaseSimulationOptions options;
  options.energy = 8.0;
  options.distance = {2.5};
  options.beamStop = 1.5;
  options.noise = 0.05;
  PhaseScan scan = SimulatePhase(PhaseObjects(1), options);
  scan.support = Volume(scan.object, Volume::Element::Real);
  TensorView(scan.support).slice(3, 1, phaseColumns).fill_(1.0f);
  return scan;
}

/** Counts of the wave behind one object in the light of a point. */
inline PhaseScan
PhaseNearScan()
{
  PhaseSimulationOptions options;
  options.experiment = "near-field";
  options.distance = {0.02};
  options.source = 0.1;
  options.wavelength = 1e-10;
  options.pixelPitch = 6e-6;
  options.noiseModel = "poisson";
  options.photons = 1e5;
  options.dark = 2.0;
  return SimulatePhase(PhaseObjects(1), options);
}

/** Smooth objects. */
inline std::shared_ptr<const Denoiser>
PhasePrior(bool isReal = true)
{
  const auto ky = (at::arange(phaseRows, at::kDouble) - phaseRows / 2).square().reshape({phaseRows, 1});
  const auto kx = (at::arange(phaseColumns, at::kDouble) - phaseColumns / 2).square().reshape({1, phaseColumns});
  const auto spectrum = 0.6 / (1.0 + (ky + kx) / 4.0).square() + 1e-2;
  const auto complex = std::make_shared<FourierGaussianDenoiser>(spectrum.reshape({1, 1, phaseRows, phaseColumns}));
  return isReal ? std::shared_ptr<const Denoiser>(std::make_shared<RealImageDenoiser>(complex)) : complex;
}

inline PhasePosteriorOptions
PhaseOptions(const PhaseScan & scan)
{
  PhasePosteriorOptions options;
  options.steps = 4;
  options.restarts = 2;
  options.samples = 3;
  options.sampleSteps = 3;
  options.proximalSteps = 3;
  options.noise = scan.isCounts ? std::nullopt : std::optional<double>(0.05); // counts know theirs
  options.sigmaMaximum = 5.0;
  options.sigmaMinimum = 0.05;
  return options;
}

/** A filter for a scan, with the prior in memory. */
template <typename TFilter = PhaseFilter>
typename TFilter::Pointer
MakePhaseFilter(const PhaseScan & scan)
{
  auto filter = TFilter::New();
  filter->SetParametersFromScan(scan);
  filter->SetInput(ImageFromVolume<PatternImage>(scan.patterns));
  if (!scan.mask.IsEmpty())
  {
    filter->SetMask(ImageFromVolume<PatternMask>(scan.mask));
  }
  if (!scan.codes.IsEmpty())
  {
    filter->SetCodes(ImageFromVolume<CodesImage>(scan.codes));
  }
  if (!scan.support.IsEmpty())
  {
    filter->SetSupport(ImageFromVolume<SupportImage>(scan.support));
  }
  filter->SetOptions(PhaseOptions(scan));
  filter->SetPrior(PhasePrior(scan.isReal));
  return filter;
}

/** What the library itself returns. */
inline VolumeEstimate
PhaseExpected(const PhaseScan & scan, const PhasePosteriorOptions & options, const Volume & start = {})
{
  return ReconstructPhasePosterior(scan, PhasePrior(scan.isReal), scan.scale, options, {}, start);
}

inline VolumeEstimate
PhaseExpected(const PhaseScan & scan)
{
  return PhaseExpected(scan, PhaseOptions(scan));
}
} // namespace test
} // namespace tweedie

#endif
