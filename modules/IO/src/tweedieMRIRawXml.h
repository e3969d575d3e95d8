// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIRawXml_h
#define tweedieMRIRawXml_h

#include "tweedieMRIRaw.h"

#include <string>

namespace tweedie
{
/** Fills all but the readouts from the XML header of an ISMRMRD file. Throws DataError unless every encoding has its
 * spaces, with matrices of 1 to 65535 and fields of view above 0. */
void ApplyMRIRawXml(MRIRaw & raw, const std::string & text, const std::string & name);
} // namespace tweedie

#endif
