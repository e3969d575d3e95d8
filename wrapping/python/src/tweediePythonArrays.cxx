// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"

#include "tweedieComparison.h"
#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <complex>
#include <memory>
#include <string>

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
/** Keeps a Python object for as long as memory of it is in use, by whatever thread. */
std::shared_ptr<void>
Keep(const py::object & object)
{
  return {new py::object(object),
          [](void * kept)
          {
            const py::gil_scoped_acquire gil;
            delete static_cast<py::object *>(kept);
          }};
}

std::string
TypeText(const py::array & array)
{
  return py::str(array.dtype());
}

void
RequireContiguous(const py::array & array)
{
  if ((array.flags() & py::array::c_style) == 0)
  {
    throw DataError("array: given one whose memory is not C-contiguous; required numpy.ascontiguousarray of it");
  }
}

template <std::size_t n>
std::array<double, n>
Numbers(const py::dict & image, const char * name)
{
  const auto values = image[name].cast<std::vector<double>>();
  if (values.size() != n)
  {
    throw DataError(std::string(name) + ": given " + std::to_string(values.size()) + " numbers; required " +
                    std::to_string(n));
  }
  std::array<double, n> result{};
  std::copy(values.begin(), values.end(), result.begin());
  return result;
}

struct TypePair
{
  at::ScalarType tensor;
  py::dtype array;
};

const std::vector<TypePair> &
Types()
{
  static const std::vector<TypePair> types{{at::kFloat, py::dtype::of<float>()},
                                           {at::kDouble, py::dtype::of<double>()},
                                           {at::kComplexFloat, py::dtype::of<std::complex<float>>()},
                                           {at::kComplexDouble, py::dtype::of<std::complex<double>>()},
                                           {at::kLong, py::dtype::of<std::int64_t>()}};
  return types;
}
} // namespace

Grid
GridOf(const py::dict & image, std::int64_t z, std::int64_t y, std::int64_t x)
{
  Grid grid;
  grid.size = {z, y, x};
  grid.spacing = Axes<double>::FromXyz(Numbers<3>(image, "spacing"));
  grid.origin = Numbers<3>(image, "origin");
  grid.direction = Numbers<9>(image, "direction");
  return grid;
}

py::dict
TreeOf(const Grid & grid)
{
  py::dict tree;
  tree["size"] = grid.size.Xyz();
  tree["spacing"] = grid.spacing.Xyz();
  tree["origin"] = grid.origin;
  tree["direction"] = grid.direction;
  return tree;
}

Volume
VolumeOf(const py::object & image)
{
  if (image.is_none())
  {
    return {};
  }
  const auto tree = image.cast<py::dict>();
  const auto array = tree["array"].cast<py::array>();
  const bool isReal = array.dtype().is(py::dtype::of<float>());
  const bool isComplex = array.dtype().is(py::dtype::of<std::complex<float>>());
  if (!isReal && !isComplex)
  {
    throw DataError("array: given numbers of type " + TypeText(array) + "; required float32 or complex64");
  }
  RequireContiguous(array);
  if (array.ndim() != 4)
  {
    throw DataError("array: given " + std::to_string(array.ndim()) + " axes; required [channel, z, y, x]");
  }
  const Grid grid = GridOf(tree, array.shape(1), array.shape(2), array.shape(3));
  // Volumes of inputs are only read; numpy may mark the memory so.
  auto * const data = static_cast<float *>(const_cast<void *>(array.data()));
  return {grid, isComplex ? Volume::Element::Complex : Volume::Element::Real, array.shape(0), data, Keep(array)};
}

py::object
ImageOf(const Volume & volume)
{
  if (volume.IsEmpty())
  {
    return py::none();
  }
  const Axes<std::int64_t> size = volume.GetGrid().size;
  const std::vector<std::int64_t> shape{volume.Channels(), size.z, size.y, size.x};
  auto * const owner = new Volume(volume);
  const py::capsule keeper(owner, [](void * kept) { delete static_cast<Volume *>(kept); });
  py::dict tree = TreeOf(volume.GetGrid());
  tree["array"] = volume.IsComplex() ? py::array(py::array_t<std::complex<float>>(shape, owner->ComplexData(), keeper))
                                     : py::array(py::array_t<float>(shape, owner->Data(), keeper));
  return py::object(tree);
}

at::Tensor
TensorOf(const py::array & array)
{
  const auto found =
      std::find_if(Types().begin(), Types().end(), [&](const TypePair & type) { return array.dtype().is(type.array); });
  if (found == Types().end())
  {
    throw DataError("array: given numbers of type " + TypeText(array) +
                    "; required float32, float64, complex64 or complex128");
  }
  RequireContiguous(array);
  const std::vector<std::int64_t> shape(array.shape(), array.shape() + array.ndim());
  const std::shared_ptr<void> keeper = Keep(array);
  return at::from_blob(
      const_cast<void *>(array.data()), shape, [keeper](void *) {}, found->tensor);
}

py::array
ArrayOf(const at::Tensor & tensor)
{
  const at::Tensor plain = tensor.detach().resolve_conj().resolve_neg().cpu().contiguous();
  const auto found = std::find_if(
      Types().begin(), Types().end(), [&](const TypePair & type) { return type.tensor == plain.scalar_type(); });
  if (found == Types().end())
  {
    throw DataError("array: given a tensor of a type that numpy arrays of this module do not have");
  }
  auto * const owner = new at::Tensor(plain);
  const py::capsule keeper(owner, [](void * kept) { delete static_cast<at::Tensor *>(kept); });
  return {found->array, plain.sizes().vec(), owner->data_ptr(), keeper};
}

py::dict
TreeOf(const VolumeEstimate & estimate)
{
  py::dict tree;
  tree["mean"] = ImageOf(estimate.mean);
  tree["standard_deviation"] = ImageOf(estimate.standardDeviation);
  tree["magnitude_standard_deviation"] = ImageOf(estimate.magnitudeStandardDeviation);
  tree["phase_standard_deviation"] = ImageOf(estimate.phaseStandardDeviation);
  tree["samples"] = ImageOf(estimate.samples);
  tree["null_space_share"] = ImageOf(estimate.nullSpaceShare);
  tree["summary"] = estimate.summary.ToJson();
  return tree;
}

VolumeEstimate
EstimateOf(const py::dict & tree)
{
  VolumeEstimate estimate;
  estimate.mean = VolumeOf(tree["mean"]);
  estimate.standardDeviation = VolumeOf(tree["standard_deviation"]);
  estimate.magnitudeStandardDeviation = VolumeOf(tree["magnitude_standard_deviation"]);
  estimate.phaseStandardDeviation = VolumeOf(tree["phase_standard_deviation"]);
  estimate.samples = VolumeOf(tree["samples"]);
  estimate.nullSpaceShare = VolumeOf(tree["null_space_share"]);
  estimate.summary = SummaryFromJson(tree["summary"].cast<std::string>());
  return estimate;
}
} // namespace python
} // namespace tweedie
