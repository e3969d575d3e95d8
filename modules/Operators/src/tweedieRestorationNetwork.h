// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationNetwork_h
#define tweedieRestorationNetwork_h

#include "tweedieRestorationMeasurement.h"
#include "tweedieRestorationTaskOptions.h"

#include <string>

namespace tweedie
{
/** Throws UsageError unless the network that a measurement needs is named and belongs to the task, DataError where it
 * is not the one that made the data: before anything of it is run. */
void RequireNetwork(const RestorationMeasurement & measurement, const RestorationTaskOptions & options);
} // namespace tweedie

#endif
