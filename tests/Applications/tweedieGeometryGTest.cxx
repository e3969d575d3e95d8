// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgramTest.h"

#include <algorithm>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::TweedieHere;
using test::WriteFile;

class GeometryCT : public test::TemporaryFolderTest
{
protected:
  static test::ProcessResult
  Run(std::vector<std::string> words)
  {
    words.insert(words.begin(), {"geometry", "ct"});
    return TweedieHere(words);
  }
  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }
  /** What stands beside a quantity in a printed table. */
  static std::string
  ValueOf(const std::string & table, const std::string & quantity)
  {
    const auto row = table.find("| " + quantity + " ");
    if (row == std::string::npos)
    {
      return "no such row";
    }
    const auto begin = table.find('|', row + 1) + 2;
    const std::string cell = table.substr(begin, table.find('|', begin) - begin);
    return cell.substr(0, cell.find_last_not_of(' ') + 1);
  }
  void
  ExpectFailure(const std::vector<std::string> & words, int exitCode, const std::string & text) const
  {
    const int before = m_Folder.Count();
    const auto result = Run(words);
    EXPECT_EQ(result.exitCode, exitCode) << result.error;
    EXPECT_NE(result.error.find(text), std::string::npos) << result.error;
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(m_Folder.Count(), before) << text;
  }
};

TEST_F(GeometryCT, WhatIsMadeIsPrintedTheSameFromItsFile)
{
  const std::vector<std::string> pixels{"--detector", "400", "--pitch", "1.5"};
  std::vector<std::string> make{"--type", "cone", "--views", "60", "--arc", "240", "--first-angle", "90"};
  make.insert(make.end(),
              {"--sid", "1000", "--sdd", "1500", "--projection-offset-x", "-12.5", "--output", File("g.xml")});
  make.insert(make.end(), pixels.begin(), pixels.end());
  const auto made = Run(make);
  ASSERT_EQ(made.exitCode, 0) << made.error;
  EXPECT_EQ(ValueOf(made.output, "type"), "cone");
  EXPECT_EQ(ValueOf(made.output, "views"), "60");
  EXPECT_EQ(ValueOf(made.output, "arc"), "240°, in steps of 4°");
  EXPECT_EQ(ValueOf(made.output, "first, last gantry angle"), "90°, 326°");
  EXPECT_EQ(ValueOf(made.output, "source to isocentre (sid)"), "1000 mm");
  EXPECT_EQ(ValueOf(made.output, "magnification at the isocentre"), "1.5");
  EXPECT_EQ(ValueOf(made.output, "projection offset x"), "-12.5 mm");
  EXPECT_EQ(ValueOf(made.output, "detector"), "flat");
  // Outer edges at -312.5 and 287.5 mm: atan(0.208333) + atan(0.191667), 1000 sin(atan(0.191667)) and of the other.
  EXPECT_EQ(ValueOf(made.output, "fan angle"), "22.61839°");
  EXPECT_EQ(ValueOf(made.output, "field of view, radius"), "188.2402 mm in every view");
  EXPECT_EQ(ValueOf(made.output, "reach of the wider side"), "203.9543 mm");
  EXPECT_EQ(ValueOf(made.output, "height seen at the axis"), "400 mm in a view");
  std::vector<std::string> print{File("g.xml")};
  print.insert(print.end(), pixels.begin(), pixels.end());
  EXPECT_EQ(Run(print).output, made.output);
  EXPECT_EQ(Run({File("g.xml"), "--output", File("again.xml")}).exitCode, 0);
  EXPECT_EQ(ReadFile(File("again.xml")), ReadFile(File("g.xml"))); // whose numbers have few digits
}

