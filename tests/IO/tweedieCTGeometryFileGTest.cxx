// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometryFile.h"
#include "tweedieCTGeometryOptions.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieTemporaryFolder.h"

#include <cmath>
#include <filesystem>
#include <regex>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::WriteFile;

/** What rtk::ThreeDCircularProjectionGeometryXMLFileWriter (RTK 2.7) makes of AddProjection(600, 1200, angle, 5, 7, 10,
 * 20, 3, 4) for 30 and 40 degrees. */
constexpr const char * writtenByRTK = R"(<?xml version="1.0"?>
<!DOCTYPE RTKGEOMETRY>
<RTKThreeDCircularGeometry version="3">
    <SourceToIsocenterDistance>600</SourceToIsocenterDistance>
    <SourceToDetectorDistance>1200</SourceToDetectorDistance>
    <SourceOffsetX>3</SourceOffsetX>
    <SourceOffsetY>4</SourceOffsetY>
    <ProjectionOffsetX>5</ProjectionOffsetX>
    <ProjectionOffsetY>7</ProjectionOffsetY>
    <InPlaneAngle>20</InPlaneAngle>
    <OutOfPlaneAngle>10</OutOfPlaneAngle>
  <Projection>
    <GantryAngle>30</GantryAngle>
    <Matrix>
        -1013.17673014059   -403.841610244824    500.388716236174                4800
         256.055000941789   -1109.97894954499   -377.348072818329                6600
        0.492403876506104   -0.17364817766693   0.852868531952443                -600
    </Matrix>
  </Projection>
  <Projection>
    <GantryAngle>40</GantryAngle>
    <Matrix>
        -910.892710314506   -403.841610244824    668.722980112663                4800
         186.639144933991   -1109.97894954499   -416.078791991751                6600
        0.633022221559489   -0.17364817766693   0.754406506735489                -600
    </Matrix>
  </Projection>
</RTKThreeDCircularGeometry>
)";

/** Of a number with 15 digits among those of 1 m. */
constexpr double printed = 1e-9;
/** Of coordinates below 2000 mm that went through angles. */
constexpr double rounding = 1e-10;

CTGantry
GantryOfRTK(double angle)
{
  CTGantry g;
  g.sid = 600.0;
  g.sdd = 1200.0;
  g.gantryAngle = angle;
  g.outOfPlaneAngle = 10.0;
  g.inPlaneAngle = 20.0;
  g.sourceOffsetX = 3.0;
  g.sourceOffsetY = 4.0;
  g.projectionOffsetX = 5.0;
  g.projectionOffsetY = 7.0;
  return g;
}

void
ExpectSameView(const CTView & found, const CTView & expected, double tolerance)
{
  EXPECT_LE(Length(AddScaled(found.source, -1.0, expected.source)), tolerance);
  EXPECT_LE(Length(AddScaled(found.detector, -1.0, expected.detector)), tolerance);
  EXPECT_LE(Length(AddScaled(found.alongU, -1.0, expected.alongU)), tolerance * 1e-3);
  EXPECT_LE(Length(AddScaled(found.alongV, -1.0, expected.alongV)), tolerance * 1e-3);
}

class CTGeometryFile : public test::TemporaryFolderTest
{
protected:
  /** The file of RTK with each text in place of another; the first must be there. */
  std::string
  Changed(const std::vector<std::pair<std::string, std::string>> & changes) const
  {
    std::string text = writtenByRTK;
    for (const auto & change : changes)
    {
      const auto at = text.find(change.first);
      EXPECT_NE(at, std::string::npos) << change.first;
      text.replace(at, change.first.size(), change.second);
    }
    return text;
  }
  CTGeometry
  Read(const std::string & text) const
  {
    WriteFile(m_Folder.File("g.xml"), text);
    return ReadCTGeometry(m_Folder.File("g.xml"));
  }
  void
  Refuse(const std::string & text, const std::string & reason) const
  {
    EXPECT_THROW_MESSAGE(Read(text), DataError, reason);
    try
    {
      Read(text);
    }
    catch (const DataError & error)
    {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      EXPECT_EQ(std::string(error.what()).rfind(m_Folder.File("g.xml"), 0), 0U) << error.what();
    }
  }
  static std::string
  Without(const std::string & pattern)
  {
    return std::regex_replace(writtenByRTK, std::regex(pattern), "");
  }
};

