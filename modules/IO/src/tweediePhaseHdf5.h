// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseHdf5_h
#define tweediePhaseHdf5_h

#include "tweediePhaseDraft.h"

#include <string>

namespace tweedie
{
/** What a CXI, NXtomo or NeXus file says, in our terms (README of this module). */
PhaseDraft ReadPhaseHdf5(const std::string & path, const PhaseReadOptions & options);

/** Writes a scan that is in order, as NXtomo (.nxs) or CXI. */
void WritePhaseHdf5(const std::string & path, const PhaseScan & scan);
} // namespace tweedie

#endif
