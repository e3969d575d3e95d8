// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTuneLog_h
#define tweedieTuneLog_h

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** What came out of one trial; means over slices. */
struct TuneTrial
{
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  std::int64_t trial = 0;
  std::int64_t levels = 0;                   ///< 0: the method has none
  std::vector<std::optional<double>> values; ///< of the searched settings; nothing: the method chooses
  double psnr = none;                        ///< dB
  double ssim = none;
  double crps = none;           ///< of the samples, in the head, over the image's 99.9th percentile
  double deviationRatio = none; ///< predicted over found error
  double coverage = none;       ///< of the 90 % interval
  std::int64_t networkEvaluations = 0;
  double seconds = none;
  std::string failure; ///< why there is no image; empty: there is
};

/** The log of a search: one line per finished trial, in a file that always is whole. */
class TuneLog
{
public:
  /** key: whatever the trials depend on, as a short text without commas. Reads what is there. Throws UsageError where
   * that is another search's, DataError where it is no log. */
  TuneLog(std::string path, std::string key, std::vector<std::string> settings);

  const std::vector<TuneTrial> &
  Trials() const
  {
    return m_Trials;
  }

  /** nullptr: not finished. */
  const TuneTrial * Find(std::int64_t trial) const;

  /** Adds a trial and writes the file. */
  void Keep(const TuneTrial & trial);

private:
  std::string Text() const;
  void Read();

  std::string m_Path;
  std::string m_Key;
  std::vector<std::string> m_Settings;
  std::vector<TuneTrial> m_Trials; ///< in their order
};
} // namespace tweedie

#endif
