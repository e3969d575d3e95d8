// SPDX-License-Identifier: Apache-2.0
#ifndef itkTweedieDICOMSeriesReader_hxx
#define itkTweedieDICOMSeriesReader_hxx

namespace itk
{
template <typename TOutputImage>
void
TweedieDICOMSeriesReader<TOutputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Path: " << m_Path << '\n';
  os << indent << "Series: " << m_Series << '\n';
  os << indent << "FillMissing: " << (m_FillMissing ? "On" : "Off") << '\n';
  os << indent << "ResampleTilt: " << (m_ResampleTilt ? "On" : "Off") << '\n';
}

template <typename TOutputImage>
void
TweedieDICOMSeriesReader<TOutputImage>::GenerateOutputInformation()
{
  if (m_Path.empty())
  {
    itkExceptionMacro(<< "path: not given; required a folder of DICOM files, or one of them");
  }
  tweedie::DicomReadOptions options;
  options.series = m_Series;
  options.fillMissing = m_FillMissing;
  options.resampleTilt = m_ResampleTilt;
  tweedie::RunForItk([&] { m_Found = tweedie::SelectDicomSeries(m_Path, options); });
  tweedie::SetImageInformation(*this->GetOutput(), m_Found.grid);
  tweedie::AddSeries(this->GetOutput()->GetMetaDataDictionary(), m_Found);
}

template <typename TOutputImage>
void
TweedieDICOMSeriesReader<TOutputImage>::EnlargeOutputRequestedRegion(DataObject * output)
{
  output->SetRequestedRegionToLargestPossibleRegion();
}

template <typename TOutputImage>
void
TweedieDICOMSeriesReader<TOutputImage>::GenerateData()
{
  const MetaDataDictionary metadata = this->GetOutput()->GetMetaDataDictionary();
  tweedie::RunForItk([&]
                     { this->GraftOutput(tweedie::ImageFromVolume<TOutputImage>(tweedie::ReadDicomVolume(m_Found))); });
  this->GetOutput()->SetMetaDataDictionary(metadata);
}
} // namespace itk

#endif
