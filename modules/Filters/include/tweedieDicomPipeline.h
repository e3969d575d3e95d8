// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomPipeline_h
#define tweedieDicomPipeline_h

#include "tweedieDicomSeries.h"

#include <itkMetaDataDictionary.h>

#include <functional>
#include <string>

namespace tweedie
{
/** What of a series says nothing of the patient, as metadata of an image: Tweedie_Modality, _StudyInstanceUID,
 * _SeriesInstanceUID, _FrameOfReferenceUID, _Units and _Warnings. */
void AddSeries(itk::MetaDataDictionary & metadata, const DicomSeries & series);

/** Runs work; Tweedie's errors become itk::ExceptionObject, an abort itk::ProcessAborted. */
void RunForItk(const std::function<void()> & work);
} // namespace tweedie

#endif
