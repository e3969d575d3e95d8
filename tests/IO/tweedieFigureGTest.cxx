// SPDX-License-Identifier: Apache-2.0
#include "tweedieFigure.h"

#include "tweedieError.h"
#include "tweedieScanFixture.h"
#include "tweedieTemporaryFolder.h"

#include <itkImageFileReader.h>
#include <itkPNGImageIO.h>
#include <itkRGBPixel.h>

#include <limits>

namespace tweedie
{
namespace
{
/** Relative luminance to lightness L* of CIE 1976, for a colour on an sRGB screen. */
double
Lightness(const Color & color)
{
  const auto linear = [](double byte)
  {
    const double v = byte / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  const double y = 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
  return y > 216.0 / 24389.0 ? 116.0 * std::cbrt(y) - 16.0 : y * 24389.0 / 27.0;
}

TEST(ColorMapTest, LightnessRises)
{
  for (const ColorMap map : {ColorMap::Gray, ColorMap::Cool, ColorMap::Warm})
  {
    double last = -2.0;
    for (int i = 0; i <= 32; ++i)
    {
      const double lightness = Lightness(MapColor(map, i / 32.0));
      EXPECT_GT(lightness, last + 1.0) << static_cast<int>(map) << " at " << i; // the rise is at least 77 over 32 steps
      last = lightness;
    }
  }
}

TEST(ColorMapTest, EndsAndSpecialValues)
{
  EXPECT_EQ(MapColor(ColorMap::Gray, 0.0), (Color{0, 0, 0}));
  EXPECT_EQ(MapColor(ColorMap::Gray, 1.0), (Color{255, 255, 255}));
  EXPECT_EQ(MapColor(ColorMap::Gray, 7.0), (Color{255, 255, 255}));
  EXPECT_EQ(MapColor(ColorMap::Warm, -1.0), MapColor(ColorMap::Warm, 0.0));
  EXPECT_EQ(MapColor(ColorMap::Warm, std::nan("")), (Color{255, 0, 255}));
  EXPECT_EQ(MapColor(ColorMap::Cyclic, 0.0), MapColor(ColorMap::Cyclic, 1.0));
  const Color middle = MapColor(ColorMap::Signed, 0.5);
  EXPECT_GT(std::min({middle.red, middle.green, middle.blue}), 240);
  EXPECT_GT(MapColor(ColorMap::Signed, 0.0).blue, MapColor(ColorMap::Signed, 0.0).red);
  EXPECT_GT(MapColor(ColorMap::Signed, 1.0).red, MapColor(ColorMap::Signed, 1.0).blue);
  // Equal distances from zero are equally conspicuous: 7 of 100, a difference that is hardly seen.
  EXPECT_NEAR(Lightness(MapColor(ColorMap::Signed, 0.1)), Lightness(MapColor(ColorMap::Signed, 0.9)), 7.0);
}

TEST(PictureTest, TextIsDrawnInsideItsBox)
{
  const std::string text = "PSNR 28.6 dB \u00b1 \u03c3"; // plus-minus, sigma: one character each
  EXPECT_EQ(TextWidth(text), 16 * 6 - 1);
  Picture picture(TextWidth(text, 2) + 20, TextHeight(2) + 20, {255, 255, 255});
  picture.DrawText(10, 10, text, {0, 0, 0}, 2);
  int inside = 0;
  for (int y = 0; y < picture.Height(); ++y)
  {
    for (int x = 0; x < picture.Width(); ++x)
    {
      const bool black = picture.At(x, y) == Color{0, 0, 0};
      const bool box = x >= 10 && y >= 10 && x < 10 + TextWidth(text, 2) && y < 10 + TextHeight(2);
      EXPECT_TRUE(box || !black) << x << ", " << y;
      inside += black ? 1 : 0;
    }
  }
  EXPECT_GT(inside, 14 * 4 * 5); // at least five dots of 2 x 2 for each character that is no blank
}

TEST(PictureTest, EveryPrintableCharacterHasItsOwnGlyph)
{
  std::vector<std::vector<std::uint8_t>> seen;
  for (char c = '!'; c <= '~'; ++c)
  {
    Picture picture(6, 9, {255, 255, 255});
    picture.DrawText(0, 0, std::string(1, c), {0, 0, 0});
    EXPECT_EQ(std::count(seen.begin(), seen.end(), picture.Bytes()), 0) << c;
    seen.push_back(picture.Bytes());
  }
  Picture unknown(6, 9, {255, 255, 255});
  unknown.DrawText(0, 0, "\u4e2d", {0, 0, 0});
  EXPECT_EQ(unknown.Bytes(), seen['?' - '!']);
}

TEST(PictureTest, DrawingOutsideIsClipped)
{
  Picture picture(4, 3, {1, 2, 3});
  picture.FillRectangle(-5, -5, 7, 7, {9, 9, 9});
  picture.Paste(Picture(10, 10, {7, 7, 7}), 3, 2);
  picture.DrawText(2, -4, "MMMM", {0, 0, 0});
  EXPECT_EQ(picture.At(0, 0), (Color{9, 9, 9}));
  EXPECT_EQ(picture.At(3, 2), (Color{7, 7, 7}));
  EXPECT_THROW(picture.At(4, 0), DataError);
  EXPECT_THROW(Picture(0, 5, {}), DataError);
  EXPECT_THROW(Picture(40000, 5, {}), DataError);
}

using PngTest = test::TemporaryFolderTest;

/** Read back by ITK's PNG reader, which shares nothing with the writer. */
TEST_F(PngTest, OtherProgramsReadIt)
{
  Picture picture(37, 23, {0, 0, 0});
  for (int i = 0; i < 37 * 23; ++i)
  {
    picture.Set(i % 37,
                i / 37,
                {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i / 3), static_cast<std::uint8_t>(7 * i)});
  }
  WritePng(m_Folder.File("a.png"), picture);
  EXPECT_EQ(test::ReadFile(m_Folder.File("a.png")), EncodePng(picture));
  using Image = itk::Image<itk::RGBPixel<unsigned char>, 2>;
  auto reader = itk::ImageFileReader<Image>::New();
  reader->SetImageIO(itk::PNGImageIO::New());
  reader->SetFileName(m_Folder.File("a.png"));
  reader->Update();
  ASSERT_EQ(reader->GetOutput()->GetBufferedRegion().GetSize()[0], 37u);
  const auto * bytes = reinterpret_cast<const std::uint8_t *>(reader->GetOutput()->GetBufferPointer());
  EXPECT_TRUE(std::equal(picture.Bytes().begin(), picture.Bytes().end(), bytes));
  EXPECT_THROW(WritePng(m_Folder.File("a.jpg"), picture), UsageError);
  EXPECT_THROW(WritePng(m_Folder.File("none/a.png"), picture), UsageError);
  EXPECT_THROW(EncodePng(Picture()), DataError);
  EXPECT_EQ(m_Folder.Count(), 1);
}

/** 3 x 2 voxels 0..5 in grey, 51 per step. */
FigurePanel
Panel(const Grid & grid)
{
  FigurePanel panel;
  panel.image = Volume(grid, Volume::Element::Real);
  for (std::int64_t i = 0; i < panel.image.NumberOfElements(); ++i)
  {
    panel.image.Data()[i] = static_cast<float>(i);
  }
  panel.window = {0.0, 5.0};
  return panel;
}

Grid
SmallGrid()
{
  Grid grid;
  grid.size = {1, 2, 3};
  return grid;
}

int
Gray(const Picture & picture, int x, int y)
{
  return picture.At(x, y).red;
}

TEST(RenderSliceTest, AxialSlicesShowThePatientFromBelow)
{
  Grid grid = SmallGrid(); // x to the left, y to the back: as it lies in memory
  Picture picture = RenderSlice(Panel(grid));
  EXPECT_EQ(Gray(picture, 0, 0), 0);
  EXPECT_EQ(Gray(picture, 2, 0), 2 * 51);
  EXPECT_EQ(Gray(picture, 0, 1), 3 * 51);
  grid.direction = {-1, 0, 0, 0, -1, 0, 0, 0, 1}; // x to the right, y to the front: the usual NIfTI
  picture = RenderSlice(Panel(grid));
  EXPECT_EQ(Gray(picture, 0, 0), 5 * 51);
  EXPECT_EQ(Gray(picture, 2, 1), 0);
}

TEST(RenderSliceTest, CoronalSlicesHaveTheHeadUp)
{
  Grid grid = SmallGrid();
  grid.direction = {1, 0, 0, 0, 0, 1, 0, 1, 0}; // x to the left, y to the head
  EXPECT_EQ(Gray(RenderSlice(Panel(grid)), 0, 0), 3 * 51);
  grid.direction = {1, 0, 0, 0, 0, 1, 0, -1, 0};
  EXPECT_EQ(Gray(RenderSlice(Panel(grid)), 0, 0), 0);
}

TEST(RenderSliceTest, VoxelsKeepTheirShape)
{
  Grid grid = SmallGrid();
  grid.spacing = {5.0, 2.0, 1.0};
  const Picture picture = RenderSlice(Panel(grid), 3);
  EXPECT_EQ(picture.Width(), 9);
  EXPECT_EQ(picture.Height(), 12);
  EXPECT_EQ(Gray(picture, 8, 5), 2 * 51);
  EXPECT_EQ(Gray(picture, 8, 6), 5 * 51);
}

TEST(RenderSliceTest, WindowPartsAndSpecialValues)
{
  FigurePanel panel = Panel(SmallGrid());
  panel.window = {1.0, 2.0};
  panel.image.Data()[4] = std::numeric_limits<float>::infinity();
  const Picture picture = RenderSlice(panel);
  EXPECT_EQ(Gray(picture, 0, 0), 0);
  EXPECT_EQ(Gray(picture, 2, 0), 255);
  EXPECT_EQ(Gray(picture, 2, 1), 255);
  EXPECT_EQ(picture.At(1, 1), (Color{255, 0, 255}));
  panel.image = Volume(SmallGrid(), Volume::Element::Complex);
  std::fill_n(panel.image.ComplexData(), 6, std::complex<float>(-3.0f, 4.0f));
  panel.window = {0.0, 5.0};
  EXPECT_EQ(Gray(RenderSlice(panel), 0, 0), 255);
  panel.part = ShownPart::Imaginary;
  EXPECT_EQ(Gray(RenderSlice(panel), 0, 0), 4 * 51);
  panel.slice = 1;
  EXPECT_THROW(RenderSlice(panel), DataError);
  EXPECT_THROW(RenderSlice(FigurePanel()), DataError);
}

TEST(PercentileWindowTest, OfASliceAndOfAll)
{
  Volume volume(test::ObliqueGrid(10, 10, 2), Volume::Element::Real);
  for (std::int64_t i = 0; i < 200; ++i)
  {
    volume.Data()[i] = static_cast<float>(i);
  }
  EXPECT_EQ(PercentileWindow(volume, 0.0, 100.0).high, 199.0);
  EXPECT_EQ(PercentileWindow(volume, 0.0, 100.0, 0).high, 99.0);
  EXPECT_EQ(PercentileWindow(volume, 10.0, 90.0, 0).low, 10.0); // nearest rank: 9.9
  const Window constant = PercentileWindow(Volume(SmallGrid(), Volume::Element::Real), 0.0, 100.0);
  EXPECT_GT(constant.high, constant.low);
}

TEST(RenderFigureTest, PanelsInRowsWithTextAndBars)
{
  FigurePanel gray = Panel(test::ObliqueGrid(40, 30, 1));
  gray.label = "reference";
  FigurePanel warm = gray;
  warm.map = ColorMap::Warm;
  warm.label = "a label that is wider than its panel is";
  warm.caption = "PSNR 28.6 dB";
  FigureLayout layout;
  layout.columns = 2;
  layout.scale = 1;
  const Picture one = RenderFigure({gray}, layout);
  const Picture three = RenderFigure({gray, warm, gray}, layout);
  EXPECT_GE(three.Width(), 2 * TextWidth(warm.label));
  EXPECT_GT(three.Height(), 2 * one.Height() - 20);
  const auto colored = [](const Picture & picture)
  {
    std::int64_t count = 0;
    for (int i = 0; i < picture.Width() * picture.Height(); ++i)
    {
      const Color color = picture.At(i % picture.Width(), i / picture.Width());
      count += color.red != color.green || color.green != color.blue ? 1 : 0;
    }
    return count;
  };
  EXPECT_EQ(colored(one), 0);
  EXPECT_GT(colored(three), 40 * 90 / 2); // the warm panel is 40 x 30 voxels of 0.75 x 2.25: 40 x 90 dots
  EXPECT_THROW(RenderFigure({}, layout), DataError);
}

TEST(RenderFigureTest, CropsToTheContent)
{
  FigurePanel panel = Panel(test::ObliqueGrid(60, 60, 1));
  std::fill_n(panel.image.Data(), 3600, 0.0f);
  panel.image.Data()[30 * 60 + 30] = 1.0f;
  panel.window = {0.0, 1.0};
  FigureLayout layout;
  layout.scale = 1;
  const int whole = RenderFigure({panel}, layout).Width();
  layout.crop = true;
  EXPECT_EQ(RenderFigure({panel}, layout).Width(), whole - 60 + 9); // the voxel and four on each side
}
} // namespace
} // namespace tweedie
