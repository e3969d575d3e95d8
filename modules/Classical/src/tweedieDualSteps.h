// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDualSteps_h
#define tweedieDualSteps_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** Images are planar here: [B, part, y, x], real, the parts being real and imaginary part, channels and z. A dual
 * variable is [B, 2, part, y, x]: differences along y, along x. */
at::Tensor ToPlanar(const at::Tensor & x);
/** The inverse, in the shape and kind of like. */
at::Tensor FromPlanar(const at::Tensor & planar, const at::Tensor & like);

/** (u[y + 1] - u[y], u[x + 1] - u[x]), zero across the border. */
at::Tensor Differences(const at::Tensor & planar);
/** Its adjoint: minus the divergence. */
at::Tensor DifferencesAdjoint(const at::Tensor & dual);

/** Steps of accelerated projected gradient (Beck and Teboulle 2009, "fast gradient-based algorithms for constrained
 * total variation") on
 *
 *    min_p 1/2 ||b - grad^H p||^2,  |p| <= lambda pointwise, over directions and parts
 *
 * from p, which is changed in place. Returns b - grad^H p: in the limit argmin_x 1/2 ||x - b||^2 + lambda TV(x).
 * lambda: [B], double, on the CPU. Fused loops on the CPU for one and two parts, tensor arithmetic elsewhere. */
at::Tensor DualSteps(const at::Tensor & b, const at::Tensor & lambda, std::int64_t steps, at::Tensor & dual);

/** The same by tensor arithmetic. */
at::Tensor DualStepsOnDevice(const at::Tensor & b, const at::Tensor & lambda, std::int64_t steps, at::Tensor & dual);
} // namespace tweedie

#endif
