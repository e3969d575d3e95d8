// SPDX-License-Identifier: Apache-2.0
#ifndef itkCTBackProjectionImageFilter_hxx
#define itkCTBackProjectionImageFilter_hxx

#include "tweedieCTProjection.h"

namespace itk
{
template <typename TInputImage, typename TOutputImage>
void
CTBackProjectionImageFilter<TInputImage, TOutputImage>::Compute(const tweedie::ProgressCallback & progress)
{
  // The volume shares the memory of the input where it can, and is only read.
  const tweedie::Volume projections = tweedie::VolumeFromImage(const_cast<TInputImage *>(this->GetInput()));
  this->GraftOutput(tweedie::ImageFromVolume<TOutputImage>(
      tweedie::BackProjectCT(projections, this->GetGeometry(), this->OutputGrid(), progress)));
}
} // namespace itk

#endif
