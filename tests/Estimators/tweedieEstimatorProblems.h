// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEstimatorProblems_h
#define tweedieEstimatorProblems_h

#include "tweedieClosedFormProblems.h"
#include "tweedieDpsEstimator.h"
#include "tweedieEstimator.h"
#include "tweedieFourierGaussianDenoiser.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieIlvrEstimator.h"
#include "tweedieMcgEstimator.h"
#include "tweedieRmpEstimator.h"
#include "tweedieSenseOperator.h"
#include "tweedieTdsEstimator.h"

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
namespace test
{
/** D = x / (1 + sigma^2), the prior N(0, I), in any shape and type; a hook sees every call. */
class UnitDenoiser final : public Denoiser
{
public:
  using Hook = std::function<at::Tensor(const at::Tensor & x, double sigma, at::Tensor denoised)>;

  explicit UnitDenoiser(Hook hook = {}, bool jacobian = true, bool needsNoise = false)
      : m_Hook(std::move(hook)), m_Jacobian(jacobian), m_NeedsNoise(needsNoise)
  {
  }

  std::string
  Name() const override
  {
    return "unit";
  }
  at::Tensor
  Denoise(const at::Tensor & x, const at::Tensor & sigma) const override
  {
    at::Tensor denoised = x / (1.0 + BroadcastSigma(sigma, x).square());
    return m_Hook ? m_Hook(x, sigma.reshape({-1})[0].item<double>(), denoised) : denoised;
  }
  bool
  HasJacobianProduct() const override
  {
    return m_Jacobian;
  }
  bool
  NeedsNoise() const override
  {
    return m_NeedsNoise;
  }
  double
  PriorVariance() const override
  {
    return 1.0;
  }

private:
  Hook m_Hook;
  bool m_Jacobian;
  bool m_NeedsNoise;
};

/** Three complex 10 x 12 images of N(0, I), two coils, every second line measured with noise E|n|^2 = 0.3^2. */
inline PosteriorProblem
ThreeImages(at::ScalarType type = at::kComplexDouble,
            DenoiserPointer prior = std::make_shared<const UnitDenoiser>(),
            double tolerance = 1e-12)
{
  const Shape shape{1, 1, 10, 12};
  const double noise = 0.3;
  const auto real = c10::toRealValueType(type);
  const auto line = at::remainder(at::arange(10), 2).to(real).reshape({10, 1}).expand({10, 12}).contiguous();
  const auto maps = (Normal(301, {2, 1, 10, 12}, at::kComplexDouble) * 0.5).to(type);
  const auto model = MakeSenseOperator(line, maps);
  auto random = Streams(302, 3);
  const auto truth = random.Normal(shape, at::kComplexDouble).to(type);
  const auto data = model->Forward(truth);
  const auto measured = data + random.NormalLike(data) * (noise / std::sqrt(2.0)) * line;
  ProximalOptions solver;
  solver.tolerance = tolerance;
  solver.maximumIterations = 300;
  PosteriorProblem problem;
  problem.prior = std::move(prior);
  problem.likelihood =
      std::make_shared<const GaussianLikelihood>(model, measured, noise, line.reshape({1, 1, 1, 10, 12}), solver);
  problem.type = type;
  return problem;
}

/** A short chain of a method. */
inline EstimatorOptions
ShortChain(const std::string & method, std::int64_t steps = 5)
{
  EstimatorOptions options;
  options.method = method;
  options.steps = steps;
  options.samples = MakeEstimator(method)->DrawsSamples() ? 4 : 0;
  options.sigmaMaximum = 20.0;
  options.sigmaMinimum = 0.05;
  options.seed = 7;
  return options;
}

/** All methods that run without a closed-form posterior, in the variants that carry different state. */
inline std::vector<EstimatorOptions>
AllChains()
{
  std::vector<EstimatorOptions> all{ShortChain("rmp"),
                                    ShortChain("rmp"),
                                    ShortChain("rmp"),
                                    ShortChain("dps"),
                                    ShortChain("dps"),
                                    ShortChain("daps")};
  all[1].start = "noise";
  all[1].guidance = "pigdm";
  all[2].Of<RmpSettings>().propagation = "natural-gradient";
  all[2].guidance = "dps";
  all[2].Of<RmpSettings>().naturalSteps = 3;
  all[3].Of<DpsSettings>().zeta = 0.1;
  all[4].Of<DpsSettings>().normalize = false;
  all[4].guidance = "proximal";
  all[4].Of<DpsSettings>().secondOrder = true;
  all.push_back(ShortChain("rmp"));
  all.back().Of<RmpSettings>().propagation = "decoupled";
  all.back().Of<RmpSettings>().draws = 2;
  for (const char * const method : {"ilvr", "mcg", "dds", "diffpir", "red-diff", "ddrm", "pnp-admm", "pnp-dm", "tds"})
  {
    all.push_back(ShortChain(method));
  }
  // Below the largest eigenvalues something is left to sample; else two coils determine the image.
  all[7].Of<IlvrSettings>().threshold = 0.3;
  all[8].Of<McgSettings>().threshold = 0.3;
  all.push_back(ShortChain("tds"));
  all.back().Of<TdsSettings>().resample = 1.0;
  return all;
}
} // namespace test
} // namespace tweedie

#endif
