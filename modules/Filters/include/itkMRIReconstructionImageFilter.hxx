// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIReconstructionImageFilter_hxx
#define itkMRIReconstructionImageFilter_hxx

#include "tweedieFilterSupport.h"
#include "tweedieImagePart.h"

#include <type_traits>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
void
MRIReconstructionImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Options:\n";
  tweedie::OptionsPrinter printer(os, indent.GetNextIndent());
  tweedie::MRIClassicalOptions options = m_Options;
  options.Visit(printer);
}

template <typename TInputImage, typename TOutputImage>
void
MRIReconstructionImageFilter<TInputImage, TOutputImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  this->Translate([this] { tweedie::ValidateOptions(m_Options); });
}

template <typename TInputImage, typename TOutputImage>
void
MRIReconstructionImageFilter<TInputImage, TOutputImage>::AnnounceGrid(const tweedie::Grid & grid)
{
  tweedie::SetImageInformation(*this->GetOutput(), grid);
}

template <typename TInputImage, typename TOutputImage>
void
MRIReconstructionImageFilter<TInputImage, TOutputImage>::Compute(const tweedie::ProgressCallback & progress)
{
  const tweedie::VolumeEstimate estimate = tweedie::ReconstructClassical(this->MakeScan(), m_Options, progress);
  const bool magnitude = std::is_arithmetic_v<typename TOutputImage::PixelType>;
  this->GraftOutput(tweedie::ImageFromVolume<TOutputImage>(magnitude ? tweedie::ImagePart(estimate.mean, "magnitude")
                                                                     : estimate.mean));
  MetaDataDictionary metadata = this->GetInput()->GetMetaDataDictionary();
  tweedie::AddProvenance(metadata, estimate.summary);
  this->GetOutput()->SetMetaDataDictionary(metadata);
  m_Summary = estimate.summary;
}
} // namespace itk

#endif
