// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCaseStore_h
#define tweedieCaseStore_h

#include "tweedieCaseScore.h"

#include <optional>
#include <string>

namespace tweedie
{
/** Scores of finished cases, a small JSON file each, so that a run goes on where it stopped. A score is only found
 * again under the very settings that made it. */
class CaseStore
{
public:
  explicit CaseStore(std::string folder) : m_Folder(std::move(folder)) {}

  std::optional<CaseScore> Find(const std::string & name, const std::string & settings) const;
  void Keep(const std::string & name, const std::string & settings, const CaseScore & score) const;

private:
  std::string m_Folder;
};
} // namespace tweedie

#endif
