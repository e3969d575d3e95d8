// SPDX-License-Identifier: Apache-2.0
#ifndef itkPosteriorMeanImageFilter_hxx
#define itkPosteriorMeanImageFilter_hxx

#include "tweedieFilterSupport.h"
#include "tweedieImagePart.h"

namespace itk
{
template <typename TInputImage, typename TOutputImage, typename TOptions>
PosteriorMeanImageFilter<TInputImage, TOutputImage, TOptions>::PosteriorMeanImageFilter()
{
  this->SetNumberOfRequiredOutputs(2);
  this->SetNthOutput(1, DeviationImageType::New());
}

template <typename TInputImage, typename TOutputImage, typename TOptions>
auto
PosteriorMeanImageFilter<TInputImage, TOutputImage, TOptions>::MakeOutput(DataObjectPointerArraySizeType index)
    -> DataObjectPointer
{
  return index == 1 ? DeviationImageType::New().GetPointer() : Superclass::MakeOutput(index);
}

template <typename TInputImage, typename TOutputImage, typename TOptions>
auto
PosteriorMeanImageFilter<TInputImage, TOutputImage, TOptions>::GetPosteriorStandardDeviation() -> DeviationImageType *
{
  return dynamic_cast<DeviationImageType *>(this->ProcessObject::GetOutput(1));
}

template <typename TInputImage, typename TOutputImage, typename TOptions>
void
PosteriorMeanImageFilter<TInputImage, TOutputImage, TOptions>::SetOptions(const OptionsType & options)
{
  m_Options = options;
  this->Modified();
}

template <typename TInputImage, typename TOutputImage, typename TOptions>
void
PosteriorMeanImageFilter<TInputImage, TOutputImage, TOptions>::SetPrior(std::shared_ptr<const tweedie::Denoiser> prior)
{
  if (m_Prior != prior)
  {
    m_Prior = std::move(prior);
    this->Modified();
  }
}

template <typename TInputImage, typename TOutputImage, typename TOptions>
void
PosteriorMeanImageFilter<TInputImage, TOutputImage, TOptions>::AnnounceOutputs(const tweedie::Grid & grid)
{
  tweedie::SetImageInformation(*this->GetPosteriorMean(), grid);
  tweedie::SetImageInformation(*this->GetPosteriorStandardDeviation(), grid);
  if constexpr (tweedie::bridge::isVectorImage<TOutputImage>)
  {
    const auto components = this->GetInput()->GetNumberOfComponentsPerPixel();
    this->GetPosteriorMean()->SetNumberOfComponentsPerPixel(components);
    this->GetPosteriorStandardDeviation()->SetNumberOfComponentsPerPixel(components);
  }
}

template <typename TInputImage, typename TOutputImage, typename TOptions>
void
PosteriorMeanImageFilter<TInputImage, TOutputImage, TOptions>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Prior: " << (m_Prior ? "given in memory" : "read from the file of the options") << '\n';
  os << indent << "Options:\n";
  tweedie::OptionsPrinter printer(os, indent.GetNextIndent());
  OptionsType options = m_Options;
  options.Visit(printer);
}

template <typename TInputImage, typename TOutputImage, typename TOptions>
void
PosteriorMeanImageFilter<TInputImage, TOutputImage, TOptions>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  this->Translate([this] { tweedie::ValidateOptions(m_Options); });
  if (!m_Prior && m_Options.prior.empty())
  {
    itkExceptionMacro(<< "prior: given none; required SetPriorFileName or SetPrior");
  }
}

template <typename TInputImage, typename TOutputImage, typename TOptions>
void
PosteriorMeanImageFilter<TInputImage, TOutputImage, TOptions>::SetOutputs(const tweedie::VolumeEstimate & estimate)
{
  // A real estimate keeps its sign.
  const bool magnitude = std::is_arithmetic_v<typename TOutputImage::InternalPixelType> && estimate.mean.IsComplex();
  const tweedie::Volume mean = magnitude ? tweedie::ImagePart(estimate.mean, "magnitude") : estimate.mean;
  tweedie::Volume deviation = tweedie::PartDeviation(estimate, magnitude ? "magnitude" : "complex");
  if (deviation.IsEmpty())
  {
    deviation = tweedie::UnknownVolume(mean.GetGrid(), mean.Channels());
  }
  this->GraftOutput(tweedie::ImageFromVolume<TOutputImage>(mean));
  this->GetPosteriorStandardDeviation()->Graft(tweedie::ImageFromVolume<DeviationImageType>(deviation));
  MetaDataDictionary metadata = this->GetInput()->GetMetaDataDictionary();
  tweedie::AddProvenance(metadata, estimate.summary);
  this->GetPosteriorMean()->SetMetaDataDictionary(metadata);
  this->GetPosteriorStandardDeviation()->SetMetaDataDictionary(metadata);
  m_Summary = estimate.summary;
}

template <typename TInputImage, typename TOutputImage, typename TOptions>
void
PosteriorMeanImageFilter<TInputImage, TOutputImage, TOptions>::Compute(const tweedie::ProgressCallback & progress)
{
  this->SetOutputs(this->Estimate(progress));
}
} // namespace itk

#endif