TEST_F(CTGeometryFile, AFileOfRTKIsRead)
{
  const CTGeometry geometry = Read(writtenByRTK);
  ASSERT_EQ(geometry.views.size(), 2U);
  EXPECT_EQ(geometry.beam, CTBeam::Cone);
  EXPECT_EQ(geometry.detectorRadius, 0.0);
  ExpectSameView(geometry.views[0], ViewOfGantry(GantryOfRTK(30.0)), rounding);
  ExpectSameView(geometry.views[1], ViewOfGantry(GantryOfRTK(40.0)), rounding);
}

TEST_F(CTGeometryFile, MatricesAloneSayTheSame)
{
  std::string bare = Without("<\\w+>\\d+</\\w+>");
  const CTGeometry geometry = Read(bare);
  ASSERT_EQ(geometry.views.size(), 2U);
  ExpectSameView(geometry.views[0], ViewOfGantry(GantryOfRTK(30.0)), printed);
  ExpectSameView(geometry.views[1], ViewOfGantry(GantryOfRTK(40.0)), printed);
  // A factor, also a negative one, changes nothing.
  bare.replace(bare.find("<Matrix>"),
               bare.find("</Matrix>") - bare.find("<Matrix>"),
               "<Matrix> 2026.35346028118 807.683220489648 -1000.777432472348 -9600 -512.110001883578 "
               "2219.95789908998 754.696145636658 -13200 -0.984807753012208 0.34729635533386 -1.705737063904886 1200");
  ExpectSameView(Read(bare).views[0], ViewOfGantry(GantryOfRTK(30.0)), printed);
}

TEST_F(CTGeometryFile, AMatrixOfParallelRaysIsRead)
{
  // rtk::ThreeDCircularProjectionGeometry (RTK 2.7), AddProjection(600, 0, 10, 5, 7, 10, 20).
  const CTGeometry geometry =
      Read("<RTKThreeDCircularGeometry version=\"3\"><Projection><Matrix> 0.935729747639523 0.336824088833465 "
           "-0.104687021946279 -5 -0.308488889220256 0.925416578398323 0.220088077035519 -7 0 0 0 1 "
           "</Matrix></Projection></RTKThreeDCircularGeometry>");
  EXPECT_EQ(geometry.beam, CTBeam::Parallel);
  const CTGantry gantry = GantryOfView(geometry.views[0], geometry.beam);
  EXPECT_NEAR(gantry.gantryAngle, 10.0, printed);
  EXPECT_NEAR(gantry.outOfPlaneAngle, 10.0, printed);
  EXPECT_NEAR(gantry.inPlaneAngle, 20.0, printed);
  EXPECT_NEAR(gantry.projectionOffsetX, 5.0, printed);
  EXPECT_NEAR(gantry.projectionOffsetY, 7.0, printed);
}

TEST_F(CTGeometryFile, ANumberHoldsForTheProjectionsThatFollow)
{
  const CTGeometry geometry =
      Read("<RTKThreeDCircularGeometry version=\"2\"><SourceToIsocenterDistance>600</SourceToIsocenterDistance>"
           "<Projection><SourceToDetectorDistance>900</SourceToDetectorDistance><Angle>5</Angle></Projection>"
           "<Projection/></RTKThreeDCircularGeometry>");
  ASSERT_EQ(geometry.views.size(), 2U);
  CTGantry expected;
  expected.sid = 600.0;
  expected.sdd = 900.0;
  expected.gantryAngle = 5.0;
  ExpectSameView(geometry.views[1], ViewOfGantry(expected), rounding);
}

