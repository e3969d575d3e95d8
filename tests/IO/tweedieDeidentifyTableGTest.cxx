// SPDX-License-Identifier: Apache-2.0
// Everything that the table of the profile names, and everything else that could hold a name, filled with marks.
#include "tweedieConfidentiality.h"
#include "tweedieDeidentify.h"
#include "tweedieDicomBytes.h"
#include "tweedieDicomElement.h"
#include "tweedieDicomWriterFixture.h"

#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dcmetinf.h>

#include <gtest/gtest.h>

#include <set>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

const std::vector<std::string> marks{"ZMARKZ", "17760704", "112358", "31415926", "1.2.3.271828", "077Y"};

const char *
MarkOf(DcmEVR type)
{
  switch (KindOf(type))
  {
  case ElementKind::Date:
    return "17760704";
  case ElementKind::Time:
    return "112358";
  case ElementKind::Decimal:
    return "31415926";
  case ElementKind::Uid:
    return "1.2.3.271828";
  default:
    return type == EVR_AS ? "077Y" : "ZMARKZ";
  }
}

void
Mark(DcmItem & item, const DcmTagKey & tag, DcmEVR type)
{
  const std::vector<Uint8> bytes(marks[0].begin(), marks[0].end());
  switch (KindOf(type))
  {
  case ElementKind::Sequence:
  {
    DcmItem * inner = nullptr;
    item.findOrCreateSequenceItem(DcmTag(tag), inner, -2);
    inner->putAndInsertString(DCM_PatientName, "ZMARKZ");
    inner->putAndInsertString(DcmTag(0x0008, 0x103E), "ZMARKZ");
    inner->putAndInsertString(DCM_ReferencedSOPInstanceUID, "1.2.3.271828");
    return;
  }
  case ElementKind::Bytes:
    item.putAndInsertUint8Array(DcmTag(tag, EVR_OB), bytes.data(), static_cast<unsigned long>(bytes.size()));
    return;
  case ElementKind::Number:
  case ElementKind::Unknown:
    return;
  default:
    item.putAndInsertString(DcmTag(tag, type), MarkOf(type));
  }
}

DcmTagKey
TagOf(const ConfidentialityRow & row)
{
  const auto tag = static_cast<std::uint32_t>(std::stoul(row.tag, nullptr, 16));
  return {static_cast<Uint16>(tag >> 16U), static_cast<Uint16>(tag & 0xFFFFU)};
}

bool
IsTag(const ConfidentialityRow & row)
{
  return row.tag.find_first_of("xp") == std::string::npos;
}

/** Tags of the table that no object keeps, and all of the dictionary that hold a text, date, UID or bytes. */
std::set<DcmTagKey>
TagsToMark()
{
  std::set<DcmTagKey> tags;
  DcmDataDictionary & dictionary = dcmDataDict.wrlock();
  for (auto entry = dictionary.normalBegin(); entry != dictionary.normalEnd(); ++entry)
  {
    const ElementKind kind = KindOf((*entry)->getEVR());
    if ((*entry)->getPrivateCreator() == nullptr && (*entry)->getGroup() >= 8 && kind != ElementKind::Code &&
        kind != ElementKind::Decimal)
    {
      tags.insert((*entry)->getKey());
    }
  }
  dcmDataDict.wrunlock();
  for (const ConfidentialityRow & row : ConfidentialityRows())
  {
    IsTag(row) && row.action != "K" ? void(tags.insert(TagOf(row))) : void(IsTag(row) && tags.erase(TagOf(row)));
  }
  return tags;
}

