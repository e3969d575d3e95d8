// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGuidanceRows_h
#define tweedieGuidanceRows_h

#include "tweedieGuidance.h"

namespace tweedie
{
/** D_y = E[x0 | x, y] of a prior conditioned in closed form. */
GuidancePointer MakeExactGuidance(const GuidanceInputs & inputs);

/** D_y = D + sigma^2 J^T A^H (A C A^H + s_c^2 I)^-1 (y - A D), C ~ Cov[x0 | x] (Song et al. 2023, PiGDM). With the
 * denoiser's covariance product sigma^2 J^T A^H z = C A^H z, exact for Gaussian priors; else C = r^2 I. */
GuidancePointer MakePigdmGuidance(const GuidanceInputs & inputs);

/** D_y = D - sigma^2 J^T grad(-log p(y | D)): p(y | x) replaced by p(y | D(x)) (Chung et al. 2023, eq. 11). Biased
 * even for Gaussian priors: the covariance of x0 given x is left out. */
GuidancePointer MakeDpsGuidance(const GuidanceInputs & inputs);

/** D_y = argmin -log p(y | x0) + ||x0 - D||^2 / (2 r^2), no Jacobian (Chung et al. 2024, DDS; Zhu et al. 2023). */
GuidancePointer MakeProximalGuidance(const GuidanceInputs & inputs);

/** D_y = D: no data. */
GuidancePointer MakePriorGuidance(const GuidanceInputs & inputs);
} // namespace tweedie

#endif
