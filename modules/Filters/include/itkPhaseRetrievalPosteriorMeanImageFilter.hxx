// SPDX-License-Identifier: Apache-2.0
#ifndef itkPhaseRetrievalPosteriorMeanImageFilter_hxx
#define itkPhaseRetrievalPosteriorMeanImageFilter_hxx

#include "tweedieFilterSupport.h"

#include <limits>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::PhaseRetrievalPosteriorMeanImageFilter()
{
  this->AddOptionalInputName("Mask");
  this->AddOptionalInputName("Codes");
  this->AddOptionalInputName("Support");
  this->AddOptionalInputName("Start");
  m_Phase.scan.isReal = isRealOutput;
}

template <typename TInputImage, typename TOutputImage>
void
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::SetParametersFromScan(
    const tweedie::PhaseScan & scan)
{
  const auto size = scan.object.size;
  m_Phase = {scan, scan.beamCentre, {size.x, size.y}};
  m_Phase.scan.patterns = m_Phase.scan.mask = m_Phase.scan.codes = m_Phase.scan.support = {};
  m_Phase.scan.noise.reset();
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
void
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::SetExperiment(const std::string & name)
{
  tweedie::PhaseExperiment experiment{};
  this->Translate([&] { experiment = tweedie::PhaseExperimentFromName(name); });
  if (m_Phase.scan.experiment != experiment)
  {
    m_Phase.scan.experiment = experiment;
    this->Modified();
  }
}

template <typename TInputImage, typename TOutputImage>
std::string
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::GetExperiment() const
{
  return tweedie::ToString(m_Phase.scan.experiment);
}

template <typename TInputImage, typename TOutputImage>
void
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::SetEnergy(double kiloelectronvolts)
{
  this->Translate([&] { this->SetWavelength(tweedie::WavelengthOfEnergy(kiloelectronvolts)); });
}

template <typename TInputImage, typename TOutputImage>
void
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::SetStartOptions(const ClassicalOptionsType & options)
{
  m_StartOptions = options;
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
double
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::Figure(const char * name) const
{
  const auto & figures = this->GetSummary().figures;
  const auto found = figures.find(name);
  return found == figures.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

template <typename TInputImage, typename TOutputImage>
double
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::GetFlippedShare() const
{
  return this->Figure("mode-share-flipped");
}

template <typename TInputImage, typename TOutputImage>
double
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::GetKeptChainsShare() const
{
  return this->Figure("chains-kept");
}

template <typename TInputImage, typename TOutputImage>
double
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::GetKeptSamplesShare() const
{
  return this->Figure("samples-kept");
}

template <typename TInputImage, typename TOutputImage>
double
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::GetDataFit() const
{
  return this->GetSummary().dataFit;
}

template <typename TInputImage, typename TOutputImage>
double
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::GetWorstDataFit() const
{
  return this->Figure("data-fit-worst");
}

template <typename TInputImage, typename TOutputImage>
void
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  const tweedie::PhaseScan & scan = m_Phase.scan;
  os << indent << "Experiment: " << this->GetExperiment() << '\n';
  os << indent << "Wavelength: " << scan.wavelength << " m\n";
  os << indent << "Distances:";
  for (const double distance : scan.distances)
  {
    os << ' ' << distance;
  }
  os << " m\n" << indent << "SourceDistance: ";
  scan.sourceDistance ? os << *scan.sourceDistance << " m\n" : os << "(none)\n";
  os << indent << "BeamCentre: ";
  m_Phase.beamCentre ? os << (*m_Phase.beamCentre)[0] << ' ' << (*m_Phase.beamCentre)[1] << '\n' : os << "(none)\n";
  os << indent << "ObjectSize: " << m_Phase.objectSize[0] << ' ' << m_Phase.objectSize[1] << '\n';
  os << indent << "ObjectIsReal: " << (scan.isReal ? "On" : "Off") << '\n';
  os << indent << "ObjectIsNonNegative: " << (scan.isNonNegative ? "On" : "Off") << '\n';
  os << indent << "InputIsCounts: " << (scan.isCounts ? "On" : "Off") << '\n';
  os << indent << "CountsPerUnit: ";
  scan.countsPerUnit ? os << *scan.countsPerUnit << '\n' : os << "(none)\n";
  os << indent << "DarkCount: " << scan.dark << '\n';
  os << indent << "Scale: " << scan.scale << '\n';
  os << indent << "HounsfieldPerUnit: ";
  scan.hounsfieldPerUnit ? os << *scan.hounsfieldPerUnit << '\n' : os << "(none)\n";
  os << indent << "StartMethod: " << (m_StartMethod.empty() ? "(none)" : m_StartMethod) << '\n';
  os << indent << "StartOptions:\n";
  tweedie::OptionsPrinter printer(os, indent.GetNextIndent());
  ClassicalOptionsType options = m_StartOptions;
  options.Visit(printer);
}

template <typename TInputImage, typename TOutputImage>
void
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  this->Translate([this] { tweedie::ValidateOptions(m_StartOptions); });
  if (!isRealOutput && m_Phase.scan.isReal)
  {
    itkExceptionMacro(<< "object: given a real one for complex output pixels; required real pixels, or ObjectIsReal "
                         "false");
  }
  if (!m_StartMethod.empty() && this->GetStart() != nullptr)
  {
    itkExceptionMacro(<< "start: given both an image and the method " << m_StartMethod << "; required one of them");
  }
}

template <typename TInputImage, typename TOutputImage>
tweedie::PhaseScan
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::Describe() const
{
  const auto gridOf = [](const auto * image)
  { return image == nullptr ? std::nullopt : std::optional<tweedie::Grid>(tweedie::GridFromInformation(*image)); };
  const TInputImage * const patterns = this->GetInput();
  const auto count = static_cast<std::int64_t>(patterns->GetLargestPossibleRegion().GetSize(3));
  return tweedie::DescribePhase(
      m_Phase, {tweedie::GridFromInformation(*patterns), count, gridOf(this->GetCodes()), gridOf(this->GetSupport())});
}

template <typename TInputImage, typename TOutputImage>
void
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  this->Translate([this] { this->AnnounceOutputs(this->Describe().object); });
}

