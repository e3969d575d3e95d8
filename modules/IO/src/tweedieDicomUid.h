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
} // namespace tweedie

#endif
