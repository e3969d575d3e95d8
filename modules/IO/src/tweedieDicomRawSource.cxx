// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomRawSource.h"

#include "tweedieDicomPut.h"
#include "tweedieDicomUid.h"
#include "tweedieError.h"
#include "tweedieModelFile.h"
#include "tweedieXml.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>

namespace tweedie
{
namespace
{
// Each makes an attribute's value of the text in the header; empty: it is none, and is left out.

/** Without control characters and what separates values, cut between letters of UTF-8. */
std::string
Words(const std::string & text, std::size_t longest)
{
  std::string words;
  std::size_t letters = 0;
  for (const char c : text)
  {
    const auto byte = static_cast<unsigned char>(c);
    letters += (byte & 0xC0U) == 0x80U ? 0 : 1;
    if (letters > longest)
    {
      break;
    }
    words += byte < 0x20U || byte == 0x7FU ? ' ' : c == '\\' ? '/' : c;
  }
  return words.substr(0, words.find_last_not_of(' ') + 1);
}

std::string
Long(const std::string & text)
{
  return Words(text, 64);
}

std::string
Short(const std::string & text)
{
  return Words(text, 16);
}

/** PS3.5 6.2: upper case, digits, space and underscore. */
std::string
Code(const std::string & text)
{
  std::string code = Words(text, 16);
  std::transform(code.begin(), code.end(), code.begin(), [](unsigned char c) { return std::toupper(c); });
  const bool isCode =
      std::all_of(code.begin(),
                  code.end(),
                  [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '_'; });
  return isCode && text.size() <= code.size() ? code : "";
}

std::string
Sex(const std::string & text)
{
  return text == "M" || text == "F" || text == "O" ? text : "";
}

std::string
Position(const std::string & text)
{
  const auto known = {"HFP", "HFS", "HFDR", "HFDL", "FFDR", "FFDL", "FFP", "FFS"};
  return std::find(known.begin(), known.end(), text) != known.end() ? text : "";
}

std::string
Uid(const std::string & text)
{
  return IsUid(text) ? text : "";
}

double
NumberOf(const std::string & text)
{
  double value = std::nan("");
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size() ? value : std::nan("");
}

std::string
Decimal(double value)
{
  return std::isfinite(value) && value > 0.0 ? DecimalText(value) : "";
}

std::string
Number(const std::string & text)
{
  return Decimal(NumberOf(text));
}

std::string
MegaHertz(const std::string & text)
{
  return Decimal(1e-6 * NumberOf(text));
}

std::string
Count(const std::string & text)
{
  const bool isCount = !text.empty() && text.size() < 8 && text.find_first_not_of("0123456789") == std::string::npos;
  return isCount ? text : "";
}

/** Digits where a pattern has a 9, else its characters; empty where the text does not begin so. */
std::string
Digits(const std::string & text, const std::string & pattern)
{
  std::string digits;
  for (std::size_t i = 0; i < pattern.size(); ++i)
  {
    const bool isDigit = i < text.size() && text[i] >= '0' && text[i] <= '9';
    if (pattern[i] == '9' ? !isDigit : i >= text.size() || text[i] != pattern[i])
    {
      return "";
    }
    digits += isDigit ? std::string(1, text[i]) : "";
  }
  return digits;
}

/** 2024-02-29, whatever zone follows. */
std::string
Date(const std::string & text)
{
  const std::string date = Digits(text, "9999-99-99");
  const std::string month = date.empty() ? "" : date.substr(4, 2), day = date.empty() ? "" : date.substr(6, 2);
  return month >= "01" && month <= "12" && day >= "01" && day <= "31" ? date : "";
}

/** 09:05:07, whatever fraction follows. */
std::string
Time(const std::string & text)
{
  const std::string time = Digits(text, "99:99:99");
  const bool isTime = !time.empty() && time < "240000" && time.substr(2, 2) < "60" && time.substr(4, 2) < "60";
  return isTime ? time : "";
}

/** What the words for a sequence, which are anybody's, say of how echoes are made. */
std::string
ScanningSequence(const std::string & text)
{
  std::string word = text;
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto has = [&](const char * part) { return word.find(part) != std::string::npos; };
  return has("epi")                                                     ? "EP"
         : has("gradient") || has("flash") || has("gre") || has("fisp") ? "GR"
         : has("spin") || has("tse") || has("fse") || word == "se"      ? "SE"
                                                                        : "";
}

struct Row
{
  const char * place; ///< in the header
  DcmTagKey tag;
  std::string (*value)(const std::string & text);
};

const std::vector<Row> &
Rows()
{
  static const std::vector<Row> rows{
      {"subjectInformation/patientName", DCM_PatientName, &Long},
      {"subjectInformation/patientID", DCM_PatientID, &Long},
      {"subjectInformation/patientBirthdate", DCM_PatientBirthDate, &Date},
      {"subjectInformation/patientGender", DCM_PatientSex, &Sex},
      {"subjectInformation/patientWeight_kg", DCM_PatientWeight, &Number},
      {"subjectInformation/patientHeight_m", DCM_PatientSize, &Number},
      {"studyInformation/studyDate", DCM_StudyDate, &Date},
      {"studyInformation/studyTime", DCM_StudyTime, &Time},
      {"studyInformation/studyID", DCM_StudyID, &Short},
      {"studyInformation/accessionNumber", DCM_AccessionNumber, &Short},
      {"studyInformation/referringPhysicianName", DCM_ReferringPhysicianName, &Long},
      {"studyInformation/studyDescription", DCM_StudyDescription, &Long},
      {"studyInformation/studyInstanceUID", DCM_StudyInstanceUID, &Uid},
      {"studyInformation/bodyPartExamined", DCM_BodyPartExamined, &Code},
      {"measurementInformation/seriesDate", DCM_SeriesDate, &Date},
      {"measurementInformation/seriesTime", DCM_SeriesTime, &Time},
      {"measurementInformation/patientPosition", DCM_PatientPosition, &Position},
      {"measurementInformation/protocolName", DCM_ProtocolName, &Long},
      {"measurementInformation/sequenceName", DCM_SequenceName, &Short},
      {"measurementInformation/seriesInstanceUIDRoot", DCM_SeriesInstanceUID, &Uid},
      {"measurementInformation/frameOfReferenceUID", DCM_FrameOfReferenceUID, &Uid},
      {"acquisitionSystemInformation/systemVendor", DCM_Manufacturer, &Long},
      {"acquisitionSystemInformation/systemModel", DCM_ManufacturerModelName, &Long},
      {"acquisitionSystemInformation/systemFieldStrength_T", DCM_MagneticFieldStrength, &Number},
      {"acquisitionSystemInformation/institutionName", DCM_InstitutionName, &Long},
      {"acquisitionSystemInformation/stationName", DCM_StationName, &Short},
      {"acquisitionSystemInformation/deviceSerialNumber", DCM_DeviceSerialNumber, &Long},
      {"experimentalConditions/H1resonanceFrequency_Hz", DCM_ImagingFrequency, &MegaHertz},
      {"encoding/echoTrainLength", DCM_EchoTrainLength, &Count},
      {"sequenceParameters/TR", DCM_RepetitionTime, &Number},
      {"sequenceParameters/TE", DCM_EchoTime, &Number},
      {"sequenceParameters/TI", DCM_InversionTime, &Number},
      {"sequenceParameters/flipAngle_deg", DCM_FlipAngle, &Number},
      {"sequenceParameters/sequence_type", DCM_ScanningSequence, &ScanningSequence}};
  return rows;
}

/** The texts of the header by where they stand below the root; those of rows alone. */
class Collector final : public XmlVisitor
{
public:
  void
  Start(const std::string & name, const std::map<std::string, std::string> &) override
  {
    m_Names.push_back(name.substr(name.rfind(':') + 1));
    m_Encodings += m_Names.size() == 2 && m_Names[1] == "encoding" ? 1 : 0;
  }