TEST_F(CTGeometryFile, WhatIsWrittenIsReadBack)
{
  for (const char * type : {"parallel", "fan", "fan-equiangular", "cone", "helical", "bent helix"})
  {
    CTGeometryOptions options;
    const bool isBent = std::string(type) == "bent helix";
    options.type = isBent ? "helical" : type;
    options.views = 37; // angles and positions without short decimals
    options.firstAngle = 100.0 / 3.0;
    options.sid = 1000.0 / 3.0;
    options.sdd = 700.0 / 0.9;
    options.tableFeed = options.type == "helical" ? 20.0 / 7.0 : 0.0;
    options.detectorRadius = isBent ? 500.0 : 0.0;
    options.projectionOffsetX = -12.3;
    options.outOfPlaneAngle = -3.1;
    options.inPlaneAngle = 2.0 / 3.0;
    const CTGeometry geometry = MakeCTGeometry(options);
    const std::string path = m_Folder.File(std::string(type) + ".xml");
    WriteCTGeometry(path, geometry);
    const CTGeometry found = ReadCTGeometry(path);
    EXPECT_EQ(found.beam, geometry.beam) << type;
    EXPECT_EQ(found.detectorRadius, geometry.detectorRadius) << type;
    ASSERT_EQ(found.views.size(), 37U) << type;
    for (std::size_t k = 0; k < 37; ++k)
    {
      ExpectSameView(found.views[k], geometry.views[k], rounding);
    }
  }
}

TEST_F(CTGeometryFile, WhatIsTheSameForAllViewsStandsOnce)
{
  CTGeometryOptions options;
  options.views = 12;
  options.projectionOffsetX = 5.5;
  WriteCTGeometry(m_Folder.File("cone.xml"), MakeCTGeometry(options));
  const std::string text = ReadFile(m_Folder.File("cone.xml"));
  const std::string head = text.substr(0, text.find("<Matrix>"));
  EXPECT_EQ(head,
            "<?xml version=\"1.0\"?>\n<!DOCTYPE RTKGEOMETRY>\n<RTKThreeDCircularGeometry version=\"3\">\n"
            "    <SourceToIsocenterDistance>1000</SourceToIsocenterDistance>\n"
            "    <SourceToDetectorDistance>1500</SourceToDetectorDistance>\n"
            "    <ProjectionOffsetX>5.5</ProjectionOffsetX>\n"
            "  <Projection>\n    <GantryAngle>0</GantryAngle>\n    ");
  EXPECT_NE(text.find("<GantryAngle>330</GantryAngle>"), std::string::npos) << text;
  EXPECT_EQ(m_Folder.Count(), 1);
}

TEST_F(CTGeometryFile, ParallelRaysHaveNoDetectorDistance)
{
  CTGeometryOptions options;
  options.type = "parallel";
  WriteCTGeometry(m_Folder.File("parallel.xml"), MakeCTGeometry(options));
  EXPECT_NE(ReadFile(m_Folder.File("parallel.xml")).find("<SourceToDetectorDistance>0<"), std::string::npos);
  // RTK leaves zeros out.
  const CTGeometry geometry = Read("<RTKThreeDCircularGeometry version=\"3\"><Projection><GantryAngle>1</GantryAngle>"
                                   "</Projection></RTKThreeDCircularGeometry>");
  EXPECT_EQ(geometry.beam, CTBeam::Parallel);
}

TEST_F(CTGeometryFile, AParallelDetectorAtTheIsocentreIsWrittenBesideIt)
{
  CTGeometry geometry{CTBeam::Parallel, 0.0, {ViewOfGantry({})}};
  WriteCTGeometry(m_Folder.File("parallel.xml"), geometry);
  const CTGeometry found = ReadCTGeometry(m_Folder.File("parallel.xml"));
  EXPECT_NEAR(GantryOfView(found.views[0], found.beam).sid, 1000.0, rounding);
  const CTRay one = geometry.Ray(0, 3.0, 4.0), other = found.Ray(0, 3.0, 4.0);
  const Vector3 between = AddScaled(one.origin, -1.0, other.origin);
  EXPECT_LE(Length(Cross(between, one.direction)), rounding);
  EXPECT_LE(Length(Cross(other.direction, one.direction)), 1e-14); // rounding of unit vectors
}

