// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieStoredLesionScan_h
#define tweedieStoredLesionScan_h

#include "tweedieLesionScan.h"

#include <memory>
#include <string>

namespace tweedie
{
/** The same scan, whose posteriors are kept in a folder (mean and samples), so that a test goes on where it
 * stopped. A posterior is only found again for the very data, signal, samples and seed that made it. settings: all else
 * that it depends on. Throws UsageError for a folder that cannot be made. */
std::unique_ptr<LesionScan>
StoreLesionScan(std::unique_ptr<LesionScan> scan, const std::string & folder, const std::string & settings);
} // namespace tweedie

#endif
