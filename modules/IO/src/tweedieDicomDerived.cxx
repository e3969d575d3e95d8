// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomDerived.h"

#include "tweedieDicomUid.h"
#include "tweedieError.h"
#include "tweedieSummary.h"
#include "tweedieVersion.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <set>

namespace tweedie
{
namespace
{
// All codes are those of DCMTK's copy of PS3.16 (dcmsr/codes/dcm.h and dcmsr/cmr).
const DicomCode acquisitionEquipment{"109101", "DCM", "Acquisition Equipment"};
const DicomCode processingEquipment{"109102", "DCM", "Processing Equipment"};

/** Of the clock, at an offset from UTC of minutes. */
std::pair<std::string, std::string>
Now(int minutes)
{
  const std::time_t seconds = std::time(nullptr) + 60 * minutes;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char date[16], time[16];
  std::strftime(date, sizeof(date), "%Y%m%d", &parts);
  std::strftime(time, sizeof(time), "%H%M%S", &parts);
  return {date, time};
}

/** "+0130" in minutes; 0 where it is none. */
int
OffsetMinutes(const std::string & text)
{
  const bool isOffset = text.size() == 5 && (text[0] == '+' || text[0] == '-') &&
                        std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto digit = [&](std::size_t i) { return text[i] - '0'; };
  return isOffset ? (text[0] == '-' ? -1 : 1) * (600 * digit(1) + 60 * digit(2) + 10 * digit(3) + digit(4)) : 0;
}

/** The first that the source has. */
std::string
FirstText(const DicomSource & from, std::initializer_list<DcmTagKey> tags, const std::string & otherwise)
{
  for (const DcmTagKey & tag : tags)
  {
    const std::string text = from.Text(tag);
    if (!text.empty())
    {
      return text;
    }
  }
  return otherwise;
}

void
CopyPatientAndStudy(const DicomSource & from, DcmItem & object)
{
  DcmItem & set = from.Dataset();
  CopyAttributes(set, object, {DCM_SpecificCharacterSet, DCM_TimezoneOffsetFromUTC});
  CopyOrEmpty(set, object, {DCM_PatientName, DCM_PatientID, DCM_PatientBirthDate, DCM_PatientSex});
  CopyAttributes(set,
                 object,
                 {DCM_IssuerOfPatientID,
                  DCM_PatientBirthTime,
                  DCM_EthnicGroup,
                  DCM_PatientComments,
                  DCM_PatientSpeciesDescription,
                  DCM_PatientIdentityRemoved,
                  DCM_DeidentificationMethod,
                  DCM_DeidentificationMethodCodeSequence});
  if (TextOf(object, DCM_PatientIdentityRemoved) == "YES" && !object.tagExistsWithValue(DCM_DeidentificationMethod) &&
      !object.tagExistsWithValue(DCM_DeidentificationMethodCodeSequence))
  {
    PutText(object, DCM_DeidentificationMethod, "not stated by the source"); // one of both is required (PS3.3 C.7.1.1)
  }
  CopyOrEmpty(
      set, object, {DCM_StudyDate, DCM_StudyTime, DCM_AccessionNumber, DCM_ReferringPhysicianName, DCM_StudyID});
  CopyAttributes(set,
                 object,
                 {DCM_StudyInstanceUID,
                  DCM_StudyDescription,
                  DCM_IssuerOfAccessionNumberSequence,
                  DCM_ProcedureCodeSequence,
                  DCM_PatientAge,
                  DCM_PatientSize,
                  DCM_PatientWeight,
                  DCM_PregnancyStatus,
                  DCM_PatientSexNeutered});
}
} // namespace

DicomProvenance
DicomProvenanceOf(const Summary & summary, const std::string & modelSha256)
{
  DicomProvenance provenance;
  provenance.method = summary.method + (summary.guidance.empty() ? "" : ", guidance " + summary.guidance);
  provenance.modelSha256 = modelSha256;
  provenance.seed = summary.seed;
  provenance.configuration = summary.options;
  return provenance;
}

DerivedSeries::DerivedSeries(const DicomSeries & source, const DicomWriteOptions & options, const std::string & kind)
    : m_Source(source), m_Options(options)
{
  const DicomProvenance & from = options.provenance;
  if (from.deterministicUids)
  {
    for (const std::string & part : {kind,
                                     source.studyUid,
                                     source.seriesUid,
                                     from.method,
                                     from.statement,
                                     from.modelSha256,
                                     std::to_string(from.seed),
                                     from.configuration,
                                     from.inputsDigest,
                                     std::to_string(options.seriesNumber),
                                     options.description})
    {
      m_Key += std::to_string(part.size()) + ':' + part; // so that no two lists of parts give one text
    }
  }
  m_Uid = NewUid("series");
  // One for all that is made of a source.
  m_FrameOfReference = MakeUid(source.seriesUid.empty() ? "" : "frame of reference of " + source.seriesUid);
}

std::string
DerivedSeries::NewUid(const std::string & name) const
{
  return MakeUid(m_Key.empty() ? "" : m_Key + name);
}

std::string
DerivedSeries::Derivation(const std::string & quantity) const
{
  const DicomProvenance & from = m_Options.provenance;
  std::string text = quantity + (from.method.empty() ? "" : " by " + from.method) + "; ";
  text += from.statement.empty() ? "" : from.statement + "; ";
  text += from.modelSha256.empty() ? "" : "model SHA-256 " + from.modelSha256 + "; ";
  text += "seed " + std::to_string(from.seed) + "; Tweedie " + Version + "; Research use only; not for diagnosis";
  text += from.configuration.empty() ? "" : "; " + from.configuration;
  return PlainText(text, 1024);
}

void
DerivedSeries::PutDates(DcmItem & object, const DicomSource & from) const
{
  auto [date, time] = Now(OffsetMinutes(from.Text(DCM_TimezoneOffsetFromUTC)));
  if (m_Options.provenance.deterministicUids)
  {
    date = FirstText(from, {DCM_SeriesDate, DCM_ContentDate, DCM_AcquisitionDate, DCM_StudyDate}, "19000101");
    time = FirstText(from, {DCM_SeriesTime, DCM_ContentTime, DCM_AcquisitionTime, DCM_StudyTime}, "000000");
  }
  for (const DcmTagKey & tag : {DCM_SeriesDate, DCM_ContentDate, DCM_InstanceCreationDate})
  {
    PutText(object, tag, date);
  }
  for (const DcmTagKey & tag : {DCM_SeriesTime, DCM_ContentTime, DCM_InstanceCreationTime})
  {
    PutText(object, tag, time);
  }
}

/** The new series is this program's; the scanner is named as what contributed.
 */
void
DerivedSeries::AddEquipment(DcmItem & object, const DicomSource & from) const
{
  const DicomProvenance & provenance = m_Options.provenance;
  const auto describe = [](DcmItem & item)
  {
    PutText(item, DCM_Manufacturer, "Tweedie");
    PutText(item, DCM_ManufacturerModelName, "Tweedie");
    PutText(item, DCM_DeviceSerialNumber, "none");
    PutText(item, DCM_SoftwareVersions, Version);
  };
  describe(object);
  if (!from.Text(DCM_Manufacturer).empty())
  {
    DcmItem & scanner = AddItem(object, DCM_ContributingEquipmentSequence);
    CopyAttributes(from.Dataset(),
                   scanner,
                   {DCM_Manufacturer,
                    DCM_InstitutionName,
                    DCM_StationName,
                    DCM_ManufacturerModelName,
                    DCM_DeviceSerialNumber,
                    DCM_SoftwareVersions});
    AddCode(scanner, DCM_PurposeOfReferenceCodeSequence, acquisitionEquipment);
  }
  DcmItem & program = AddItem(object, DCM_ContributingEquipmentSequence);
  describe(program);
  const std::string model = provenance.modelSha256.empty() ? "" : "model SHA-256 " + provenance.modelSha256 + "; ";
  PutText(program, DCM_ContributionDescription, PlainText(model + "Research use only; not for diagnosis", 1024));
  AddCode(program, DCM_PurposeOfReferenceCodeSequence, processingEquipment);
}

void
DerivedSeries::Fill(DcmItem & object,
                    const DicomSource & from,
                    const std::string & classUid,
                    std::int64_t instanceNumber,
                    const std::string & modality) const
{
  CopyPatientAndStudy(from, object);
  PutText(object, DCM_SOPClassUID, classUid);
  PutText(object, DCM_SOPInstanceUID, NewUid("instance " + std::to_string(instanceNumber)));
  PutText(object, DCM_SeriesInstanceUID, m_Uid);
  PutText(object, DCM_Modality, modality);
  PutInteger(object, DCM_SeriesNumber, m_Options.seriesNumber);
  PutInteger(object, DCM_InstanceNumber, instanceNumber);
  PutDates(object, from);
  AddEquipment(object, from);
}

std::string
DerivedSeries::FrameOfReference(const DicomSource & from) const
{
  const std::string uid = from.Text(DCM_FrameOfReferenceUID);
  return uid.empty() ? m_FrameOfReference : uid;
}

void
DerivedSeries::PutLossy(DcmItem & object, const DicomSource & from) const
{
  const bool isLossy = m_Source.isLossy || from.Text(DCM_LossyImageCompression) == "01";
  PutText(object, DCM_LossyImageCompression, isLossy ? "01" : "00");
  if (isLossy)
  {
    from.Copy(object, {DCM_LossyImageCompressionRatio, DCM_LossyImageCompressionMethod});
  }
}

void
DerivedSeries::AddSource(DcmItem & item, const DcmTagKey & sequence, const DicomFrame & frame, bool isMultiFrame)
{
  DcmItem & added = AddItem(item, sequence);
  PutText(added, DCM_ReferencedSOPClassUID, frame.classUid);
  PutText(added, DCM_ReferencedSOPInstanceUID, frame.instanceUid);
  if (isMultiFrame)
  {
    PutInteger(added, DCM_ReferencedFrameNumber, frame.frame + 1);
  }
  AddCode(added, DCM_PurposeOfReferenceCodeSequence, SourcePurposeCode());
}

void
DerivedSeries::AddReferencedSeries(DcmItem & object) const
{
  DcmItem & series = AddItem(object, DCM_ReferencedSeriesSequence);
  PutText(series, DCM_SeriesInstanceUID, m_Source.seriesUid);
  std::set<std::string> named;
  for (const DicomFrame & frame : m_Source.frames)
  {
    if (named.insert(frame.instanceUid).second)
    {
      DcmItem & instance = AddItem(series, DCM_ReferencedInstanceSequence);
      PutText(instance, DCM_ReferencedSOPClassUID, frame.classUid);
      PutText(instance, DCM_ReferencedSOPInstanceUID, frame.instanceUid);
    }
  }
}

void
DerivedSeries::Save(DcmFileFormat & file, const std::string & path)
{
  const OFCondition status = file.saveFile(path.c_str(), EXS_LittleEndianExplicit, EET_ExplicitLength);
  std::error_code error;
  // DCMTK does not see what the system holds back until the file is closed.
  const auto expected = file.calcElementLength(EXS_LittleEndianExplicit, EET_ExplicitLength);
  if (status.bad() || std::filesystem::file_size(path, error) != expected || error)
  {
    throw DataError("output " + path + ": not written; required " + std::to_string(expected) + " bytes of free disk");
  }
}
} // namespace tweedie
