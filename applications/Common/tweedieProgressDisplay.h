// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieProgressDisplay_h
#define tweedieProgressDisplay_h

#include "tweedieProgress.h"

#include <chrono>
#include <optional>
#include <string>

namespace tweedie
{
/** Shows progress on standard error: a bar that is drawn over and over ("bar"), now and then a line (what "auto" means
 * where standard error is no terminal), or nothing ("none"). On standard output: the tags that 3D Slicer reads
 * ("slicer"). */
class ProgressDisplay
{
public:
  explicit ProgressDisplay(const std::string & mode);
  ProgressDisplay(const ProgressDisplay &) = delete;
  ProgressDisplay & operator=(const ProgressDisplay &) = delete;
  /** Clears the bar; ends the task. */
  ~ProgressDisplay();

  /** Draws; its callback returns false when the user has interrupted. */
  ProgressCallback Callback();

  /** Clears the bar, so that other text can be written. */
  void Clear();

private:
  enum class Style
  {
    Bar,
    Lines,
    Slicer,
    None
  };
  void Show(const ProgressReport & report);
  void ShowToSlicer(const ProgressReport & report, bool isDue);
  void EndForSlicer();
  /** From the speed since the first report, because a resumed task has not done its first steps just now. */
  double SecondsLeft(const ProgressReport & report);

  Style m_Style;
  ProgressReport m_First;
  std::optional<ProgressReport> m_Shown; ///< the last one that Slicer got
  bool m_IsDrawn = false;
  std::chrono::steady_clock::time_point m_Last;
};

/** How much is done, 0 to 1. */
double ProgressFraction(const ProgressReport & report);

/** "0:07", "12:30", "2:03:00" */
std::string DurationText(double seconds);

/** One line about a report, at most width columns; with bar: a drawing of the fraction done. secondsLeft < 0: not
 * known.
 */
std::string ProgressText(const ProgressReport & report, double secondsLeft, int width, bool bar);
} // namespace tweedie

#endif
