// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportFigures.h"

#include "tweedieError.h"
#include "tweedieReportImage.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace tweedie
{
namespace
{
Volume
AbsoluteError(const Volume & reference, const Volume & image)
{
  Volume error = MagnitudeError(reference, image);
  std::transform(
      error.Data(), error.Data() + error.NumberOfElements(), error.Data(), [](float value) { return std::abs(value); });
  return error;
}
} // namespace

std::vector<std::string>
FileNames(const std::vector<ComparisonEntry> & entries)
{
  std::vector<std::string> names;
  for (const ComparisonEntry & entry : entries)
  {
    std::string name;
    for (const unsigned char c : entry.name)
    {
      const bool isPlain = c < 0x80 && std::isalnum(c);
      if (isPlain || (!name.empty() && name.back() != '-'))
      {
        name += isPlain ? static_cast<char>(std::tolower(c)) : '-';
      }
    }
    while (!name.empty() && name.back() == '-')
    {
      name.pop_back();
    }
    name = name.empty() ? "method" : name;
    const std::string base = name;
    for (int i = 2; std::find(names.begin(), names.end(), name) != names.end(); ++i)
    {
      name = base + '-' + std::to_string(i);
    }
    names.push_back(name);
  }
  return names;
}

ComparisonFigures::ComparisonFigures(const ComparisonInput & input, const Comparison & comparison, std::int64_t slice)
    : m_Description(input.description), m_Units(input.units), m_Slice(slice), m_SliceNumber(slice)
{
  const std::int64_t slices = input.reference.GetGrid().size.z;
  m_Slice = slice < 0 ? slices / 2 : slice;
  if (m_Slice >= slices)
  {
    throw DataError("report: slice " + std::to_string(slice) + "; the images have " + std::to_string(slices) +
                    " slices, counted from 0");
  }
  const auto index = static_cast<std::size_t>(m_Slice);
  m_SliceNumber = index < input.sliceNumbers.size() ? input.sliceNumbers[index] : m_Slice;
  m_Rows.push_back({"reference", "reference", {}, Magnitude(input.reference), {}, {}});
  const std::vector<std::string> fileNames = FileNames(input.entries);
  for (std::size_t i = 0; i < input.entries.size(); ++i)
  {
    const ComparisonEntry & entry = input.entries[i];
    const ImageScores & scores = comparison.entries.at(i).slices.at(index);
    Row row{entry.name,
            fileNames[i],
            {},
            Magnitude(entry.image),
            AbsoluteError(input.reference, entry.image),
            entry.standardDeviation};
    row.lines = {"PSNR " + FormatNumber(scores.psnr, 2) + " dB",
                 "SSIM " + FormatNumber(scores.ssim, 3),
                 "NRMSE " + FormatNumber(scores.nrmse, 3)};
    m_HasDeviation = m_HasDeviation || !entry.standardDeviation.IsEmpty();
    m_Rows.push_back(std::move(row));
  }
  m_ImageWindow = {0.0, PercentileWindow(m_Rows[0].image, 0.0, 99.9, m_Slice).high};
  if (input.window)
  {
    m_ImageWindow = {input.window->low, input.window->high};
  }
  m_ImageTitle = input.reference.IsComplex() ? "image (magnitude)" : "image";
  ChooseErrorWindow(comparison);
  ChooseDetail();
}

/** The window follows the best method: a bad one must not hide what the good ones differ in. */
void
ComparisonFigures::ChooseErrorWindow(const Comparison & comparison)
{
  std::size_t best = 0;
  for (std::size_t i = 1; i < comparison.entries.size(); ++i)
  {
    best = comparison.entries[i].volume.nrmse < comparison.entries[best].volume.nrmse ? i : best;
  }
  m_ErrorWindow = {0.0, PercentileWindow(m_Rows[1 + best].error, 0.0, 99.5, m_Slice).high};
}

/** The place with the most structure of the reference in the middle of the slice; its shape is the slice's. */
void
ComparisonFigures::ChooseDetail()
{
  constexpr double share = 0.3;
  constexpr std::int64_t smallest = 24;
  const Volume & reference = m_Rows[0].image;
  const Axes<std::int64_t> size = reference.GetGrid().size;
  const auto width = static_cast<std::int64_t>(share * static_cast<double>(size.x));
  const auto height = static_cast<std::int64_t>(share * static_cast<double>(size.y));
  if (std::min(width, height) < smallest)
  {
    return;
  }
  const float * slice = reference.Data() + m_Slice * size.y * size.x;
  const auto structure = [&](std::int64_t x0, std::int64_t y0)
  {
    double sum = 0.0;
    for (std::int64_t y = y0; y + 1 < y0 + height; ++y)
    {
      for (std::int64_t x = x0; x + 1 < x0 + width; ++x)
      {
        const float * p = slice + y * size.x + x;
        sum += std::abs(p[1] - p[0]) + std::abs(p[size.x] - p[0]);
      }
    }
    return sum;
  };
  double most = -1.0;
  constexpr std::int64_t stride = 4;
  for (std::int64_t y = size.y / 5; y + height <= size.y - size.y / 5; y += stride)
  {
    for (std::int64_t x = size.x / 5; x + width <= size.x - size.x / 5; x += stride)
    {
      const double value = structure(x, y);
      if (value > most)
      {
        most = value;
        m_Detail = {x, y, width, height};
      }
    }
  }
}

Volume
ComparisonFigures::Crop(const Volume & image) const
{
  tweedie::Grid grid = image.GetGrid();
  const Axes<std::int64_t> size = grid.size;
  grid.size = {1, m_Detail.height, m_Detail.width};
  Volume crop(grid, Volume::Element::Real);
  for (std::int64_t y = 0; y < m_Detail.height; ++y)
  {
    const float * from = image.Data() + (m_Slice * size.y + m_Detail.y + y) * size.x + m_Detail.x;
    std::copy(from, from + m_Detail.width, crop.Data() + y * m_Detail.width);
  }
  return crop;
}

void
ComparisonFigures::DrawDetailFrame(Picture & picture) const
{
  // The region is rendered like the image, so that flips and aspect are the same, and found again in the result.
  tweedie::Grid grid = m_Rows[0].image.GetGrid();
  grid.size.z = 1;
  FigurePanel panel;
  panel.image = Volume(grid, Volume::Element::Real);
  for (std::int64_t y = m_Detail.y; y < m_Detail.y + m_Detail.height; ++y)
  {
    std::fill_n(panel.image.Data() + y * grid.size.x + m_Detail.x, m_Detail.width, 1.0f);
  }
  const Picture mark = RenderSlice(panel);
  const auto isInside = [&mark](int x, int y)
  { return x >= 0 && y >= 0 && x < mark.Width() && y < mark.Height() && mark.At(x, y).red > 127; };
  for (int y = 0; y < mark.Height(); ++y)
  {
    for (int x = 0; x < mark.Width(); ++x)
    {
      const bool isEdge = !isInside(x - 1, y) || !isInside(x + 1, y) || !isInside(x, y - 1) || !isInside(x, y + 1);
      if (isInside(x, y) && isEdge)
      {
        picture.Set(x, y, {255, 208, 64});
      }
    }
  }
}

FigurePanel
ComparisonFigures::Panel(const Row & row, Kind kind) const
{
  const bool isImage = kind == Kind::Image || kind == Kind::Detail;
  FigurePanel panel;
  panel.slice = m_Slice;
  panel.image = isImage ? row.image : kind == Kind::Error ? row.error : row.deviation;
  panel.window = isImage ? m_ImageWindow : m_ErrorWindow;
  panel.map = isImage ? ColorMap::Gray : ColorMap::Warm;
  panel.label = row.name + (isImage ? "" : kind == Kind::Error ? ": |error|" : ": std");
  panel.caption = kind == Kind::Image && !row.lines.empty() ? row.lines.front() : "";
  if (kind == Kind::Detail)
  {
    panel.image = Crop(row.image);
    panel.slice = 0;
    panel.label += ": detail";
  }
  return panel;
}

ReportImage
ComparisonFigures::PageImage(const Row & row, Kind kind) const
{
  const FigurePanel panel = Panel(row, kind);
  const tweedie::Grid & grid = m_Rows[0].image.GetGrid();
  if (panel.image.IsEmpty())
  {
    ReportImage image;
    image.aspect = AspectOf(grid);
    image.description = kind == Kind::Deviation && !row.error.IsEmpty() ? "no standard deviation" : "";
    return image;
  }
  Picture picture = RenderSlice(panel);
  if (kind == Kind::Image && m_Detail.width > 0 && row.error.IsEmpty())
  {
    DrawDetailFrame(picture);
  }
  return MakeReportImage(picture, grid, panel.label + ", " + SliceText(), kind == Kind::Image);
}

std::string
ComparisonFigures::SliceText() const
{
  return "slice " + std::to_string(m_SliceNumber);
}

ImageGrid
ComparisonFigures::PageGrid() const
{
  ImageGrid grid;
  std::vector<Kind> kinds;
  const auto addColumn = [&](Kind kind, const char * title, ColorMap map, const Window & window)
  {
    kinds.push_back(kind);
    grid.columns.emplace_back(title);
    grid.bars.emplace_back(MakeColorBar(map, window, m_Units));
  };
  addColumn(Kind::Image, m_ImageTitle, ColorMap::Gray, m_ImageWindow);
  if (m_Detail.width > 0)
  {
    addColumn(Kind::Detail, "detail", ColorMap::Gray, m_ImageWindow);
  }
  addColumn(Kind::Error, "|error|", ColorMap::Warm, m_ErrorWindow);
  if (m_HasDeviation)
  {
    addColumn(Kind::Deviation, "standard deviation", ColorMap::Warm, m_ErrorWindow);
  }
  for (const Row & row : m_Rows)
  {
    ImageRow pageRow{row.name, row.lines, {}};
    for (const Kind kind : kinds)
    {
      pageRow.images.push_back(PageImage(row, kind));
    }
    grid.rows.push_back(std::move(pageRow));
  }
  grid.caption = m_Description + " Shown: " + SliceText() +
                 "; the numbers beside the pictures are those of this slice. All images share one grey scale; errors "
                 "and standard deviations share one colour scale, set by the best method, so equal colours mean equal "
                 "values.";
  if (m_Detail.width > 0)
  {
    grid.caption += " Detail: the frame in the reference, the place with the most structure in the middle of the "
                    "slice.";
  }
  return grid;
}

FigurePanel
ComparisonFigures::BlankPanel(const std::string & label) const
{
  FigurePanel panel;
  tweedie::Grid grid = m_Rows[0].image.GetGrid();
  grid.size.z = 1;
  panel.image = Volume(grid, Volume::Element::Real);
  panel.label = label;
  return panel;
}

void
ComparisonFigures::Write(const std::string & folder) const
{
  std::vector<FigurePanel> panels;
  for (const Kind kind : {Kind::Image, Kind::Error, Kind::Deviation})
  {
    for (const Row & row : m_Rows)
    {
      const FigurePanel panel = Panel(row, kind);
      if (!panel.image.IsEmpty())
      {
        const char * suffix = kind == Kind::Image ? "-image.png" : kind == Kind::Error ? "-error.png" : "-std.png";
        WritePng(folder + '/' + row.fileName + suffix, RenderSlice(panel, 2));
        panels.push_back(panel);
      }
      else if (kind == Kind::Error || m_HasDeviation)
      {
        // Keeps the columns of the overview together.
        panels.push_back(BlankPanel(kind == Kind::Error ? "|error|" : row.error.IsEmpty() ? "std" : "no std"));
      }
    }
  }
  FigureLayout layout;
  layout.columns = static_cast<int>(m_Rows.size());
  WritePng(folder + "/overview.png", RenderFigure(panels, layout));
}
} // namespace tweedie
