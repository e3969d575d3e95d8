// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePythonScans_h
#define tweediePythonScans_h

#include "tweedieCTScan.h"
#include "tweedieMRIScan.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace tweedie
{
namespace python
{
/** Scans as Python keeps them, a dict whose keys are the names of the fields here, and back; arrays are shared. */
MRIScan MRIScanOf(const pybind11::dict & tree);
pybind11::dict TreeOf(const MRIScan & scan);

/** geometry: {"beam": parallel | fan | cone, "detector_radius", "views": [view, 4, 3] of source, detector, along u and
 * v}. */
CTGeometry CTGeometryOf(const pybind11::dict & tree);
pybind11::dict TreeOf(const CTGeometry & geometry);
CTScan CTScanOf(const pybind11::dict & tree);
pybind11::dict TreeOf(const CTScan & scan);
} // namespace python
} // namespace tweedie

#endif
