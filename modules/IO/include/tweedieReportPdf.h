// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportPdf_h
#define tweedieReportPdf_h

#include "tweedieReport.h"
#include "tweedieReportPage.h"

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** A report as pages of paper (A4, upright) with page numbers, "Research use only" on each of them, tables that go on
 * over pages, and the plots of the web page. The same calls give the same bytes. */
class ReportPdf final : public ReportDocument
{
public:
  /** statement: what the data are; date: YYYYMMDDhhmmss in UTC, when it was made, or empty. Throws UsageError for
   * another date. */
  ReportPdf(const std::string & title, const std::string & statement, const std::string & date);
  ReportPdf(const ReportPdf &) = delete;
  ReportPdf & operator=(const ReportPdf &) = delete;
  ~ReportPdf() override;

  void AddSection(const std::string & title, const std::string & lead = "") override;
  void AddParagraph(const std::string & text) override;
  void AddList(const std::vector<std::string> & items) override;
  void AddWarnings(const std::vector<std::string> & warnings) override;
  void AddVerdicts(const std::vector<Verdict> & verdicts, const std::string & caption) override;
  void AddTable(const ReportTable & table, const std::string & caption) override;
  void AddFigure(const std::string & png, const std::string & description, const std::string & caption) override;
  void AddImages(const ImageGrid & grid) override;
  void AddPlots(const std::vector<Plot> & plots, const std::string & caption) override;
  void AddFacts(const std::string & title, const Facts & facts) override;

  /** The whole file, for once; footer: program and version. */
  std::string Bytes(const std::string & footer);

private:
  struct Content;
  std::unique_ptr<Content> m_Content;
};

/** The report of a comparison, of the numbers that WriteComparisonReport shows. Throws as it does. */
std::string ComparisonReportPdf(const ComparisonInput & input,
                                const Comparison & comparison,
                                const ComparisonReportOptions & options,
                                const std::string & date);
} // namespace tweedie

#endif