TEST_F(CTGeometryFile, FilesThatAreNoGeometryAreRefused)
{
  const std::string whole = writtenByRTK;
  EXPECT_THROW_MESSAGE(ReadCTGeometry(m_Folder.File("none.xml")), DataError, "no file that can be read");
  EXPECT_THROW_MESSAGE(ReadCTGeometry(m_Folder.Path().string()), DataError, "no file that can be read");
  for (const std::size_t count : {std::size_t(0), std::size_t(30), whole.size() / 2, whole.size() - 5})
  {
    Refuse(whole.substr(0, count), "given no XML");
  }
  Refuse(std::string("\x89PNG\r\n\x1a\n", 8), "given no XML");
  Refuse("<Scanner/>", "line 1: given a file of <Scanner>; required <RTKThreeDCircularGeometry>");
  Refuse("<RTKThreeDCircularGeometry/>", "given version none; required 2 or 3");
  Refuse(Changed({{"version=\"3\"", "version=\"1\""}}), "given version '1'; required 2 or 3");
  Refuse("<RTKThreeDCircularGeometry version=\"3\"/>", "given no projections");
  Refuse("<RTKThreeDCircularGeometry version=\"3\"><Projection/></RTKThreeDCircularGeometry>", "without numbers");
  Refuse(whole + whole, "given no XML");
}

TEST_F(CTGeometryFile, WrongElementsAndNumbersAreRefused)
{
  Refuse(Changed({{"<Projection>", "<Couch>1</Couch><Projection>"}}), "line 12: given the element <Couch>");
  Refuse(Changed({{"<GantryAngle>30", "<Couch>1</Couch><GantryAngle>30"}}),
         "given the element <Couch> in a projection");
  Refuse(Changed({{"<GantryAngle>30", "<GantryAngle><Matrix/>30"}}), "given the element <Matrix>");
  Refuse(Changed({{"<Projection>", "<Matrix>1</Matrix><Projection>"}}), "given the element <Matrix>");
  Refuse(Changed({{"<Projection>", "text<Projection>"}}), "given 'text' before <Projection>");
  Refuse(Changed({{">30<", ">30</GantryAngle><GantryAngle>31<"}}), "GantryAngle: given twice");
  Refuse(Changed({{"<Projection>", "<CollimationW>1</CollimationW><Projection>"}}), "given the element <CollimationW>");
  for (const char * number : {"x3", "3,5", "3abc", "", "nan"})
  {
    Refuse(Changed({{">3<", ">" + std::string(number) + "<"}}), "line 6: SourceOffsetX: given '");
  }
  Refuse(Changed({{">3<", ">inf<"}}), "required a finite number");
  Refuse(Changed({{">3<", ">1e999<"}}), "SourceOffsetX: given '1e999'");
  Refuse(Changed({{">3<", ">" + std::string(5000, '1') + "<"}}), "more than 4096 bytes");
  Refuse(Changed({{"4800", "4800.01"}}), "projection 0: given a matrix with 4800.01 in row 1, column 4; required 4800");
  Refuse(Changed({{"4800", "4800 1"}}), "more than twelve numbers");
  Refuse(Changed({{"4800", ""}}), "Matrix: given '");
  Refuse(Changed({{"<GantryAngle>30", "<GantryAngle>3\n0"}}), "GantryAngle: given '3 0'; required a number");
  Refuse(Without("<SourceToIsocenter.*"), "given no SourceToIsocenterDistance");
  Refuse(std::regex_replace(Without("<Matrix>[^<]*</Matrix>"), std::regex(">1200<"), ">-1200<"),
         "SourceToDetectorDistance: given -1200");
  Refuse(Changed({{"<Projection>", "<CollimationUInf>10</CollimationUInf><Projection>"}}),
         "CollimationUInf: given a jaw at 10 mm");
  EXPECT_NO_THROW(Read(Changed({{"<Projection>", "<CollimationUInf>1e10</CollimationUInf><Projection>"}})));
}

