// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomUid_h
#define tweedieDicomUid_h

#include <string>

namespace tweedie
{
/** "2.25." and the number of a UUID (PS3.5 B.2): of version 8 with the bits of the key's SHA-256, or random (version 4)
 * where the key is empty (RFC 9562).
 */
std::string MakeUid(const std::string & key);

/** PS3.5 9.1: 1 to 64 digits and dots, no component empty or, but for 0 itself, beginning with 0. Such a text is safe
 * as the name of a file. */
bool IsUid(const std::string & text);
} // namespace tweedie

#endif
