// SPDX-License-Identifier: Apache-2.0
// What a stranger's project does: a volume, its tensor view, a metric.
#include "tweedieMetrics.h"
#include "tweedieVersion.h"
#include "tweedieVolumeTensor.h"

#include <cmath>
#include <cstdio>
#include <string>

int
main()
{
  tweedie::Grid grid;
  grid.size = {1, 4, 4};
  tweedie::Volume reference(grid, tweedie::Volume::Element::Real);
  tweedie::Volume estimate(grid, tweedie::Volume::Element::Real);
  for (int i = 0; i < 16; ++i)
  {
    reference.Data()[i] = 1.0F;
    estimate.Data()[i] = 0.9F;
  }
  const double psnr = tweedie::PeakSignalToNoiseRatio(tweedie::TensorView(reference), tweedie::TensorView(estimate));
  std::printf("tweedie %s: PSNR %.4f dB\n", tweedie::Version, psnr);
  // An error of 0.1 against a maximum of 1 is 20 dB; 0.9 as a float is off by 3e-8, which is 2e-6 dB.
  return std::string(tweedie::Version).empty() || !(std::abs(psnr - 20.0) < 1e-4) ? 1 : 0;
}
