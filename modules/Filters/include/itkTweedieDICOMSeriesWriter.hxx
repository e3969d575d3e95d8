// SPDX-License-Identifier: Apache-2.0
#ifndef itkTweedieDICOMSeriesWriter_hxx
#define itkTweedieDICOMSeriesWriter_hxx

#include <algorithm>
#include <cmath>

namespace itk
{
template <typename TInputImage> TweedieDICOMSeriesWriter<TInputImage>::TweedieDICOMSeriesWriter()
{
  this->AddRequiredInputName("Primary");
  this->AddOptionalInputName("StandardDeviation");
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::SetInput(const InputImageType * mean)
{
  this->ProcessObject::SetInput("Primary", const_cast<InputImageType *>(mean));
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::SetStandardDeviation(const InputImageType * deviation)
{
  this->ProcessObject::SetInput("StandardDeviation", const_cast<InputImageType *>(deviation));
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::SetSource(const tweedie::DicomSeries & source)
{
  m_Output.source = source;
  this->Modified();
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::SetSummary(const tweedie::Summary & summary)
{
  m_Output.summary = summary;
  this->Modified();
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::SetPath(const std::string & path)
{
  m_Output.folder = path;
  this->Modified();
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::SetPriorFileName(const std::string & file)
{
  m_Output.prior = file;
  this->Modified();
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::SetStatement(const std::string & statement)
{
  m_Output.statement = statement;
  this->Modified();
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::SetSeriesNumber(std::int64_t number)
{
  m_Output.seriesNumber = number;
  this->Modified();
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::SetOverwrite(bool overwrite)
{
  m_Output.overwrite = overwrite;
  this->Modified();
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::SetDeterministicUids(bool deterministic)
{
  m_Output.deterministicUids = deterministic;
  this->Modified();
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::PrintSelf(std::ostream & os, Indent indent) const
{
  Superclass::PrintSelf(os, indent);
  os << indent << "Path: " << m_Output.folder << '\n';
  os << indent << "Source: " << m_Output.source.seriesUid << '\n';
  os << indent << "SeriesNumber: " << m_Output.seriesNumber << '\n';
  os << indent << "Statement: " << m_Output.statement << '\n';
  os << indent << "Overwrite: " << (m_Output.overwrite ? "On" : "Off") << '\n';
  os << indent << "DeterministicUids: " << (m_Output.deterministicUids ? "On" : "Off") << '\n';
}

template <typename TInputImage>
tweedie::Volume
TweedieDICOMSeriesWriter<TInputImage>::VolumeOf(const char * name)
{
  auto * const image = dynamic_cast<InputImageType *>(this->ProcessObject::GetInput(name));
  return image == nullptr ? tweedie::Volume() : tweedie::VolumeFromImage(image);
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::Write()
{
  this->VerifyPreconditions();
  for (const auto & name : this->GetInputNames())
  {
    if (DataObject * const input = this->ProcessObject::GetInput(name))
    {
      input->UpdateOutputInformation();
      input->SetRequestedRegionToLargestPossibleRegion();
      input->PropagateRequestedRegion();
      input->UpdateOutputData();
    }
  }
  this->InvokeEvent(StartEvent());
  this->UpdateProgress(0.0f);
  this->GenerateData();
  this->UpdateProgress(1.0f);
  this->InvokeEvent(EndEvent());
  this->ReleaseInputs();
}

template <typename TInputImage>
void
TweedieDICOMSeriesWriter<TInputImage>::GenerateData()
{
  if (m_Output.folder.empty())
  {
    itkExceptionMacro(<< "path: not given; required a folder");
  }
  if (m_Output.source.frames.empty())
  {
    itkExceptionMacro(<< "source: not given; required the series that the image came from");
  }
  tweedie::RunForItk(
      [&]
      {
        const tweedie::Volume mean = this->VolumeOf("Primary");
        tweedie::Volume deviation = this->VolumeOf("StandardDeviation");
        const float * const values = deviation.Data();
        if (std::all_of(values, values + deviation.NumberOfElements(), [](float value) { return std::isnan(value); }))
        {
          deviation = {};
        }
        m_Files = tweedie::WriteDicomOutput(mean, deviation, m_Output);
      });
}
} // namespace itk

#endif
