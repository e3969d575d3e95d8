// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomOrder_h
#define tweedieDicomOrder_h

#include "tweedieDicomGroups.h"

namespace tweedie
{
/** The volume that a group is, its grid from the places of its slices, and what is wrong with it. */
DicomListing::Entry VolumeOf(const DicomGroup & group, const DicomReadOptions & options);
} // namespace tweedie

#endif
