// SPDX-License-Identifier: Apache-2.0
#ifndef itkWholeImageFilter_hxx
#define itkWholeImageFilter_hxx

#include "tweedieGuard.h"
#include "tweedieThreadScope.h"

#include <algorithm>
#include <exception>

namespace itk
{
template <typename TInputImage, typename TOutputImage> WholeImageFilter<TInputImage, TOutputImage>::WholeImageFilter()
{
  this->DynamicMultiThreadingOff();
}

template <typename TInputImage, typename TOutputImage>
template <typename TWork>
void
WholeImageFilter<TInputImage, TOutputImage>::Translate(const TWork & work) const
{
  try
  {
    tweedie::Guard(work);
  }
  catch (const tweedie::Aborted &)
  {
    throw ProcessAborted(__FILE__, __LINE__);
  }
  catch (const tweedie::Error & error)
  {
    itkExceptionMacro(<< error.what());
  }
}

template <typename TInputImage, typename TOutputImage>
template <typename TImage>
void
WholeImageFilter<TInputImage, TOutputImage>::RequireSamePlace(const TImage * image,
                                                              const char * what,
                                                              const tweedie::Grid & dataGrid,
                                                              const char * data) const
{
  bool congruent = true;
  this->Translate(
      [&]
      {
        if (image != nullptr)
        {
          const tweedie::Grid grid = tweedie::GridFromInformation(*image);
          congruent = grid.size != dataGrid.size || grid.IsCongruent(dataGrid);
        }
      });
  if (!congruent)
  {
    itkExceptionMacro(<< what << ": origin, spacing or direction differ from those of " << data
                      << "; required the same place in space");
  }
}

template <typename TInputImage, typename TOutputImage>
void
WholeImageFilter<TInputImage, TOutputImage>::GenerateInputRequestedRegion()
{
  for (const auto & name : this->GetInputNames())
  {
    if (DataObject * const input = this->ProcessObject::GetInput(name))
    {
      input->SetRequestedRegionToLargestPossibleRegion();
    }
  }
}

template <typename TInputImage, typename TOutputImage>
void
WholeImageFilter<TInputImage, TOutputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TInputImage, typename TOutputImage>
bool
WholeImageFilter<TInputImage, TOutputImage>::ReportProgress(const tweedie::ProgressReport & report)
{
  this->UpdateProgress(report.steps > 0 ? static_cast<float>(report.step) / static_cast<float>(report.steps) : 0.0f);
  this->InvokeEvent(IterationEvent());
  return !this->GetAbortGenerateData();
}

template <typename TInputImage, typename TOutputImage>
void
WholeImageFilter<TInputImage, TOutputImage>::GenerateData()
{
  std::exception_ptr fromObserver; // carried around the computation, which would translate it
  const auto progress = [&](const tweedie::ProgressReport & report)
  {
    try
    {
      return this->ReportProgress(report);
    }
    catch (...)
    {
      fromObserver = std::current_exception();
      return false;
    }
  };
  // By default there are more work units than threads.
  const tweedie::ThreadScope threads(
      std::min<ThreadIdType>(this->GetNumberOfWorkUnits(), this->GetMultiThreader()->GetMaximumNumberOfThreads()));
  try
  {
    Translate([&] { this->Compute(progress); });
  }
  catch (const ProcessAborted &)
  {
    if (fromObserver)
    {
      std::rethrow_exception(fromObserver);
    }
    throw;
  }
}
} // namespace itk

#endif
