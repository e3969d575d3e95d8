// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieAvailableCores_h
#define tweedieAvailableCores_h

#include <string>

namespace tweedie
{
/** Physical cores among the processors that this process may run on, and no more than its control group may use at
 * once, rounded up; at least 1. Two threads on one core share its arithmetic, so that the second one only costs.
 *
 * ATen's own default is not always this: its way to count gives 1 on some virtual machines, and all processors of the
 * host in a container that may use two. root: before /sys, for tests. */
int AvailableCores(const std::string & root = {});
} // namespace tweedie

#endif
