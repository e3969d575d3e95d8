// SPDX-License-Identifier: Apache-2.0
#ifndef itkMRIPosteriorMeanImageFilter_hxx
#define itkMRIPosteriorMeanImageFilter_hxx

namespace itk
{
template <typename TInputImage, typename TOutputImage>
void
MRIPosteriorMeanImageFilter<TInputImage, TOutputImage>::AnnounceGrid(const tweedie::Grid & grid)
{
  this->AnnounceOutputs(grid);
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
