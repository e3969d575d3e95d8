// SPDX-License-Identifier: Apache-2.0
#ifndef itkCoilSensitivityImageFilter_hxx
#define itkCoilSensitivityImageFilter_hxx

#include "tweedieFilterSupport.h"
#include "tweedieMRIInput.h"

#include <type_traits>

namespace itk
{
template <typename TInputImage, typename TOutputImage>
CoilSensitivityImageFilter<TInputImage, TOutputImage>::CoilSensitivityImageFilter()
{
  this->AddOptionalInputName("Mask");
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
}

template <typename TInputImage, typename TOutputImage>
void
CoilSensitivityImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  this->GetOutput()->CopyInformation(this->GetInput());
  this->Translate(
      [this]
      { tweedie::SetImageInformation(*this->GetEigenvalues(), tweedie::GridFromInformation(*this->GetInput())); });
}

template <typename TInputImage, typename TOutputImage>
void
CoilSensitivityImageFilter<TInputImage, TOutputImage>::Compute(const tweedie::ProgressCallback & progress)
{
  const auto volume = [](auto * image)
  {
    using ImageType = std::remove_const_t<std::remove_pointer_t<decltype(image)>>;
    return image ? tweedie::VolumeFromImage(const_cast<ImageType *>(image)) : tweedie::Volume();
  };
  tweedie::MRIScanInputs inputs;
  inputs.kspace = volume(this->GetInput());
  inputs.mask = volume(this->GetMask());
  const tweedie::MRIScan scan = tweedie::MRIScanOfInputs(inputs);
  tweedie::CoilMaps found = tweedie::EstimateCoilMaps(scan.kspace, scan.mask, m_Options, progress);
  if (found.eigenvalues.IsEmpty())
  {
    found.eigenvalues = tweedie::UnknownVolume(found.maps.GetGrid());
  }
  this->GraftOutput(tweedie::ImageFromVolume<TOutputImage>(found.maps));
  this->GetEigenvalues()->Graft(tweedie::ImageFromVolume<EigenvalueImageType>(found.eigenvalues));
}
} // namespace itk

#endif
