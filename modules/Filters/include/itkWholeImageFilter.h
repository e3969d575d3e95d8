// SPDX-License-Identifier: Apache-2.0
#ifndef itkWholeImageFilter_h
#define itkWholeImageFilter_h

#include "tweedieImageBridge.h"
#include "tweedieItkCompat.h"
#include "tweedieProgress.h"

#include <itkImageToImageFilter.h>

#include <complex>

/** Set and Get of an option of a filter: a new value marks the filter as modified, the same value does not. */
#define tweedieOptionMacro(name, type, option)                                                                         \
  virtual void Set##name(const type & value)                                                                           \
  {                                                                                                                    \
    if (option != value)                                                                                               \
    {                                                                                                                  \
      option = value;                                                                                                  \
      this->Modified();                                                                                                \
    }                                                                                                                  \
  }                                                                                                                    \
  virtual type Get##name() const                                                                                       \
  {                                                                                                                    \
    return option;                                                                                                     \
  }                                                                                                                    \
  ITK_MACROEND_NOOP_STATEMENT

namespace itk
{
/** \class WholeImageFilter
 * \brief What all shells around computations of the library have in common: regions, progress, abort and errors.
 *
 * The outputs are made as a whole, whatever region is asked for, of whole inputs. Events: ProgressEvent, IterationEvent
 * after each step, AbortEvent. Errors are ExceptionObjects with the one-line message of the library; an exception of an
 * observer stays what it is. Threads, where the options name none: those of ITK, or fewer by
 * SetNumberOfWorkUnits().
 *
 * \ingroup TweedieFilters */
template <typename TInputImage, typename TOutputImage>
class ITK_TEMPLATE_EXPORT WholeImageFilter : public ImageToImageFilter<TInputImage, TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(WholeImageFilter);

  using Self = WholeImageFilter;
  using Superclass = ImageToImageFilter<TInputImage, TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkOverrideGetNameOfClassMacro(WholeImageFilter);

protected:
  WholeImageFilter();
  ~WholeImageFilter() override = default;

  /** Sets all outputs. progress returns false when the filter is to stop. */
  virtual void Compute(const tweedie::ProgressCallback & progress) = 0;

  /** Runs work; Tweedie's errors become ITK's. */
  template <typename TWork> void Translate(const TWork & work) const;

  /** Throws unless an optional input has another size than the data or lies where they lie. Of another size: the
   * computation has the better message. */
  template <typename TImage>
  void
  RequireSamePlace(const TImage * image, const char * what, const tweedie::Grid & dataGrid, const char * data) const;

  void GenerateInputRequestedRegion() override;
  void EnlargeOutputRequestedRegion(DataObject * output) override;
  void GenerateData() override;

private:
  bool ReportProgress(const tweedie::ProgressReport & report);
};

extern template class WholeImageFilter<Image<float, 2>, Image<float, 2>>;
extern template class WholeImageFilter<Image<float, 3>, Image<float, 3>>;
extern template class WholeImageFilter<Image<std::complex<float>, 3>, Image<std::complex<float>, 3>>;
extern template class WholeImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 3>>;
extern template class WholeImageFilter<Image<std::complex<float>, 4>, Image<float, 3>>;
extern template class WholeImageFilter<Image<std::complex<float>, 4>, Image<std::complex<float>, 4>>;
extern template class WholeImageFilter<Image<float, 4>, Image<float, 3>>;
extern template class WholeImageFilter<Image<float, 4>, Image<std::complex<float>, 3>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkWholeImageFilter.hxx"
#endif

#endif
