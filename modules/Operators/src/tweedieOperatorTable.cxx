// SPDX-License-Identifier: Apache-2.0
#include "tweedieOperatorTable.h"

#include "tweedieRestorationRows.h"

#include "tweedieDiffractionOperator.h"
#include "tweedieFlattenedOperator.h"
#include "tweedieFourierOperator.h"
#include "tweedieFunctionOperator.h"
#include "tweedieJosephProjector.h"
#include "tweedieMRIOperators.h"
#include "tweedieNoncartesianSenseOperator.h"
#include "tweedieOffResonanceOperator.h"
#include "tweedieOperatorCombinators.h"
#include "tweediePropagationOperator.h"
#include "tweedieRandom.h"
#include "tweedieSenseOperator.h"
#include "tweedieSliceDifferenceOperator.h"
#include "tweedieToeplitzNormalOperator.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
// Odd and unequal extents, so that a shift or an axis taken for another one shows.
constexpr std::int64_t rows = 13;
constexpr std::int64_t columns = 18;

at::Tensor
Random(std::uint64_t seed, at::IntArrayRef shape, at::ScalarType type)
{
  return RandomStreams(seed, {0}).Normal(shape, type).squeeze(0);
}

at::Tensor
RandomMask(std::uint64_t seed, at::IntArrayRef shape)
{
  at::Tensor mask = Random(seed, shape, at::kFloat).gt(0).to(at::kFloat);
  mask.select(-2, shape[shape.size() - 2] / 2).fill_(1);
  return mask;
}

at::Tensor
RandomMaps(std::uint64_t seed, std::int64_t batch, std::int64_t coils)
{
  return Random(seed, {batch, coils, 1, rows, columns}, at::kComplexDouble);
}

at::Tensor
RandomMapSets(std::uint64_t seed, std::int64_t batch, std::int64_t sets, std::int64_t coils)
{
  return RandomMaps(seed, batch, sets * coils).unflatten(1, {sets, coils});
}

LinearOperatorPointer
RandomDense(std::uint64_t seed, std::int64_t outputs, std::int64_t inputs, at::ScalarType type)
{
  return Dense(Random(seed, {outputs, inputs}, type));
}

std::vector<OperatorRow>
PlainRows()
{
  return {{"identity",
           "x -> x",
           [](std::uint64_t) {
             return Identity({2, 1, rows, columns});
           }},
          {"dense-real", "a real matrix", [](std::uint64_t seed) { return RandomDense(seed, 12, 9, at::kDouble); }},
          {"dense-complex",
           "a complex matrix",
           [](std::uint64_t seed) { return RandomDense(seed, 9, 12, at::kComplexDouble); }},
          {"function",
           "functions of somebody else, here those of a matrix",
           [](std::uint64_t seed)
           {
             const at::Tensor matrix = Random(seed, {12, 9}, at::kComplexDouble);
             return std::make_shared<FunctionOperator>(
                 "function",
                 Shape{9},
                 Shape{12},
                 true,
                 [matrix](const at::Tensor & x) { return at::matmul(matrix.to(x.options()), x); },
                 [matrix](const at::Tensor & y) { return at::matmul(matrix.mH().to(y.options()), y); });
           }},
          {"fourier-2d",
           "centred unitary Fourier transform over y, x",
           [](std::uint64_t) {
             return std::make_shared<FourierOperator>(Shape{2, 3, rows, columns}, 2);
           }},
          {"fourier-3d",
           "centred unitary Fourier transform over z, y, x",
           [](std::uint64_t) {
             return std::make_shared<FourierOperator>(Shape{1, 5, 6, 7}, 3);
           }},
          {"sampling-mask",
           "keeps the sampled part",
           [](std::uint64_t seed)
           {
             return std::make_shared<SamplingMaskOperator>(Shape{2, 1, rows, columns},
                                                           RandomMask(seed, {1, 1, 1, rows, columns}));
           }},
          {"coil-sensitivities", "an image as every coil sees it", [](std::uint64_t seed) {
             return std::make_shared<CoilSensitivitiesOperator>(RandomMaps(seed, 1, 3));
           }}};
}

