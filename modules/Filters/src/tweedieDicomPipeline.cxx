// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomPipeline.h"

#include "tweedieGuard.h"

#include <itkMetaDataObject.h>
#include <itkProcessObject.h>

namespace tweedie
{
void
AddSeries(itk::MetaDataDictionary & metadata, const DicomSeries & series)
{
  const auto add = [&](const char * key, const std::string & value)
  { itk::EncapsulateMetaData<std::string>(metadata, std::string("Tweedie_") + key, value); };
  std::string warnings;
  for (const std::string & warning : series.warnings)
  {
    warnings += (warnings.empty() ? "" : "; ") + warning;
  }
  add("Modality", series.modality);
  add("StudyInstanceUID", series.studyUid);
  add("SeriesInstanceUID", series.seriesUid);
  add("FrameOfReferenceUID", series.frameOfReferenceUid);
  add("Units", series.units);
  add("Warnings", warnings);
}

void
RunForItk(const std::function<void()> & work)
{
  try
  {
    Guard(work);
  }
  catch (const Aborted &)
  {
    throw itk::ProcessAborted(__FILE__, __LINE__);
  }
  catch (const Error & error)
  {
    throw itk::ExceptionObject(__FILE__, __LINE__, error.what(), "Tweedie");
  }
}
} // namespace tweedie
