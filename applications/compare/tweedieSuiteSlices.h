// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSuiteSlices_h
#define tweedieSuiteSlices_h

#include "tweedieSuite.h"
#include "tweedieVolume.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** "64:72:8,116:124:8" as single slices. */
std::vector<std::int64_t> SliceList(const std::string & text, std::int64_t available);

/** At most limit of them, evenly spread; 0: all. */
std::vector<std::int64_t> Limited(const std::vector<std::int64_t> & slices, std::int64_t limit);

/** Slices of the image as a volume; the step between them does not matter here. */
Volume TakeSlices(const Volume & image, const std::vector<std::int64_t> & slices);

/** The judged slices of a suite: options.slices of options.image, at most options.limit. */
Volume SuiteSlices(const SuiteOptions & options);
} // namespace tweedie

#endif
