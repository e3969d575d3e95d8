// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBrainStore_h
#define tweedieBrainStore_h

#include "tweedieBrainProtocol.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** Results of finished parts of a suite, one small JSON file each, so that a run continues where it stopped. A result
 * is only found again under the very settings that made it. */
class BrainStore
{
public:
  /** settings: whatever the results depend on that the names below do not say. */
  BrainStore(std::string folder, std::string settings);

  std::optional<BrainResult> Find(const std::string & name, const std::string & key) const;
  void Keep(const std::string & name, const std::string & key, const BrainResult & result) const;

private:
  std::string Path(const std::string & name) const;

  std::string m_Folder;
  std::string m_Settings;
};
} // namespace tweedie

#endif
