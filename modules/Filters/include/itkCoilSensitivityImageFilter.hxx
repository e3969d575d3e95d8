// SPDX-License-Identifier: Apache-2.0
#ifndef itkCoilSensitivityImageFilter_hxx
#define itkCoilSensitivityImageFilter_hxx

#include "tweedieFilterSupport.h"

#include <algorithm>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
CoilSensitivityImageFilter<TInputImage, TOutputImage>::CoilSensitivityImageFilter()
{
  this->SetNumberOfRequiredOutputs(2);
  this->SetNthOutput(1, EigenvalueImageType::New());
}

template <typename TInputImage, typename TOutputImage>
auto
CoilSensitivityImageFilter<TInputImage, TOutputImage>::MakeOutput(DataObjectPointerArraySizeType index)
    -> DataObjectPointer
{
  return index == 1 ? EigenvalueImageType::New().GetPointer() : Superclass::MakeOutput(index);
}

template <typename TInputImage, typename TOutputImage>
auto
CoilSensitivityImageFilter<TInputImage, TOutputImage>::GetEigenvalues() -> EigenvalueImageType *
{
  return dynamic_cast<EigenvalueImageType *>(this->ProcessObject::GetOutput(1));
}

template <typename TInputImage, typename TOutputImage>
void
CoilSensitivityImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Options:\n";
  tweedie::OptionsPrinter printer(os, indent.GetNextIndent());
  tweedie::CoilMapOptions options = m_Options;
  options.Visit(printer);
}

template <typename TInputImage, typename TOutputImage>
void
CoilSensitivityImageFilter<TInputImage, TOutputImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  this->Translate([this] { tweedie::ValidateOptions(m_Options); });
  if (this->GetSensitivities())
  {
    itkExceptionMacro(<< "sensitivities: given where they are to be found; required none");
  }
}

template <typename TInputImage, typename TOutputImage>
void
CoilSensitivityImageFilter<TInputImage, TOutputImage>::AnnounceGrid(const tweedie::Grid & grid)
{
  const auto coils = this->GetInput()->GetLargestPossibleRegion().GetSize(3);
  tweedie::SetImageInformation(*this->GetOutput(), grid, m_Options.mapSets * static_cast<std::int64_t>(coils));
  tweedie::SetImageInformation(*this->GetEigenvalues(), grid);
}

template <typename TInputImage, typename TOutputImage>
void
CoilSensitivityImageFilter<TInputImage, TOutputImage>::Compute(const tweedie::ProgressCallback & progress)
{
  tweedie::CoilMaps found = tweedie::EstimateCoilMaps(this->MakeScan(), m_Options, progress);
  if (found.eigenvalues.IsEmpty())
  {
    found.eigenvalues = tweedie::UnknownVolume(found.maps.GetGrid());
  }
  this->GraftOutput(tweedie::ImageFromVolume<TOutputImage>(found.maps));
  tweedie::Volume first(found.maps.GetGrid(), tweedie::Volume::Element::Real);
  std::copy_n(found.eigenvalues.Data(), first.NumberOfElements(), first.Data());
  this->GetEigenvalues()->Graft(tweedie::ImageFromVolume<EigenvalueImageType>(first));
}
} // namespace itk

#endif