std::vector<OperatorRow>
SenseRows()
{
  const auto lines = [](std::uint64_t seed, std::int64_t batch) {
    return RandomMask(seed, {batch, 1, 1, rows, 1}).expand({batch, 1, 1, rows, columns}).contiguous();
  };
  return {{"sense-lines",
           "multi-coil MRI, whole lines sampled along x",
           [lines](std::uint64_t seed) { return MakeSenseOperator(lines(seed, 1), RandomMaps(seed + 1, 1, 3)); }},
          {"sense-columns",
           "multi-coil MRI, whole lines sampled along y",
           [](std::uint64_t seed)
           {
             const at::Tensor mask = RandomMask(seed, {1, 1, 1, columns, 1}).transpose(-1, -2);
             return MakeSenseOperator(mask.expand({1, 1, 1, rows, columns}).contiguous(), RandomMaps(seed + 1, 1, 3));
           }},
          {"sense-points",
           "multi-coil MRI, single points sampled",
           [](std::uint64_t seed) {
             return MakeSenseOperator(RandomMask(seed, {1, 1, 1, rows, columns}), RandomMaps(seed + 1, 1, 3));
           }},
          {"sense-one-coil",
           "one coil of sensitivity 1, single points sampled",
           [](std::uint64_t seed) {
             return MakeSenseOperator(RandomMask(seed, {1, 1, 1, rows, columns}));
           }},
          {"sense-one-coil-lines",
           "one coil of sensitivity 1, whole lines sampled",
           [lines](std::uint64_t seed) { return MakeSenseOperator(lines(seed, 1)); }},
          {"sense-batch",
           "multi-coil MRI with a mask and maps per batch entry",
           [lines](std::uint64_t seed) { return MakeSenseOperator(lines(seed, 3), RandomMaps(seed + 1, 3, 2)); }},
          {"sense-sets-lines",
           "two sets of maps per batch entry, whole lines sampled along x",
           [lines](std::uint64_t seed) { return MakeSenseOperator(lines(seed, 1), RandomMapSets(seed + 1, 3, 2, 3)); }},
          {"sense-sets-points", "three sets of maps, single points sampled", [](std::uint64_t seed) {
             return MakeSenseOperator(RandomMask(seed, {1, 1, 1, rows, columns}), RandomMapSets(seed + 1, 1, 3, 4));
           }}};
}

/** Random frequencies up to the corners of k-space. */
at::Tensor
RandomTrajectory(std::uint64_t seed, std::int64_t readouts, at::IntArrayRef size)
{
  std::vector<at::Tensor> axes;
  for (const auto pixels : size)
  {
    axes.push_back(Random(seed + axes.size(), {1, readouts, 11}, at::kDouble).squeeze(0).atan() *
                   (static_cast<double>(pixels) / 3.1416));
  }
  return at::stack(axes, -1);
}

