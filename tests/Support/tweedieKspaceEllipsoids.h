// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieKspaceEllipsoids_h
#define tweedieKspaceEllipsoids_h

#include "tweedieMRIModel.h"
#include "tweedieMRIScan.h"
#include "tweedieRandom.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <vector>

namespace tweedie::test
{
/** An ellipsoid in units of the field of view: axes x, y, z, the centre of the middle voxel being 0. */
struct KspaceEllipsoid
{
  double value;
  std::array<double, 3> center;
  std::array<double, 3> halfAxes;
};

/** integral exp(-2 pi i k . r) over the ellipsoids, closed form: 4 pi a b c (sin q - q cos q) / q^3, q = 2 pi |(k_d
 * a_d)|, turned by the centre. k: [.., 3] in cycles per field of view, double. */
inline at::Tensor
EllipsoidKspace(const std::vector<KspaceEllipsoid> & bodies, const at::Tensor & k)
{
  constexpr double pi = 3.14159265358979323846;
  at::Tensor sum = at::zeros(k.sizes().slice(0, k.dim() - 1), at::kComplexDouble);
  for (const KspaceEllipsoid & body : bodies)
  {
    const at::Tensor axes = at::tensor({body.halfAxes[0], body.halfAxes[1], body.halfAxes[2]}, at::kDouble);
    const at::Tensor center = at::tensor({body.center[0], body.center[1], body.center[2]}, at::kDouble);
    const at::Tensor q = (k * axes).square().sum(-1).sqrt().mul(2.0 * pi).clamp_min(1e-3); // 1 - q^2 / 10 below
    const at::Tensor shape = (at::sin(q) - q * at::cos(q)) / q.pow(3) * (4.0 * pi) * axes.prod();
    const at::Tensor angle = (k * center).sum(-1) * (-2.0 * pi);
    sum += at::polar(shape * body.value, angle);
  }
  return sum;
}

/** [z, y, x, 3]: points of the voxels in units of the field of view, that part of a voxel from their centres. */
inline at::Tensor
VoxelPoints(const Grid & grid, double dz, double dy, double dx)
{
  const auto axis = [](std::int64_t n, double shift)
  { return (at::arange(n, at::kDouble) - static_cast<double>(n / 2) + shift) / static_cast<double>(n); };
  const auto mesh = at::meshgrid({axis(grid.size.z, dz), axis(grid.size.y, dy), axis(grid.size.x, dx)}, "ij");
  return at::stack({mesh[2], mesh[1], mesh[0]}, 3);
}

/** The mean of the ellipsoids over each voxel, by 4^3 points, [z, y, x]. */
inline at::Tensor
EllipsoidVoxels(const std::vector<KspaceEllipsoid> & bodies, const Grid & grid)
{
  const std::array<double, 4> parts{-0.375, -0.125, 0.125, 0.375};
  at::Tensor sum = at::zeros({grid.size.z, grid.size.y, grid.size.x}, at::kDouble);
  for (std::size_t n = 0; n < 64; ++n)
  {
    const at::Tensor points = VoxelPoints(grid, parts[n / 16], parts[n / 4 % 4], parts[n % 4]);
    for (const KspaceEllipsoid & body : bodies)
    {
      const at::Tensor axes = at::tensor({body.halfAxes[0], body.halfAxes[1], body.halfAxes[2]}, at::kDouble);
      const at::Tensor center = at::tensor({body.center[0], body.center[1], body.center[2]}, at::kDouble);
      const at::Tensor inside = ((points - center) / axes).square().sum(-1).le(1.0);
      sum += inside.to(at::kDouble) * (body.value / 64.0);
    }
  }
  return sum;
}

/** A scan of ellipsoids along a trajectory [readout, sample, 3]. Coil c sees r through sum_j a[c, j] exp(2 pi i f[j] .
 * r), five waves of a third of a cycle, whose k-space is that of the ellipsoids at k - f[j]: neither data nor truth
 * come from an operator. */
struct EllipsoidScan
{
  MRIScan scan;
  at::Tensor truth; ///< [z, y, x], double
};

inline EllipsoidScan
MakeEllipsoidScan(const std::vector<KspaceEllipsoid> & bodies,
                  const Grid & grid,
                  const at::Tensor & trajectory,
                  std::int64_t coils,
                  double noise)
{
  constexpr double pi = 3.14159265358979323846;
  const at::Tensor waves =
      at::tensor({0.0, 0.0, 0.0, 1.0, 0.3, 0.0, -1.0, 0.2, 0.3, 0.0, 1.0, -0.3, 0.2, -0.3, 1.0}, at::kDouble)
          .view({5, 3}) /
      3.0;
  const double share = 1.0 / std::sqrt(10.0 * static_cast<double>(coils)); // sum_c |S[c]|^2 is near 1
  const at::Tensor weights = RandomStreams(77, {0}).Normal({coils, 5}, at::kComplexDouble)[0] * share;
  EllipsoidScan result;
  result.truth = EllipsoidVoxels(bodies, grid);
  const at::Tensor angle = at::matmul(VoxelPoints(grid, 0.0, 0.0, 0.0), waves.t()) * (2.0 * pi);
  const at::Tensor basis = at::polar(at::ones_like(angle), angle); // [z, y, x, wave]
  const at::Tensor maps = at::matmul(basis, weights.t()).permute({3, 0, 1, 2});
  const double voxels = static_cast<double>(grid.NumberOfVoxels());
  std::vector<at::Tensor> seen;
  for (std::int64_t j = 0; j < waves.size(0); ++j)
  {
    seen.push_back(EllipsoidKspace(bodies, trajectory - waves[j]));
  }
  const at::Tensor clean = at::matmul(at::stack(seen, 2), weights.t()).permute({2, 0, 1}) * std::sqrt(voxels);
  const at::Tensor added =
      RandomStreams(78, {0}).Normal({coils, trajectory.size(0), trajectory.size(1)}, at::kComplexDouble)[0];
  MRIScan & scan = result.scan;
  scan.trajectory = TrajectoryVolume(trajectory);
  scan.imageGrid = grid;
  scan.sensitivities = VolumeFromTensor(maps.to(at::kComplexFloat), grid);
  Grid readouts;
  readouts.size = {1, trajectory.size(0), trajectory.size(1)};
  scan.kspace =
      VolumeFromTensor((clean + added * (noise / std::sqrt(2.0))).to(at::kComplexFloat).unsqueeze(1), readouts);
  scan.noise = noise;
  return result;
}
} // namespace tweedie::test

#endif
