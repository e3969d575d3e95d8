// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImagePart_h
#define tweedieImagePart_h

#include "tweedieVolumeEstimate.h"

#include <string>

namespace tweedie
{
/** A volume's "magnitude" |x|, "phase" arg x in radian (-pi..pi], or "complex" itself. A real volume's magnitude is the
 * volume, sign and all: Hounsfield units are negative in fat. Throws UsageError for another name, and for the complex
 * part of a real volume. */
Volume ImagePart(const Volume & volume, const std::string & part);

/** The standard deviation that belongs to a part of an estimate's mean: that of the samples' magnitudes, the circular
 * one of their phases, or for "complex" (and for real estimates) sqrt(E|x - mean|^2). Empty if the estimate has none.
 */
Volume PartDeviation(const VolumeEstimate & estimate, const std::string & part);
} // namespace tweedie

#endif
