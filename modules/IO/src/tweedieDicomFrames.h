// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomFrames_h
#define tweedieDicomFrames_h

#include "tweedieDicomDerived.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** What a multi-frame object of a volume says of all its frames and of each (PS3.3 C.7.6.16 and C.7.6.17). */
struct MultiFrame
{
  const Grid & grid;
  const DicomSeries & source;
  const DerivedSeries & series;
  std::vector<std::int64_t> slices; ///< of the grid, one a frame
  std::string derivation;
  DicomCode derivationCode;
  bool hasAnatomy = true; ///< whether the IOD has the Frame Anatomy functional group
};

/** Frame of reference, sizes, shared and per-frame functional groups with places and sources, dimensions by position
 * and, where there is one, segment. The first source is read for what all share. */
void PutMultiFrame(DcmItem & object, const MultiFrame & frames, const DicomSource & from);

/** The shared functional groups of an object that has them; the groups of a frame. */
DcmItem & SharedGroups(DcmItem & object);
DcmItem & FrameGroups(DcmItem & object, std::size_t frame);

/** ContentLabel and what goes with it. Throws UsageError for a label of other characters. */
void PutContent(DcmItem & object, const std::string & label, const std::string & description);
} // namespace tweedie

#endif
