// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePythonArrays_h
#define tweediePythonArrays_h

#include "tweedieVolume.h"
#include "tweedieVolumeEstimate.h"

#include <ATen/core/Tensor.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <vector>

namespace tweedie
{
namespace python
{
/** An image as Python keeps it: {"array": [channel, z, y, x], "spacing", "origin": (x, y, z), "direction": 9 numbers
 * by rows}. The volume looks at the array's memory and keeps it alive. None: an empty volume. Throws DataError for
 * another type than float32 and complex64, and for one that is not C-contiguous. */
Volume VolumeOf(const pybind11::object & image);

/** The same back: the array looks at the volume's memory. An empty volume: None. */
pybind11::object ImageOf(const Volume & volume);

Grid GridOf(const pybind11::dict & image, std::int64_t z, std::int64_t y, std::int64_t x);
pybind11::dict TreeOf(const Grid & grid);

/** Arrays of float32, float64, complex64, complex128 and int64 without a copy, both ways. */
at::Tensor TensorOf(const pybind11::array & array);
pybind11::array ArrayOf(const at::Tensor & tensor);

/** mean, standard_deviation, ..., summary (JSON text), and back. */
pybind11::dict TreeOf(const VolumeEstimate & estimate);
VolumeEstimate EstimateOf(const pybind11::dict & tree);
} // namespace python
} // namespace tweedie

#endif
