// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSuiteStore_h
#define tweedieSuiteStore_h

#include "tweedieSuiteScore.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** Results of finished parts of a suite, one small JSON file each, so that a run continues where it stopped. A result
 * is only found again under the very settings that made it. */
class SuiteStore
{
public:
  /** settings: whatever the results depend on that the names below do not say. */
  SuiteStore(std::string folder, std::string settings);

  std::optional<SuiteScore> Find(const std::string & name, const std::string & key) const;
  void Keep(const std::string & name, const std::string & key, const SuiteScore & result) const;

private:
  std::string Path(const std::string & name) const;

  std::string m_Folder;
  std::string m_Settings;
};
} // namespace tweedie

#endif
