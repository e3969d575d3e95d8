// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieLesionTest_h
#define tweedieLesionTest_h

#include "tweedieLesionScan.h"
#include "tweedieLesionScore.h"
#include "tweedieOptions.h"
#include "tweedieVerdict.h"

#include <optional>

namespace tweedie
{
struct LesionOptions
{
  std::vector<double> diameters{4.0, 8.0, 12.0}; ///< mm
  std::string contrasts = "3snr,5snr,10snr";     ///< as ParseLesionContrasts reads them
  std::int64_t places = 4;                       ///< all of them in one scan
  std::vector<double> at;                        ///< x, y, z in mm: one place instead
  std::vector<double> accelerations{1.0};        ///< one of so many lines (views) beside those that calibrate is kept
  std::int64_t samples = 16;                     ///< of each run, and replicas of the classical method
  std::int64_t seed = 1;                         ///< of places and samples: the same ones with an insert and without
  double imageUnits = 1.0; ///< contrasts in units of the image are this times those of the scan's images

  void Visit(OptionVisitor & v);

  /** Throws UsageError for what Visit cannot say. pixel: mm. */
  void Require(double pixel) const;
};

/** One insert as one method shows it. Contrasts are in the units of the scan's images. */
struct LesionRow
{
  std::string method;
  bool isClassical = false;
  double acceleration = 1.0;
  double diameter = 0.0;
  std::string contrastText;
  std::array<double, 3> center{};
  double contrast = 0.0;
  double signal = 0.0; ///< over the noise, in the data that were used: of an observer who knows the insert
  LesionScore score;
};

/** All places of one size, contrast and undersampling. */
struct LesionGroup
{
  LesionRow mean;               ///< its recovery, deviation, detectability, missed and contrast are means
  std::int64_t places = 0;      ///<
  double recoveryError = 0.0;   ///< standard error over places; not-a-number for one
  double coverage = 0.0;        ///< share of the places
  double falseInsertions = 0.0; ///< of the scan without an insert
};

/** An insert to be looked at. */
struct LesionPicture
{
  std::string name; ///< "worst"
  LesionRow row;
  std::int64_t slice = 0;
  Volume without, with, added; ///< means; what was put in
};

struct LesionResult
{
  std::vector<LesionRow> rows;
  std::vector<LesionGroup> groups;
  std::vector<LesionPicture> pictures; ///< worst and best recovery under the prior
  std::string classical;
  std::vector<Verdict> verdicts;
  std::vector<std::string> notTested;
  std::int64_t runs = 0; ///< posteriors that were sampled
  double seconds = 0.0;
};

/** Puts known inserts into what was measured and looks for them in what is reconstructed, under the prior and by a
 * classical method: recovery, coverage, detectability, what is missed and what is invented, against size, contrast and
 * undersampling. Throws UsageError, DataError for a place that the object has no room for, Aborted. */
LesionResult
TestLesions(const LesionScan & scan, const LesionOptions & options, const ProgressCallback & progress = {});

/** Recovery and false insertions at a signal of 5 and more (Rose 1948), size by size, and coverage: of the prior, on
 * the first of the accelerations. */
std::vector<Verdict> JudgeLesions(const LesionResult & result, const LesionOptions & options);
} // namespace tweedie

#endif
