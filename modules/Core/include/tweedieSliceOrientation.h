// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSliceOrientation_h
#define tweedieSliceOrientation_h

#include "tweedieGrid.h"

#include <string>

namespace tweedie
{
/** Where x and y of a slice lead in the patient, by the nearest axis: "LP" is to the left and to the back, as axial
 * slices are shown. */
std::string SliceOrientation(const Grid & grid);

/** With x the other way round: "RP" of "LP". */
std::string MirroredOrientation(std::string orientation);
} // namespace tweedie

#endif
