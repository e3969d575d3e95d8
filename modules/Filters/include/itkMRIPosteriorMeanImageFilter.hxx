// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIPosteriorMeanImageFilter_hxx
#define itkMRIPosteriorMeanImageFilter_hxx

#include "tweedieFilterSupport.h"
#include "tweedieSampledLines.h"

namespace itk
{
template <typename TInputImage, typename TOutputImage>
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::MRIPosteriorMeanImageFilter()
{
  this->AddOptionalInputName("Mask");
  this->AddOptionalInputName("Sensitivities");
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::VerifyInputInformation() ITKv5_CONST
{
  this->RequireSamePlace(this->GetSensitivities(), "sensitivities", "k-space");
}

template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  this->Translate([this] { this->AnnounceOutputs(tweedie::GridFromInformation(*this->GetInput())); });
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
tweedie::VolumeEstimate
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::Estimate(const tweedie::ProgressCallback & progress) const
{
  const tweedie::MRIScan scan = this->MakeScan();
  return this->GetPrior() ? tweedie::ReconstructPosterior(scan, this->GetPrior(), this->GetOptions(), progress)
                          : tweedie::ReconstructPosterior(scan, this->GetOptions(), progress);
}
} // namespace itk

#endif
