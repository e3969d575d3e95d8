// SPDX-License-Identifier: Apache-2.0
#ifndef itkCTProjectionImageFilter_hxx
#define itkCTProjectionImageFilter_hxx

#include "tweedieCTProjection.h"

namespace itk
{
template <typename TInputImage, typename TOutputImage>
void
CTProjectionImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "MuWater: ";
  m_MuWater ? os << *m_MuWater << " 1/mm, of Hounsfield units\n" : os << "(none, the input is attenuation in 1/mm)\n";
}

template <typename TInputImage, typename TOutputImage>
void
CTProjectionImageFilter<TInputImage, TOutputImage>::Compute(const tweedie::ProgressCallback & progress)
{
  // The volume shares the memory of the input where it can, and is only read.
  const tweedie::Volume image = tweedie::VolumeFromImage(const_cast<TInputImage *>(this->GetInput()));
  this->GraftOutput(tweedie::ImageFromVolume<TOutputImage>(
      tweedie::ProjectCT(image, this->GetGeometry(), this->OutputGrid(), m_MuWater, progress)));
}
} // namespace itk

#endif
