// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportJson_h
#define tweedieReportJson_h

#include "tweedieReportPage.h"

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** A report for programs, filled by the same calls as those for people: every number of tables, plots and verdicts with
 * full precision, null for what is not finite; of pictures their description and size alone.
 *
 *    {"format": "tweedie-report", "version": 1, "use": ..., "title": ..., "statement": ..., "footer": ...,
 *     "sections": [{"title": ..., "lead": ..., "content": [{"kind": "verdicts", ...}, {"kind": "table", ...}, ...]}]}
 *
 * kind: paragraph, list, warnings, verdicts, table, figure, images, plots, facts. What stands before the first section
 * is in one without a title. */
class ReportJson final : public ReportDocument
{
public:
  ReportJson(const std::string & title, const std::string & statement);
  ReportJson(const ReportJson &) = delete;
  ReportJson & operator=(const ReportJson &) = delete;
  ~ReportJson() override;

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

  /** The whole text; footer: program and version. */
  std::string Text(const std::string & footer) const;

private:
  struct Content;
  std::unique_ptr<Content> m_Content;
};
} // namespace tweedie

#endif
