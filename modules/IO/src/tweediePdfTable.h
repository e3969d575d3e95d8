// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePdfTable_h
#define tweediePdfTable_h

#include "tweediePdfCanvas.h"
#include "tweedieReportTable.h"

#include <string>
#include <vector>

namespace tweedie
{
/** A table laid out to a width: letters become smaller and texts are broken until all columns fit. */
class PdfTable
{
public:
  PdfTable(const PdfCanvas & canvas, const ReportTable & table, double width);

  std::size_t
  Rows() const
  {
    return m_Rows.size();
  }
  double HeaderHeight() const;
  double RowHeight(std::size_t row) const;
  bool
  HasMarks() const
  {
    return m_HasMarks;
  }
  /** Draw with their upper left corner there. */
  void DrawHeader(PdfCanvas & canvas, PdfPoint corner) const;
  void DrawRow(PdfCanvas & canvas, PdfPoint corner, std::size_t row) const;

private:
  struct Cell
  {
    std::string text;
    bool isBest = false;
    bool isSecond = false;
    std::vector<std::string> lines;
  };
  struct Column
  {
    bool isText = false;
    std::string label;
    std::string unit;
    double width = 0.0;
    std::vector<std::string> lines; ///< of the label
    std::vector<std::string> unitLines;
  };

  void Fill(const ReportTable & table);
  PdfStyle Style(bool isBold) const;
  /** The widest word, and the widest text, of a column. */
  double Narrowest(const PdfCanvas & canvas, std::size_t column) const;
  double Widest(const PdfCanvas & canvas, std::size_t column) const;
  /** Whether it fits with letters of the present size. */
  bool Arrange(const PdfCanvas & canvas, double width);
  void Break(const PdfCanvas & canvas);

  std::vector<Column> m_Columns;
  std::vector<std::vector<Cell>> m_Rows;
  double m_Size = 8.5;
  bool m_HasMarks = false;
};
} // namespace tweedie

#endif
