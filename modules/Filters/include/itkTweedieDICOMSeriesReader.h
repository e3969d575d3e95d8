// SPDX-License-Identifier: Apache-2.0
#ifndef itkTweedieDICOMSeriesReader_h
#define itkTweedieDICOMSeriesReader_h

#include "tweedieDicomPipeline.h"
#include "tweedieImageBridge.h"
#include "tweedieItkCompat.h"

#include <itkImageSource.h>

namespace itk
{
/** \class TweedieDICOMSeriesReader
 * \brief The volume of a DICOM series, with checks that ITK's own reader leaves out.
 *
 * Reads a folder, or a file, of CT or MR: classic and multi-frame, slices sorted along their normal, slope and
 * intercept of every slice applied (Hounsfield units of CT), magnitude and phase joined to complex pixels. A missing
 * slice, a tilt, duplicates, several series and the like are errors, with the option that would allow going on: Series,
 * FillMissing, ResampleTilt. Decoding happens in a child process whose memory and time are limited.
 *
 * UpdateOutputInformation() reads headers only: size, spacing, origin (LPS) and direction of the output, GetSeries(),
 * and metadata keys Tweedie_* without anything of the patient. At most 1.2 volumes of memory are used. Errors are
 * ExceptionObjects with the library's one-line message. What changes in the folder is seen after Modified().
 *
 * \ingroup TweedieFilters */
template <typename TOutputImage = Image<float, 3>>
class ITK_TEMPLATE_EXPORT TweedieDICOMSeriesReader : public ImageSource<TOutputImage>
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(TweedieDICOMSeriesReader);

  using Self = TweedieDICOMSeriesReader;
  using Superclass = ImageSource<TOutputImage>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  static_assert(TOutputImage::ImageDimension == 3, "a series is a volume of the axes x, y, slice");

  itkNewMacro(Self);
  itkOverrideGetNameOfClassMacro(TweedieDICOMSeriesReader);

  /** A folder, or a file. */
  itkSetStringMacro(Path);
  itkGetStringMacro(Path);
  /** Of several: its number in the listing of tweedie info, its UID, or the end of that. */
  itkSetStringMacro(Series);
  itkSetMacro(FillMissing, bool);
  itkGetConstMacro(FillMissing, bool);
  itkBooleanMacro(FillMissing);
  itkSetMacro(ResampleTilt, bool);
  itkGetConstMacro(ResampleTilt, bool);
  itkBooleanMacro(ResampleTilt);

  /** What was found; valid after UpdateOutputInformation(). A writer takes it as its source. */
  const tweedie::DicomSeries &
  GetSeries() const
  {
    return m_Found;
  }

protected:
  TweedieDICOMSeriesReader() = default;
  ~TweedieDICOMSeriesReader() override = default;

  void PrintSelf(std::ostream & os, Indent indent) const override;
  void GenerateOutputInformation() override;
  void EnlargeOutputRequestedRegion(DataObject * output) override;
  void GenerateData() override;

private:
  std::string m_Path;
  std::string m_Series;
  bool m_FillMissing = false;
  bool m_ResampleTilt = false;
  tweedie::DicomSeries m_Found;
};

extern template class TweedieDICOMSeriesReader<Image<float, 3>>;
} // namespace itk

#ifndef ITK_MANUAL_INSTANTIATION
#include "itkTweedieDICOMSeriesReader.hxx"
#endif

#endif
