// SPDX-License-Identifier: Apache-2.0
#ifndef itkCTPosteriorMeanImageFilter_hxx
#define itkCTPosteriorMeanImageFilter_hxx

#include "tweedieCTProjection.h"

namespace itk
{
template <typename TInputImage, typename TOutputImage>
void
CTPosteriorMeanImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "InputIsCounts: " << (m_InputIsCounts ? "On" : "Off") << '\n';
  os << indent << "Photons: ";
  m_Photons ? os << *m_Photons << '\n' : os << "(none)\n";
  os << indent << "ElectronicNoise: " << m_ElectronicNoise << " counts\n";
  os << indent << "Scatter: " << m_Scatter << " counts\n";
  os << indent << "AttenuationAtOne: " << m_AttenuationAtOne << " 1/mm\n";
}

template <typename TInputImage, typename TOutputImage>
void
CTPosteriorMeanImageFilter<TInputImage, TOutputImage>::AnnounceGrid(const tweedie::Grid & grid)
{
  this->AnnounceOutputs(grid);
}

template <typename TInputImage, typename TOutputImage>
tweedie::CTScan
CTPosteriorMeanImageFilter<TInputImage, TOutputImage>::MakeScan() const
{
  tweedie::CTScan scan;
  scan.geometry = this->GetGeometry();
  // Shares the memory of the input where it can, and is only read.
  scan.projections = tweedie::VolumeFromImage(const_cast<TInputImage *>(this->GetInput()));
  tweedie::RequireProjectionGrid(scan.projections.GetGrid());
  scan.isCounts = m_InputIsCounts;
  scan.photons = m_Photons;
  scan.electronic = m_ElectronicNoise;
  scan.scatter = m_Scatter;
  return scan;
}

template <typename TInputImage, typename TOutputImage>
tweedie::VolumeEstimate
CTPosteriorMeanImageFilter<TInputImage, TOutputImage>::Estimate(const tweedie::ProgressCallback & progress) const
{
  const tweedie::CTScan scan = this->MakeScan();
  const tweedie::Grid grid = this->OutputGrid();
  return this->GetPrior() ? tweedie::ReconstructCTPosterior(
                                scan, grid, this->GetPrior(), m_AttenuationAtOne, this->GetOptions(), progress)
                          : tweedie::ReconstructCTPosterior(scan, grid, this->GetOptions(), progress);
}
} // namespace itk

#endif
