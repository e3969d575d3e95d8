// SPDX-License-Identifier: Apache-2.0
#include "tweediePapersRun.h"

#include "tweedieCallBudget.h"
#include "tweedieError.h"
#include "tweedieTunedSettings.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{
using Clock = std::chrono::steady_clock;

constexpr double levelOfBareCall = 0.5; // of the prior's deviation: any level costs the same

/** Calls of the prior by itself, for a batch of noise. */
class BareCall
{
public:
  BareCall(const PapersTask & task, std::int64_t batch, const std::string & device)
      : m_Prior(task.Prior()), m_Batch(batch)
  {
    const auto & size = task.Truth().GetGrid().size;
    const at::ScalarType type = task.Truth().IsComplex() ? at::kComplexFloat : at::kFloat;
    const double level = levelOfBareCall * std::sqrt(m_Prior->PriorVariance());
    m_State = (RandomStreams(0, {0}).Normal({batch, 1, 1, size.y, size.x}, type)[0] * level).to(device);
    m_Sigma = at::full({batch}, level, m_State.options().dtype(at::kFloat));
  }

  /** Seconds for one image. */
  double
  Measure() const
  {
    const at::NoGradGuard noGradient;
    const auto begin = Clock::now();
    m_Prior->Denoise(m_State, m_Sigma).abs().sum().item<double>(); // the number, because a device may run behind
    return std::chrono::duration<double>(Clock::now() - begin).count() / static_cast<double>(m_Batch);
  }

private:
  DenoiserPointer m_Prior;
  std::int64_t m_Batch;
  at::Tensor m_State;
  at::Tensor m_Sigma;
};

/** "needs a linear operator and Gaussian noise" of the whole message of an error. */
std::string
Reason(std::string text, const std::string & method)
{
  const std::string prefix = "method " + method + ": ";
  text = text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : text;
  return text.substr(0, text.find("; "));
}

PosteriorOptions
SettingsOf(const PapersTask & task, const PapersMethod & method, const SuiteOptions & options)
{
  PosteriorOptions settings;
  settings.method = method.method;
  SpendCalls(method.calls, task.Prior(), settings);
  UseTunedSettings(task.SettingsName(), method.method, method.calls, settings);
  settings.prior = options.prior;
  settings.device = options.device;
  return settings;
}

void
Run(const PapersTask & task,
    const PapersMethod & method,
    const SuiteOptions & options,
    const FeatureMaker * features,
    const ProgressCallback & progress,
    PapersResult & result)
{
  if (method.calls == 0)
  {
    result.estimate = task.Classical(method.method, progress);
    result.score = ScoreSlices(task.Truth(), result.estimate, {}, features);
    return;
  }
  const PosteriorOptions settings = SettingsOf(task, method, options);
  const std::int64_t chains = task.Truth().GetGrid().size.z * std::max<std::int64_t>(settings.samples, 1);
  const BareCall bare(task, std::min(chains, settings.batch), options.device);
  bare.Measure(); // the first call of a shape prepares more than it computes
  const double before = bare.Measure();
  result.estimate = task.Posterior(settings, progress);
  result.score = ScoreSlices(task.Truth(), result.estimate, {}, features);
  result.score.bareSeconds = 0.5 * (before + bare.Measure());
}
} // namespace

PapersResult
RunPapersMethod(const PapersTask & task,
                const PapersMethod & method,
                const SuiteOptions & options,
                const FeatureMaker * features,
                const ProgressCallback & progress)
{
  PapersResult result;
  try
  {
    Run(task, method, options, features, progress, result);
    result.score.preset = VisitTunedSettings(task.SettingsName(), method.method, method.calls, [](OptionVisitor &) {});
  }
  catch (const UsageError & refused)
  {
    result.score.refusal = Reason(refused.what(), method.method);
  }
  catch (const DataError & refused)
  {
    result.score.refusal = Reason(refused.what(), method.method);
  }
  catch (const NumericalError & failed)
  {
    result.score.refusal = failed.what();
    result.isFinal = false;
  }
  return result;
}
} // namespace tweedie
