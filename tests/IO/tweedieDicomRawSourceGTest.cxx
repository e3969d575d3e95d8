// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomRawSource.h"

#include "tweedieDicomUid.h"
#include "tweedieError.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tweedie
{
namespace
{
MRIRaw
RawWith(const std::string & elements)
{
  MRIRaw raw;
  raw.header = "<?xml version=\"1.0\" encoding=\"utf-8\"?><ismrmrdHeader xmlns=\"http://www.ismrm.org/ISMRMRD\">" +
               elements + "</ismrmrdHeader>";
  MRIEncoding encoding;
  encoding.encoded.matrix = encoding.recon.matrix = {8, 8, 4};
  encoding.encoded.fieldOfView = encoding.recon.fieldOfView = {8.0, 8.0, 10.0};
  raw.encodings = {encoding, encoding};
  return raw;
}

/** The value of an attribute, or "absent". */
std::string
ValueOf(const DicomSeries & series, std::uint16_t group, std::uint16_t element)
{
  const auto found = std::find_if(series.attributes.begin(),
                                  series.attributes.end(),
                                  [&](const DicomAttribute & attribute)
                                  { return attribute.group == group && attribute.element == element; });
  return found == series.attributes.end() ? "absent" : found->text;
}

DicomSeries
Series(const std::string & elements, std::int64_t encoding = 0, std::int64_t contrast = 0)
{
  return DicomSeriesOfRaw(RawWith(elements), "digest", encoding, contrast);
}

TEST(DicomRawSource, ValuesThatDicomCannotHaveAreLeftOut)
{
  const DicomSeries series =
      Series("<subjectInformation><patientBirthdate>1970-13-31</patientBirthdate><patientGender>W</patientGender>"
             "<patientWeight_kg>heavy</patientWeight_kg></subjectInformation>"
             "<studyInformation><studyTime>25:00:00</studyTime><studyInstanceUID>1.02</studyInstanceUID>"
             "<bodyPartExamined>left knee!</bodyPartExamined></studyInformation>"
             "<measurementInformation><patientPosition>standing</patientPosition></measurementInformation>"
             "<encoding><echoTrainLength>-3</echoTrainLength></encoding>"
             "<sequenceParameters><TR>inf</TR><TE>-1</TE><sequence_type>mine</sequence_type></sequenceParameters>");
  EXPECT_EQ(ValueOf(series, 0x0010, 0x0030), "absent");
  EXPECT_EQ(ValueOf(series, 0x0010, 0x0040), "absent");
  EXPECT_EQ(ValueOf(series, 0x0010, 0x1030), "absent");
  EXPECT_EQ(ValueOf(series, 0x0008, 0x0030), "absent");
  EXPECT_EQ(ValueOf(series, 0x0018, 0x0015), "absent");
  EXPECT_EQ(ValueOf(series, 0x0018, 0x5100), "absent");
  EXPECT_EQ(ValueOf(series, 0x0018, 0x0091), "absent");
  EXPECT_EQ(ValueOf(series, 0x0018, 0x0080), "absent");
  EXPECT_EQ(ValueOf(series, 0x0018, 0x0081), "absent");
  EXPECT_EQ(ValueOf(series, 0x0018, 0x0020), "absent");
  EXPECT_NE(series.studyUid, "1.02");
  EXPECT_TRUE(IsUid(series.studyUid));
  EXPECT_EQ(ValueOf(series, 0x0020, 0x000d), series.studyUid);
}

TEST(DicomRawSource, TextsAreCutBetweenLettersAndSayHowTheyAreWritten)
{
  std::string name;
  for (int i = 0; i < 70; ++i)
  {
    name += "\xc3\xbc"; // u with two dots
  }
  const DicomSeries series =
      Series("<subjectInformation><patientName>a\\b\n" + name + "</patientName></subjectInformation>");
  EXPECT_EQ(ValueOf(series, 0x0010, 0x0010), "a/b " + name.substr(0, 120));
  EXPECT_EQ(ValueOf(series, 0x0008, 0x0005), "ISO_IR 192");
  EXPECT_EQ(ValueOf(Series(""), 0x0008, 0x0005), "absent");
}

TEST(DicomRawSource, HeadersOfPythonsLibrariesAreRead)
{
  MRIRaw raw = RawWith("<subjectInformation><patientID>4711</patientID></subjectInformation>");
  raw.header.replace(raw.header.find("utf-8"), 5, "ascii");
  EXPECT_EQ(ValueOf(DicomSeriesOfRaw(raw, "digest", 0, 0), 0x0010, 0x0020), "4711");
  raw.header.replace(raw.header.find("4711"), 2, "\xc3\xbc");
  EXPECT_THROW(DicomSeriesOfRaw(raw, "digest", 0, 0), DataError);
}

TEST(DicomRawSource, EchoTimeIsThatOfTheContrastAndTrainThatOfTheEncoding)
{
  const std::string header = "<encoding/><encoding><echoTrainLength>7</echoTrainLength></encoding>"
                             "<sequenceParameters><TE>4.5</TE><TE>9</TE></sequenceParameters>";
  EXPECT_EQ(ValueOf(Series(header, 0, 1), 0x0018, 0x0081), "9");
  EXPECT_EQ(ValueOf(Series(header, 0, 2), 0x0018, 0x0081), "absent");
  EXPECT_EQ(ValueOf(Series(header, 0, 0), 0x0018, 0x0091), "absent");
  EXPECT_EQ(ValueOf(Series(header, 1, 0), 0x0018, 0x0091), "7");
  EXPECT_EQ(ValueOf(Series(header), 0x0018, 0x0023), "3D");
  EXPECT_EQ(ValueOf(Series(header), 0x0018, 0x0050), "2.5");
  EXPECT_THROW(Series(header, 2), DataError);
}

TEST(DicomRawSource, StudiesAreThoseOfTheHeaderElseOfTheData)
{
  const std::string header = "<studyInformation><studyInstanceUID>1.2.3</studyInstanceUID></studyInformation>";
  EXPECT_EQ(Series(header).studyUid, "1.2.3");
  MRIRaw raw = RawWith("");
  raw.readouts.resize(1);
  raw.readouts[0].data = {{1.0F, 2.0F}, {3.0F, 4.0F}};
  const std::string digest = DigestOf(raw);
  EXPECT_EQ(DigestOf(raw), digest);
  raw.readouts[0].data[1] = {3.0F, 5.0F};
  EXPECT_NE(DigestOf(raw), digest);
  EXPECT_EQ(DicomSeriesOfRaw(raw, "a", 0, 0).studyUid, DicomSeriesOfRaw(raw, "a", 1, 0).studyUid);
  EXPECT_NE(DicomSeriesOfRaw(raw, "a", 0, 0).studyUid, DicomSeriesOfRaw(raw, "b", 0, 0).studyUid);
}
} // namespace
} // namespace tweedie