TEST_F(GeometryCT, EveryTypeIsKnownFromItsFile)
{
  for (const std::string type : {"parallel", "fan", "fan-equiangular", "cone", "helical"})
  {
    std::vector<std::string> words{"--type", type, "--views", "90", "--output", File(type + ".xml")};
    if (type == "helical")
    {
      words.insert(words.end(), {"--arc", "1080", "--table-feed", "40"});
    }
    ASSERT_EQ(Run(words).exitCode, 0) << type;
    const auto printed = Run({File(type + ".xml")});
    EXPECT_EQ(ValueOf(printed.output, "type"), type);
    EXPECT_EQ(ValueOf(printed.output, "table feed"), type == "helical" ? "40 mm per turn" : "no such row");
    EXPECT_EQ(ValueOf(printed.output, "detector"), type == "fan-equiangular" ? "bent, radius 1500 mm" : "flat");
    EXPECT_EQ(ValueOf(printed.output, "source to detector (sdd)"), type == "parallel" ? "no such row" : "1500 mm");
  }
  const std::string helix = Run({File("helical.xml")}).output;
  EXPECT_EQ(ValueOf(helix, "arc"), "1080°, in steps of 12°");
  EXPECT_EQ(ValueOf(helix, "source offset y"), "-59.33333 to 59.33333 mm"); // 44.5 steps of 40 / 30 mm
}

TEST_F(GeometryCT, PicturesAreOfTheGeometry)
{
  const auto draw = [&](const std::string & type, const std::string & name, const std::string & columns)
  {
    const auto result =
        Run({"--type", type, "--views", "30", "--detector", columns, "--pitch", "2", "--picture", File(name)});
    EXPECT_EQ(result.exitCode, 0) << result.error;
    return ReadFile(File(name));
  };
  const std::string cone = draw("cone", "cone.png", "300");
  EXPECT_EQ(cone.substr(1, 3), "PNG");
  const auto extent = [&](std::size_t at)
  { return static_cast<unsigned char>(cone[at]) * 256 + static_cast<unsigned char>(cone[at + 1]); };
  EXPECT_EQ(extent(18), 1330); // width and height, big-endian
  EXPECT_EQ(extent(22), 758);
  EXPECT_NE(cone, draw("cone", "narrow.png", "200"));
  EXPECT_NE(cone, draw("parallel", "parallel.png", "300"));
  EXPECT_EQ(m_Folder.Count(), 3);
}

TEST_F(GeometryCT, WrongUseIsOneLine)
{
  WriteFile(File("g.xml"), "");
  ExpectFailure({}, 1, "given neither a file nor a flag");
  ExpectFailure({File("g.xml"), "--views", "3"}, 1, "--views: given beside");
  ExpectFailure({File("g.xml"), File("h.xml")}, 1, "unexpected argument; required one file");
  ExpectFailure({"--type", "spiral"}, 1, "--type: given 'spiral'");
  ExpectFailure({"--type", "cone", "--sid", "2000"}, 1, "--sdd: given 1500; required at least --sid, 2000");
  ExpectFailure({"--type", "helical"}, 1, "--table-feed: given 0");
  ExpectFailure({"--type", "cone", "--rows", "3"}, 1, "--rows: given without --detector");
  ExpectFailure({"--type", "cone", "--output", File("g.xml")}, 1, "--overwrite");
  ExpectFailure({File("g.xml"), "--output", File("g.xml"), "--overwrite"}, 1, "which is an input");
  ExpectFailure({"--type", "cone", "--output", File("new.xml"), "--picture", File("p.gif")}, 1, "png");
}

TEST_F(GeometryCT, BadFilesAreOneLine)
{
  ExpectFailure({File("none.xml")}, 2, "no file that can be read");
  ASSERT_EQ(Run({"--type", "cone", "--views", "4", "--output", File("g.xml")}).exitCode, 0);
  const std::string whole = ReadFile(File("g.xml"));
  WriteFile(File("short.xml"), whole.substr(0, whole.size() / 2));
  ExpectFailure({File("short.xml"), "--output", File("new.xml")}, 2, "given no XML");
  WriteFile(File("foreign.xml"), "<svg/>");
  ExpectFailure({File("foreign.xml"), "--picture", File("new.png")}, 2, "given a file of <svg>");
}
} // namespace
} // namespace tweedie
