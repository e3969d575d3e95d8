// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportFigures_h
#define tweedieReportFigures_h

#include "tweedieComparison.h"
#include "tweedieFigure.h"
#include "tweedieReportPage.h"

#include <string>
#include <vector>

namespace tweedie
{
/** A name that is safe in a file system: lower-case letters, digits and hyphens; unique in the list. */
std::vector<std::string> FileNames(const std::vector<ComparisonEntry> & entries);

/** The pictures of one slice of a comparison, with one window for all images, and one for all errors and standard
 * deviations, so that equal colours are equal values. */
class ComparisonFigures
{
public:
  ComparisonFigures(const ComparisonInput & input, const Comparison & comparison, std::int64_t slice);

  /** The grid for the page. */
  ImageGrid PageGrid() const;

  /** Writes the overview and one file per picture. */
  void Write(const std::string & folder) const;

  Window
  ImageWindow() const
  {
    return m_ImageWindow;
  }
  Window
  ErrorWindow() const
  {
    return m_ErrorWindow;
  }

private:
  struct Row
  {
    std::string name;
    std::string fileName;
    std::vector<std::string> lines;
    Volume image;
    Volume error;     ///< |magnitude error|; empty for the reference
    Volume deviation; ///< empty: none
  };
  enum class Kind
  {
    Image,
    Detail, ///< a part of the image, enlarged
    Error,
    Deviation
  };
  /** The part shown as detail: voxels of the two in-plane axes. */
  struct Region
  {
    std::int64_t x = 0;
    std::int64_t y = 0;
    std::int64_t width = 0; ///< 0: the slice is too small for a detail
    std::int64_t height = 0;
  };

  void ChooseErrorWindow(const Comparison & comparison);
  void ChooseDetail();
  /** A part of one slice as a volume of its own. */
  Volume Crop(const Volume & image) const;
  /** Where the detail lies in the picture of a whole slice, drawn as a frame. */
  void DrawDetailFrame(Picture & picture) const;
  FigurePanel Panel(const Row & row, Kind kind) const;
  FigurePanel BlankPanel(const std::string & label) const;
  ReportImage PageImage(const Row & row, Kind kind) const;
  std::string SliceText() const;

  std::string m_Description;
  std::string m_Units;
  std::int64_t m_Slice;
  std::int64_t m_SliceNumber;
  Window m_ImageWindow;
  const char * m_ImageTitle;
  Window m_ErrorWindow;
  Region m_Detail;
  bool m_HasDeviation = false;
  std::vector<Row> m_Rows; ///< the reference first
};
} // namespace tweedie

#endif