std::vector<OperatorRow>
NonuniformRows()
{
  // The window's errors below the tests' tolerance: Normal is another arithmetic than Adjoint after Forward.
  const NonuniformFourierOptions exact{1e-7, 1e-14};
  const auto plane = [exact](std::uint64_t seed)
  {
    return std::make_shared<const NonuniformFourierOperator>(
        Shape{2, 2, rows, columns}, RandomTrajectory(seed, 9, {columns, rows}), exact);
  };
  const auto volume = [exact](std::uint64_t seed)
  {
    return std::make_shared<const NonuniformFourierOperator>(
        Shape{1, 6, 5, 7}, RandomTrajectory(seed, 9, {7, 5, 6}), exact);
  };
  return {
      {"nonuniform-fourier-2d", "Fourier transform at any frequencies, within slices", plane},
      {"nonuniform-fourier-3d", "Fourier transform of a volume at any frequencies", volume},
      {"nonuniform-normal-2d",
       "A^H W A of nonuniform-fourier-2d as a convolution",
       [plane](std::uint64_t seed)
       {
         return std::make_shared<NonuniformNormalOperator>(*plane(seed),
                                                           Random(seed + 5, {1, 9, 11}, at::kDouble).abs().squeeze(0));
       }},
      {"nonuniform-normal-3d",
       "A^H A of nonuniform-fourier-3d as a convolution",
       [volume](std::uint64_t seed) { return std::make_shared<NonuniformNormalOperator>(*volume(seed)); }},
      {"off-resonance",
       "nonuniform-fourier-2d in a field that is not everywhere the same",
       [plane](std::uint64_t seed)
       {
         const at::Tensor field = Random(seed + 9, {2, rows, columns}, at::kDouble) * 30.0;
         return std::make_shared<OffResonanceOperator>(plane(seed), field, at::arange(11, at::kDouble) * 1e-3);
       }},
      {"noncartesian-sense",
       "multi-coil MRI along any trajectory, maps per batch entry",
       [exact](std::uint64_t seed)
       {
         return std::make_shared<NoncartesianSenseOperator>(
             Shape{1, 1, rows, columns}, RandomTrajectory(seed, 9, {columns, rows}), RandomMaps(seed + 7, 3, 3), exact);
       }},
      {"noncartesian-sense-sets",
       "two sets of maps along any trajectory, per batch entry",
       [exact](std::uint64_t seed)
       {
         return std::make_shared<NoncartesianSenseOperator>(Shape{1, 1, rows, columns},
                                                            RandomTrajectory(seed, 9, {columns, rows}),
                                                            RandomMapSets(seed + 7, 3, 2, 3),
                                                            exact);
       }},
      {"noncartesian-sense-volume-sets",
       "two sets of maps of a volume along any trajectory",
       [exact](std::uint64_t seed)
       {
         const at::Tensor maps = Random(seed + 7, {2, 3, 6, 5, 7}, at::kComplexDouble);
         return std::make_shared<NoncartesianSenseOperator>(
             Shape{1, 6, 5, 7}, RandomTrajectory(seed, 9, {7, 5, 6}), maps.view({1, 2, 3, 6, 5, 7}), exact);
       }}};
}

/** Four views of a small detector around a grid of odd extents. */
struct SmallScan
{
  explicit SmallScan(CTBeam beam)
  {
    geometry.beam = beam;
    for (const double angle : {0.0, 50.0, 100.0, 150.0})
    {
      CTGantry gantry;
      gantry.sid = 40.0;
      gantry.sdd = beam == CTBeam::Parallel ? 0.0 : 60.0;
      gantry.gantryAngle = angle;
      geometry.views.push_back(ViewOfGantry(gantry));
    }
    grid.size = {3, 7, 5};
    grid.spacing = {1.5, 1.0, 1.2};
    grid.origin = {-2.4, -3.0, -1.5};
  }

  LinearOperatorPointer
  Joseph() const
  {
    return std::make_shared<JosephProjector>(geometry, detector, grid, 2);
  }

  std::shared_ptr<const FourierSliceProjector>
  FourierSlice() const
  {
    return std::make_shared<const FourierSliceProjector>(geometry, detector, grid, 2);
  }

  CTGeometry geometry;
  CTDetector detector{9, 3, 1.3, 1.5, -5.2, -1.5};
  Grid grid;
};

std::vector<OperatorRow>
ProjectorRows()
{
  return {{"joseph-slices",
           "line integrals of parallel rays, slice by slice",
           [](std::uint64_t) { return SmallScan(CTBeam::Parallel).Joseph(); }},
          {"joseph-volume",
           "line integrals of rays from a point",
           [](std::uint64_t) { return SmallScan(CTBeam::Cone).Joseph(); }},
          {"fourier-slice",
           "line integrals of parallel rays within slices, by gridding",
           [](std::uint64_t) { return SmallScan(CTBeam::Parallel).FourierSlice(); }},
          {"toeplitz-normal", "the normal operator of fourier-slice as a convolution", [](std::uint64_t) {
             return std::make_shared<ToeplitzNormalOperator>(*SmallScan(CTBeam::Parallel).FourierSlice());
           }}};
}

