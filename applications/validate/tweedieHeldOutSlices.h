// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHeldOutSlices_h
#define tweedieHeldOutSlices_h

#include "tweedieModelCard.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** What a card says was never trained on: "axial slices 80:111, 40:43 (from 0), gap 4". */
struct HeldOutSlices
{
  std::string axis;   ///< empty: the card says nothing of slices
  std::string ranges; ///< as --slices takes them: "80:111,40:43"
};

HeldOutSlices HeldOutOf(const ModelCard & card);

/** Throws UsageError for a slice that the prior may have been trained on, unless isUnseen: the image is none of the
 * prior's. */
void RequireHeldOut(const ModelCard & card,
                    const std::vector<std::int64_t> & slices,
                    const std::string & axis,
                    std::int64_t available,
                    bool isUnseen);
} // namespace tweedie

#endif
