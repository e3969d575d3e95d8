// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieConfidentiality_h
#define tweedieConfidentiality_h

#include "tweedieDeidentify.h"

#include <cstdint>
#include <map>
#include <string>

namespace tweedie
{
/** What is done with an element. */
enum class CleanAction
{
  Remove,
  Empty,
  Replace, ///< by a value that says nothing
  NewUid,
  Keep,
  Shift,   ///< of a date; as Keep for a time of day
  Contents ///< a sequence stays, its items are cleaned
};

/** The text of tweedieConfidentialityProfile.csv. */
const char * ConfidentialityText();

/** The action of a row: where several may be, the one that is right for every type (PS3.5 7.4) the element can have. A
 * replaced value is one that is not empty, which types 1, 2 and 3 allow. */
CleanAction ActionOf(const ConfidentialityRow & row, const std::vector<std::string> & keep, bool isSequence);

bool IsKept(const std::vector<std::string> & keep, const char * option);

/** The rows under options, found by tag. */
class Confidentiality
{
public:
  explicit Confidentiality(std::vector<std::string> keep);

  /** Null where no row says anything. */
  const ConfidentialityRow * Find(std::uint16_t group, std::uint16_t element) const;

  const std::vector<std::string> &
  Keep() const
  {
    return m_Keep;
  }

private:
  std::vector<std::string> m_Keep;
  std::map<std::uint32_t, const ConfidentialityRow *> m_Rows;
};
} // namespace tweedie

#endif
