// SPDX-License-Identifier: Apache-2.0
// The way of a user with a scanner's projections: a folder in, Hounsfield units out.
#include "tweedieCTGeometryFile.h"
#include "tweedieDicomProjectionSeries.h"
#include "tweedieDicomProjections.h"
#include "tweedieProgramTest.h"
#include "tweedieVolumeTensor.h"

namespace tweedie
{
namespace
{
using test::DicomSeries;
using test::EllipsoidPhantom;
using test::TweedieHere;

constexpr double water = 0.0192;

/** Water with a denser body in it, off centre in every direction; z: where the middle is. */
EllipsoidPhantom
Body(double z)
{
  return {{water, {4.0, -6.0, z + 1.0}, {44.0, 34.0, 30.0}, 0.3},
          {0.25 * water, {16.0, 5.0, z - 5.0}, {9.0, 8.0, 12.0}, 0.0}};
}

DicomSeries
Scanner(int rows)
{
  DicomSeries series;
  series.rows = rows;
  series.columns = 96;
  series.transverse = 2.4;
  series.axial = 3.6;
  series.centralColumn = 48.75; // a quarter of an element beside the middle
  series.centralRow = 0.5 * (rows + 1);
  return series;
}

class DicomFolder : public test::TemporaryFolderTest
{
protected:
  std::string
  Scan() const
  {
    return m_Folder.File("scan");
  }
  void
  Write(const DicomSeries & series, const EllipsoidPhantom & phantom)
  {
    std::filesystem::remove_all(Scan());
    std::filesystem::create_directory(Scan());
    series.Write(Scan(), phantom);
  }
  Volume
  Reconstruct(const std::vector<std::string> & more)
  {
    const std::string output = m_Folder.File("out.nii.gz");
    std::vector<std::string> words{"reconstruct", "ct", Scan(), "--output", output, "--overwrite"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = TweedieHere(words);
    EXPECT_EQ(result.exitCode, 0) << result.error;
    return ReadImage(output);
  }
};

/** What is wrong in Hounsfield units: the mean in water and in the denser body, away from edges, and the root mean
 * square over both and the air around. */
struct Errors
{
  double water = 0.0;
  double dense = 0.0;
  double rms = 0.0;
};

Errors
ErrorsOf(const Volume & image, const EllipsoidPhantom & phantom)
{
  const auto shrunk = [](test::Ellipsoid body, double by)
  {
    for (double & half : body.halfAxes)
    {
      half += by;
    }
    return EllipsoidPhantom{body};
  };
  const auto inside = [&](const test::Ellipsoid & body, double by)
  { return test::Rasterize(shrunk(body, by), image.GetGrid())[0].gt(0); };
  const at::Tensor found = TensorView(image).to(at::kDouble);
  const at::Tensor truth = (test::Rasterize(phantom, image.GetGrid())[0] / water - 1.0) * 1000.0;
  const at::Tensor difference = found - truth;
  const at::Tensor dense = inside(phantom[1], -4.0);
  const at::Tensor plain = inside(phantom[0], -4.0).logical_and(inside(phantom[1], 4.0).logical_not());
  const at::Tensor all = dense.logical_or(plain).logical_or(inside(phantom[0], 4.0).logical_not());
  return {difference.masked_select(plain).mean().item<double>(),
          difference.masked_select(dense).mean().item<double>(),
          difference.masked_select(all).square().mean().sqrt().item<double>()};
}

TEST_F(DicomFolder, AConeByFilteredBackprojection)
{
  constexpr double height = 120.0; // of the table: the grid follows
  DicomSeries series = Scanner(40);
  series.Turn(180, 1.0, 0.0, 500.0);
  for (DicomSeries::View & view : series.views)
  {
    view.z = height;
  }
  Write(series, Body(height));
  const Volume image = Reconstruct({"--method", "fdk", "--size", "48,48", "--spacing", "2.4,2.4"});
  EXPECT_NEAR(image.GetGrid().origin[2], height - 23.5 * 2.4, 1e-4);
  // Found: -1.0, -0.2 and 11.6 HU, the last one the ringing of a ramp without window about edges of 1000 HU.
  const Errors errors = ErrorsOf(image, Body(height));
  EXPECT_NEAR(errors.water, 0.0, 2.0);
  EXPECT_NEAR(errors.dense, 0.0, 2.0);
  EXPECT_LT(errors.rms, 16.0);
}

TEST_F(DicomFolder, AFanByFilteredBackprojection)
{
  DicomSeries series = Scanner(1);
  series.Turn(180, 1.0, 0.0, 500.0);
  Write(series, Body(0.0));
  const Volume image = Reconstruct({"--method", "fbp", "--size", "96,96", "--spacing", "1.2,1.2"});
  EXPECT_EQ(image.GetGrid().size.z, 1);
  // Found: -0.01, -0.2 and 21.9 HU; pixels half as wide as the detector's ring more.
  const Errors errors = ErrorsOf(image, Body(0.0));
  EXPECT_NEAR(errors.water, 0.0, 1.0);
  EXPECT_NEAR(errors.dense, 0.0, 1.0);
  EXPECT_LT(errors.rms, 30.0);
  // Water as the user has it: Hounsfield units of another scale.
  const Volume other =
      Reconstruct({"--method", "fbp", "--size", "96,96", "--spacing", "1.2,1.2", "--mu-water", "0.02"});
  const std::int64_t middle = 48 * 96 + 48;
  EXPECT_NEAR(other.Data()[middle], (image.Data()[middle] + 1000.0F) * 0.96F - 1000.0F, 0.01F); // 0.0192 / 0.02
}

TEST_F(DicomFolder, AHelixWithAFlyingFocalSpotByConjugateGradients)
{
  constexpr double height = -80.0;
  DicomSeries series = Scanner(16);
  series.Turn(240, 4.0, 20.0, 500.0);
  series.focalSpotMode = "FFSXYZ";
  for (std::size_t k = 0; k < series.views.size(); ++k)
  {
    DicomSeries::View & view = series.views[k];
    view.z += height;
    view.shiftPhi = k % 2 == 0 ? 0.003 : -0.003;
    view.shiftZ = k % 4 < 2 ? 0.9 : -0.9;
  }
  Write(series, Body(height));
  std::vector<std::string> options{"--method", "cgls", "--iterations", "12", "--size", "40,40", "--spacing", "3,3"};
  // Found: -2.2, 25.6 and 14.3 HU. Twelve steps overshoot in what is small: by 10 % of the denser body's 250 HU.
  const Errors errors = ErrorsOf(Reconstruct(options), Body(height));
  EXPECT_NEAR(errors.water, 0.0, 5.0);
  EXPECT_NEAR(errors.dense, 0.0, 40.0);
  EXPECT_LT(errors.rms, 20.0);

  // Another geometry takes the place of the files' own: here one that does not know where the focal spot flies.
  for (DicomSeries::View & view : series.views)
  {
    view.shiftPhi = view.shiftZ = 0.0;
  }
  const std::string still = m_Folder.File("still"), xml = m_Folder.File("g.xml");
  std::filesystem::create_directory(still);
  series.Write(still, {});
  WriteCTGeometry(xml, ReadDicomProjections(still).geometry);
  options.insert(options.end(), {"--geometry", xml});
  EXPECT_GT(ErrorsOf(Reconstruct(options), Body(height)).rms, 1.4 * errors.rms); // found: 24.8 HU, 1.73 times
}

TEST_F(DicomFolder, IsPrintedWithoutThePatient)
{
  DicomSeries series = Scanner(16);
  series.Turn(48, 2.0, 25.0, 500.0);
  series.photons.assign(96, 5e4F);
  Write(series, Body(0.0));
  const auto result = TweedieHere({"info", Scan()});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  for (const char * text : {"DICOM-CT-PD",
                            "helical",
                            "500 mm",
                            "900 mm",
                            "25 mm per turn",
                            "96 x 16 pixels of 2.4 x 3.6 mm",
                            "bent, radius 900 mm",
                            "50000 (mean",
                            "0.0192 1/mm"})
  {
    EXPECT_NE(result.output.find(text), std::string::npos) << text << "\n" << result.output;
  }
  EXPECT_EQ(result.output.find("Synthetic"), std::string::npos) << result.output; // the patient's name
}

TEST_F(DicomFolder, BadInputIsOneLineAndLeavesNothing)
{
  DicomSeries series = Scanner(4);
  series.Turn(12, 1.0, 0.0, 500.0);
  Write(series, Body(0.0));
  std::filesystem::remove(Scan() + "/" + DicomSeries::FileName(4));
  const auto expect = [&](const std::vector<std::string> & words, int code, const std::string & text)
  {
    const auto result = TweedieHere(words);
    EXPECT_EQ(result.exitCode, code) << result.error;
    EXPECT_NE(result.error.find(text), std::string::npos) << result.error;
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_EQ(m_Folder.Count(), 1) << text;
  };
  const std::string output = m_Folder.File("out.nii.gz");
  expect({"reconstruct", "ct", Scan(), "--method", "cgls", "--output", output}, 2, "no view between");
  expect({"info", Scan()}, 2, "no view between");
  Write(series, Body(0.0));
  expect({"reconstruct", "ct", Scan(), "--method", "cgls", "--output", output}, 1, "--size");
  expect({"reconstruct", "ct", Scan() + "/view-0001.dcm", "--method", "cgls", "--output", output}, 1, "--geometry");
}
} // namespace
} // namespace tweedie