/** Rows that are newer than DCMTK's dictionary become long texts. */
void
MarkAll(DcmItem & item)
{
  for (const DcmTagKey & tag : TagsToMark())
  {
    const DcmEVR type = DictionaryType(tag);
    const bool isKnown = KindOf(type) != ElementKind::Unknown;
    if (tag.getGroup() >= 8 && tag.getGroup() < 0xFFFC) // what ends items and data sets is no element
    {
      Mark(item, tag, isKnown ? type : EVR_LO);
    }
  }
  item.putAndInsertString(DcmTag(0x0009, 0x0010, EVR_LO), "ZMARKZ");
  item.putAndInsertString(DcmTag(0x0009, 0x1001, EVR_UT), "ZMARKZ");
  item.putAndInsertString(DcmTag(0x7777, 0x1001, EVR_DA), "17760704");
  item.putAndInsertString(DcmTag(0x0008, 0xEEEE, EVR_LO), "ZMARKZ"); // of no dictionary
  item.putAndInsertString(DcmTag(0x5002, 0x0022, EVR_LO), "ZMARKZ"); // a curve
  item.putAndInsertString(DcmTag(0x6002, 0x1500, EVR_LO), "ZMARKZ"); // an overlay
  item.putAndInsertUint16(DcmTag(0x6002, 0x3000, EVR_OW), 0x5A5A);
  item.putAndInsertString(DcmTag(0x0018, 0x5100, EVR_LT), "ZMARKZ");  // a code by the dictionary
  item.putAndInsertString(DcmTag(0x0018, 0x0060, EVR_DS), "ZMARKZ");  // no number
  item.putAndInsertString(DcmTag(0x0008, 0x0008, EVR_CS), "ZMARKZ*"); // no code
}

/** A file whose every corner is marked; the meta information and the preamble too. */
void
WriteMarked(const std::string & path)
{
  DcmFileFormat file;
  DcmDataset & set = *file.getDataset();
  test::WriterSource().FillSlice(set, 0);
  MarkAll(set);
  DcmItem * outer = nullptr;
  DcmItem * inner = nullptr;
  set.findOrCreateSequenceItem(DCM_RealWorldValueMappingSequence, outer, 0);
  MarkAll(*outer);
  outer->findOrCreateSequenceItem(DCM_MeasurementUnitsCodeSequence, inner, 0);
  MarkAll(*inner);
  test::WriterSource::Text(set, DCM_SOPClassUID, UID_CTImageStorage);
  test::WriterSource::Text(set, DCM_SOPInstanceUID, "1.2.3.271828");
  DcmMetaInfo & meta = *file.getMetaInfo();
  meta.putAndInsertString(DCM_SourceApplicationEntityTitle, "ZMARKZ");
  meta.putAndInsertString(DCM_PrivateInformationCreatorUID, "1.2.3.271828");
  meta.putAndInsertUint8Array(DCM_PrivateInformation, reinterpret_cast<const Uint8 *>("ZMARKZ"), 6);
  ASSERT_TRUE(file.saveFile(path.c_str(), EXS_LittleEndianExplicit).good());
  std::fstream preamble(path, std::ios::binary | std::ios::in | std::ios::out);
  preamble.write("ZMARKZ", 6);
}

std::string
OnlyFile(const std::string & folder)
{
  const fs::directory_iterator entry(folder);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
  return entry->path().string();
}

class DeidentifyTable : public ::testing::Test
{
protected:
  void
  SetUp() override
  {
    WriteMarked(In());
  }
  std::string
  In() const
  {
    return m_Folder.File("ZMARKZ.dcm");
  }
  std::string
  Cleaned(const DeidentifyOptions & options = {}) const
  {
    Deidentify({In()}, m_Folder.File("out"), options, true);
    return OnlyFile(m_Folder.File("out"));
  }

  test::TemporaryFolder m_Folder;
};

TEST_F(DeidentifyTable, NoElementOfTheTableOrDictionaryLetsItsValueThrough)
{
  const std::string before = test::FileBytes(In());
  const std::string file = Cleaned();
  const std::string after = test::FileBytes(file);
  for (const std::string & mark : marks)
  {
    EXPECT_NE(before.find(mark), std::string::npos) << mark;
    const std::size_t at = after.find(mark);
    const std::string context = at == std::string::npos ? "" : after.substr(at < 40 ? 0 : at - 40, 40);
    EXPECT_EQ(at, std::string::npos) << mark << " behind " << ::testing::PrintToString(context);
    EXPECT_EQ(file.find(mark), std::string::npos);
  }
}

