// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseJson_h
#define tweediePhaseJson_h

#include "tweediePhaseDraft.h"

#include <array>
#include <cstdint>
#include <string>

namespace tweedie
{
/** Names of what lies beside the patterns: files of a folder, or data sets of a group; empty: there is none. */
struct PhaseParts
{
  std::string mask;
  std::string codes;
  std::string support;
  std::array<std::int64_t, 2> maskShape{}; ///< patterns and objects of a mask that is stored for each frame; or zeros
};

/** The description of a scan (schema: README of this module). Doubles come back to the bit. */
std::string PhaseJson(const PhaseScan & scan, const PhaseParts & parts);

/** How many patterns an object has, and how many objects there are, by such a text; {0, 0} where it does not say. */
std::array<std::int64_t, 2> PatternsOfPhaseJson(const std::string & text, const std::string & name);

/** Fills all of a draft but mask, codes and support from such a text; returns their names, each the plain name of a
 * file. The patterns must be there. isGridKnown: their spacing is the file's word, which the text must not contradict.
 * Throws DataError "name: ..." naming the key. */
PhaseParts ApplyPhaseJson(PhaseDraft & draft, const std::string & text, const std::string & name, bool isGridKnown);
} // namespace tweedie

#endif
