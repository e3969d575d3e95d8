// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCoilMapFile_h
#define tweedieCoilMapFile_h

#include "tweedieBartFile.h"
#include "tweedieVolume.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tweedie
{
/** Volumes whose channels are sets x something, as files keep them: a BART array has the sets in its dimension 4, as
 * "bart ecalib -m" and "bart pics" write them; any other image has one channel after another, set by set. */
struct SetVolume
{
  Volume volume;
  std::int64_t sets = 1;
};

/** Coil maps from a BART file or any image. sets: how many the file holds; needed for images other than BART's with
 * more than one. Throws DataError where a BART file holds another number, and where the channels are no multiple. */
SetVolume ReadCoilMaps(const std::string & path, const std::optional<std::int64_t> & sets = {});

/** Writes such a volume: coil maps, their eigenvalues, the images of the sets. Throws as WriteImage does. */
void WriteSets(const std::string & path, const Volume & volume, std::int64_t sets);

/** As BartFromVolume, with the sets in dimension 4. */
BartArray BartFromSets(const Volume & volume, std::int64_t sets);
} // namespace tweedie

#endif
