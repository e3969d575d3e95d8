// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTPosteriorProblems_h
#define tweedieCTPosteriorProblems_h

#include "tweedieCTGeometryOptions.h"
#include "tweedieCTModel.h"
#include "tweedieCTPosterior.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace test
{
inline constexpr std::int64_t side = 8;
inline constexpr double unit = 0.05; // attenuation of the prior's 1, in 1/mm
inline constexpr double pixel = 4.0; // mm
inline constexpr double priorMean = 0.4;
inline constexpr double priorDeviation = 0.2;
inline constexpr double lineNoise = 0.02;

inline Grid
ImageGrid(std::int64_t slices, bool isTurned = false)
{
  const auto first = [](std::int64_t n, double spacing) { return -0.5 * static_cast<double>(n - 1) * spacing; };
  Grid grid;
  grid.size = {slices, side, side};
  grid.spacing = {3.0, pixel, pixel};
  grid.origin = {first(side, pixel), first(side, pixel), first(slices, 3.0)};
  if (isTurned)
  {
    grid.direction = {1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0};
    grid.origin = {grid.origin[0], -grid.origin[1], -grid.origin[2]};
  }
  return grid;
}

inline CTGeometry
Views(const std::string & type)
{
  CTGeometryOptions options;
  options.type = type;
  options.views = 7;
  options.sid = 200.0;
  options.sdd = 300.0;
  return MakeCTGeometry(options);
}

/** Slices [z, y, x] in units of the prior. */
inline at::Tensor
NoiseLike(const Grid & grid)
{
  return (priorMean + priorDeviation * Normal(3, {grid.size.z, side, side})).clamp_min(0.0);
}

/** Line integrals of slices, by the operator: what is tested is the posterior of these numbers. */
inline CTScan
Scan(const std::string & type, const Grid & grid, const at::Tensor & slices, double noise = lineNoise)
{
  CTScan scan;
  scan.geometry = Views(type);
  const double pitch = type == "parallel" ? 4.0 : 6.0;
  const CTDetector detector{14,
                            type == "cone" ? 6 : grid.size.z,
                            pitch,
                            type == "cone" ? 5.0 : 3.0,
                            -6.5 * pitch,
                            type == "cone" ? -12.5 : -1.5 * static_cast<double>(grid.size.z - 1)};
  scan.projections = Volume(ProjectionGrid(detector, scan.geometry.views.size()), Volume::Element::Real);
  const CTModel model(scan, grid);
  const at::Tensor x = unit * slices.to(at::kFloat);
  const at::Tensor lines = model.Projector()->Forward(model.ImageBatch(VolumeFromTensor(x.unsqueeze(0), grid)));
  const at::Tensor noisy = lines + noise * Normal(4, lines.sizes()).to(at::kFloat);
  const bool isSliced = model.IsSliceBySlice();
  const at::Tensor stack = isSliced ? noisy.squeeze(3).permute({1, 2, 0, 3}) : noisy[0];
  scan.projections = VolumeFromTensor(stack.contiguous(), scan.projections.GetGrid());
  return scan;
}

inline CTScan
Scan(const std::string & type, const Grid & grid)
{
  return Scan(type, grid, NoiseLike(grid));
}

inline std::shared_ptr<const GaussianDenoiser>
WhitePrior()
{
  const at::Tensor mean = at::full({1, 1, side, side}, priorMean, at::kFloat);
  return std::make_shared<const GaussianDenoiser>(
      mean, at::eye(side * side, at::kDouble) * (priorDeviation * priorDeviation));
}

/** (A^T W A + I / v + D^T D / tau^2)^-1 and the posterior mean of each entry of the batch in 1/mm, by dense algebra. D:
 * differences of adjacent slices. */
struct DensePosterior
{
  at::Tensor mean;
  at::Tensor deviation;
};

inline DensePosterior
Dense(const CTScan & scan, const Grid & grid, const at::Tensor & lines, const at::Tensor & variance, double tau = 0.0)
{
  const CTModel model(scan, grid, tau > 0.0);
  const Shape domain = model.Projector()->DomainShape();
  const at::Tensor A =
      unit * MatrixOf([&](const at::Tensor & x) { return model.Projector()->Forward(x); }, domain, at::kDouble);
  at::Tensor precisionBeside = at::eye(A.size(1), at::kDouble) / (priorDeviation * priorDeviation);
  if (tau > 0.0)
  {
    const at::Tensor steps = at::eye(grid.size.z, at::kDouble).diff();
    precisionBeside += at::kron(steps.matmul(steps.t()), at::eye(side * side, at::kDouble)) / (tau * tau);
  }
  DensePosterior result;
  std::vector<at::Tensor> means, deviations;
  for (std::int64_t k = 0; k < lines.size(0); ++k)
  {
    const at::Tensor W = at::diag(variance[k].flatten().to(at::kDouble).reciprocal());
    const at::Tensor covariance = at::linalg_inv(A.t().matmul(W).matmul(A) + precisionBeside);
    const at::Tensor right =
        A.t().matmul(W).matmul(lines[k].flatten().to(at::kDouble)) + priorMean / (priorDeviation * priorDeviation);
    means.push_back(unit * covariance.matmul(right).reshape(domain));
    deviations.push_back(unit * covariance.diagonal().sqrt().reshape(domain));
  }
  result.mean = at::stack(means);
  result.deviation = at::stack(deviations);
  return result;
}

inline CTPosteriorOptions
Exactly()
{
  CTPosteriorOptions options;
  options.noise = lineNoise;
  options.modelDeviation = 0.0;
  options.steps = 30;
  options.innerTolerance = 1e-7;
  options.innerIterations = 300;
  return options;
}

inline at::Tensor
AsBatch(const Volume & volume, const CTScan & scan, const Grid & grid)
{
  return CTModel(scan, grid).ImageBatch(volume).to(at::kDouble);
}
} // namespace test
} // namespace tweedie

#endif
