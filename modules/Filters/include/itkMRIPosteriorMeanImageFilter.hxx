// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIPosteriorMeanImageFilter_hxx
#define itkMRIPosteriorMeanImageFilter_hxx

#include "tweedieMRIInput.h"

#include <type_traits>

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
  // The volumes share the memory of the inputs where they can, and are only read.
  const auto volume = [](auto * image)
  {
    using ImageType = std::remove_const_t<std::remove_pointer_t<decltype(image)>>;
    return image ? tweedie::VolumeFromImage(const_cast<ImageType *>(image)) : tweedie::Volume();
  };
  return tweedie::MRIScanOfInputs(volume(this->GetInput()), volume(this->GetMask()), volume(this->GetSensitivities()));
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
