// SPDX-License-Identifier: Apache-2.0
#ifndef itkRestorationPosteriorMeanImageFilter_hxx
#define itkRestorationPosteriorMeanImageFilter_hxx

#include "tweedieFilterSupport.h"

namespace itk
{
template <typename TInputImage, typename TOutputImage>
RestorationPosteriorMeanImageFilter<TInputImage, TOutputImage>::RestorationPosteriorMeanImageFilter()
{
  this->AddOptionalInputName("Mask");
  this->AddOptionalInputName("Kernel");
}

template <typename TInputImage, typename TOutputImage>
void
RestorationPosteriorMeanImageFilter<TInputImage, TOutputImage>::SetTaskOptions(const TaskOptionsType & task)
{
  m_TaskOptions = task;
  this->Modified();
}

template <typename TInputImage, typename TOutputImage>
void
RestorationPosteriorMeanImageFilter<TInputImage, TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "TaskOptions:\n";
  tweedie::OptionsPrinter printer(os, indent.GetNextIndent());
  TaskOptionsType task = m_TaskOptions;
  task.Visit(printer);
}

template <typename TInputImage, typename TOutputImage>
void
RestorationPosteriorMeanImageFilter<TInputImage, TOutputImage>::VerifyPreconditions() ITKv5_CONST
{
  Superclass::VerifyPreconditions();
  this->Translate([this] { tweedie::ValidateOptions(m_TaskOptions); });
}

template <typename TInputImage, typename TOutputImage>
void
RestorationPosteriorMeanImageFilter<TInputImage, TOutputImage>::VerifyInputInformation() ITKv5_CONST
{
  tweedie::Grid grid;
  this->Translate([&] { grid = tweedie::GridFromInformation(*this->GetInput()); });
  this->RequireSamePlace(this->GetMask(), "mask", grid, "the image");
}

template <typename TInputImage, typename TOutputImage>
void
RestorationPosteriorMeanImageFilter<TInputImage, TOutputImage>::GenerateOutputInformation()
{
  this->Translate(
      [this] {
        this->AnnounceOutputs(tweedie::RestoredGrid(tweedie::GridFromInformation(*this->GetInput()), m_TaskOptions));
      });
}

template <typename TInputImage, typename TOutputImage>
tweedie::RestorationMeasurement
RestorationPosteriorMeanImageFilter<TInputImage, TOutputImage>::MakeMeasurement() const
{
  // The volumes share the memory of the inputs where they can, and are only read; a mask is always a copy.
  tweedie::Volume mask;
  if (const MaskImageType * const image = this->GetMask())
  {
    mask = tweedie::VolumeFromImage(const_cast<MaskImageType *>(image));
    tweedie::MakeBinary(mask);
  }
  tweedie::Volume kernel;
  if (const KernelImageType * const image = this->GetKernel())
  {
    kernel = tweedie::VolumeFromImage(const_cast<KernelImageType *>(image));
  }
  return tweedie::DescribeRestoration(
      tweedie::VolumeFromImage(const_cast<TInputImage *>(this->GetInput())), m_TaskOptions, mask, kernel);
}

template <typename TInputImage, typename TOutputImage>
tweedie::VolumeEstimate
RestorationPosteriorMeanImageFilter<TInputImage, TOutputImage>::Estimate(
    const tweedie::ProgressCallback & progress) const
{
  const tweedie::RestorationMeasurement measurement = this->MakeMeasurement();
  return this->GetPrior() ? tweedie::ReconstructRestoration(measurement, this->GetPrior(), this->GetOptions(), progress)
                          : tweedie::ReconstructRestoration(measurement, this->GetOptions(), progress);
}
} // namespace itk

#endif
