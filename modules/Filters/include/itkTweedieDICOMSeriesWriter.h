// SPDX-License-Identifier: Apache-2.0
#ifndef itkTweedieDICOMSeriesWriter_h
#define itkTweedieDICOMSeriesWriter_h

#include "tweedieDicomOutput.h"
#include "tweedieDicomPipeline.h"
#include "tweedieImageBridge.h"
#include "tweedieItkCompat.h"

#include <itkProcessObject.h>

#include <vector>

namespace itk
{
/** \class TweedieDICOMSeriesWriter
 * \brief A mean, and its standard deviation if there is one, as DICOM objects in the study of their source.
 *
 * Into a new folder, which appears whole or not at all: mean/ (CT or MR images, one file a slice), the deviation and
 * the bounds of the 90 % interval as Parametric Maps of floats, the deviation once more as 16-bit images, a report as
 * Encapsulated PDF and HTML. Patient, study and frame of reference are those of the source; UIDs of series and
 * instances are new. Update() or Write() brings the pipeline up to date and writes. A deviation that is not-a-number
 * everywhere, as a filter without samples has it, is none.
 *
 * \ingroup TweedieFilters */
template <typename TInputImage = Image<float, 3>>
class ITK_TEMPLATE_EXPORT TweedieDICOMSeriesWriter : public ProcessObject
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(TweedieDICOMSeriesWriter);

  using Self = TweedieDICOMSeriesWriter;
  using Superclass = ProcessObject;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using InputImageType = TInputImage;

  static_assert(TInputImage::ImageDimension == 3, "a series is a volume of the axes x, y, slice");

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(TweedieDICOMSeriesWriter);

  using Superclass::SetInput;
  void SetInput(const InputImageType * mean);
  /** On the grid of the mean. */
  void SetStandardDeviation(const InputImageType * deviation);

  /** The series that the images came from: GetSeries() of the reader. */
  void SetSource(const tweedie::DicomSeries & source);
  /** How the images came about: GetSummary() of a filter, after its Update(). */
  void SetSummary(const tweedie::Summary & summary);

  /** The folder. */
  void SetPath(const std::string & path);
  /** The prior's file, whose SHA-256 is written down. */
  void SetPriorFileName(const std::string & file);
  /** What must be said of the data, such as that they were simulated. */
  void SetStatement(const std::string & statement);
  void SetSeriesNumber(std::int64_t number);
  /** Replace a result that is there. */
  void SetOverwrite(bool overwrite);
  /** UIDs made of inputs and options, dates of the source: the same run gives the same bytes. */
  void SetDeterministicUids(bool deterministic);

  /** Valid after Write(). */
  const std::vector<std::string> &
  GetFiles() const
  {
    return m_Files;
  }

  void Write();
  void
  Update() override
  {
    Write();
  }

protected:
  TweedieDICOMSeriesWriter();
  ~TweedieDICOMSeriesWriter() override = default;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void GenerateData() override;

private:
  tweedie::Volume VolumeOf(const char * name);

  tweedie::DicomOutput m_Output;
  std::vector<std::string> m_Files;
};

extern template class TweedieDICOMSeriesWriter<Image<float, 3>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkTweedieDICOMSeriesWriter.hxx"
#endif

#endif
