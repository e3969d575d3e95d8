// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIPosteriorMeanImageFilter_hxx
#define itkMRIPosteriorMeanImageFilter_hxx

#include "tweedieFilterSupport.h"
#include "tweedieGuard.h"
#include "tweedieImageBridge.h"
#include "tweedieImagePart.h"
#include "tweedieSampledLines.h"

#include <exception>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::MRIPosteriorMeanImageFilter()
{
  this->AddOptionalInputName("Mask");
  this->AddOptionalInputName("Sensitivities");
  this->SetNumberOfRequiredOutputs(2);
  this->SetNthOutput(1, this->MakeOutput(1));
  this->DynamicMultiThreadingOff();
}

template <typename TInputImage, typename TOutputImage>
auto
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::MakeOutput(DataObjectPointerArraySizeType index)
    -> DataObjectPointer
{
  return index == 1 ? DeviationImageType::New().GetPointer() : Superclass::MakeOutput(index);
}

template <typename TInputImage, typename TOutputImage>
auto
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::GetPosteriorStandardDeviation() -> DeviationImageType *
{
  return dynamic_cast<DeviationImageType *>(this->ProcessObject::GetOutput(1));
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::SetOptions(const OptionsType & options)
{
  m_Options = options;
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::SetPrior(std::shared_ptr<const tweedie::Denoiser> prior)
{
  if (m_Prior != prior)
  {
    m_Prior = std::move(prior);
    this->Modified();
  }
}

template <typename TInputImage, typename TOutputImage>
template <typename TWork>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::Translate(const TWork & work) const
{
  try
  {
    tweedie::Guard(work);
  }
  catch (const tweedie::Aborted &)
  {
    throw ProcessAborted(__FILE__, __LINE__);
  }
  catch (const tweedie::Error & error)
  {
    itkExceptionMacro(<< error.what());
  }
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Prior: " << (m_Prior ? "given in memory" : "read from the file of the options") << '\n';
  os << indent << "Options:\n";
  tweedie::OptionsPrinter printer(os, indent.GetNextIndent());
  OptionsType options = m_Options;
  options.Visit(printer);
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  Translate([this] { tweedie::ValidateOptions(m_Options); });
  if (!m_Prior && m_Options.prior.empty())
  {
    itkExceptionMacro(<< "prior: given none; required SetPriorFileName or SetPrior");
  }
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::VerifyInputInformation() ITKv5_CONST
{
  if (this->GetSensitivities() == nullptr)
  {
    return;
  }
  bool congruent = false;
  Translate(
      [&]
      {
        const tweedie::Grid maps = tweedie::GridFromInformation(*this->GetSensitivities());
        const tweedie::Grid data = tweedie::GridFromInformation(*this->GetInput());
        // Of another size: the computation has the better message.
        congruent = maps.size != data.size || maps.IsCongruent(data);
      });
  if (!congruent)
  {
    itkExceptionMacro(<< "sensitivities: origin, spacing or direction differ from those of k-space; required the same "
                         "place in space");
  }
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  Translate(
      [this]
      {
        const tweedie::Grid grid = tweedie::GridFromInformation(*this->GetInput());
        tweedie::SetImageInformation(*this->GetPosteriorMean(), grid);
        tweedie::SetImageInformation(*this->GetPosteriorStandardDeviation(), grid);
      });
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::GenerateInputRequestedRegion()
{
  for (const auto & name : this->GetInputNames())
  {
    if (DataObject * const input = this->ProcessObject::GetInput(name))
    {
      input->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage, typename TOutputImage>
tweedie::MRIScan
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::MakeScan() const
{
  tweedie::MRIScan scan; // shares the memory of the inputs, and is only read
  scan.kspace = tweedie::VolumeFromImage(const_cast<TInputImage *>(this->GetInput()));
  if (const MaskImageType * const mask = this->GetMask())
  {
    scan.mask = tweedie::VolumeFromImage(const_cast<MaskImageType *>(mask));
    tweedie::MakeBinary(scan.mask);
  }
  else
  {
    scan.mask = tweedie::FindSampledLines(scan.kspace).mask;
  }
  if (const SensitivityImageType * const maps = this->GetSensitivities())
  {
    scan.sensitivities = tweedie::VolumeFromImage(const_cast<SensitivityImageType *>(maps));
  }
  return scan;
}

template <typename TInputImage, typename TOutputImage>
bool
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::ReportProgress(const tweedie::ProgressReport & report)
{
  this->UpdateProgress(report.steps > 0 ? static_cast<float>(report.step) / static_cast<float>(report.steps) : 0.0f);
  this->InvokeEvent(IterationEvent());
  return !this->GetAbortGenerateData();
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::SetOutputs(const tweedie::VolumeEstimate & estimate)
{
  using PixelType = typename TOutputImage::PixelType;
  const char * const part = std::is_arithmetic_v<PixelType> ? "magnitude" : "complex";
  const tweedie::Volume mean = tweedie::ImagePart(estimate.mean, part);
  tweedie::Volume deviation = tweedie::PartDeviation(estimate, part);
  if (deviation.IsEmpty())
  {
    deviation = tweedie::UnknownVolume(mean.GetGrid());
  }
  this->GraftOutput(tweedie::ImageFromVolume<TOutputImage>(mean));
  this->GetPosteriorStandardDeviation()->Graft(tweedie::ImageFromVolume<DeviationImageType>(deviation));
  MetaDataDictionary metadata = this->GetInput()->GetMetaDataDictionary();
  tweedie::AddProvenance(metadata, estimate.summary);
  this->GetPosteriorMean()->SetMetaDataDictionary(metadata);
  this->GetPosteriorStandardDeviation()->SetMetaDataDictionary(metadata);
  m_Summary = estimate.summary;
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::GenerateData()
{
  std::exception_ptr fromObserver; // carried around the computation, which would translate it
  const auto progress = [&](const tweedie::ProgressReport & report)
  {
    try
    {
      return this->ReportProgress(report);
    }
    catch (...)
    {
      fromObserver = std::current_exception();
      return false;
    }
  };
  try
  {
    Translate(
        [&]
        {
          const tweedie::MRIScan scan = this->MakeScan();
          this->SetOutputs(m_Prior ? tweedie::ReconstructPosterior(scan, m_Prior, m_Options, progress)
                                   : tweedie::ReconstructPosterior(scan, m_Options, progress));
        });
  }
  catch (const ProcessAborted &)
  {
    if (fromObserver)
    {
      std::rethrow_exception(fromObserver);
    }
    throw;
  }
}
} // namespace itk

#endif
