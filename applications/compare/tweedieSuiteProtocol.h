// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSuiteProtocol_h
#define tweedieSuiteProtocol_h

#include "tweedieComparison.h"
#include "tweedieReportPage.h"
#include "tweedieReportTable.h"
#include "tweedieSuite.h"
#include "tweedieSuiteOutcome.h"
#include "tweedieSuiteScore.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
struct FeatureMaker;

/** A simulated measurement of some slices, and the ways back from it. */
class SuiteMeasurement
{
public:
  virtual ~SuiteMeasurement() = default;

  /** What the results are held against: real or complex. */
  virtual const Volume & Truth() const = 0;

  /** By one method; lambda: the weight of TV; start: the mean of method.start, in the units of the truth, or empty. */
  virtual VolumeEstimate Reconstruct(const SuiteMethod & method,
                                     double lambda,
                                     const Volume & start,
                                     const ProgressCallback & progress) const = 0;

  /** besideMean: of method.beside, or empty; features: of a network that the user named, or null. */
  virtual SuiteScore
  Score(const VolumeEstimate & estimate, const Volume & besideMean, const FeatureMaker * features) const
  {
    return ScoreSlices(Truth(), estimate, besideMean, features);
  }

  /** Real images by name that are kept beside those of seed 1. */
  virtual std::vector<std::pair<std::string, Volume>>
  Data() const
  {
    return {};
  }
};

/** One number with the interval that it must lie in. */
struct SuiteRequirement
{
  std::string what;
  double low;
  double high; ///< infinity: there is none
  double value;
};

/** What is measured and how it is judged: classical methods, of which some have a weight that is chosen on other
 * slices, against posterior ones, over some configurations. */
class SuiteProtocol
{
public:
  virtual ~SuiteProtocol() = default;

  virtual const SuiteOptions & Options() const = 0;
  virtual std::vector<SuiteConfiguration> Configurations() const = 0;
  virtual std::vector<SuiteMethod> Methods(const SuiteConfiguration & configuration) const = 0;
  virtual std::unique_ptr<SuiteMeasurement> Simulate(const SuiteConfiguration & configuration,
                                                     const Volume & image,
                                                     std::int64_t seed,
                                                     const ProgressCallback & progress) const = 0;

  /** What results depend on beside image, prior, slices and weights; empty: nothing. */
  virtual std::string
  Settings() const
  {
    return {};
  }

  /** The same of one method alone. */
  virtual std::string
  Settings(const SuiteConfiguration &, const SuiteMethod &) const
  {
    return {};
  }

  /** For people: of the whole report; what the data are, after subject and slices; what the numbers of the table and of
   * the requirements mean. */
  virtual std::string Title() const = 0;
  virtual std::string Data() const = 0;
  virtual std::string TableCaption() const = 0;
  virtual std::string RequirementCaption() const = 0;

  /** Rows of all configurations; its first column says which. */
  virtual ReportTable Table(const std::vector<SuiteOutcome> & outcomes) const = 0;

  /** Whether people see a table for each configuration. */
  virtual bool
  HasTables() const
  {
    return false;
  }
  virtual std::vector<SuiteRequirement> Requirements(const SuiteOutcome & outcome) const = 0;

  /** Units and window of the images, for the report of one configuration. */
  virtual void
  Present(ComparisonInput &) const
  {
  }

  /** Pictures of the whole report, from the images that were kept in folder. */
  virtual void
  Show(const std::vector<SuiteOutcome> &, const std::string & /*folder*/, ReportDocument &) const
  {
  }
};

/** Runs the protocol over its configurations, options.seeds and methods; results go into folder as soon as they are
 * there, and what is there already is not made again:
 *
 *    units/                      a small file per result
 *    CONFIGURATION/              images of seed 1 and their comparison
 *    table.*, report.html        all configurations
 *
 * A weight of TV is that of the best mean PSNR on options.tuningSlices. Throws UsageError for an unknown
 * options.only, and tuning slices that are judged. */
void RunProtocol(const SuiteProtocol & protocol,
                 const std::string & folder,
                 const CommandLine & line,
                 const ProgressCallback & progress);
} // namespace tweedie

#endif