TEST_F(CTGeometryFile, WhatDoesNotGoTogetherIsRefused)
{
  const std::string open = "<RTKThreeDCircularGeometry version=\"3\"><SourceToIsocenterDistance>600"
                           "</SourceToIsocenterDistance>";
  const std::string divergent = "<Projection><SourceToDetectorDistance>900</SourceToDetectorDistance></Projection>";
  const std::string close = "</RTKThreeDCircularGeometry>";
  Refuse(open + "<Projection/>" + divergent + close, "given parallel rays (SourceToDetectorDistance 0 or none)");
  Refuse("<?tweedie beam=\"fan\"?>" + open + "<Projection/>" + close, "given parallel rays of beam=\"fan\"");
  Refuse("<?tweedie beam=\"pencil\"?>" + open + divergent + close, "given the instruction 'beam=\"pencil\"'");
  EXPECT_EQ(Read("<?tweedie beam=\"fan\"?>" + open + divergent + close).beam, CTBeam::Fan);
  EXPECT_EQ(Read("<?other?>" + open + divergent + close).beam, CTBeam::Cone);
  const std::string bend = "<RadiusCylindricalDetector>900</RadiusCylindricalDetector>";
  Refuse(open + bend + "<Projection/>" + close, "detector radius");
  Refuse(open + divergent + bend + close, "RadiusCylindricalDetector: given 900 after 0");
  const auto matrix = [&](const std::string & numbers)
  {
    return "<RTKThreeDCircularGeometry version=\"3\"><Projection><Matrix>" + numbers + "</Matrix></Projection>" + close;
  };
  Refuse(matrix("0 0 0 0 0 0 0 0 0 0 0 0"), "last row is zero");
  Refuse(matrix("2 0 0 0 0 1 0 0 0 0 0 1"), "of parallel rays that magnifies");
  Refuse(matrix("-900 0 0 0 0 -800 0 0 0 0 1 -600"), "magnifies u and v differently");
  Refuse(matrix("-900 0 0 0 -900 0 0 0 0 0 1 -600"), "not perpendicular");
}

TEST_F(CTGeometryFile, EntitiesAndGiantsAreRefusedBeforeTheyGrow)
{
  std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE RTKGEOMETRY [<!ENTITY a \"1111111111\">";
  for (char name = 'b'; name <= 'j'; ++name)
  {
    bomb += std::string("<!ENTITY ") + name + " \"";
    for (int i = 0; i < 10; ++i)
    {
      bomb += std::string("&") + static_cast<char>(name - 1) + ";";
    }
    bomb += "\">";
  }
  Refuse(bomb + "]><RTKThreeDCircularGeometry version=\"3\">&j;</RTKThreeDCircularGeometry>",
         "given the entity 'a'; required none");
  Refuse("<!DOCTYPE r SYSTEM \"file:///etc/hostname\"><RTKThreeDCircularGeometry version=\"3\"><SourceOffsetX>3&x;0"
         "</SourceOffsetX></RTKThreeDCircularGeometry>",
         "given the entity 'x'");
  WriteFile(m_Folder.File("giant.xml"), writtenByRTK);
  std::filesystem::resize_file(m_Folder.File("giant.xml"), 300000000);
  EXPECT_THROW_MESSAGE(ReadCTGeometry(m_Folder.File("giant.xml")), DataError, "given more than 256 MiB");
}

TEST_F(CTGeometryFile, NothingIsLeftOfWhatCannotBeWritten)
{
  CTGeometry geometry = Read(writtenByRTK);
  geometry.views[0].alongU[0] = std::nan("");
  EXPECT_THROW_MESSAGE(WriteCTGeometry(m_Folder.File("no.xml"), geometry), DataError, "not finite");
  EXPECT_THROW_MESSAGE(WriteCTGeometry(m_Folder.File("none/no.xml"), Read(writtenByRTK)), UsageError, "does not exist");
  EXPECT_EQ(m_Folder.Count(), 1); // what was read
}
} // namespace
} // namespace tweedie
