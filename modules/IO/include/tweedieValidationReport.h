// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieValidationReport_h
#define tweedieValidationReport_h

#include "tweedieReportPage.h"

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** What a validation can look at, in the order in which a report says it. */
enum class ValidationPart
{
  Images,
  DataConsistency,
  HeldOut,
  Regions,
  Classical,
  Sampler,
  Truth,
  Lesion,
  Benchmark
};

/** All of them, in their order. */
std::vector<ValidationPart> AllValidationParts();

/** "Data consistency" */
const char * TitleOf(ValidationPart part);

/** Where the numbers come from. Empty texts and missing numbers are left out. */
struct ValidationFacts
{
  std::string caseName; ///< a pseudonym
  std::string inputSha256;
  std::string software; ///< program, version and commit
  std::string modelSha256;
  std::string modelScope; ///< what the prior was trained on
  std::optional<std::uint64_t> seed;
  std::string noiseSource; ///< given, measured, estimated
  std::optional<double> wallSeconds;
  std::string command;
  ReportDocument::Facts further{};
};

/** One look at the evidence. Show may be called several times: once for each kind of document. */
struct ValidationSection
{
  ValidationPart part = ValidationPart::Images;
  std::string lead;
  std::function<void(ReportDocument &)> show;
};

/** A validation for people and programs: lights first, then where the numbers come from, the evidence, and what was not
 * looked at. */
struct ValidationReport
{
  std::string title;
  std::string statement; ///< what the data are
  std::vector<std::string> warnings{};
  std::vector<Verdict> verdicts{};
  std::string verdictCaption; ///< how the level of the tests is shared, for one
  /** Questions that are asked first, each with its answer: "Is the residual at the noise level?" */
  std::vector<std::pair<std::string, std::string>> answers{};
  ValidationFacts facts{};
  std::vector<ValidationSection> sections{};                   ///< in any order
  std::vector<ValidationPart> expected = AllValidationParts(); ///< those that are missing were not tested
  std::vector<std::string> notTested{};                        ///< what else was not
  std::vector<std::string> limits{};                           ///< beside those of every report
};

/** The whole report. What was not tested: verdicts of that state, parts without a section, and the list given. */
void FillValidationReport(const ValidationReport & report, ReportDocument & page);

/** Complete in itself, without scripts. */
std::string ValidationHtml(const ValidationReport & report);
/** date: as in ReportPdf. */
std::string ValidationPdf(const ValidationReport & report, const std::string & date);
std::string ValidationJson(const ValidationReport & report);

/** A region of the image: its mean, and intervals of several kinds, in the order of the table's kinds. */
struct RegionRow
{
  std::string name;
  std::size_t pixels = 0;
  double mean = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::pair<double, double>> intervals{};                ///< not-a-number: none of this kind
  double truth = std::numeric_limits<double>::quiet_NaN();           ///< where it is known
  double contrastToNoise = std::numeric_limits<double>::quiet_NaN(); ///< against what is around it
};

/** A row a region. kinds: "posterior", "conformal", ...; level: "95 %". Columns without a number are left out for
 * people. Throws UsageError for a row with another number of intervals. */
ReportTable RegionTable(const std::vector<RegionRow> & rows,
                        const std::vector<std::string> & kinds,
                        const std::string & level,
                        const std::string & unit,
                        int decimals);
} // namespace tweedie

#endif
