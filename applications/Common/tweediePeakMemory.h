// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePeakMemory_h
#define tweediePeakMemory_h

#include <cstdint>

namespace tweedie
{
/** The most memory that this process has had at once, of the machine's (resident set), in bytes; 0: not known. */
std::int64_t PeakMemory();
} // namespace tweedie

#endif