TEST_F(DeidentifyTable, EveryRowDoesWhatItSays)
{
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(Cleaned().c_str()).good());
  std::size_t removed = 0, emptied = 0, replaced = 0;
  for (const ConfidentialityRow & row : ConfidentialityRows())
  {
    const bool isOurs =
        row.tag == "00100010" || row.tag == "00100020" || row.tag == "FFFCFFFC" || !IsTag(row) || row.action == "K";
    const DcmTagKey tag = IsTag(row) ? TagOf(row) : DcmTagKey(0, 0);
    const DcmEVR type = DictionaryType(tag);
    if (isOurs || tag.getGroup() < 8 || KindOf(type) == ElementKind::Unknown || KindOf(type) == ElementKind::Number)
    {
      continue;
    }
    const bool isThere = file.getDataset()->tagExists(tag);
    const bool isFilled = file.getDataset()->tagExistsWithValue(tag);
    switch (ActionOf(row, {}, type == EVR_SQ))
    {
    case CleanAction::Remove:
      ++removed;
      EXPECT_FALSE(isThere) << row.tag << " " << row.name;
      break;
    case CleanAction::Empty:
      ++emptied;
      EXPECT_TRUE(isThere && !isFilled) << row.tag << " " << row.name;
      break;
    case CleanAction::Replace:
    case CleanAction::NewUid:
      ++replaced;
      EXPECT_TRUE(isFilled) << row.tag << " " << row.name;
      break;
    default:
      break;
    }
  }
  EXPECT_GT(removed, 300u);
  EXPECT_GT(emptied, 40u);
  EXPECT_GT(replaced, 150u);
}

TEST_F(DeidentifyTable, AnOptionKeepsItsRowsAndNoOthers)
{
  for (const char * option : {"uids", "device", "institution", "patient-characteristics", "dates"})
  {
    DeidentifyOptions options;
    options.keep = {option};
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(Cleaned(options).c_str()).good());
    for (const ConfidentialityRow & row : ConfidentialityRows())
    {
      const DcmTagKey tag = IsTag(row) ? TagOf(row) : DcmTagKey(0, 0);
      const DcmEVR type = DictionaryType(tag);
      const ElementKind kind = KindOf(type);
      if (tag.getGroup() < 8 || kind == ElementKind::Unknown || kind == ElementKind::Number ||
          kind == ElementKind::Sequence || kind == ElementKind::Bytes || row.tag == "00080018" || row.action == "K")
      {
        continue;
      }
      OFString value;
      file.getDataset()->findAndGetOFString(tag, value);
      const bool isKept = std::find(row.keptBy.begin(), row.keptBy.end(), option) != row.keptBy.end();
      EXPECT_EQ(value == MarkOf(type), isKept) << option << " " << row.tag << " " << row.name << " " << value;
    }
  }
}

TEST(Confidentiality, TheTableIsWhole)
{
  std::set<std::string> tags;
  int kept = 0;
  for (const ConfidentialityRow & row : ConfidentialityRows())
  {
    kept += row.action == "K" ? 1 : 0;
    EXPECT_TRUE(tags.insert(row.tag).second) << row.tag << " twice";
    EXPECT_FALSE(row.name.empty()) << row.tag;
    EXPECT_EQ(row.action.find_first_not_of("XZDUK/*"), std::string::npos) << row.tag << " " << row.action;
  }
  // Counted in table E.1-1 of 2026c (654, three of them for repeating groups), one more of 2024, ours beside them (43).
  EXPECT_EQ(tags.size(), 651u + 1u + 43u + 3u);
  EXPECT_EQ(kept, 42);
}
} // namespace
} // namespace tweedie
