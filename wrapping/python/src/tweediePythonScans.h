// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePythonScans_h
#define tweediePythonScans_h

#include "tweedieCTScan.h"
#include "tweedieMRIScan.h"
#include "tweediePhaseScan.h"
#include "tweedieRestorationMeasurement.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace tweedie
{
namespace python
{
/** {"size": (x, y, z), "spacing", "origin", "direction"} as a grid. */
Grid SizedGridOf(const pybind11::object & tree);

/** Scans as Python keeps them, a dict whose keys are the names of the fields here, and back; arrays are shared. */
MRIScan MRIScanOf(const pybind11::dict & tree);
pybind11::dict TreeOf(const MRIScan & scan);

/** geometry: {"beam": parallel | fan | cone, "detector_radius", "views": [view, 4, 3] of source, detector, along u and
 * v}. */
CTGeometry CTGeometryOf(const pybind11::dict & tree);
pybind11::dict TreeOf(const CTGeometry & geometry);
CTScan CTScanOf(const pybind11::dict & tree);
pybind11::dict TreeOf(const CTScan & scan);

PhaseScan PhaseScanOf(const pybind11::dict & tree);
pybind11::dict TreeOf(const PhaseScan & scan);

/** options: JSON text of the task and its numbers. */
RestorationMeasurement RestorationOf(const pybind11::dict & tree);
pybind11::dict TreeOf(const RestorationMeasurement & measurement);
} // namespace python
} // namespace tweedie

#endif