  void
  End(const std::string &, const std::string & text) override
  {
    std::string place;
    for (std::size_t i = 1; i < m_Names.size(); ++i)
    {
      place += (i == 1 ? "" : "/") + m_Names[i];
    }
    const auto & rows = Rows();
    if (std::any_of(rows.begin(), rows.end(), [&](const Row & row) { return place == row.place; }))
    {
      auto & texts = m_Texts[place];
      // One for each encoding, whether it says so or not.
      texts.resize(m_Names[1] == "encoding" ? m_Encodings - 1 : texts.size());
      texts.push_back(text);
    }
    m_Names.pop_back();
  }

  void
  Instruction(const std::string &, const std::string &) override
  {
  }

  std::string
  Text(const std::string & place, std::size_t index) const
  {
    const auto found = m_Texts.find(place);
    return found != m_Texts.end() && index < found->second.size() ? found->second[index] : "";
  }

private:
  std::vector<std::string> m_Names;
  std::size_t m_Encodings = 0;
  std::map<std::string, std::vector<std::string>> m_Texts;
};

DicomAttribute
Attribute(const DcmTagKey & tag, const std::string & text)
{
  return {tag.getGroup(), tag.getElement(), text};
}

/** What all objects need that no row has. */
void
AddImaging(std::vector<DicomAttribute> & attributes, const MRIEncoding & encoding)
{
  const MRISpace & space = encoding.recon;
  attributes.push_back(Attribute(DCM_MRAcquisitionType, encoding.encoded.matrix[2] > 1 ? "3D" : "2D"));
  attributes.push_back(Attribute(DCM_ImagedNucleus, "1H")); // the frequency is that of 1H in every such file
  attributes.push_back(
      Attribute(DCM_SliceThickness, Decimal(space.fieldOfView[2] / static_cast<double>(space.matrix[2]))));
}

std::string
ValueOr(const std::vector<DicomAttribute> & attributes, const DcmTagKey & tag, const std::string & otherwise)
{
  const auto found = std::find_if(attributes.begin(),
                                  attributes.end(),
                                  [&](const DicomAttribute & attribute) {
                                    return attribute.group == tag.getGroup() && attribute.element == tag.getElement();
                                  });
  return found == attributes.end() ? otherwise : found->text;
}

void
AddCharacterSet(std::vector<DicomAttribute> & attributes)
{
  const auto isForeign = [](const DicomAttribute & attribute)
  {
    return std::any_of(
        attribute.text.begin(), attribute.text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7EU; });
  };
  if (std::any_of(attributes.begin(), attributes.end(), isForeign))
  {
    attributes.push_back(Attribute(DCM_SpecificCharacterSet, "ISO_IR 192")); // UTF-8, as XML is read
  }
}
} // namespace

