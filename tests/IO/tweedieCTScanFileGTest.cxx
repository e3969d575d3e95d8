// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTScanFile.h"

#include "tweedieCTGeometryFile.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieTemporaryFolder.h"

#include <fstream>

namespace tweedie
{
namespace
{
using test::TemporaryFolder;

CTScan
Scan()
{
  CTGantry g;
  g.sid = 500.0;
  g.sdd = 800.0;
  CTScan scan;
  scan.geometry.beam = CTBeam::Fan;
  for (int k = 0; k < 3; ++k)
  {
    g.gantryAngle = 20.0 * k;
    scan.geometry.views.push_back(ViewOfGantry(g));
  }
  scan.projections = Volume(ProjectionGrid({5, 2, 1.5, 4.0, -3.0, -2.0}, 3), Volume::Element::Real);
  for (std::int64_t i = 0; i < scan.projections.NumberOfElements(); ++i)
  {
    scan.projections.Data()[i] = static_cast<float>(100 + i);
  }
  scan.isCounts = true;
  scan.photons = 1e4;
  scan.electronic = 7.0;
  scan.scatter = 3.0;
  Grid image;
  image.size = {2, 8, 9};
  image.spacing = {4.0, 1.0, 1.25};
  image.origin = {-5.0, -3.5, -2.0};
  scan.image = image;
  scan.muWater = 0.0193;
  scan.warnings = {"something assumed"};
  return scan;
}

void
Write(const std::string & path, const std::string & text)
{
  std::ofstream(path, std::ios::binary) << text;
}

TEST(CTScanFile, ComesBackAsItWas)
{
  const TemporaryFolder folder;
  for (const std::string name : {"scan.mha", "scan.nrrd", "scan.nii.gz"})
  {
    SCOPED_TRACE(name);
    const CTScan scan = Scan();
    const std::string path = folder.File(name), geometry = folder.File("g.xml");
    WriteCTScan(path, scan);
    WriteCTGeometry(geometry, scan.geometry);
    const CTScan found = ReadCTScan(path, geometry);
    EXPECT_EQ(found.geometry.beam, CTBeam::Fan);
    EXPECT_EQ(found.geometry.views.size(), 3u);
    EXPECT_TRUE(found.projections.GetGrid().IsCongruent(scan.projections.GetGrid()));
    EXPECT_EQ(std::vector<float>(found.projections.Data(), found.projections.Data() + 30),
              std::vector<float>(scan.projections.Data(), scan.projections.Data() + 30));
    EXPECT_TRUE(found.isCounts);
    EXPECT_EQ(found.photons, scan.photons);
    EXPECT_EQ(found.electronic, 7.0);
    EXPECT_EQ(found.scatter, 3.0);
    ASSERT_TRUE(found.image);
    EXPECT_TRUE(found.image->IsCongruent(*scan.image));
    EXPECT_EQ(found.muWater, scan.muWater);
    EXPECT_EQ(found.warnings, scan.warnings);
  }
}

TEST(CTScanFile, WithoutADescriptionTheyAreLineIntegrals)
{
  const TemporaryFolder folder;
  CTScan scan = Scan();
  Grid grid = scan.projections.GetGrid();
  grid.origin[0] = 0.0;
  scan.projections.SetGrid(grid);
  WriteCTScan(folder.File("scan.mha"), scan);
  WriteCTGeometry(folder.File("g.xml"), scan.geometry);
  ASSERT_EQ(CTScanFiles(folder.File("scan.mha")).at(1), folder.File("scan.json"));
  std::remove(folder.File("scan.json").c_str());
  const CTScan found = ReadCTScan(folder.File("scan.mha"), folder.File("g.xml"));
  EXPECT_FALSE(found.isCounts);
  EXPECT_FALSE(found.image);
  ASSERT_EQ(found.warnings.size(), 1u);
  EXPECT_NE(found.warnings[0].find("is at u = 0"), std::string::npos);
}

TEST(CTScanFile, RefusesBadInput)
{
  const TemporaryFolder folder;
  const CTScan scan = Scan();
  const std::string path = folder.File("scan.mha"), geometry = folder.File("g.xml"), text = folder.File("scan.json");
  WriteCTScan(path, scan);
  CTGeometry fewer = scan.geometry;
  fewer.views.pop_back();
  WriteCTGeometry(geometry, fewer);
  EXPECT_THROW_MESSAGE(ReadCTScan(path, geometry), DataError, "3 projections and a geometry of 2 views");
  WriteCTGeometry(geometry, scan.geometry);
  EXPECT_THROW_MESSAGE(ReadCTScan(folder.File("none.mha"), geometry), DataError, "none.mha");
  EXPECT_THROW_MESSAGE(ReadCTScan(path, folder.File("none.xml")), DataError, "none.xml");
  EXPECT_THROW_MESSAGE(ReadCTScan(path, ""), UsageError, "--geometry: not given");
  Write(text, "{\"format\": \"tweedie-restoration\", \"version\": 1}");
  EXPECT_THROW_MESSAGE(ReadCTScan(path, geometry), DataError, "required \"tweedie-ct\"");
  Write(text, "{\"format\": \"tweedie-ct\", \"version\": 1, \"values\": \"hounsfield\"}");
  EXPECT_THROW_MESSAGE(ReadCTScan(path, geometry), DataError, "required counts or line-integrals");
  Write(text, "{\"format\": \"tweedie-ct\", ");
  EXPECT_THROW_MESSAGE(ReadCTScan(path, geometry), DataError, "required a description of CT projections");
  Write(text,
        "{\"format\": \"tweedie-ct\", \"version\": 1, \"values\": \"counts\", \"photons\": null, \"electronic\": 0, "
        "\"scatter\": 0}");
  EXPECT_THROW_MESSAGE(ReadCTScan(path, geometry), DataError, "without the number of photons");
  Write(text,
        "{\"format\": \"tweedie-ct\", \"version\": 1, \"values\": \"counts\", \"photons\": -5, \"electronic\": 0, "
        "\"scatter\": 0}");
  EXPECT_THROW_MESSAGE(ReadCTScan(path, geometry), DataError, "photons that are not positive");
}
} // namespace
} // namespace tweedie