std::vector<OperatorRow>
PhaseRows()
{
  return {{"diffraction-coded",
           "far fields of an object behind codes",
           [](std::uint64_t seed)
           { return std::make_shared<DiffractionOperator>(RandomMaps(seed, 1, 3), rows + 2, columns + 5); }},
          {"diffraction-support",
           "the far field of an isolated object, padded",
           [](std::uint64_t seed)
           {
             return std::make_shared<DiffractionOperator>(
                 RandomMask(seed, {3, 1, 1, rows, columns}), 2 * rows + 1, 2 * columns);
           }}};
}

LinearOperatorPointer
Propagation(std::vector<double> distances, PropagationKernel kernel, double padding, bool bandLimit)
{
  const PropagationGeometry geometry{5e-7, {2e-6, 3e-6}, std::move(distances)};
  return std::make_shared<PropagationOperator>(rows, columns, geometry, PropagationOptions{kernel, padding, bandLimit});
}

std::vector<OperatorRow>
PropagationRows()
{
  return {{"propagation",
           "the wave of an object at several distances",
           [](std::uint64_t) {
             return Propagation({1e-4, -5e-5, 2e-4}, PropagationKernel::AngularSpectrum, 2.0, false);
           }},
          {"propagation-fresnel",
           "the same near the axis, periodic",
           [](std::uint64_t) { return Propagation({1e-4}, PropagationKernel::Fresnel, 1.0, false); }},
          {"propagation-band-limited", "the same beyond what its transforms sample", [](std::uint64_t) {
             return Propagation({1e-3, 2e-3}, PropagationKernel::AngularSpectrum, 1.3, true);
           }}};
}

std::vector<OperatorRow>
AlgebraRows()
{
  return {
      {"compose",
       "first one operator, then another",
       [](std::uint64_t seed)
       { return Compose(RandomDense(seed, 7, 9, at::kDouble), RandomDense(seed + 1, 9, 5, at::kComplexDouble)); }},
      {"add",
       "sum of two operators",
       [](std::uint64_t seed)
       { return Add(RandomDense(seed, 7, 9, at::kDouble), RandomDense(seed + 1, 7, 9, at::kDouble)); }},
      {"scale",
       "an operator times a complex number",
       [](std::uint64_t seed) {
         return Scale({0.3, -1.1}, RandomDense(seed, 7, 9, at::kDouble));
       }},
      {"stack",
       "several ranges side by side",
       [](std::uint64_t seed)
       {
         return Stack({Identity({1, 1, 1, 9}),
                       RandomDense(seed, 9, 9, at::kDouble),
                       Dense(Random(seed + 1, {18, 9}, at::kDouble), {}, {2, 1, 1, 9})});
       }},
      {"slice-differences",
       "each slice without the one before it",
       [](std::uint64_t) {
         return std::make_shared<SliceDifferenceOperator>(Shape{2, 5, 6, 7});
       }},
      {"flatten-range",
       "an operator whose range is channels alone",
       [](std::uint64_t) {
         return FlattenRange(std::make_shared<SliceDifferenceOperator>(Shape{2, 3, 4, 5}));
       }},
      {"adjoint-of", "the adjoint as an operator", [](std::uint64_t seed) {
         return AdjointOf(MakeSenseOperator(RandomMask(seed, {1, 1, 1, rows, columns}), RandomMaps(seed + 1, 1, 3)));
       }}};
}
} // namespace

const std::vector<OperatorRow> &
OperatorTable()
{
  static const std::vector<OperatorRow> table = []
  {
    std::vector<OperatorRow> result = PlainRows();
    for (const auto & rowsOfKind : {SenseRows(),
                                    NonuniformRows(),
                                    ProjectorRows(),
                                    RestorationRows(),
                                    PhaseRows(),
                                    PropagationRows(),
                                    AlgebraRows()})
    {
      result.insert(result.end(), rowsOfKind.begin(), rowsOfKind.end());
    }
    return result;
  }();
  return table;
}
} // namespace tweedie