std::string
DigestOf(const MRIRaw & raw)
{
  std::string digests = Sha256(raw.header.data(), raw.header.size());
  for (const MRIReadout & readout : raw.readouts)
  {
    const MRIReadoutIndex & index = readout.index;
    const std::array<std::int64_t, 5> counters{index.step1, index.step2, index.slice, index.contrast, index.repetition};
    const std::array<Vector3, 4> places{
        readout.position, readout.readDirection, readout.phaseDirection, readout.sliceDirection};
    digests += Sha256(counters.data(), sizeof(counters)) + Sha256(places.data(), sizeof(places));
    digests += Sha256(readout.data.data(), readout.data.size() * sizeof(readout.data[0]));
  }
  return Sha256(digests.data(), digests.size());
}

DicomSeries
DicomSeriesOfRaw(const MRIRaw & raw, const std::string & digest, std::int64_t encoding, std::int64_t contrast)
{
  if (encoding < 0 || encoding >= static_cast<std::int64_t>(raw.encodings.size()))
  {
    throw DataError("raw data: given no encoding " + std::to_string(encoding) + "; required one of the header's");
  }
  Collector header;
  VisitXmlText(raw.header, "header", header);
  DicomSeries series;
  series.modality = "MR";
  for (const Row & row : Rows())
  {
    const std::string place = row.place;
    const std::int64_t index = place == "sequenceParameters/TE"      ? contrast
                               : place == "encoding/echoTrainLength" ? encoding
                                                                     : 0;
    const std::string value = row.value(header.Text(place, static_cast<std::size_t>(index)));
    if (!value.empty())
    {
      series.attributes.push_back(Attribute(row.tag, value));
    }
  }
  AddImaging(series.attributes, raw.encodings[static_cast<std::size_t>(encoding)]);
  AddCharacterSet(series.attributes);
  series.studyUid = ValueOr(series.attributes, DCM_StudyInstanceUID, MakeUid("study of raw data " + digest));
  series.seriesUid = ValueOr(series.attributes, DCM_SeriesInstanceUID, MakeUid("series of raw data " + digest));
  series.frameOfReferenceUid = ValueOr(series.attributes, DCM_FrameOfReferenceUID, "");
  if (ValueOr(series.attributes, DCM_StudyInstanceUID, "").empty())
  {
    series.attributes.push_back(Attribute(DCM_StudyInstanceUID, series.studyUid));
  }
  return series;
}
} // namespace tweedie