template <typename TInputImage, typename TOutputImage>
tweedie::PhaseScan
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::MakeScan() const
{
  // The volumes share the memory of the inputs where they can, and are only read; zeros and ones are always a copy.
  tweedie::PhaseScan scan = this->Describe();
  scan.patterns = tweedie::VolumeFromImage(const_cast<TInputImage *>(this->GetInput()));
  if (const MaskImageType * const mask = this->GetMask())
  {
    scan.mask = tweedie::VolumeFromImage(const_cast<MaskImageType *>(mask));
    tweedie::MakeBinary(scan.mask);
    tweedie::HideUnmeasured(scan.patterns, scan.mask);
  }
  if (const CodesImageType * const codes = this->GetCodes())
  {
    scan.codes = tweedie::VolumeFromImage(const_cast<CodesImageType *>(codes));
  }
  if (const SupportImageType * const support = this->GetSupport())
  {
    scan.support = tweedie::VolumeFromImage(const_cast<SupportImageType *>(support));
    tweedie::MakeBinary(scan.support);
  }
  return scan;
}

template <typename TInputImage, typename TOutputImage>
tweedie::Volume
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::MakeStart(
    const tweedie::PhaseScan & scan, const tweedie::ProgressCallback & progress) const
{
  if (const StartImageType * const start = this->GetStart())
  {
    return tweedie::VolumeFromImage(const_cast<StartImageType *>(start));
  }
  if (m_StartMethod.empty())
  {
    return {};
  }
  ClassicalOptionsType options = m_StartOptions;
  options.method = m_StartMethod;
  options.keepStarts = true;
  return tweedie::ReconstructPhaseClassical(scan, options, progress).samples;
}

template <typename TInputImage, typename TOutputImage>
tweedie::VolumeEstimate
PhaseRetrievalPosteriorMeanImageFilter<TInputImage, TOutputImage>::Estimate(
    const tweedie::ProgressCallback & progress) const
{
  const tweedie::PhaseScan scan = this->MakeScan();
  tweedie::PhasePosteriorOptions options = this->GetOptions();
  const auto half = [&](std::int64_t which)
  {
    return [&progress, which](tweedie::ProgressReport report)
    {
      report.step += which * report.steps;
      report.steps *= 2;
      return progress(report);
    };
  };
  const tweedie::Volume start = this->MakeStart(scan, half(0));
  if (!start.IsEmpty())
  {
    options.start = m_StartMethod.empty() ? "image" : m_StartMethod;
  }
  const tweedie::ProgressCallback rest = m_StartMethod.empty() ? progress : half(1);
  return this->GetPrior() ? tweedie::ReconstructPhasePosterior(scan, this->GetPrior(), scan.scale, options, rest, start)
                          : tweedie::ReconstructPhasePosterior(scan, options, rest, start);
}
} // namespace itk

#endif
