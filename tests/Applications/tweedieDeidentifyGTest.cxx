// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgramTest.h"

#include <filesystem>
#include <sstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::TweedieHere;

class DeidentifyProgram : public test::TemporaryFolderTest
{
protected:
  /** The cells of a line of the table, without what makes columns. */
  static std::string
  Row(const std::string & table, const std::string & tag)
  {
    const std::size_t begin = table.find("| " + tag);
    std::istringstream line(table.substr(begin, table.find('\n', begin) - begin));
    std::string row;
    for (std::string word; line >> word;)
    {
      row += (row.empty() ? "" : " ") + word;
    }
    return row;
  }
  static void
  ExpectPart(const std::string & text, const std::string & part)
  {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  }
};

TEST_F(DeidentifyProgram, AFolderGoesThroughAndIsListedWithoutItsDirectoryFile)
{
  const fs::path files = "/usr/lib/python3/dist-packages/pydicom/data/test_files";
  if (!fs::exists(files))
  {
    GTEST_SKIP() << "without the package python3-pydicom";
  }
  const std::string in = m_Folder.File("in"), out = m_Folder.File("out");
  fs::create_directory(in);
  fs::copy_file(files / "CT_small.dcm", in + "/CT_small.dcm");
  fs::copy_file(files / "dicomdirtests" / "DICOMDIR", in + "/DICOMDIR");
  const auto result = TweedieHere({"deidentify", in, "--output", out, "--patient-id", "Volunteer"});
  EXPECT_EQ(result.exitCode, 0) << result.error;
  ExpectPart(result.output, "1 files written, of 1 patient\nPixels are as they were");
  ExpectPart(result.error, "left out: 1 DICOMDIR");
  const auto image = TweedieHere({"info", "image", out});
  EXPECT_EQ(image.exitCode, 0) << image.error;
  ExpectPart(image.output, "-896 to 1167");
  EXPECT_EQ(TweedieHere({"deidentify", in, "--output", out}).exitCode, 1) << "it exists";
  EXPECT_EQ(TweedieHere({"deidentify", in, "--output", out, "--overwrite"}).exitCode, 0);
}

TEST_F(DeidentifyProgram, TheTableIsPrintedWithWhatItsOptionsDo)
{
  const auto plain = TweedieHere({"deidentify", "--list"});
  EXPECT_EQ(plain.exitCode, 0) << plain.error;
  EXPECT_EQ(Row(plain.output, "0010,0010"), "| 0010,0010 | Patient's Name | Z | – | pseudonym |");
  EXPECT_EQ(Row(plain.output, "0008,0018"), "| 0008,0018 | SOP Instance UID | U | uids | new UID |");
  EXPECT_EQ(Row(plain.output, "0018,1000"), "| 0018,1000 | Device Serial Number | X/Z/D | device | replaced |");
  const auto kept = TweedieHere({"deidentify", "--list", "--keep", "device", "--keep", "modified-dates"});
  EXPECT_EQ(Row(kept.output, "0018,1000"), "| 0018,1000 | Device Serial Number | X/Z/D | device | kept |");
  EXPECT_EQ(Row(kept.output, "0008,0020"), "| 0008,0020 | Study Date | Z | dates | shifted |");
}

TEST_F(DeidentifyProgram, WrongUseIsOneLine)
{
  for (const std::vector<std::string> & words : {std::vector<std::string>{"deidentify"},
                                                 {"deidentify", m_Folder.Path().string()},
                                                 {"deidentify", "a", "--output", "b", "--keep", "names"},
                                                 {"deidentify", "a", "--output", "b", "--profile", "full"}})
  {
    const auto result = TweedieHere(words);
    EXPECT_EQ(result.exitCode, 1) << result.error;
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  }
}
} // namespace
} // namespace tweedie
