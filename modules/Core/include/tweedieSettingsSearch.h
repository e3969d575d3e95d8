// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSettingsSearch_h
#define tweedieSettingsSearch_h

#include "tweedieOptions.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** A number among the options whose Field has a search range. */
struct SearchedSetting
{
  std::string name;
  double low = 0.0;
  double high = 0.0;
  bool isInteger = false;
};

/** Lists the settings that are searched, in the order of their struct's Visit. */
class SearchCollector final : public OptionVisitor
{
public:
  void Visit(const Field & field, bool & value) override;
  void Visit(const Field & field, std::int64_t & value) override;
  void Visit(const Field & field, double & value) override;
  void Visit(const Field & field, std::string & value) override;
  void Visit(const Field & field, std::optional<double> & value) override;
  void Visit(const Field & field, std::optional<std::int64_t> & value) override;
  void Visit(const Field & field, std::vector<double> & value) override;
  void Visit(const Field & field, std::vector<std::string> & value) override;

  std::vector<SearchedSetting> settings;
};

/** Those of an options struct as it stands: what is searched may depend on the other settings. */
template <typename TOptions>
std::vector<SearchedSetting>
SearchedSettings(TOptions options)
{
  SearchCollector collector;
  options.Visit(collector);
  return collector.settings;
}

/** One trial of a random search (Bergstra and Bengio 2012): a value for each setting, from a uniform u of [0, 1) each,
 *
 *    low > 0   low (high / low)^u, for integers floor(low ((high + 1) / low)^u)      equal shares for equal ratios
 *    low = 0   high u, for integers floor((high + 1) u)
 *
 * Numbers that are no integers are rounded to four significant digits. A pure function of (seed, trial) and of the
 * settings up to each one. Throws std::logic_error for a range that is none. */
std::vector<double>
DrawSettings(const std::vector<SearchedSetting> & settings, std::uint64_t seed, std::uint64_t trial);
} // namespace tweedie

#endif
