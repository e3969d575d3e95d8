// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomGroups_h
#define tweedieDicomGroups_h

#include "tweedieDicomImage.h"
#include "tweedieDicomSeries.h"

#include <vector>

namespace tweedie
{
/** Images that may be the slices of one volume, in the order of their places along the normal. */
struct DicomGroup
{
  std::vector<DicomImage> images;
  std::vector<DicomImage> partners; ///< phases or imaginary parts of images
};

/** p . (row x column): where an image lies along the normal of the first image's plane. */
double PlaceAlongNormal(const DicomImage & first, const DicomImage & image);

/** Which of the images are at the place of the one before them, closer than 1 % of the usual step. */
std::vector<std::size_t> DuplicatePlaces(const std::vector<DicomImage> & ordered);

/** Sorts images into groups of one series, SOP class, size, spacing, orientation, image type, stack, echo and b-value;
 * where places repeat, also by time or acquisition, if that leaves none twice. Magnitudes and phases, and real and
 * imaginary parts, of one series at the same places become one group. Ordered by series number. */
std::vector<DicomGroup> GroupDicom(std::vector<DicomImage> images);
} // namespace tweedie

#endif
