// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieVolumeDigest_h
#define tweedieVolumeDigest_h

#include "tweedieVolume.h"

#include <string>

namespace tweedie
{
/** SHA-256 of a volume's numbers and grid, lower-case hexadecimal: equal for equal volumes on machines of one byte
 * order. */
std::string DigestOf(const Volume & volume);
} // namespace tweedie

#endif
